import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { inWorld } from '../../shared/grid.ts';

/** Newcomers appear within this distance of the middle of the spawn area, in units. */
const SPREAD_UNITS = 6 * UNITS_PER_TILE;

/** A place in the spawn area, evenly spread over a disc. `random` gives numbers from [0, 1). */
export function spawnPlace(random: () => number): { x: number; y: number } {
  const angle = random() * 2 * Math.PI;
  const radius = SPREAD_UNITS * Math.sqrt(random());
  return { x: Math.round(Math.cos(angle) * radius), y: Math.round(Math.sin(angle) * radius) };
}

/** The middle of a named tile, or undefined when it lies beyond the edge of the world. */
export function tilePlace([tileX, tileY]: readonly [number, number]): { x: number; y: number } | undefined {
  const x = tileX * UNITS_PER_TILE + UNITS_PER_TILE / 2;
  const y = tileY * UNITS_PER_TILE + UNITS_PER_TILE / 2;
  return inWorld(x, y) ? { x, y } : undefined;
}
