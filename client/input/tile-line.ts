/** A tile by its absolute coordinates. */
export interface Tile {
  readonly tileX: number;
  readonly tileY: number;
}

/** A stroke further than this between two looks at the pointer is a jump: only its end counts, in tiles. */
const LONGEST = 64;

/** The tiles from one to another, the first left out: no gaps, also across corners, however fast a pointer went. */
export function tilesBetween(from: Tile, to: Tile): Tile[] {
  const dx = to.tileX - from.tileX;
  const dy = to.tileY - from.tileY;
  const steps = Math.max(Math.abs(dx), Math.abs(dy));
  if (steps > LONGEST) return [to];
  const tiles: Tile[] = [];
  for (let step = 1; step <= steps; step++) {
    tiles.push({
      tileX: from.tileX + Math.round((dx * step) / steps),
      tileY: from.tileY + Math.round((dy * step) / steps),
    });
  }
  return tiles;
}

export const isSameTile = (a: Tile | undefined, b: Tile | undefined): boolean =>
  a?.tileX === b?.tileX && a?.tileY === b?.tileY;
