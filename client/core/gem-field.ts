import { type Gem, gemPeriod, gemsOf } from '../../shared/gems.ts';
import { type SquareKey, squareKey } from '../../shared/grid.ts';
import type { Claim, Gems } from '../../shared/protocol.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { tileAtIndex } from '../../shared/tiles.ts';

/** A gem that lies there for the taking. */
export interface GemInSight {
  readonly sx: number;
  readonly sy: number;
  readonly index: number;
  readonly tileX: number;
  readonly tileY: number;
  readonly points: Gem['points'];
}

/** The claims of a square's period: bit `index` of `mask`. */
interface Claims {
  readonly period: number;
  mask: number;
}

/** A square's gems in a period, those that were not claimed when they were worked out. */
interface Lying {
  readonly period: number;
  readonly gems: readonly GemInSight[];
}

/** Which gems lie in the squares of the interest: by rule, less what was claimed. */
export class GemField {
  readonly #terrain: Terrain;
  readonly #most: number;
  readonly #claims = new Map<SquareKey, Claims>();
  readonly #lying = new Map<SquareKey, Lying>();

  /** @param most gems in a square, 0 to MAX_GEMS */
  constructor(terrain: Terrain, most: number) {
    this.#terrain = terrain;
    this.#most = most;
  }

  /** Whether this is the field of a world with such gems. */
  isOf(terrain: Terrain, most: number): boolean {
    return this.#terrain === terrain && this.#most === most;
  }

  told({ sx, sy, period, claimed }: Gems): void {
    this.#claim(squareKey(sx, sy), period, claimed);
  }

  claimed({ sx, sy, period, index }: Claim): void {
    this.#claim(squareKey(sx, sy), period, 2 ** index);
  }

  /** A square has left the interest. */
  forget(sx: number, sy: number): void {
    const key = squareKey(sx, sy);
    this.#claims.delete(key);
    this.#lying.delete(key);
  }

  /** Forgets all squares but these. */
  settle(interest: ReadonlyMap<SquareKey, unknown>): void {
    for (const key of this.#claims.keys()) if (!interest.has(key)) this.#claims.delete(key);
    for (const key of this.#lying.keys()) if (!interest.has(key)) this.#lying.delete(key);
  }

  /** The gems that lie in a square at a tick. */
  lyingIn(sx: number, sy: number, tick: number): readonly GemInSight[] {
    const key = squareKey(sx, sy);
    const period = gemPeriod(this.#terrain.seed, sx, sy, tick);
    const known = this.#lying.get(key);
    if (known?.period === period) return known.gems;
    const claims = this.#claims.get(key);
    const mask = claims?.period === period ? claims.mask : 0;
    const gems = gemsOf(this.#terrain, this.#most, sx, sy, period)
      .filter(({ index }) => (mask & (2 ** index)) === 0)
      .map(({ index, tile, points }) => ({ sx, sy, index, points, ...tileAtIndex(sx, sy, tile) }));
    this.#lying.set(key, { period, gems });
    return gems;
  }

  /** Claims are never taken back, and those of a period that is over say nothing of the next. */
  #claim(key: SquareKey, period: number, mask: number): void {
    const claims = this.#claims.get(key);
    if (claims !== undefined && claims.period > period) return;
    if (claims?.period === period) claims.mask |= mask;
    else this.#claims.set(key, { period, mask });
    this.#lying.delete(key);
  }
}
