import { TILES_PER_SQUARE } from './constants.ts';
import { isBlockedGround, latticeHash, type Terrain } from './terrain.ts';

/** Gems lie for this long before others take their place, in ticks: ten minutes. */
export const GEM_PERIOD_TICKS = 12_000;
/** Most gems in a square at a time: their claims fit a u32. */
export const MAX_GEMS = 32;

/** Something to be found; which one it is in its square and period, its index says. */
export interface Gem {
  /** 0 to MAX_GEMS - 1. */
  readonly index: number;
  /** In the square, row by row: 0 to 1023. */
  readonly tile: number;
  /** What claiming it scores. */
  readonly points: GemPoints;
}

export type GemPoints = 1 | 5 | 25;

// Seeds of their own, so that gems have nothing to do with hills and trees.
const PLACES = 0x67656d73;
const PHASES = 0x70686173;

/**
 * The period of a square's gems at a tick. Squares change theirs at different times, spread evenly over a period, so
 * that the world's gems do not all change at once. All begin with period 0.
 */
export function gemPeriod(seed: number, sx: number, sy: number, tick: number): number {
  const ahead = latticeHash(seed ^ PHASES, sx, sy) % GEM_PERIOD_TICKS;
  return Math.floor((tick + ahead) / GEM_PERIOD_TICKS);
}

/**
 * The gems of a square in a period, by rule. Of `most` places, drawn evenly over the square, those hold a gem whose
 * ground can be walked on and that none before has taken. About one in sixteen is worth 25, four in sixteen 5.
 * @param most 0 to MAX_GEMS
 */
export function gemsOf(terrain: Terrain, most: number, sx: number, sy: number, period: number): Gem[] {
  const gems: Gem[] = [];
  const ground = terrain.square(sx, sy);
  const taken = new Set<number>();
  const base = latticeHash(latticeHash(terrain.seed ^ PLACES, sx, sy), period, 0);
  for (let index = 0; index < most; index++) {
    const hash = latticeHash(base, index, 1);
    const tile = hash % (TILES_PER_SQUARE * TILES_PER_SQUARE);
    if (taken.has(tile) || isBlockedGround(ground[tile] as number)) continue;
    taken.add(tile);
    const luck = hash >>> 28;
    gems.push({ index, tile, points: luck === 0 ? 25 : luck < 5 ? 5 : 1 });
  }
  return gems;
}
