import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { type Blocked, type Body, type Motion, STANDING, step } from '../../shared/motion.ts';

/** Where somebody is shown: units, fractional between ticks. */
export interface Place {
  x: number;
  y: number;
  /** The way they face, 0–255; the last one when standing. */
  heading: number;
  walking: boolean;
}

/** Motions waiting to be reached; the oldest is dropped beyond this, which only a hidden tab reaches. */
const MAX_WAITING = 16;
/** Over how many ticks a difference between what was shown and what is true is taken back. */
const BLEND_TICKS = 4;
/** A difference beyond this is a teleport and snaps, in units. */
const SNAP_UNITS = 3 * UNITS_PER_TILE;
/** After a pause of this many ticks nothing is blended: what is shown is the present (M4). */
const PAUSE_TICKS = 20;

/**
 * A player's path, played along motions (M3). The cursor stands at a whole tick and moves by the shared rule; between
 * ticks the place is interpolated. News from before the cursor, and jumps between motions, are blended.
 */
export class Track {
  readonly #blocked: Blocked;
  #waiting: Motion[] = [];
  #tick: number;
  readonly #body: Body;
  /** One step ahead of the cursor, for the place between ticks. */
  readonly #ahead: Body;
  #facing: number;
  #shownAt: number;
  #offsetX = 0;
  #offsetY = 0;
  #offsetFrom = 0;

  constructor(motion: Motion, blocked: Blocked) {
    this.#blocked = blocked;
    this.#tick = motion.tick;
    this.#body = { x: motion.x, y: motion.y, heading: motion.heading };
    this.#ahead = { ...this.#body };
    this.#facing = motion.heading === STANDING ? 64 : motion.heading;
    this.#shownAt = motion.tick;
    this.#lookAhead();
  }

  /** The tick that the path has been walked to. */
  get tick(): number {
    return this.#tick;
  }

  /** Where it has led by then, in units. */
  get spot(): { readonly x: number; readonly y: number } {
    return this.#body;
  }

  /** Takes in a newer motion: it replaces whatever was to come at or after its tick. */
  push(motion: Motion): void {
    while (this.#waiting.length > 0 && (this.#waiting.at(-1) as Motion).tick >= motion.tick) this.#waiting.pop();
    if (motion.tick > this.#tick) {
      this.#waiting.push(motion);
      if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
      return;
    }
    const cursor = this.#tick;
    const x = this.#bareX(this.#shownAt);
    const y = this.#bareY(this.#shownAt);
    this.#take(motion);
    this.#walkTo(cursor);
    this.#lookAhead();
    this.#blend(x - this.#bareX(this.#shownAt), y - this.#bareY(this.#shownAt), this.#shownAt);
  }

  /** Where the player is shown at a world time in (fractional) ticks; time does not go back. */
  placeAt(worldTick: number): Place {
    const place = { x: 0, y: 0, heading: 0, walking: false };
    this.placeInto(place, worldTick);
    return place;
  }

  /** The same, written over another place: of a thousand people nothing is thrown away in a frame. */
  placeInto(place: Place, worldTick: number): void {
    const tick = Math.floor(worldTick);
    if (tick > this.#tick) this.#advanceTo(tick);
    this.#shownAt = Math.max(worldTick, this.#tick);
    place.x = this.#bareX(this.#shownAt);
    place.y = this.#bareY(this.#shownAt);
    place.heading = this.#facing;
    place.walking = this.#body.heading !== STANDING;
    if (this.#offsetX === 0 && this.#offsetY === 0) return;
    const left = 1 - (this.#shownAt - this.#offsetFrom) / BLEND_TICKS;
    if (left <= 0) return;
    place.x += this.#offsetX * left;
    place.y += this.#offsetY * left;
  }

  #advanceTo(tick: number): void {
    const paused = tick - this.#tick > PAUSE_TICKS;
    while (this.#waiting.length > 0 && (this.#waiting[0] as Motion).tick <= tick) {
      const motion = this.#waiting.shift() as Motion;
      // After a pause the way up to the motion is nobody's business: its place is the truth.
      if (paused) {
        this.#take(motion);
        continue;
      }
      this.#walkTo(motion.tick);
      const x = this.#body.x;
      const y = this.#body.y;
      this.#take(motion);
      this.#blend(x - motion.x, y - motion.y, motion.tick);
    }
    this.#walkTo(tick);
    this.#lookAhead();
    if (paused) {
      this.#offsetX = 0;
      this.#offsetY = 0;
    }
  }

  #take(motion: Motion): void {
    this.#tick = motion.tick;
    this.#body.x = motion.x;
    this.#body.y = motion.y;
    this.#body.heading = motion.heading;
    if (motion.heading !== STANDING) this.#facing = motion.heading;
  }

  #walkTo(tick: number): void {
    while (this.#tick < tick) step(this.#body, this.#blocked, ++this.#tick);
  }

  #lookAhead(): void {
    this.#ahead.x = this.#body.x;
    this.#ahead.y = this.#body.y;
    this.#ahead.heading = this.#body.heading;
    step(this.#ahead, this.#blocked, this.#tick + 1);
  }

  /** The place without blending. */
  #bareX(worldTick: number): number {
    return this.#body.x + (this.#ahead.x - this.#body.x) * this.#fractionAt(worldTick);
  }

  #bareY(worldTick: number): number {
    return this.#body.y + (this.#ahead.y - this.#body.y) * this.#fractionAt(worldTick);
  }

  /** How far a world time lies on the way from the cursor to the tick after it. */
  #fractionAt(worldTick: number): number {
    return Math.max(0, Math.min(1, worldTick - this.#tick));
  }

  /** Adds a difference to what is still being blended, from a world time on. */
  #blend(dx: number, dy: number, from: number): void {
    if (dx === 0 && dy === 0) return;
    const left = Math.max(0, 1 - (from - this.#offsetFrom) / BLEND_TICKS);
    this.#offsetX = this.#offsetX * left + dx;
    this.#offsetY = this.#offsetY * left + dy;
    this.#offsetFrom = from;
    if (Math.hypot(this.#offsetX, this.#offsetY) > SNAP_UNITS) {
      this.#offsetX = 0;
      this.#offsetY = 0;
    }
  }
}
