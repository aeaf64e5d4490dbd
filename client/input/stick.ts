import { headingTowards, STANDING } from '../../shared/motion.ts';

/** Leaning less than this part of what it took to begin, one stands again: a resting thumb trembles. */
const LEAVE = 0.7;
/** A turn of fewer headings than this is the thumb's trembling. */
const MIN_TURN = 3;
/** Turns are passed on at most this often, in ms: each is a message to the server. */
const TURN_MS = 125;

/**
 * Turns how far a stick leans into a heading. One begins to walk and stops at once; turns come with a measure, and only
 * those that are meant.
 */
export class Stick {
  readonly #deadZone: number;
  #x = 0;
  #y = 0;
  #heading = STANDING;
  #turnedAt = Number.NEGATIVE_INFINITY;

  /** @param deadZone how far it must lean for one to begin to walk, of 1 */
  constructor(deadZone: number) {
    this.#deadZone = deadZone;
  }

  /** How far it leans, from -1 to 1 along each axis; y grows southwards. */
  lean(x: number, y: number): void {
    this.#x = x;
    this.#y = y;
  }

  release(): void {
    this.lean(0, 0);
  }

  /** A heading, or STANDING. To be asked every frame while it leans: a turn that came too soon is made up for. */
  headingAt(nowMs: number): number {
    const isStanding = this.#heading === STANDING;
    const far = Math.hypot(this.#x, this.#y);
    if (far < this.#deadZone * (isStanding ? 1 : LEAVE)) {
      this.#heading = STANDING;
      return STANDING;
    }
    const wanted = headingTowards(this.#x, this.#y);
    if (isStanding || (nowMs - this.#turnedAt >= TURN_MS && turnBetween(wanted, this.#heading) >= MIN_TURN)) {
      this.#heading = wanted;
      this.#turnedAt = nowMs;
    }
    return this.#heading;
  }
}

/** How many headings lie between two of them, the short way round. */
export function turnBetween(a: number, b: number): number {
  const turn = Math.abs(a - b);
  return Math.min(turn, 256 - turn);
}
