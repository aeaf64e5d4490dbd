import { addHash, occupantHash, subtractHash } from '../../shared/checksum.ts';
import { advance, type Blocked, type Motion, STANDING } from '../../shared/motion.ts';

/** A player in a square, as streams tell it. Never changed in place: news is a new object. */
export interface Occupant {
  readonly id: number;
  readonly generation: number;
  readonly rev: number;
  readonly motion: Motion;
  readonly look: number;
  readonly profileVersion: number;
  readonly name: string;
  /** Neighbour code of the square they came from when this was told, 0 for none. */
  readonly from: number;
}

/**
 * A motion no older than `maxAge` ticks that leads to the same path from there on. What is told to newcomers keeps a
 * little of the past, for they play it back behind world time.
 */
export function rebase(motion: Motion, tick: number, maxAge: number, blocked: Blocked): Motion {
  if (tick - motion.tick <= maxAge) return motion;
  if (motion.heading === STANDING) return { ...motion, tick: tick - maxAge };
  return advance(motion, tick - maxAge, blocked);
}

/** Occupants by id, with the checksum kept up to date (G8). */
export class Occupants {
  readonly #byId = new Map<number, Occupant>();
  #checksum = 0;

  get checksum(): number {
    return this.#checksum;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: number): Occupant | undefined {
    return this.#byId.get(id);
  }

  ids(): IterableIterator<number> {
    return this.#byId.keys();
  }

  values(): IterableIterator<Occupant> {
    return this.#byId.values();
  }

  /**
   * An occupant with a motion no older than `maxAge` ticks, kept that way: whoever walks against a wall for an hour
   * has that hour walked again once, and not for every newcomer who is told of them.
   */
  rebased(occupant: Occupant, tick: number, maxAge: number, blocked: Blocked): Occupant {
    const motion = rebase(occupant.motion, tick, maxAge, blocked);
    if (motion === occupant.motion) return occupant;
    const rebased = { ...occupant, motion };
    // Id, generation and rev are the same, and so is the checksum.
    this.#byId.set(occupant.id, rebased);
    return rebased;
  }

  put(occupant: Occupant): void {
    const { id, generation, rev } = occupant;
    const old = this.#byId.get(id);
    if (old !== undefined) this.#checksum = subtractHash(this.#checksum, occupantHash(id, old.generation, old.rev));
    this.#byId.set(id, occupant);
    this.#checksum = addHash(this.#checksum, occupantHash(id, generation, rev));
  }

  remove(id: number): boolean {
    const old = this.#byId.get(id);
    if (old === undefined) return false;
    this.#byId.delete(id);
    this.#checksum = subtractHash(this.#checksum, occupantHash(id, old.generation, old.rev));
    return true;
  }

  clear(): void {
    this.#byId.clear();
    this.#checksum = 0;
  }
}
