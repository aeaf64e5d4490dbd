import type { Blocked, Motion } from '../../shared/motion.ts';
import type { Occupant, SquarePicture } from './square-picture.ts';
import { Track } from './track.ts';

/** A player who is shown, once, at the highest pair (G7). */
export class ShownPlayer {
  readonly id: number;
  /** The tick of the newest motion told. */
  newestTick: number;
  readonly #blocked: Blocked;
  #occupant: Occupant;
  #square: SquarePicture | undefined;
  /** The rev of the leave after which an entry is awaited. */
  #awaitedRev: number | undefined;
  #track: Track | undefined;

  constructor(occupant: Occupant, square: SquarePicture, blocked: Blocked) {
    this.id = occupant.id;
    this.newestTick = occupant.motion.tick;
    this.#occupant = occupant;
    this.#square = square;
    this.#blocked = blocked;
  }

  /** The square they are shown in; undefined on the way to a square whose `enter` is awaited. */
  get square(): SquarePicture | undefined {
    return this.#square;
  }

  /** What is known of them: in their square, or when they left it. */
  get occupant(): Occupant {
    return this.#occupant;
  }

  get generation(): number {
    return this.#occupant.generation;
  }

  get rev(): number {
    return this.#awaitedRev ?? this.#occupant.rev;
  }

  get look(): number {
    return this.#occupant.look;
  }

  get profileVersion(): number {
    return this.#occupant.profileVersion;
  }

  /** The path to play back. It begins when it is first looked at, so whoever is never drawn costs nothing. */
  get track(): Track {
    this.#track ??= new Track(this.#occupant.motion, this.#blocked);
    return this.#track;
  }

  /** Shows them in a square from now on. */
  stand(occupant: Occupant, square: SquarePicture): void {
    this.#occupant = occupant;
    this.#square = square;
    this.#awaitedRev = undefined;
  }

  /** They have left for a square whose `enter` will come with this rev, or a newer one. */
  depart(rev: number): void {
    this.#square = undefined;
    this.#awaitedRev = rev;
  }

  /** Plays a motion from now on. Returns whether it is newer than all before. */
  move(motion: Motion): boolean {
    this.#track?.push(motion);
    if (motion.tick <= this.newestTick) return false;
    this.newestTick = motion.tick;
    return true;
  }
}
