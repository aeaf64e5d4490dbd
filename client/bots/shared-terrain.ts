import { createTerrain, type Terrain, type TerrainKind } from '../../shared/terrain.ts';

/** The ground for all bots of a process: each kind and seed is computed and cached once, not once a bot. */
export function shareTerrain(): (kind: TerrainKind, seed: number) => Terrain {
  const terrains = new Map<string, Terrain>();
  return (kind, seed) => {
    const key = `${kind} ${seed}`;
    const terrain = terrains.get(key) ?? createTerrain(kind, seed);
    terrains.set(key, terrain);
    return terrain;
  };
}
