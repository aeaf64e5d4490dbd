import type { GemInSight } from '../../client/core/gem-field.ts';
import { TILES_PER_SQUARE } from '../../shared/constants.ts';
import { gemPeriod, gemsOf } from '../../shared/gems.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { tileAtIndex } from '../../shared/tiles.ts';

/** A gem, with the period in which it lies there. */
export type ListedGem = GemInSight & { readonly period: number };

export interface GemListOptions {
  readonly terrain: Terrain;
  /** Most gems in a square. */
  readonly most: number;
  readonly atLeast: number;
  /** How many lists they are dealt out to. */
  readonly lists: number;
  /** From the world's beginning on no square may change its gems for so long, in ticks. */
  readonly untilTick: number;
}

/** Squares tried are in rows of so many, beyond the spawn area. */
const ROW = 12;
const FIRST_SQUARE = 3;

/**
 * All gems of so many whole squares as there must be, dealt out to lists; those of a list lie in one square, each
 * near the one before it.
 */
export function gemLists({ terrain, most, atLeast, lists, untilTick }: GemListOptions): ListedGem[][] {
  const tours: ListedGem[][] = [];
  let count = 0;
  for (let i = 0; count < atLeast; i++) {
    const sx = FIRST_SQUARE + (i % ROW);
    const sy = FIRST_SQUARE + Math.floor(i / ROW);
    const period = gemPeriod(terrain.seed, sx, sy, 0);
    if (gemPeriod(terrain.seed, sx, sy, untilTick) !== period) continue;
    const gems = gemsOf(terrain, most, sx, sy, period).map(({ index, tile, points }) => {
      return { sx, sy, period, index, points, ...tileAtIndex(sx, sy, tile) };
    });
    tours.push(tourOf(gems, sx * TILES_PER_SQUARE, sy * TILES_PER_SQUARE));
    count += gems.length;
  }
  return tours.flatMap((tour, i) => {
    const parts = Math.floor(((i + 1) * lists) / tours.length) - Math.floor((i * lists) / tours.length);
    return Array.from({ length: parts }, (_, part) =>
      tour.slice(Math.floor((part * tour.length) / parts), Math.floor(((part + 1) * tour.length) / parts)),
    );
  });
}

/** Always on to the nearest that is left. */
function tourOf(gems: readonly ListedGem[], fromX: number, fromY: number): ListedGem[] {
  const left = [...gems];
  const tour: ListedGem[] = [];
  let [x, y] = [fromX, fromY];
  while (left.length > 0) {
    const away = ({ tileX, tileY }: ListedGem): number => Math.hypot(tileX - x, tileY - y);
    left.sort((a, b) => away(a) - away(b));
    const next = left.shift() as ListedGem;
    tour.push(next);
    [x, y] = [next.tileX, next.tileY];
  }
  return tour;
}
