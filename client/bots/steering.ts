import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import { type Behaviour, createBehaviour, type Turn, tileAtBorder } from './behaviour.ts';
import { middleOf, type Tile, tileAt } from './place.ts';
import type { Role } from './population.ts';
import { Trek } from './trek.ts';

/** What a bot is about. */
type Errand =
  | { readonly kind: 'trek'; readonly trek: Trek }
  | { readonly kind: 'roam'; readonly behaviour: Behaviour; turnAtMs: number | undefined }
  | { readonly kind: 'stand' };

/** The first turns are spread over the mean time between two, in ms. */
const STAGGER_MS = 1000;
const STAND: Errand = { kind: 'stand' };

/** Where a bot goes: to its place, then about its home as its behaviour has it, until it is told to stand. */
export class Steering {
  readonly #role: Role;
  #errand: Errand;
  #gaveUp = false;

  /** @param isInPlace whether it appears at its place, or has to walk there */
  constructor(role: Role, isInPlace: boolean) {
    this.#role = role;
    this.#errand = isInPlace ? this.#roamAround(role.home) : this.#trekHome();
  }

  /** Whether it is where it belongs, or has given up getting there. */
  get isSettled(): boolean {
    return this.#errand.kind !== 'trek';
  }

  get isRoaming(): boolean {
    return this.#errand.kind === 'roam';
  }

  /** Whether it was told to stand. */
  get isStanding(): boolean {
    return this.#errand.kind === 'stand';
  }

  /** Whether it did not get to its place, and stays where it got to. */
  get hasGivenUp(): boolean {
    return this.#gaveUp;
  }

  /** It is where everybody appears. */
  restart(): void {
    if (this.#errand.kind !== 'stand') this.#errand = this.#trekHome();
  }

  stand(): void {
    this.#errand = STAND;
  }

  /** Whether it is time for a turn; on the way to its place it does not matter when that is looked at. */
  isTurnDue(nowMs: number): boolean {
    return this.#errand.kind === 'roam' && nowMs >= (this.#errand.turnAtMs ?? 0);
  }

  /**
   * The heading to take at (x, y) units, or undefined for no change.
   * @param elsewhere asked at each turn for one to make in its place
   */
  heading(
    x: number,
    y: number,
    nowMs: number,
    elsewhere: (x: number, y: number) => Turn | undefined,
  ): number | undefined {
    const errand = this.#errand;
    switch (errand.kind) {
      case 'stand':
        return STANDING;
      case 'trek': {
        const heading = errand.trek.heading(x, y, nowMs);
        if (errand.trek.state === 'walking') return heading;
        const { behaviour, border, home } = this.#role;
        this.#gaveUp = errand.trek.state === 'given up';
        if (!this.#gaveUp) this.#errand = this.#roamAround(home);
        else {
          const here = tileAt(x / UNITS_PER_TILE, y / UNITS_PER_TILE);
          this.#errand = this.#roamAround(behaviour === 'border' ? tileAtBorder(here, border) : here);
        }
        return heading;
      }
      case 'roam': {
        errand.turnAtMs ??= nowMs + this.#role.random() * STAGGER_MS;
        if (nowMs < errand.turnAtMs) return undefined;
        const { heading, forMs } = elsewhere(x, y) ?? errand.behaviour.turn(x, y, nowMs);
        // From when it was due, so that being looked at late does not make turns rarer; but never a burst of them.
        errand.turnAtMs = Math.max(errand.turnAtMs + forMs, nowMs);
        return heading;
      }
    }
  }

  #trekHome(): Errand {
    const { place, random } = this.#role;
    return { kind: 'trek', trek: new Trek(middleOf(place), random) };
  }

  #roamAround(home: Tile): Errand {
    return { kind: 'roam', behaviour: createBehaviour(this.#role.behaviour, home, this.#role), turnAtMs: undefined };
  }
}
