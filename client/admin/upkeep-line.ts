import type { UpkeepNotice } from '../../shared/moderation.ts';
import { element, setText } from '../ui/element.ts';
import { moment, whole } from './figures.ts';

/** What ended longer ago than this is no longer news, in ms. */
const NEWS_MS = 3_600_000;

/** How far an export or an import is that somebody runs beside the shard. */
export class UpkeepLine {
  readonly node: HTMLElement;
  readonly #words = element('span', '');
  readonly #bar = element('progress', '');

  constructor() {
    this.#bar.ariaLabel = 'How far it is';
    this.node = element('p', 'upkeep', [this.#words, this.#bar]);
    this.node.setAttribute('role', 'status');
    this.node.hidden = true;
  }

  show({ what, done, of, phase, atMs }: UpkeepNotice): void {
    const isUnderWay = phase === 'under way';
    this.node.hidden = Date.now() - atMs > NEWS_MS;
    this.#bar.hidden = !isUnderWay;
    if (of === null) this.#bar.removeAttribute('value');
    else {
      this.#bar.max = Math.max(1, of);
      this.#bar.value = Math.min(done, of);
    }
    const count = `${whole(done)}${of === null ? '' : ` of ${whole(of)}`}`;
    setText(this.#words, `${what}: ${count}, ${isUnderWay ? 'as of' : phase} ${moment(atMs)}`);
  }
}
