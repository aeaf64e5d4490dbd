import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SQUARE, MIN_SQUARE, SPAWN_RADIUS_TILES, TILES_PER_SQUARE } from '../../shared/constants.ts';
import {
  createTerrain,
  GRASS,
  inSpawnArea,
  isBlockedGround,
  latticeHash,
  meadowsGround,
  ROCK,
  SAND,
  TREE,
  valueNoise,
  WATER,
} from '../../shared/terrain.ts';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const tile = fc.oneof(
  fc.integer({ min: -200, max: 200 }),
  fc.integer({ min: MIN_SQUARE * TILES_PER_SQUARE, max: (MAX_SQUARE + 1) * TILES_PER_SQUARE - 1 }),
);
const scale = fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 128, 256);

describe('the lattice hash', () => {
  it('is a u32 for every tile of the world (P-TERR-2)', () => {
    fc.assert(
      fc.property(u32, tile, tile, (seed, x, y) => {
        const hash = latticeHash(seed, x, y);
        expect(Number.isInteger(hash) && hash >= 0 && hash <= 0xffffffff).toBe(true);
      }),
    );
  });

  it('takes a seed as u32, whichever sign a language gives it (P-TERR-2)', () => {
    fc.assert(fc.property(u32, tile, tile, (seed, x, y) => latticeHash(seed | 0, x, y) === latticeHash(seed, x, y)));
  });

  it('tells places apart that share their low 32 bits, and x from y (P-TERR-2)', () => {
    const far = [-16, -1, 0, 1, 15].map((high) => high * 2 ** 32 + 3);
    expect(new Set(far.map((x) => latticeHash(1, x, 4))).size).toBe(far.length);
    expect(new Set(far.map((y) => latticeHash(1, 3, y))).size).toBe(far.length);
    expect(latticeHash(1, 3, 4)).not.toBe(latticeHash(1, 4, 3));
  });

  it('spreads its top byte evenly enough: each value 64 ± 48 times in 16,384 (P-TERR-2)', () => {
    const counts = new Array<number>(256).fill(0);
    for (let y = 0; y < 128; y++) {
      for (let x = 0; x < 128; x++) {
        const top = latticeHash(7, x, y) >>> 24;
        counts[top] = (counts[top] as number) + 1;
      }
    }
    expect(Math.min(...counts)).toBeGreaterThan(16);
    expect(Math.max(...counts)).toBeLessThan(112);
  });
});

describe('value noise', () => {
  it('is a whole number from 0 to 255 and lies among its four corners (P-TERR-3)', () => {
    fc.assert(
      fc.property(u32, tile, tile, scale, (seed, x, y, width) => {
        const value = valueNoise(seed, x, y, width);
        const corners = [0, 1].flatMap((dy) =>
          [0, 1].map((dx) => latticeHash(seed, Math.floor(x / width) + dx, Math.floor(y / width) + dy) >>> 24),
        );
        expect(Number.isInteger(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(Math.min(...corners));
        expect(value).toBeLessThanOrEqual(Math.max(...corners));
      }),
    );
  });

  it('is the top byte of the hash on the lattice itself (P-TERR-3)', () => {
    const cell = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(u32, cell, cell, scale, (seed, x, y, width) => {
        expect(valueNoise(seed, x * width, y * width, width)).toBe(latticeHash(seed, x, y) >>> 24);
      }),
    );
  });
});

describe('the ground', () => {
  it('is the same from every terrain of one seed, however it is asked for (P-TERR-4)', () => {
    fc.assert(
      fc.property(u32, tile, tile, (seed, x, y) => {
        const terrain = createTerrain('meadows', seed);
        const ground = meadowsGround(seed, x, y);
        expect(terrain.groundAt(x, y)).toBe(ground);
        const sx = Math.floor(x / TILES_PER_SQUARE);
        const sy = Math.floor(y / TILES_PER_SQUARE);
        const index = (y - sy * TILES_PER_SQUARE) * TILES_PER_SQUARE + (x - sx * TILES_PER_SQUARE);
        expect(terrain.square(sx, sy)[index]).toBe(ground);
        expect(terrain.blocked(x, y)).toBe(isBlockedGround(ground));
      }),
    );
  });

  it('is right for every square still and again when squares push each other out of the cache', () => {
    const terrain = createTerrain('meadows', 42);
    // Enough of them, in one row and in one column, that some of either share a place in the cache.
    const scattered = Array.from({ length: 250 }, (_, i) => latticeHash(5, i, 0) % 1_000_000);
    const squares = scattered.flatMap((i) => [
      { sx: i, sy: 3 },
      { sx: 3, sy: i },
    ]);
    for (let round = 0; round < 2; round++) {
      for (const { sx, sy } of squares) {
        const x = sx * TILES_PER_SQUARE + 5;
        const y = sy * TILES_PER_SQUARE + 9;
        expect(terrain.groundAt(x, y)).toBe(meadowsGround(42, x, y));
      }
    }
  });

  it('is grass in the whole spawn area, for every seed (P-TERR-5)', () => {
    fc.assert(
      fc.property(u32, (seed) => {
        for (let y = -SPAWN_RADIUS_TILES; y <= SPAWN_RADIUS_TILES; y++) {
          for (let x = -SPAWN_RADIUS_TILES; x <= SPAWN_RADIUS_TILES; x++) {
            if (inSpawnArea(x, y)) expect(meadowsGround(seed, x, y)).toBe(GRASS);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('has a spawn area that is a disc around tile 0,0 (P-TERR-5)', () => {
    const r = SPAWN_RADIUS_TILES;
    for (const [x, y] of [
      [0, 0],
      [r, 0],
      [0, -r],
      [-r, 0],
    ] as const)
      expect(inSpawnArea(x, y)).toBe(true);
    for (const [x, y] of [
      [r + 1, 0],
      [r, 1],
      [-r, -r],
      [2 ** 36, 2 ** 36],
    ] as const) {
      expect(inSpawnArea(x, y)).toBe(false);
    }
  });

  it('water, trees and rock are blocked, grass and sand are not (P-TERR-6)', () => {
    expect([GRASS, SAND, WATER, TREE, ROCK].map(isBlockedGround)).toEqual([false, false, true, true, true]);
  });

  it('is mostly grass in the meadows, with some of everything, for each of several seeds (P-TERR-4)', () => {
    for (const seed of [0, 1, 12345, 0xffffffff]) {
      const terrain = createTerrain('meadows', seed);
      const counts = [0, 0, 0, 0, 0];
      for (let i = 0; i < 144; i++) {
        for (const ground of terrain.square((i % 12) - 6, Math.floor(i / 12) - 6)) {
          counts[ground] = (counts[ground] as number) + 1;
        }
      }
      const total = counts.reduce((a, b) => a + b);
      expect((counts[GRASS] as number) / total).toBeGreaterThan(0.5);
      for (const count of counts) expect(count).toBeGreaterThan(0);
    }
  });

  it('of the flat world is grass everywhere and blocks nobody (P-TERR-1)', () => {
    const terrain = createTerrain('flat', 9);
    fc.assert(
      fc.property(tile, tile, (x, y) => {
        expect(terrain.groundAt(x, y)).toBe(GRASS);
        expect(terrain.blocked(x, y)).toBe(false);
      }),
    );
  });
});
