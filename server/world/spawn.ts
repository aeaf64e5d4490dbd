import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { inWorld } from '../../shared/grid.ts';
import type { Terrain } from '../../shared/terrain.ts';

/** Newcomers appear within this distance of the middle of the spawn area, in units. */
const SPREAD_UNITS = 6 * UNITS_PER_TILE;

/** A place in the spawn area, evenly spread over a disc. `random` gives numbers from [0, 1). */
export function spawnPlace(random: () => number): { x: number; y: number } {
  const angle = random() * 2 * Math.PI;
  const radius = SPREAD_UNITS * Math.sqrt(random());
  return { x: Math.round(Math.cos(angle) * radius), y: Math.round(Math.sin(angle) * radius) };
}

/** How far from a named tile that is blocked a free one is looked for, in tiles. */
const SEARCH_TILES = 24;

/**
 * The middle of a named tile, or of the nearest free one when somebody would be stuck there: in a lake one may leave
 * a blocked tile, but not enter the next. Undefined when the tile lies beyond the edge of the world.
 */
export function tilePlace(
  named: readonly [number, number],
  blocked: Terrain['blocked'],
): { x: number; y: number } | undefined {
  if (middleOf(...named) === undefined) return undefined;
  let nearest: { x: number; y: number } | undefined;
  let shortest = Number.POSITIVE_INFINITY;
  for (let ring = 0; ring <= SEARCH_TILES && ring * ring < shortest; ring++) {
    for (let dy = -ring; dy <= ring; dy++) {
      // Of a ring's inner rows only the two ends.
      for (let dx = -ring; dx <= ring; dx += Math.abs(dy) === ring ? 1 : Math.max(1, 2 * ring)) {
        const distance = dx * dx + dy * dy;
        const place = middleOf(named[0] + dx, named[1] + dy);
        if (distance >= shortest || place === undefined || blocked(named[0] + dx, named[1] + dy)) continue;
        shortest = distance;
        nearest = place;
      }
    }
  }
  return nearest ?? middleOf(...named);
}

function middleOf(tileX: number, tileY: number): { x: number; y: number } | undefined {
  const x = tileX * UNITS_PER_TILE + UNITS_PER_TILE / 2;
  const y = tileY * UNITS_PER_TILE + UNITS_PER_TILE / 2;
  return inWorld(x, y) ? { x, y } : undefined;
}
