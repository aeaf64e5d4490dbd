import type { Ground } from '../../shared/ground.ts';
import { SAND, WATER } from '../../shared/terrain.ts';
import { tileKind } from '../../shared/tiles.ts';
import type { Footing } from './recipes.ts';

/** Newer than any tick: what is on a tile in the end. */
const LATEST = Number.MAX_SAFE_INTEGER;
const BESIDE = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/** What feet come down on at a tile. */
export function footingOf(ground: Ground, tileX: number, tileY: number): Footing {
  const built = tileKind(ground.kindAt(tileX, tileY, LATEST));
  if (built?.name === 'planks') return 'planks';
  // Flowers stand in the grass; all else that is built covers it.
  if (built !== undefined && built.group !== 'flower') return 'stone';
  const { terrain } = ground;
  const natural = terrain.groundAt(tileX, tileY);
  if (natural === WATER) return 'shallow';
  if (natural !== SAND) return 'grass';
  return BESIDE.some(([dx, dy]) => terrain.groundAt(tileX + dx, tileY + dy) === WATER) ? 'shallow' : 'sand';
}
