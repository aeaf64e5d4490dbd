import { exponential, type Random } from './random.ts';

/** How long somebody stays in the world, in ms: at least so much, then exponential. The mean is 10 s. */
const LEAST_STAY_MS = 3000;
const MEAN_STAY_EXTRA_MS = 7000;
/** … and away. The mean is 3 s. */
const LEAST_PAUSE_MS = 500;
const MEAN_PAUSE_EXTRA_MS = 2500;
/** The share who come back as somebody whom the server does not know. */
const NEW_SHARE = 0.5;

/** When somebody leaves the world and comes back. */
export class Comings {
  readonly #random: Random;
  readonly #staysOn: boolean;
  #isAway = false;
  #dueMs: number | undefined;

  /** @param staysOn whether they never leave unless they are sent away */
  constructor(random: Random, staysOn: boolean) {
    this.#random = random;
    this.#staysOn = staysOn;
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  /** Whether it is time to leave, or to come back; to be asked often, from the first time in the world on. */
  due(nowMs: number): 'leave' | 'return' | undefined {
    this.#dueMs ??= nowMs + this.#stayMs();
    if (nowMs < this.#dueMs) return undefined;
    if (this.#isAway) {
      this.#isAway = false;
      this.#dueMs = nowMs + this.#stayMs();
      return 'return';
    }
    this.sentAway(nowMs);
    return 'leave';
  }

  /** They are out of the world. */
  sentAway(nowMs: number): void {
    this.#isAway = true;
    this.#dueMs = nowMs + LEAST_PAUSE_MS + exponential(this.#random, MEAN_PAUSE_EXTRA_MS);
  }

  /** Whether they come back as somebody new; asked once for each return. */
  isSomebodyNew(): boolean {
    return !this.#staysOn && this.#random() < NEW_SHARE;
  }

  #stayMs(): number {
    return this.#staysOn ? Number.POSITIVE_INFINITY : LEAST_STAY_MS + exponential(this.#random, MEAN_STAY_EXTRA_MS);
  }
}
