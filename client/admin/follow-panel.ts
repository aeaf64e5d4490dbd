import type { FollowedHop } from '../../shared/topology.ts';
import { element, setText } from '../ui/element.ts';
import type { AdminApi } from './admin-api.ts';
import { ms } from './figures.ts';

/** What a change of direction goes through, in this order; the class of its bar. */
const HOPS = [
  ['flush', 'waits for the flush'],
  ['broker', 'through the broker'],
  ['frames', 'waits for the frames'],
  ['write', 'until all are written'],
] as const;

/** Where the time goes: somebody's next change of direction, from when their node reads it to all who are told. */
export class FollowPanel {
  readonly node: HTMLElement;
  readonly #api: () => AdminApi;
  readonly #addressOf: (node: string) => string;
  readonly #words = element('p', 'quiet', 'Find somebody above, and follow their next change of direction.');
  readonly #bars = element('div', 'hops');
  #following: number | undefined;
  #hops: FollowedHop[] = [];

  constructor(api: () => AdminApi, addressOf: (node: string) => string) {
    this.#api = api;
    this.#addressOf = addressOf;
    this.#words.setAttribute('role', 'status');
    const legend = element(
      'p',
      'hop-legend',
      HOPS.map(([name, words]) => element('span', `hop-key is-${name}`, words)),
    );
    this.node = element('section', 'panel', [
      element('h2', '', 'Where the time goes'),
      this.#words,
      this.#bars,
      legend,
    ]);
  }

  async follow(player: number, who: string): Promise<void> {
    const asked = await this.#api().get<{ id: number }>(`/follow?player=${player}`);
    if (asked.kind !== 'done') {
      setText(this.#words, asked.sentence);
      return;
    }
    this.#following = asked.answer.id;
    this.#hops = [];
    this.#bars.replaceChildren();
    setText(this.#words, `As soon as ${who} turns, stops or begins to walk …`);
    this.node.scrollIntoView({ behavior: 'smooth', block: 'center' });
  }

  /** A node has told what it did. */
  show(hop: FollowedHop): void {
    if (hop.id !== this.#following) return;
    this.#hops.push(hop);
    const whole = Math.max(...this.#hops.map(({ writtenMs, readMs }) => writtenMs - readMs));
    setText(this.#words, `#${hop.player}: told everywhere ${ms(whole)} after their node had read it.`);
    this.#bars.replaceChildren(...this.#hops.map((one) => this.#bar(one, whole)));
  }

  #bar(hop: FollowedHop, whole: number): HTMLElement {
    const { readMs, flushedMs, arrivedMs, plannedMs, writtenMs } = hop;
    const knownMs = arrivedMs ?? flushedMs;
    const times = [flushedMs - readMs, knownMs - flushedMs, plannedMs - knownMs, writtenMs - plannedMs];
    const parts = HOPS.map(([name, words], i) => {
      const took = Math.max(0, times[i] ?? 0);
      const part = element('span', `hop is-${name}`);
      part.style.width = `${(took / whole) * 100}%`;
      part.title = `${words}: ${ms(took)}`;
      return part;
    });
    const words = HOPS.flatMap(([, text], i) => ((times[i] ?? 0) > 0 ? [`${text} ${ms(times[i] ?? 0)}`] : []));
    return element('div', 'hop-row', [
      element('span', 'hop-node', `${this.#addressOf(hop.node)}${arrivedMs === null ? ', their own' : ''}`),
      element('div', 'hop-bar', parts),
      element('span', 'hop-words', words.join(' · ')),
    ]);
  }
}
