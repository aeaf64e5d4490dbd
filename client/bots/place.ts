import { UNITS_PER_TILE } from '../../shared/constants.ts';
import type { Blocked } from '../../shared/motion.ts';
import { between, type Random, shuffled } from './random.ts';

/** A tile. */
export interface Tile {
  readonly tileX: number;
  readonly tileY: number;
}

/** The middle of a tile, in units. */
export const middleOf = ({ tileX, tileY }: Tile): { x: number; y: number } => ({
  x: (tileX + 0.5) * UNITS_PER_TILE,
  y: (tileY + 0.5) * UNITS_PER_TILE,
});

/** A tile from a place in fractional tiles. */
export const tileAt = (x: number, y: number): Tile => ({ tileX: Math.floor(x), tileY: Math.floor(y) });

/**
 * Places for `count` players, evenly at random over a square region around tile 0,0: one in each cell of a raster,
 * anywhere in the cell, so that there are no clusters and no gaps.
 * @param tilesEach how many tiles of the region there are for each player
 */
export function spreadOut(count: number, tilesEach: number, random: Random): Tile[] {
  const side = Math.sqrt(count * tilesEach);
  const cells = Math.ceil(Math.sqrt(count));
  const width = side / cells;
  const all = Array.from({ length: cells * cells }, (_, i) => i);
  return shuffled(all, random)
    .slice(0, count)
    .map((cell) => {
      const column = cell % cells;
      const row = Math.floor(cell / cells);
      return tileAt((column + random()) * width - side / 2, (row + random()) * width - side / 2);
    });
}

/** Places for `count` players at random in a rectangle around tile 0,0. */
export const gathered = (count: number, widthTiles: number, heightTiles: number, random: Random): Tile[] =>
  Array.from({ length: count }, () =>
    tileAt(between(random, -widthTiles / 2, widthTiles / 2), between(random, -heightTiles / 2, heightTiles / 2)),
  );

/** How far a free tile is looked for, in tiles. */
const SEARCH_TILES = 24;
/** Places are chosen on the terrain, before anybody has built on it. */
const BEGINNING = 0;

/** The tile itself when it is free to enter, else a nearest free one; the tile itself when there is none about. */
export function freeNear(tile: Tile, blocked: Blocked): Tile {
  for (let ring = 0; ring <= SEARCH_TILES; ring++) {
    for (let dy = -ring; dy <= ring; dy++) {
      const isEdgeRow = Math.abs(dy) === ring;
      for (let dx = -ring; dx <= ring; dx += isEdgeRow || ring === 0 ? 1 : 2 * ring) {
        const near = { tileX: tile.tileX + dx, tileY: tile.tileY + dy };
        if (!blocked(near.tileX, near.tileY, BEGINNING)) return near;
      }
    }
  }
  return tile;
}
