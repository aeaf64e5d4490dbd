import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { tileOf } from '../../shared/grid.ts';
import { type Blocked, type Motion, STANDING } from '../../shared/motion.ts';
import type { Person } from './client-options.ts';
import type { Occupant, SquarePicture } from './square-picture.ts';
import { ToldWalk } from './told-walk.ts';
import { Track } from './track.ts';

/** Longest way in one tick along an axis, in units (M1). */
const MAX_STEP_UNITS = 52;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

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
  #told: ToldWalk | undefined;
  readonly #person: Writable<Person>;
  #isNamed = false;

  constructor(occupant: Occupant, square: SquarePicture, blocked: Blocked) {
    this.id = occupant.id;
    this.#person = { id: occupant.id, name: undefined, look: occupant.look, x: 0, y: 0, heading: 0, walking: false };
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

  /** Whether it has been said by what name they are to be shown, or that none is known. */
  get isNamed(): boolean {
    return this.#isNamed;
  }

  /** By what name they are shown from now on; undefined while none is known. */
  name(name: string | undefined): void {
    this.#isNamed = true;
    this.#person.name = name;
  }

  /** Where they are shown at a (fractional) tick, and who they are; good until asked again. */
  showAt(tick: number): Person {
    const person = this.#person;
    person.look = this.#occupant.look;
    this.track.placeInto(person, tick);
    return person;
  }

  /** Where the server's last word puts them at a world time in (fractional) ticks; good until asked again. */
  toldAt(worldTick: number): { readonly x: number; readonly y: number } {
    this.#told ??= new ToldWalk(this.#blocked);
    this.#told.goTo(this.#occupant.motion, worldTick);
    return this.#told;
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

  /** The ground where they walk is another than was known: their path since the last motion is walked again. */
  reground(): void {
    this.#told?.restart();
    const { motion } = this.#occupant;
    if (motion.heading !== STANDING) this.#track?.push(motion);
  }

  /** Whether they are shown on a tile at a tick. */
  isOn(tileX: number, tileY: number, tick: number): boolean {
    // Of most people that can be told without walking their path.
    if (this.#track === undefined && !this.#mayReach(tileX, tileY, tick)) return false;
    const { x, y } = this.track.placeAt(tick);
    return tileOf(x) === tileX && tileOf(y) === tileY;
  }

  #mayReach(tileX: number, tileY: number, tick: number): boolean {
    const { motion } = this.#occupant;
    const walkedUnits = motion.heading === STANDING ? 0 : Math.max(0, tick - motion.tick + 1) * MAX_STEP_UNITS;
    const reach = walkedUnits / UNITS_PER_TILE + 1;
    return Math.abs(tileOf(motion.x) - tileX) <= reach && Math.abs(tileOf(motion.y) - tileY) <= reach;
  }
}
