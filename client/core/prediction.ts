import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { squareIndexOf } from '../../shared/grid.ts';
import { advance, type Blocked, type Motion, STANDING, sameMotion } from '../../shared/motion.ts';
import { ToldWalk } from './told-walk.ts';
import { type Place, Track } from './track.ts';

/** An input on its way, with the motion it is expected to become. */
interface Pending {
  readonly n: number;
  readonly motion: Motion;
}

/** Inputs kept while unacknowledged: three seconds of one every tick. The oldest is given up beyond that. */
const MAX_PENDING = 64;

/**
 * One's own player, shown at once (M2) and reconciled with what the server acknowledges (M5).
 */
export class Prediction {
  readonly #blocked: Blocked;
  readonly #track: Track;
  readonly #told: ToldWalk;
  #pending: Pending[] = [];
  /** The server's last word, or what it agreed with: what is pending follows from it. */
  #base: Motion;
  #latest: Motion;
  #acknowledged = 0;
  #sent = 0;

  constructor(motion: Motion, blocked: Blocked) {
    this.#blocked = blocked;
    this.#base = motion;
    this.#latest = motion;
    this.#track = new Track(motion, blocked);
    this.#told = new ToldWalk(blocked);
  }

  /** The heading last asked for. */
  get heading(): number {
    return this.#latest.heading;
  }

  /** The tick of the last input, or of the motion given by the server. */
  get tick(): number {
    return this.#latest.tick;
  }

  /** Inputs sent and not yet acknowledged. */
  get inFlight(): number {
    return this.#pending.length;
  }

  /** How many inputs the server has acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Walks with a heading from a tick on; returns the input's number and stamp for sending. */
  walk(heading: number, tick: number): { n: number; tick: number } {
    const motion = this.#turn(this.#latest, heading, tick);
    this.#sent++;
    this.#pending.push({ n: this.#sent, motion });
    if (this.#pending.length > MAX_PENDING) this.#pending.shift();
    return { n: this.#sent, tick: motion.tick };
  }

  /**
   * Takes in the server's motion after input `n`. True when it was as predicted; else everything since is replayed
   * on it, and what is shown blends over. The server may tell a motion from a later tick on, as it does when the ground
   * nearby changes (M6): it is as predicted when the path leads there.
   */
  acknowledge(n: number, motion: Motion): boolean {
    const isKnown = n <= this.#acknowledged;
    const expected = isKnown ? this.#base : this.#pending.find((pending) => pending.n === n)?.motion;
    this.#acknowledged = Math.max(this.#acknowledged, n);
    this.#pending = this.#pending.filter((pending) => pending.n > n);
    if (expected !== undefined && sameMotion(advance(expected, motion.tick, this.#blocked), motion)) {
      const next = this.#pending[0];
      // An input that is stamped before that tick still follows on the path from before it.
      this.#base = next === undefined || next.motion.tick >= motion.tick ? motion : expected;
      if (next === undefined) this.#latest = motion;
      return true;
    }
    this.#base = motion;
    this.#replay();
    return false;
  }

  /**
   * The ground of a square is another than was known, from a tick on: what has been walked over it since is walked
   * again.
   */
  reground(sx: number, sy: number, tick: number): void {
    this.#told.restart();
    if (this.#base.heading === STANDING && this.#pending.length === 0) return;
    if (tick > this.#track.tick + 1 && tick > this.#latest.tick) return;
    if (this.#comesNear(sx, sy)) this.#replay();
  }

  /** Whether the path since the server's last word comes near a square. */
  #comesNear(sx: number, sy: number): boolean {
    const spots = [this.#base, this.#track.spot, ...this.#pending.map(({ motion }) => motion)];
    // Between two turns a path leads one way along each axis, so it stays in the box of its ends.
    const isBetween = (ends: readonly number[], index: number): boolean =>
      squareIndexOf(Math.min(...ends) - UNITS_PER_TILE) <= index &&
      squareIndexOf(Math.max(...ends) + UNITS_PER_TILE) >= index;
    return (
      isBetween(
        spots.map(({ x }) => x),
        sx,
      ) &&
      isBetween(
        spots.map(({ y }) => y),
        sy,
      )
    );
  }

  /** Applies what is pending to the server's last word. */
  #replay(): void {
    this.#latest = this.#base;
    this.#track.push(this.#base);
    this.#pending = this.#pending.map(({ n, motion: { heading, tick } }) => ({
      n,
      motion: this.#turn(this.#latest, heading, tick),
    }));
  }

  /** The motion that a heading makes of another from a tick on; shown from now on. */
  #turn(from: Motion, heading: number, tick: number): Motion {
    const motion = { ...advance(from, tick, this.#blocked), heading };
    this.#latest = motion;
    this.#track.push(motion);
    return motion;
  }

  /** Where the server's last word puts oneself at a world time in (fractional) ticks; good until asked again. */
  toldAt(worldTick: number): { readonly x: number; readonly y: number } {
    this.#told.goTo(this.#base, worldTick);
    return this.#told;
  }

  /** Where oneself is shown at a world time in (fractional) ticks. */
  placeAt(worldTick: number): Place {
    return this.#track.placeAt(worldTick);
  }
}
