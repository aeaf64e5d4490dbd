import type { Monotonic } from '../../shared/clock.ts';

/** The timer's period, and how many of them make a round: 48 ms. */
const PERIOD_MS = 12;
const SLICES = 4;

interface Waiting {
  readonly condition: () => boolean;
  readonly deadlineMs: number;
  readonly resolve: (isMet: boolean) => void;
}

/**
 * The one timer of a run. It visits everybody in a round of about 50 ms, a slice at a time, so that neither inputs nor
 * the work for them come in bursts.
 */
export class Driver {
  readonly #monotonic: Monotonic;
  readonly #visit: (index: number, dueMs: number) => void;
  readonly #each: (nowMs: number) => void;
  readonly #timer: NodeJS.Timeout;
  #waiting: Waiting[] = [];
  #slice = 0;
  #turnedAtMs: number;
  /** How many there are to visit. */
  size = 0;

  /**
   * @param visit is called for each index below `size` once a round, with when that was due in monotonic ms: what is
   * measured from there has in it how late this very process is (coordinated omission)
   * @param each is called once a slice
   */
  constructor(monotonic: Monotonic, visit: (index: number, dueMs: number) => void, each: (nowMs: number) => void) {
    this.#monotonic = monotonic;
    this.#visit = visit;
    this.#each = each;
    this.#turnedAtMs = monotonic();
    this.#timer = setInterval(() => this.#turn(), PERIOD_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Resolves to true as soon as a slice finds the condition met, to false after `forMs`. */
  until(condition: () => boolean, forMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push({ condition, deadlineMs: this.#monotonic() + forMs, resolve });
    });
  }

  #turn(): void {
    const nowMs = this.#monotonic();
    const dueMs = Math.min(nowMs, this.#turnedAtMs + PERIOD_MS);
    this.#turnedAtMs = nowMs;
    this.#each(nowMs);
    for (let i = this.#slice; i < this.size; i += SLICES) this.#visit(i, dueMs);
    this.#slice = (this.#slice + 1) % SLICES;
    this.#waiting = this.#waiting.filter(({ condition, deadlineMs, resolve }) => {
      const isMet = condition();
      if (!isMet && nowMs < deadlineMs) return true;
      resolve(isMet);
      return false;
    });
  }
}
