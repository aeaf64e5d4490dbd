import { TICK_MS } from '../../shared/constants.ts';

/** Bounds of the delay at the usual rhythm, in ms (M3, P-PICT-12). */
const MIN_MS = 150;
const MAX_MS = 350;
/** The usual rhythm: news at least this often, in ms. By what it comes more seldom than that, both bounds are higher. */
const USUAL_MS = 100;
/** Where the delay begins when nothing is known, above the rhythm, in ms. */
const FIRST_MS = 150;
/** Kept above the oldest age measured, in ms. */
const SPARE_MS = 25;
/** The oldest age of the last so many periods counts. */
const PERIODS = 8;
const PERIOD_MS = 1000;
/** How fast the delay follows: 5 % of elapsed time, which the eye takes for walking a little faster or slower. */
const RATE = 0.05;
/** The same when the server has said that news will come more seldom: late news would look worse than a slower walk. */
const HURRIED_RATE = 0.15;

/** The oldest age in a period, in ms, and the rhythm in which that news came. */
interface Oldest {
  age: number;
  readonly everyMs: number;
}

/**
 * How far behind world time others are played back: just above the age at which their motions arrive, so that most
 * are known before they are due.
 */
export class PlaybackDelay {
  #ms: number;
  #everyMs: number;
  #oldest: Oldest[] = [];
  #periodEnds = 0;
  #updatedAt = 0;
  #isHurried: boolean;

  /**
   * @param everyMs the rhythm of news to begin with, in ms
   * @param ms where it begins: in a new session that of the last one, lest everybody jump
   */
  constructor(everyMs = USUAL_MS, ms = everyMs + FIRST_MS) {
    this.#everyMs = everyMs;
    this.#ms = ms;
    this.#isHurried = ms < this.#least;
  }

  get ms(): number {
    return this.#ms;
  }

  /** News comes this seldom from now on, in ms. */
  paced(everyMs: number): void {
    if (everyMs > this.#everyMs) this.#isHurried = true;
    this.#everyMs = everyMs;
    // What comes now says how old news is in this rhythm.
    this.#periodEnds = 0;
  }

  /** A motion from `tick` has just been learnt. */
  arrived(tick: number, worldMs: number): void {
    const age = worldMs - tick * TICK_MS;
    const last = this.#oldest.at(-1);
    if (last === undefined || worldMs >= this.#periodEnds) {
      this.#periodEnds = worldMs + PERIOD_MS;
      this.#oldest.push({ age, everyMs: this.#everyMs });
      if (this.#oldest.length > PERIODS) this.#oldest.shift();
    } else if (age > last.age) last.age = age;
  }

  update(worldMs: number): void {
    const elapsed = worldMs - this.#updatedAt;
    this.#updatedAt = worldMs;
    if (elapsed <= 0 || elapsed > PERIOD_MS) return;
    const wanted = this.#wanted;
    const up = elapsed * (this.#isHurried ? HURRIED_RATE : RATE);
    this.#ms += Math.max(-elapsed * RATE, Math.min(up, wanted - this.#ms));
    if (this.#ms >= wanted) this.#isHurried = false;
  }

  get #wanted(): number {
    let wanted = this.#oldest.length === 0 ? this.#ms : 0;
    for (const { age, everyMs } of this.#oldest) {
      // What came in a quicker rhythm would be older by as much in this one. Where it is quicker now, what was measured
      // counts until it is forgotten: it may have been of people near, whose news came more often all along.
      wanted = Math.max(wanted, age + Math.max(0, this.#everyMs - everyMs) + SPARE_MS);
    }
    return Math.min(this.#least + MAX_MS - MIN_MS, Math.max(this.#least, wanted));
  }

  /** What comes every so many ms is up to that old when it comes. */
  get #least(): number {
    return MIN_MS + Math.max(0, this.#everyMs - USUAL_MS);
  }
}
