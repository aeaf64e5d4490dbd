import { TICK_MS } from '../../shared/constants.ts';

/** Bounds of the delay, in ms (M3). */
const MIN_MS = 150;
const MAX_MS = 350;
/** Kept above the oldest age measured, in ms. */
const SPARE_MS = 25;
/** The oldest age of the last so many periods counts. */
const PERIODS = 8;
const PERIOD_MS = 1000;
/** How fast the delay follows: 5 % of elapsed time, which the eye takes for walking a little faster or slower. */
const RATE = 0.05;

/**
 * How far behind world time others are played back: just above the age at which their motions arrive, so that most
 * are known before they are due.
 */
export class PlaybackDelay {
  #ms: number;
  #oldest: number[] = [];
  #periodEnds = 0;
  #updatedAt = 0;

  /** @param ms where it begins: in a new session that of the last one, lest everybody jump */
  constructor(ms = 250) {
    this.#ms = ms;
  }

  get ms(): number {
    return this.#ms;
  }

  /** A motion from `tick` has just been learnt. */
  arrived(tick: number, worldMs: number): void {
    const age = worldMs - tick * TICK_MS;
    const last = this.#oldest.length - 1;
    if (last < 0 || worldMs >= this.#periodEnds) {
      this.#periodEnds = worldMs + PERIOD_MS;
      this.#oldest.push(age);
      if (this.#oldest.length > PERIODS) this.#oldest.shift();
    } else if (age > (this.#oldest[last] as number)) this.#oldest[last] = age;
  }

  update(worldMs: number): void {
    const elapsed = worldMs - this.#updatedAt;
    this.#updatedAt = worldMs;
    if (this.#oldest.length === 0 || elapsed <= 0 || elapsed > PERIOD_MS) return;
    const wanted = Math.min(MAX_MS, Math.max(MIN_MS, Math.max(...this.#oldest) + SPARE_MS));
    const most = elapsed * RATE;
    this.#ms += Math.max(-most, Math.min(most, wanted - this.#ms));
  }
}
