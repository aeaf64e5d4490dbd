import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { headingTowards, STANDING } from '../../shared/motion.ts';
import { between, type Random } from './random.ts';

/** Close enough to the destination, in tiles. */
const ARRIVED_TILES = 1.5;
/** The way is looked at this often, in ms. */
const LOOK_MS = 500;
/** Having moved less than this since the last look, in tiles, one is stuck; freely walking makes 2. */
const STUCK_TILES = 0.8;
/** A detour lasts this long, in ms, the more so the more often one got stuck without coming nearer. */
const DETOUR_MS = 700;
const MAX_DETOURS = 6;
/** The time allowed: so many times that of the straight way, and some. */
const PATIENCE = 2;
const SPARE_MS = 6000;
const UNITS_PER_MS = (4 * UNITS_PER_TILE) / 1000;

export type TrekState = 'walking' | 'arrived' | 'given up';

/**
 * The way from the spawn area to a bot's place: straight on; when stuck, aside for a while, to one side and then the
 * other. Given up after a bounded time.
 */
export class Trek {
  readonly #x: number;
  readonly #y: number;
  readonly #random: Random;
  #deadlineMs: number | undefined;
  #lookAtMs = 0;
  #last: { x: number; y: number } | undefined;
  #heading = STANDING;
  #side = 1;
  #detours = 0;
  #nearest = Number.POSITIVE_INFINITY;
  #state: TrekState = 'walking';

  /** @param destination in units */
  constructor(destination: { readonly x: number; readonly y: number }, random: Random) {
    this.#x = destination.x;
    this.#y = destination.y;
    this.#random = random;
  }

  get state(): TrekState {
    return this.#state;
  }

  /** The heading to take at (x, y) units. */
  heading(x: number, y: number, nowMs: number): number {
    const distance = Math.hypot(this.#x - x, this.#y - y);
    this.#deadlineMs ??= nowMs + SPARE_MS + (PATIENCE * distance) / UNITS_PER_MS;
    if (distance < ARRIVED_TILES * UNITS_PER_TILE) this.#state = 'arrived';
    else if (nowMs > this.#deadlineMs) this.#state = 'given up';
    if (this.#state !== 'walking') return STANDING;
    if (nowMs < this.#lookAtMs) return this.#heading;

    const straight = headingTowards(this.#x - x, this.#y - y);
    const moved = this.#last === undefined ? Number.POSITIVE_INFINITY : Math.hypot(x - this.#last.x, y - this.#last.y);
    this.#last = { x, y };
    if (distance < this.#nearest - UNITS_PER_TILE) {
      this.#nearest = distance;
      this.#detours = 0;
    }
    if (moved < STUCK_TILES * UNITS_PER_TILE) {
      this.#detours = Math.min(MAX_DETOURS, this.#detours + 1);
      this.#side = -this.#side;
      const aside = between(this.#random, 32, 96) * this.#side;
      this.#heading = Math.round(straight + aside + 256) % 256;
      this.#lookAtMs = nowMs + DETOUR_MS * this.#detours;
    } else {
      this.#heading = straight;
      this.#lookAtMs = nowMs + LOOK_MS;
    }
    return this.#heading;
  }
}
