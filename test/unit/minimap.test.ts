import { describe, expect, test } from 'vitest';
import { isGood, paintSquare } from '../../client/ui/square-pictures.ts';
import { FLOORS, LAND, PALETTE, TILE_SHADES } from '../../client/view/art/palette.ts';
import { TILES_PER_SQUARE } from '../../shared/constants.ts';
import { Ground } from '../../shared/ground.ts';
import { createTerrain, GRASS, ROCK, SAND, TREE, WATER } from '../../shared/terrain.ts';
import { BARE, TILE_KINDS } from '../../shared/tiles.ts';

const TILES = TILES_PER_SQUARE * TILES_PER_SQUARE;
const EXPECTED = new Map([
  [GRASS, LAND.grass],
  [SAND, LAND.sand],
  [WATER, LAND.water],
  [TREE, PALETTE.forest],
  [ROCK, LAND.rock],
]);

/** The colours of a painted square, a number 0xRRGGBB to a tile. */
function painted(ground: Ground, sx: number, sy: number): number[] {
  const pixels = new Uint8ClampedArray(4 * TILES);
  paintSquare(ground, sx, sy, pixels);
  return Array.from({ length: TILES }, (_, tile) => {
    const [red = 0, green = 0, blue = 0, alpha] = pixels.subarray(tile * 4, tile * 4 + 4);
    expect(alpha).toBe(255);
    return (red << 16) | (green << 8) | blue;
  });
}

const numberOf = (name: string): number => TILE_KINDS.find((kind) => kind.name === name)?.number ?? BARE;

describe('a square on the map', () => {
  test('has the colour of the ground of each of its tiles, wherever in the world it is', () => {
    const terrain = createTerrain('meadows', 7);
    const seen = new Set<number>();
    for (const [sx, sy] of [
      [0, 0],
      [3, -2],
      [-5, 4],
      [1, 0],
      [2_147_483_647, -2_147_483_648],
    ] as const) {
      const square = terrain.square(sx, sy);
      const colours = painted(new Ground(terrain), sx, sy);
      expect(colours).toEqual([...square].map((kind) => EXPECTED.get(kind as typeof GRASS)));
      for (const kind of square) seen.add(kind);
    }
    expect([...seen].sort()).toEqual([GRASS, SAND, WATER, TREE, ROCK]);
  });

  test('shows what people have built there, and no longer what was taken away', () => {
    const ground = new Ground(createTerrain('flat', 7));
    ground.set(0, 0, 5, numberOf('red wall'), 10);
    ground.set(0, 0, 33, numberOf('path'), 10);
    ground.set(0, 0, 70, numberOf('white paint'), 10);
    const colours = painted(ground, 0, 0);
    expect([colours[5], colours[33], colours[70]]).toEqual([
      TILE_SHADES.red.base,
      FLOORS.earth,
      TILE_SHADES.white.light,
    ]);
    expect(colours.filter((colour) => colour !== LAND.grass)).toHaveLength(3);
    ground.set(0, 0, 5, BARE, 20);
    expect(painted(ground, 0, 0)[5]).toBe(LAND.grass);
  });

  test('is kept as last seen while one is away, and painted anew when all has gone by the time one is back', () => {
    const ground = new Ground(createTerrain('flat', 7));
    expect(isGood(undefined, ground.versionOf(0, 0), false)).toBe(false);
    ground.load(0, 0, [[5, numberOf('red wall')]]);
    const seen = ground.versionOf(0, 0);
    expect(isGood(0, seen, true)).toBe(false);
    expect(isGood(seen, seen, true)).toBe(true);
    ground.drop(0, 0);
    expect(isGood(seen, ground.versionOf(0, 0), false)).toBe(true);
    ground.load(0, 0, []);
    expect(isGood(seen, ground.versionOf(0, 0), true)).toBe(false);
    expect(painted(ground, 0, 0)[5]).toBe(LAND.grass);
    expect(isGood(0, ground.versionOf(0, 0), true)).toBe(true);
  });

  test('tells every kind of tile from the grass', () => {
    const ground = new Ground(createTerrain('flat', 7));
    for (const [tile, { number }] of TILE_KINDS.entries()) ground.set(0, 0, tile, number, 0);
    for (const colour of painted(ground, 0, 0).slice(0, TILE_KINDS.length)) expect(colour).not.toBe(LAND.grass);
  });
});
