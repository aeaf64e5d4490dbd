import { describe, expect, it } from 'vitest';
import { GemField } from '../../client/core/gem-field.ts';
import { GEM_PERIOD_TICKS, gemPeriod, gemsOf } from '../../shared/gems.ts';
import type { Claim, Gems } from '../../shared/protocol.ts';
import { createTerrain } from '../../shared/terrain.ts';

const MOST = 32;
const TICK = 100_000;
const terrain = createTerrain('meadows', 7);
const SX = 3;
const SY = -2;
const period = gemPeriod(terrain.seed, SX, SY, TICK);

const newField = (): GemField => new GemField(terrain, MOST);
const indexesIn = (field: GemField, tick = TICK): number[] => field.lyingIn(SX, SY, tick).map(({ index }) => index);
const byRule = (of = period): number[] => gemsOf(terrain, MOST, SX, SY, of).map(({ index }) => index);
const told = (claimed: number, of = period): Gems => ({ type: 'gems', sx: SX, sy: SY, period: of, claimed });
const claim = (index: number, of = period): Claim => ({ type: 'claim', sx: SX, sy: SY, period: of, index, player: 2 });

describe('the gem field', () => {
  it('has the gems of the rule, where they lie', () => {
    const field = newField();
    expect(indexesIn(field)).toEqual(byRule());
    for (const { tileX, tileY, points } of field.lyingIn(SX, SY, TICK)) {
      expect([Math.floor(tileX / 32), Math.floor(tileY / 32)]).toEqual([SX, SY]);
      expect(terrain.blocked(tileX, tileY)).toBe(false);
      expect([1, 5, 25]).toContain(points);
    }
  });

  it('without those that were claimed before one came, and those claimed since; the last bit is one as well', () => {
    const field = newField();
    const all = byRule();
    const [first, second] = all as [number, number];
    const last = all.at(-1) as number;
    indexesIn(field);
    field.told(told((2 ** first + 2 ** 31) >>> 0));
    field.claimed(claim(second));
    field.claimed(claim(last));
    expect(indexesIn(field)).toEqual(all.filter((index) => ![first, second, last, 31].includes(index)));
  });

  it('a claim that is told before the picture of claims stays', () => {
    const field = newField();
    const [first, second] = byRule() as [number, number];
    field.claimed(claim(first));
    field.told(told(2 ** second));
    expect(indexesIn(field)).toEqual(byRule().slice(2));
  });

  it('the next period brings others, which claims of before do not concern', () => {
    const field = newField();
    field.told(told(0xffff_ffff));
    expect(indexesIn(field)).toEqual([]);
    const later = TICK + GEM_PERIOD_TICKS;
    expect(indexesIn(field, later)).toEqual(byRule(period + 1));
    const [first] = byRule(period + 1) as [number];
    field.claimed(claim(first, period + 1));
    // Late news of the period that is over.
    field.claimed(claim(5));
    field.told(told(0xffff_ffff));
    expect(indexesIn(field, later)).toEqual(byRule(period + 1).slice(1));
  });

  it('works the gems out once for a period, and again after a claim', () => {
    const field = newField();
    const gems = field.lyingIn(SX, SY, TICK);
    expect(field.lyingIn(SX, SY, TICK + 1)).toBe(gems);
    field.claimed(claim(gems[0]?.index as number));
    expect(field.lyingIn(SX, SY, TICK + 1)).toEqual(gems.slice(1));
  });

  it('forgets the claims of squares that left the interest', () => {
    const field = newField();
    field.told(told(0xffff_ffff));
    field.settle(new Map([[`${SX},${SY}`, {}]]));
    expect(indexesIn(field)).toEqual([]);
    field.settle(new Map());
    expect(indexesIn(field)).toEqual(byRule());
    field.told(told(0xffff_ffff));
    field.forget(SX, SY);
    expect(indexesIn(field)).toEqual(byRule());
  });

  it('is empty where the world has no gems', () => {
    expect(new GemField(terrain, 0).lyingIn(SX, SY, TICK)).toEqual([]);
  });
});
