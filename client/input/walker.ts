import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { headingTowards, STANDING } from '../../shared/motion.ts';

/** A place in units. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Half a tick's way: nearer than this one cannot stop. */
const ARRIVED_UNITS = 26;
/** A target that is dragged about is taken up again from this distance on. */
const FOLLOW_UNITS = UNITS_PER_TILE / 2;
/** The heading is corrected on the way at most this often, in ms: every change is a message. */
const AIM_MS = 300;
/** … and while the target is dragged. */
const DRAG_AIM_MS = 120;
/** Without coming closer for this long the way is blocked, in ms. */
const BLOCKED_MS = 400;
/** A held pointer must turn this far from a blocked way before it is followed again, in headings. */
const NEW_WAY_TURN = 20;
/** What counts as coming closer, in units. */
const PROGRESS_UNITS = 6;

/** Turns keys and a place to go to into a heading. Keys win, and end the way to the place. */
export class Walker {
  #keys = STANDING;
  #target: Place | undefined;
  #isDragged = false;
  #heading = STANDING;
  /** The heading in which the way was blocked, until another way is taken. */
  #givenUp = STANDING;
  #aimedAt = Number.NEGATIVE_INFINITY;
  #nearest = Number.POSITIVE_INFINITY;
  #nearerAt = 0;

  /** Where one is walking to, if anywhere. */
  get target(): Place | undefined {
    return this.#target;
  }

  /** The keys ask for a heading, or STANDING. */
  steer(heading: number): void {
    this.#keys = heading;
    if (heading !== STANDING) this.forget();
  }

  /** Walks to a place in a straight line, from `nowMs` on. */
  walkTo(place: Place, nowMs: number): void {
    if (this.#keys !== STANDING) return;
    this.#target = place;
    this.#givenUp = STANDING;
    this.#isDragged = false;
    this.#aimedAt = Number.NEGATIVE_INFINITY;
    this.#nearest = Number.POSITIVE_INFINITY;
    this.#nearerAt = nowMs;
  }

  /** The place moves under the pointer that is still held. */
  drag(place: Place, own: Place, nowMs: number): void {
    if (this.#keys !== STANDING) return;
    if (this.#target === undefined) {
      if (distance(own, place) < FOLLOW_UNITS || this.#isGivenUp(place, own)) return;
      this.walkTo(place, nowMs);
    } else if (distance(this.#target, place) >= 1) {
      this.#target = place;
      // The way is another one, so what was near before says nothing.
      this.#nearest = Number.POSITIVE_INFINITY;
    }
    this.#isDragged = true;
  }

  /** Stops, whatever asked for walking. */
  stop(): void {
    this.#keys = STANDING;
    this.forget();
  }

  /** The heading to walk with now; `own` is where one is. */
  headingAt(own: Place, nowMs: number): number {
    if (this.#keys !== STANDING) return this.#keys;
    const target = this.#target;
    if (target === undefined) return STANDING;
    const left = distance(own, target);
    if (left < this.#nearest - PROGRESS_UNITS) {
      this.#nearest = left;
      this.#nearerAt = nowMs;
    }
    const passed = left > this.#nearest + PROGRESS_UNITS && this.#nearest < UNITS_PER_TILE / 2;
    const isBlocked = nowMs - this.#nearerAt > BLOCKED_MS;
    if (left <= ARRIVED_UNITS || passed || isBlocked) {
      this.forget();
      if (isBlocked) this.#givenUp = this.#heading;
      return STANDING;
    }
    if (nowMs - this.#aimedAt >= (this.#isDragged ? DRAG_AIM_MS : AIM_MS)) {
      this.#aimedAt = nowMs;
      this.#heading = headingTowards(target.x - own.x, target.y - own.y);
    }
    return this.#heading;
  }

  /** Whether a place lies in the direction that was blocked last. */
  #isGivenUp(place: Place, own: Place): boolean {
    if (this.#givenUp === STANDING) return false;
    const turn = Math.abs(headingTowards(place.x - own.x, place.y - own.y) - this.#givenUp);
    return Math.min(turn, 256 - turn) < NEW_WAY_TURN;
  }

  /** Gives up the place; keys go on. */
  forget(): void {
    this.#target = undefined;
    this.#isDragged = false;
  }
}

const distance = (a: Place, b: Place): number => Math.hypot(a.x - b.x, a.y - b.y);
