import { describe, expect, it } from 'vitest';
import { spawnPlace, tilePlace } from '../../server/world/spawn.ts';
import { SPAWN_RADIUS_TILES, UNITS_PER_TILE } from '../../shared/constants.ts';
import { MAX_UNITS, tileOf } from '../../shared/grid.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

describe('where people appear', () => {
  it('is a free tile of the spawn area', () => {
    const random = seededRandom(1);
    const { blocked } = createTerrain('meadows', 7);
    for (let i = 0; i < 1000; i++) {
      const { x, y } = spawnPlace(random);
      expect(Math.hypot(x, y)).toBeLessThan(SPAWN_RADIUS_TILES * UNITS_PER_TILE);
      expect(blocked(tileOf(x), tileOf(y))).toBe(false);
    }
  });

  it('is the middle of the tile that was named', () => {
    expect(tilePlace([-3, 1_000_000_000], () => false)).toEqual({ x: -2.5 * 256, y: 1_000_000_000.5 * 256 });
  });

  it('is the nearest free tile when the named one is in a lake', () => {
    const lake = (x: number, y: number): boolean => Math.hypot(x, y) < 5.2;
    const place = tilePlace([1, 0], lake);
    expect(place).toBeDefined();
    const tile = [tileOf(place?.x ?? 0), tileOf(place?.y ?? 0)] as const;
    expect(lake(...tile)).toBe(false);
    for (let x = -9; x <= 9; x++) {
      for (let y = -9; y <= 9; y++) {
        if (!lake(x, y)) expect(Math.hypot(x - 1, y)).toBeGreaterThanOrEqual(Math.hypot(tile[0] - 1, tile[1]));
      }
    }
  });

  it('is the named tile after all when everything around is blocked', () => {
    expect(tilePlace([0, 0], () => true)).toEqual({ x: 128, y: 128 });
  });

  it('is nowhere beyond the edge of the world', () => {
    expect(tilePlace([Math.floor(MAX_UNITS / 256) + 1, 0], () => false)).toBeUndefined();
    expect(tilePlace([Math.floor(MAX_UNITS / 256), 0], () => true)).toBeDefined();
  });
});
