import { addHash, occupantHash, subtractHash } from '../../shared/checksum.ts';
import { squareOrigin } from '../../shared/grid.ts';
import type { Motion } from '../../shared/motion.ts';
import type { EnterRecord } from '../../shared/records.ts';

/** One player in one square, as the server told. */
export interface Occupant {
  readonly id: number;
  readonly generation: number;
  rev: number;
  motion: Motion;
  readonly look: number;
  readonly profileVersion: number;
  /** Their part of the square's checksum. */
  hash: number;
}

/** One square of the interest and who is in it, with the checksum kept up to date (G8). */
export class SquarePicture {
  readonly sx: number;
  readonly sy: number;
  readonly occupants = new Map<number, Occupant>();
  #checksum = 0;

  constructor(sx: number, sy: number) {
    this.sx = sx;
    this.sy = sy;
  }

  get checksum(): number {
    return this.#checksum;
  }

  put(occupant: Occupant): void {
    this.remove(occupant.id);
    this.occupants.set(occupant.id, occupant);
    this.#checksum = addHash(this.#checksum, occupant.hash);
  }

  /** News of an occupant, in place. */
  update(occupant: Occupant, rev: number, motion: Motion): void {
    this.#checksum = subtractHash(this.#checksum, occupant.hash);
    occupant.rev = rev;
    occupant.motion = motion;
    occupant.hash = occupantHash(occupant.id, occupant.generation, rev);
    this.#checksum = addHash(this.#checksum, occupant.hash);
  }

  remove(id: number): void {
    const occupant = this.occupants.get(id);
    if (occupant === undefined) return;
    this.occupants.delete(id);
    this.#checksum = subtractHash(this.#checksum, occupant.hash);
  }

  /** An entry of this square, told in the frame of a tick. */
  occupantOf({ id, generation, rev, look, profileVersion, dx, dy, heading, ago }: EnterRecord, tick: number): Occupant {
    const motion = { tick: tick - ago, x: squareOrigin(this.sx) + dx, y: squareOrigin(this.sy) + dy, heading };
    return { id, generation, rev, look, profileVersion, motion, hash: occupantHash(id, generation, rev) };
  }
}
