import { addHash, occupantHash, subtractHash } from '../../shared/checksum.ts';
import { TRANSIT_TICKS } from '../../shared/constants.ts';
import { neighbourOf, type SquareKey, squareKey, squareOrigin } from '../../shared/grid.ts';
import type { Blocked, Motion } from '../../shared/motion.ts';
import { comparePairs, revDistance } from '../../shared/pair.ts';
import type { Changes, Check, Snapshot } from '../../shared/protocol.ts';
import { type EnterRecord, eachMotion, readChecks, readEnters, readLeaves } from '../../shared/records.ts';
import type { Observer } from './observer.ts';
import { Track } from './track.ts';

/** One player in one square, as the server told. */
export interface Occupant {
  readonly id: number;
  readonly generation: number;
  rev: number;
  motion: Motion;
  readonly look: number;
  readonly profileVersion: number;
}

/** One square of the interest and who is in it. */
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
    this.#checksum = addHash(this.#checksum, hashOf(occupant));
  }

  /** News of an occupant, in place. */
  update(occupant: Occupant, rev: number, motion: Motion): void {
    this.#checksum = subtractHash(this.#checksum, hashOf(occupant));
    occupant.rev = rev;
    occupant.motion = motion;
    this.#checksum = addHash(this.#checksum, hashOf(occupant));
  }

  remove(id: number): void {
    const occupant = this.occupants.get(id);
    if (occupant === undefined) return;
    this.occupants.delete(id);
    this.#checksum = subtractHash(this.#checksum, hashOf(occupant));
  }
}

const hashOf = ({ id, generation, rev }: Occupant): number => occupantHash(id, generation, rev);

/** A player who is shown, once, at the highest pair (G7). */
export interface ShownPlayer {
  readonly id: number;
  generation: number;
  rev: number;
  look: number;
  profileVersion: number;
  /** The square they are shown in; undefined on the way to a square whose `enter` is awaited. */
  square: SquarePicture | undefined;
  readonly track: Track;
}

/** What a replica tells. */
export interface ReplicaObserver extends Pick<Observer, 'entered' | 'left' | 'moved' | 'duplicated'> {
  /** A player is shown whose profile has this version. */
  profiled(id: number, version: number): void;
}

/**
 * A client's picture of the squares in its interest, and out of them of the players shown. Oneself is in it too:
 * checksums cover everybody.
 */
export class Replica {
  readonly squares = new Map<SquareKey, SquarePicture>();
  readonly players = new Map<number, ShownPlayer>();
  /** Players between two squares, and the tick at which waiting ends. */
  readonly #inTransit = new Map<number, number>();
  readonly #blocked: Blocked;
  readonly #observer: ReplicaObserver;

  constructor(blocked: Blocked, observer: ReplicaObserver) {
    this.#blocked = blocked;
    this.#observer = observer;
  }

  /** Applies a frame's motions; `tick` is the frame's. */
  motions(records: Uint8Array, tick: number): void {
    eachMotion(records, (record) => {
      const player = this.players.get(record.id);
      const square = player?.square;
      if (player === undefined || square === undefined) return;
      const occupant = square.occupants.get(record.id);
      if (occupant === undefined || (occupant.generation & 0xff) !== record.generationLow) return;
      const distance = revDistance(record.rev, occupant.rev);
      if (distance === 0) this.#observer.duplicated(record.id);
      if (distance <= 0) return;
      const motion = {
        tick: tick - record.ago,
        x: squareOrigin(square.sx) + record.dx,
        y: squareOrigin(square.sy) + record.dy,
        heading: record.heading,
      };
      square.update(occupant, record.rev, motion);
      player.rev = record.rev;
      player.track.push(motion);
      this.#observer.moved(record.id, occupant.generation, record.rev, motion);
    });
  }

  changes({ sx, sy, enters, leaves }: Changes, tick: number): void {
    const square = this.squares.get(squareKey(sx, sy));
    if (square === undefined) return;
    for (const leave of readLeaves(leaves)) {
      const occupant = square.occupants.get(leave.id);
      if (occupant === undefined || (occupant.generation & 0xff) !== leave.generationLow) continue;
      if (revDistance(leave.rev, occupant.rev) < 0) continue;
      square.remove(leave.id);
      this.#leave(leave.id, square, leave.rev, neighbourOf(square, leave.to), tick);
    }
    for (const record of readEnters(enters)) {
      const occupant = occupantOf(record, square, tick);
      const known = square.occupants.get(record.id);
      const newer = known === undefined ? 1 : comparePairs(occupant, known);
      if (newer === 0) this.#observer.duplicated(record.id);
      if (newer <= 0) continue;
      square.put(occupant);
      this.#show(square, occupant);
    }
  }

  /** Replaces what is known of a square, which from now on is part of the interest. */
  snapshot({ sx, sy, enters }: Snapshot, tick: number): void {
    const key = squareKey(sx, sy);
    const square = new SquarePicture(sx, sy);
    const old = this.squares.get(key);
    this.squares.set(key, square);
    for (const record of readEnters(enters)) square.put(occupantOf(record, square, tick));
    for (const occupant of square.occupants.values()) {
      const player = this.players.get(occupant.id);
      if (player !== undefined && old !== undefined && player.square === old) player.square = square;
      this.#show(square, occupant);
    }
    if (old === undefined) return;
    for (const id of old.occupants.keys()) {
      if (!square.occupants.has(id)) this.#leave(id, old, undefined, undefined, tick);
    }
  }

  forget(sx: number, sy: number, tick: number): void {
    const key = squareKey(sx, sy);
    const square = this.squares.get(key);
    if (square === undefined) return;
    this.squares.delete(key);
    for (const id of square.occupants.keys()) this.#leave(id, square, undefined, undefined, tick);
  }

  /** Compares with the server's checksums; returns the squares that disagree. */
  check({ records }: Check): SquarePicture[] {
    const wrong: SquarePicture[] = [];
    for (const { sx, sy, count, checksum } of readChecks(records)) {
      const square = this.squares.get(squareKey(sx, sy));
      if (square === undefined) continue;
      if (Math.min(square.occupants.size, 0xffff) !== count || square.checksum !== checksum) wrong.push(square);
    }
    return wrong;
  }

  /** Gives up on players whose entry never came. */
  expire(tick: number): void {
    for (const [id, until] of this.#inTransit) if (tick >= until) this.#remove(id);
  }

  /** Shows an occupant unless the same player is shown at a higher pair. */
  #show(square: SquarePicture, occupant: Occupant): void {
    const { id, generation, rev, look, profileVersion, motion } = occupant;
    const player = this.players.get(id);
    if (player === undefined) {
      const track = new Track(motion, this.#blocked);
      this.players.set(id, { id, generation, rev, look, profileVersion, square, track });
      this.#observer.profiled(id, profileVersion);
      this.#observer.entered(id, generation, rev);
      return;
    }
    const newer = comparePairs(occupant, player);
    // A leave and its enter share one rev: in transit the same pair is the awaited entry.
    if (newer < 0 || (newer === 0 && player.square !== undefined)) return;
    this.#inTransit.delete(id);
    player.square = square;
    player.generation = generation;
    player.rev = rev;
    player.look = look;
    if (player.profileVersion !== profileVersion) this.#observer.profiled(id, profileVersion);
    player.profileVersion = profileVersion;
    player.track.push(motion);
    this.#observer.moved(id, generation, rev, motion);
  }

  /** A player is no longer in a square: shown from another one, kept in transit, or removed. */
  #leave(
    id: number,
    square: SquarePicture,
    rev: number | undefined,
    to: { sx: number; sy: number } | undefined,
    tick: number,
  ): void {
    const player = this.players.get(id);
    if (player === undefined || player.square !== square) return;
    let best: [SquarePicture, Occupant] | undefined;
    for (const other of this.squares.values()) {
      const occupant = other.occupants.get(id);
      if (occupant === undefined) continue;
      if (best === undefined || comparePairs(occupant, best[1]) > 0) best = [other, occupant];
    }
    if (best !== undefined) {
      player.square = undefined;
      player.generation = best[1].generation;
      player.rev = best[1].rev;
      this.#show(best[0], best[1]);
    } else if (to !== undefined && rev !== undefined && this.squares.has(squareKey(to.sx, to.sy))) {
      player.square = undefined;
      player.rev = rev;
      this.#inTransit.set(id, tick + TRANSIT_TICKS);
    } else this.#remove(id);
  }

  #remove(id: number): void {
    this.#inTransit.delete(id);
    if (this.players.delete(id)) this.#observer.left(id);
  }
}

const occupantOf = (record: EnterRecord, { sx, sy }: SquarePicture, tick: number): Occupant => ({
  id: record.id,
  generation: record.generation,
  rev: record.rev,
  look: record.look,
  profileVersion: record.profileVersion,
  motion: {
    tick: tick - record.ago,
    x: squareOrigin(sx) + record.dx,
    y: squareOrigin(sy) + record.dy,
    heading: record.heading,
  },
});
