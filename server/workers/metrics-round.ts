import { labelled, type Metrics, type MetricsSnapshot, renderTogether } from '../http/metrics.ts';
import type { Slot } from './slot.ts';

/** Who has not answered by then is left out, in ms. */
const ANSWER_MS = 1_000;

/** Asks all workers for their metrics, in rounds: whoever wants them while a round is under way gets what it brings. */
export class MetricsRounds {
  readonly #slots: () => readonly Slot[];
  readonly #own: Metrics;
  #round = 0;
  #underWay: Promise<string> | undefined;
  #answered: (slot: number, snapshot: MetricsSnapshot) => void = () => undefined;

  /** @param own the primary's, already labelled where they concern a worker */
  constructor(own: Metrics, slots: () => readonly Slot[]) {
    this.#own = own;
    this.#slots = slots;
  }

  /** Everybody's, as text. */
  collect(): Promise<string> {
    this.#underWay ??= this.#collect().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** A worker's answer; one to an earlier round is no longer of use. */
  answer(slot: number, round: number, snapshot: MetricsSnapshot): void {
    if (round === this.#round) this.#answered(slot, snapshot);
  }

  async #collect(): Promise<string> {
    const round = ++this.#round;
    const asked = this.#slots().filter(({ isListening }) => isListening);
    const answers = new Map<number, MetricsSnapshot>();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_MS);
      this.#answered = (slot, snapshot) => {
        answers.set(slot, snapshot);
        if (answers.size < asked.length) return;
        clearTimeout(timer);
        resolve();
      };
      for (const slot of asked) slot.tell({ type: 'wantSnapshot', round });
    });
    const inOrder = [...answers].sort(([a], [b]) => a - b);
    const workers = inOrder.map(([slot, snapshot]) => labelled(snapshot, { worker: `${slot}` }));
    return renderTogether([await this.#own.snapshot(), ...workers]);
  }
}
