import { exponential, type Random } from './random.ts';

/** Chooses which changes of direction are followed: so many a second on average, at random. */
export class TraceSampler {
  readonly #perMs: number;
  readonly #random: Random;
  #dueMs: number | undefined;

  /** @param perSecond 0 for none */
  constructor(perSecond: number, random: Random) {
    this.#perMs = perSecond / 1000;
    this.#random = random;
  }

  /** Whether any are followed at all. */
  get isOn(): boolean {
    return this.#perMs > 0;
  }

  /** A player is about to turn: a number to follow that by, a u32, or undefined. */
  next(nowMs: number): number | undefined {
    if (this.#perMs === 0) return undefined;
    this.#dueMs ??= nowMs + this.#wait();
    if (nowMs < this.#dueMs) return undefined;
    // What nobody turned for is not made up for.
    this.#dueMs = Math.max(this.#dueMs, nowMs - 1 / this.#perMs) + this.#wait();
    return Math.floor(this.#random() * 2 ** 32);
  }

  #wait(): number {
    return exponential(this.#random, 1 / this.#perMs);
  }
}
