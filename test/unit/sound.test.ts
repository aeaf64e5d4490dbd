import { describe, expect, test } from 'vitest';
import { footingOf } from '../../client/sound/footing.ts';
import {
  envelope,
  type Footing,
  lengthOf,
  loudnessAt,
  recipeOf,
  type SoundDetail,
  type SoundName,
} from '../../client/sound/recipes.ts';
import { MAX_VOICES, Voices } from '../../client/sound/voices.ts';
import { Ground } from '../../shared/ground.ts';
import { createTerrain, GRASS, SAND, WATER } from '../../shared/terrain.ts';
import { TILE_KINDS, tileIndexOf } from '../../shared/tiles.ts';

const FOOTINGS: readonly Footing[] = ['grass', 'sand', 'stone', 'planks', 'shallow'];
const ALL: readonly (readonly [SoundName, SoundDetail])[] = [
  ...FOOTINGS.map((footing) => ['step', { footing }] as const),
  ...[1, 5, 25].map((points) => ['gem', { points }] as const),
  ...(['line', 'whisper', 'build', 'refused', 'emote'] as const).map((name) => [name, {}] as const),
];
const half = (): number => 0.5;

describe('recipes', () => {
  test.each(ALL)('%s %o is short, and begins and ends in silence', (name, detail) => {
    for (const random of [() => 0, half, () => 0.999]) {
      const recipe = recipeOf(name, detail, random);
      expect(lengthOf(recipe)).toBeLessThan(1);
      expect(recipe.reachTiles).toBeGreaterThan(0);
      for (const part of recipe.parts) {
        const [start, top, end] = envelope(part);
        expect(start.level).toBeLessThan(0.001);
        expect(end.level).toBeLessThan(0.001);
        expect(top.level).toBe(part.level);
        // An exponential fall reaches no zero, and needs a way to go.
        expect([start.atS < top.atS, top.atS < end.atS, end.level > 0]).toEqual([true, true, true]);
        expect(Math.min(part.hz, part.toHz)).toBeGreaterThan(40);
        expect(Math.max(part.hz, part.toHz)).toBeLessThan(8000);
      }
    }
  });

  test('a gem that is worth more is brighter', () => {
    const highest = (points: number): number =>
      Math.max(...recipeOf('gem', { points }, half).parts.map(({ hz }) => hz));
    expect(highest(5)).toBeGreaterThan(highest(1));
    expect(highest(25)).toBeGreaterThan(highest(5));
  });

  test('no two grounds sound alike, and no two steps', () => {
    const steps = FOOTINGS.map((footing) => JSON.stringify(recipeOf('step', { footing }, half).parts));
    expect(new Set(steps).size).toBe(FOOTINGS.length);
    expect(recipeOf('step', {}, () => 0.1).parts).not.toEqual(recipeOf('step', {}, () => 0.9).parts);
  });

  test('what is further away is fainter, and beyond its reach not heard', () => {
    const loudness = [0, 2, 5, 8, 9, 400].map((tiles) => loudnessAt(tiles, 9));
    expect(loudness[0]).toBe(1);
    expect(loudness).toEqual([...loudness].sort((a, b) => b - a));
    expect(loudness.slice(-2)).toEqual([0, 0]);
  });
});

describe('voices', () => {
  test('are so many at a time, and the last are kept for oneself', () => {
    const voices = new Voices();
    const others = Array.from({ length: 40 }, (_, i) => voices.admit(`sound ${i}`, 0, 0.5, 0, false));
    expect(others.filter(Boolean).length).toBeLessThan(MAX_VOICES);
    const own = Array.from({ length: 40 }, (_, i) => voices.admit(`sound ${i}`, 0.1, 0.5, 0, true));
    expect(others.filter(Boolean).length + own.filter(Boolean).length).toBe(MAX_VOICES);
    expect(own[0]).toBe(true);
    // The others have ended by then, one's own have not.
    expect(voices.admit('another', 0.55, 0.5, 0, false)).toBe(true);
  });

  test('leave a gap between two of the same sound, and nobody waits for somebody else', () => {
    const voices = new Voices();
    expect(voices.admit('step', 1, 0.1, 0.08, false)).toBe(true);
    expect(voices.admit('step', 1.05, 0.1, 0.08, false)).toBe(false);
    expect(voices.admit('step', 1.05, 0.1, 0.08, true)).toBe(true);
    expect(voices.admit('gem', 1.05, 0.1, 0.08, false)).toBe(true);
    expect(voices.admit('step', 1.09, 0.1, 0.08, false)).toBe(true);
  });
});

describe('footing', () => {
  const terrain = createTerrain('meadows', 7);
  const find = (wanted: number, isByWater: boolean): [number, number] => {
    for (let y = 0; y < 200; y++) {
      for (let x = 0; x < 200; x++) {
        const isBeside = [
          [1, 0],
          [-1, 0],
          [0, 1],
          [0, -1],
        ].some(([dx = 0, dy = 0]) => terrain.groundAt(x + dx, y + dy) === WATER);
        if (terrain.groundAt(x, y) === wanted && isBeside === isByWater) return [x, y];
      }
    }
    throw new Error('there is no such tile');
  };
  const built = (at: readonly [number, number], name: string): Ground => {
    const ground = new Ground(terrain);
    const kind = TILE_KINDS.find((each) => each.name === name)?.number ?? 0;
    const { sx, sy, tile } = tileIndexOf(...at);
    ground.set(sx, sy, tile, kind, 1);
    return ground;
  };

  test('is the ground, wet where water is beside it', () => {
    const ground = new Ground(terrain);
    expect(footingOf(ground, ...find(GRASS, false))).toBe('grass');
    expect(footingOf(ground, ...find(SAND, false))).toBe('sand');
    expect(footingOf(ground, ...find(SAND, true))).toBe('shallow');
    expect(footingOf(ground, ...find(WATER, true))).toBe('shallow');
  });

  test('is what is built on it, but flowers', () => {
    const [grass, water] = [find(GRASS, false), find(WATER, true)];
    expect(footingOf(built(grass, 'path'), ...grass)).toBe('stone');
    expect(footingOf(built(grass, 'red paint'), ...grass)).toBe('stone');
    expect(footingOf(built(grass, 'red flowers'), ...grass)).toBe('grass');
    expect(footingOf(built(water, 'planks'), ...water)).toBe('planks');
  });
});
