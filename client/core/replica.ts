import { TRANSIT_TICKS } from '../../shared/constants.ts';
import { neighbourOf, type Square, type SquareKey, squareKey, squareOrigin } from '../../shared/grid.ts';
import type { Blocked, Motion } from '../../shared/motion.ts';
import { comparePairs, revDistance, revNear } from '../../shared/pair.ts';
import type { Changes, Check, Snapshot } from '../../shared/protocol.ts';
import { eachMotion, readChecks, readEnters, readLeaves } from '../../shared/records.ts';
import type { Observer } from './observer.ts';
import { ShownPlayer } from './shown-player.ts';
import { type Occupant, SquarePicture } from './square-picture.ts';

/** What a replica tells. */
export interface ReplicaObserver extends Pick<Observer, 'entered' | 'left' | 'duplicated'> {
  /** `isNewMotion` is false when the news is another: a crossing on which the motion of before travels along. */
  moved(id: number, generation: number, rev: number, motion: Motion, isNewMotion: boolean): void;
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
  /** While a frame is taken in: players whom a snapshot or a forgotten square has taken away so far. */
  #missing: Set<number> | undefined;
  readonly #blocked: Blocked;
  readonly #observer: ReplicaObserver;

  constructor(blocked: Blocked, observer: ReplicaObserver) {
    this.#blocked = blocked;
    this.#observer = observer;
  }

  /**
   * Takes in a whole frame. Whoever is in none of its pictures goes at its end, and not between one square's and the
   * next one's: squares that are told afresh together may have exchanged their people.
   */
  frame(apply: () => void): void {
    const missing = new Set<number>();
    this.#missing = missing;
    try {
      apply();
    } finally {
      this.#missing = undefined;
      for (const id of missing) {
        const player = this.players.get(id);
        if (player === undefined || player.square !== undefined || this.#inTransit.has(id)) continue;
        if (!this.#showElsewhere(player)) this.#remove(id);
      }
    }
  }

  /** Applies a frame's motions; `tick` is the frame's. */
  motions(records: Uint8Array, tick: number): void {
    eachMotion(records, (record) => {
      const player = this.players.get(record.id);
      const square = player?.square;
      if (player === undefined || square === undefined) return;
      const { occupant } = player;
      const rev = revNear(record.revLow, occupant.rev);
      const distance = revDistance(rev, occupant.rev);
      if (distance === 0) this.#observer.duplicated(record.id);
      if (distance <= 0) return;
      const motion = {
        tick: tick - record.ago,
        x: squareOrigin(square.sx) + record.dx,
        y: squareOrigin(square.sy) + record.dy,
        heading: record.heading,
      };
      square.update(occupant, rev, motion);
      this.#move(player, motion);
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
      const occupant = square.occupantOf(record, tick);
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
    for (const record of readEnters(enters)) square.put(square.occupantOf(record, tick));
    for (const occupant of square.occupants.values()) {
      const player = this.players.get(occupant.id);
      if (player !== undefined && old !== undefined && player.square === old) {
        const order = comparePairs(occupant, player);
        if (order === 0) player.stand(occupant, square);
        // What was shown is no longer so: this pair is older, and another square may hold a newer one.
        if (order < 0) this.#showElsewhere(player);
      }
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

  /** The ground of a square is another than was known: whoever walks there is walked again. */
  reground(sx: number, sy: number): void {
    const square = this.squares.get(squareKey(sx, sy));
    if (square === undefined) return;
    for (const id of square.occupants.keys()) {
      const player = this.players.get(id);
      if (player?.square === square) player.reground();
    }
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
    for (const [id, until] of this.#inTransit) {
      if (tick < until) continue;
      const player = this.players.get(id);
      // A square may know them from before: older news, but they are somewhere.
      if (player === undefined || !this.#showElsewhere(player)) this.#remove(id);
    }
  }

  /** Shows an occupant unless the same player is shown at a higher pair. */
  #show(square: SquarePicture, occupant: Occupant): void {
    const player = this.players.get(occupant.id);
    if (player === undefined) {
      this.players.set(occupant.id, new ShownPlayer(occupant, square, this.#blocked));
      this.#observer.profiled(occupant.id, occupant.profileVersion);
      this.#observer.entered(occupant.id, occupant.generation, occupant.rev);
      return;
    }
    const newer = comparePairs(occupant, player);
    // A leave and its enter share one rev: in transit the same pair is the awaited entry.
    if (newer > 0 || (newer === 0 && player.square === undefined)) this.#stand(player, square, occupant);
  }

  /** Shows a player as this occupant of this square. */
  #stand(player: ShownPlayer, square: SquarePicture, occupant: Occupant): void {
    if (player.square === undefined) this.#inTransit.delete(player.id);
    const isOtherProfile = player.profileVersion !== occupant.profileVersion;
    player.stand(occupant, square);
    if (isOtherProfile) this.#observer.profiled(player.id, occupant.profileVersion);
    this.#move(player, occupant.motion);
  }

  /** Plays a motion from now on, and tells of the news it came with. */
  #move(player: ShownPlayer, motion: Motion): void {
    const isNewMotion = player.move(motion);
    this.#observer.moved(player.id, player.generation, player.rev, motion, isNewMotion);
  }

  /** A player is no longer in a square: shown from another one, kept in transit, or removed. */
  #leave(id: number, square: SquarePicture, rev: number | undefined, to: Square | undefined, tick: number): void {
    const player = this.players.get(id);
    if (player === undefined || player.square !== square || this.#showElsewhere(player)) return;
    if (to !== undefined && rev !== undefined && this.squares.has(squareKey(to.sx, to.sy))) {
      player.depart(rev);
      this.#inTransit.set(id, tick + TRANSIT_TICKS);
    } else if (rev === undefined && this.#missing !== undefined) {
      player.depart(player.rev);
      this.#missing.add(id);
    } else this.#remove(id);
  }

  /** Shows somebody in the square that knows them at the highest pair; false when none does. */
  #showElsewhere(player: ShownPlayer): boolean {
    let where: SquarePicture | undefined;
    let best: Occupant | undefined;
    for (const square of this.squares.values()) {
      const occupant = square.occupants.get(player.id);
      if (occupant === undefined || (best !== undefined && comparePairs(occupant, best) <= 0)) continue;
      where = square;
      best = occupant;
    }
    if (where === undefined || best === undefined) return false;
    this.#stand(player, where, best);
    return true;
  }

  #remove(id: number): void {
    this.#inTransit.delete(id);
    if (this.players.delete(id)) this.#observer.left(id);
  }
}
