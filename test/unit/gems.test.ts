import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SQUARE, MIN_SQUARE } from '../../shared/constants.ts';
import { GEM_PERIOD_TICKS, gemPeriod, gemsOf, MAX_GEMS } from '../../shared/gems.ts';
import { createTerrain, isBlockedGround } from '../../shared/terrain.ts';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const square = fc.oneof(fc.integer({ min: -100, max: 100 }), fc.integer({ min: MIN_SQUARE, max: MAX_SQUARE }));
const period = fc.integer({ min: 0, max: Math.ceil(2 ** 32 / GEM_PERIOD_TICKS) });
const most = fc.integer({ min: 0, max: MAX_GEMS });

describe('the periods of gems', () => {
  it('begin with 0 and last for GEM_PERIOD_TICKS each but the first, which may be shorter (P-GEM-2)', () => {
    fc.assert(
      fc.property(u32, square, square, period, (seed, sx, sy, count) => {
        expect(gemPeriod(seed, sx, sy, 0)).toBe(0);
        const tick = count * 1000;
        const now = gemPeriod(seed, sx, sy, tick);
        expect(gemPeriod(seed, sx, sy, tick + GEM_PERIOD_TICKS)).toBe(now + 1);
        expect(gemPeriod(seed, sx, sy, tick + 1) - now).toBeOneOf([0, 1]);
      }),
    );
  });

  it('change in different squares at different times, spread evenly over a period (P-GEM-2)', () => {
    const PARTS = 10;
    const changes = new Array<number>(PARTS).fill(0);
    for (let i = 0; i < 2000; i++) {
      const [sx, sy] = [(i % 50) - 25, Math.floor(i / 50) - 20];
      // The part of the first GEM_PERIOD_TICKS in which the square goes on to its period 1.
      const part = changes.findIndex((_, k) => gemPeriod(7, sx, sy, ((k + 1) * GEM_PERIOD_TICKS) / PARTS) === 1);
      changes[part] = (changes[part] as number) + 1;
    }
    expect(changes.reduce((sum, one) => sum + one)).toBe(2000);
    // 200 on average, with a standard deviation of 13.
    for (const count of changes) expect(Math.abs(count - 200)).toBeLessThan(65);
  });
});

describe('the gems of a square', () => {
  it('are the same from every terrain of one seed, whenever they are asked for (P-GEM-3)', () => {
    const terrain = createTerrain('meadows', 7);
    fc.assert(
      fc.property(most, square, square, period, (count, sx, sy, when) => {
        expect(gemsOf(terrain, count, sx, sy, when)).toEqual(gemsOf(createTerrain('meadows', 7), count, sx, sy, when));
      }),
    );
  });

  it('lie on ground that can be walked on, no two on a tile, each with an index below the most (P-GEM-3)', () => {
    fc.assert(
      fc.property(u32, most, square, square, period, (seed, count, sx, sy, when) => {
        const terrain = createTerrain('meadows', seed);
        const gems = gemsOf(terrain, count, sx, sy, when);
        const ground = terrain.square(sx, sy);
        for (const { tile } of gems) expect(isBlockedGround(ground[tile] as number)).toBe(false);
        expect(new Set(gems.map(({ tile }) => tile)).size).toBe(gems.length);
        const indices = gems.map(({ index }) => index);
        expect(indices).toEqual([...new Set(indices)].sort((a, b) => a - b));
        for (const index of indices) expect(index >= 0 && index < count).toBe(true);
      }),
    );
  });

  it('of a lower most are the first of those of a higher one (P-GEM-3)', () => {
    const terrain = createTerrain('meadows', 12345);
    fc.assert(
      fc.property(most, square, square, period, (count, sx, sy, when) => {
        const all = gemsOf(terrain, MAX_GEMS, sx, sy, when);
        expect(gemsOf(terrain, count, sx, sy, when)).toEqual(all.filter(({ index }) => index < count));
      }),
    );
  });

  it('are others in the next period and in the next square, and with another seed (P-GEM-3)', () => {
    const gems = (seed: number, sx: number, sy: number, when: number): string =>
      JSON.stringify(gemsOf(createTerrain('flat', seed), 8, sx, sy, when));
    const all = [gems(1, 0, 0, 0), gems(1, 0, 0, 1), gems(1, 1, 0, 0), gems(1, 0, 1, 0), gems(2, 0, 0, 0)];
    expect(new Set(all).size).toBe(all.length);
  });

  it('fill the square evenly, and about one in sixteen is worth 25, four in sixteen 5 (P-GEM-3)', () => {
    const terrain = createTerrain('flat', 3);
    const quarters = [0, 0, 0, 0];
    const worth: Record<number, number> = { 1: 0, 5: 0, 25: 0 };
    let total = 0;
    for (let when = 0; when < 400; when++) {
      for (const { tile, points } of gemsOf(terrain, 16, when % 20, -when, when)) {
        const quarter = (tile % 32 < 16 ? 0 : 1) + (tile < 512 ? 0 : 2);
        quarters[quarter] = (quarters[quarter] as number) + 1;
        worth[points] = (worth[points] as number) + 1;
        total++;
      }
    }
    for (const count of quarters) expect(Math.abs(count / total - 1 / 4)).toBeLessThan(0.03);
    expect(Math.abs((worth[25] as number) / total - 1 / 16)).toBeLessThan(0.02);
    expect(Math.abs((worth[5] as number) / total - 4 / 16)).toBeLessThan(0.03);
    expect((worth[1] as number) + (worth[5] as number) + (worth[25] as number)).toBe(total);
  });
});
