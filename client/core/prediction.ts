import { advance, type Blocked, type Motion, sameMotion } from '../../shared/motion.ts';
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
  #pending: Pending[] = [];
  #latest: Motion;
  #acknowledged = 0;
  #sent = 0;

  constructor(motion: Motion, blocked: Blocked) {
    this.#blocked = blocked;
    this.#latest = motion;
    this.#track = new Track(motion, blocked);
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
   * on it, and what is shown blends over.
   */
  acknowledge(n: number, motion: Motion): boolean {
    const expected = this.#pending.find((pending) => pending.n === n);
    this.#acknowledged = Math.max(this.#acknowledged, n);
    this.#pending = this.#pending.filter((pending) => pending.n > n);
    if (expected !== undefined && sameMotion(expected.motion, motion)) return true;
    // Told again what is known already, which a fresh start does.
    if (expected === undefined && this.#pending.length === 0 && sameMotion(this.#latest, motion)) return true;

    this.#latest = motion;
    this.#track.push(motion);
    this.#pending = this.#pending.map(({ n: later, motion: { heading, tick } }) => ({
      n: later,
      motion: this.#turn(this.#latest, heading, tick),
    }));
    return false;
  }

  /** The motion that a heading makes of another from a tick on; shown from now on. */
  #turn(from: Motion, heading: number, tick: number): Motion {
    const motion = { ...advance(from, tick, this.#blocked), heading };
    this.#latest = motion;
    this.#track.push(motion);
    return motion;
  }

  /** Where oneself is shown at a world time in (fractional) ticks. */
  placeAt(worldTick: number): Place {
    return this.#track.placeAt(worldTick);
  }
}
