import type { GoAway } from '../../shared/protocol.ts';

/** The moment lies in this part of the time; the rest is for the answers to what has been asked. */
const SHARE = 0.5;

/** When to go to another server, once this one has asked for it (P-GO-1). */
export class Removal {
  readonly #random: () => number;
  /** From when on, and until when answers are waited for; undefined as long as nobody has asked. On the local clock. */
  #due: { readonly atMs: number; readonly byMs: number } | undefined;

  /** @param random from [0, 1): not all go at once */
  constructor(random: () => number) {
    this.#random = random;
  }

  ask({ withinMs }: GoAway, nowMs: number): void {
    this.#due = { atMs: nowMs + withinMs * SHARE * this.#random(), byMs: nowMs + withinMs };
  }

  /** Another session begins, on which nobody has asked. */
  restart(): void {
    this.#due = undefined;
  }

  /** @param isAwaiting whether answers are on their way */
  isDue(nowMs: number, isAwaiting: boolean): boolean {
    return this.#due !== undefined && nowMs >= (isAwaiting ? this.#due.byMs : this.#due.atMs);
  }
}
