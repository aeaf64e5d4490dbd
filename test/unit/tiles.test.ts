import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SQUARE, MIN_SQUARE, SPAWN_RADIUS_TILES, TILES_PER_SQUARE } from '../../shared/constants.ts';
import { inSpawnArea } from '../../shared/terrain.ts';
import {
  BARE,
  isBlockedTile,
  isBuildable,
  isTileKind,
  TILE_COLOURS,
  TILE_KINDS,
  tileAtIndex,
  tileIndexOf,
  tileKind,
} from '../../shared/tiles.ts';

const MAX_TILE = TILES_PER_SQUARE * TILES_PER_SQUARE - 1;
const square = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: MIN_SQUARE, max: MAX_SQUARE }));
const tile = fc.integer({ min: 0, max: MAX_TILE });

describe('kinds of tiles', () => {
  it('have a number and a name that no other has, and a number that fits a byte (P-TILE-2)', () => {
    const numbers = TILE_KINDS.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(new Set(TILE_KINDS.map(({ name }) => name)).size).toBe(numbers.length);
    for (const number of numbers) expect(Number.isInteger(number) && number > BARE && number <= 255).toBe(true);
  });

  it('are found by their number, and 0 and the numbers between are no kinds (P-TILE-2)', () => {
    for (const kind of TILE_KINDS) expect(tileKind(kind.number)).toBe(kind);
    const known = new Set(TILE_KINDS.map(({ number }) => number));
    for (let number = 0; number < 256; number++) {
      expect(tileKind(number) !== undefined).toBe(known.has(number));
      expect(isTileKind(number)).toBe(number === BARE || known.has(number));
    }
  });

  it('paint and walls come in every colour, in one order (P-TILE-2)', () => {
    for (const group of ['paint', 'wall'] as const) {
      const names = TILE_KINDS.filter((kind) => kind.group === group).map(({ name }) => name);
      expect(names).toEqual(TILE_COLOURS.map((colour) => `${colour} ${group}`));
    }
  });

  it('walls block on any ground, paint and floors on none, flowers and the bare ground where the ground does (P-TILE-3)', () => {
    const blocks = (kind: number): [free: boolean, rough: boolean] => [
      isBlockedTile(kind, false),
      isBlockedTile(kind, true),
    ];
    for (const { number, group } of TILE_KINDS) {
      const expected = { wall: [true, true], paint: [false, false], floor: [false, false], flower: [false, true] };
      expect(blocks(number), group).toEqual(expected[group]);
    }
    expect(blocks(BARE)).toEqual([false, true]);
  });

  it('a number of a kind that one does not know leaves the ground as it is (P-TILE-3)', () => {
    for (const number of [9, 16, 200, 255]) {
      expect(tileKind(number)).toBeUndefined();
      expect(isBlockedTile(number, false)).toBe(false);
      expect(isBlockedTile(number, true)).toBe(true);
    }
  });
});

describe('where one can build', () => {
  it('the spawn area and all that touches it cannot be built on (P-TILE-4)', () => {
    const r = SPAWN_RADIUS_TILES + 3;
    for (let y = -r; y <= r; y++) {
      for (let x = -r; x <= r; x++) {
        const beside =
          [x - 1, x, x + 1].some((nx) => inSpawnArea(nx, y)) || inSpawnArea(x, y - 1) || inSpawnArea(x, y + 1);
        if (beside) expect(isBuildable(x, y), `${x},${y}`).toBe(false);
      }
    }
  });

  it('the rim is one tile wide, and everything beyond can be built on, however far (P-TILE-4)', () => {
    const rim = SPAWN_RADIUS_TILES + 1;
    for (const [x, y] of [
      [rim, 0],
      [-rim, 0],
      [0, rim],
      [0, -rim],
    ] as const) {
      expect(isBuildable(x, y)).toBe(false);
      expect(isBuildable(x + Math.sign(x), y + Math.sign(y))).toBe(true);
    }
    fc.assert(
      fc.property(square, square, tile, (sx, sy, index) => {
        const { tileX, tileY } = tileAtIndex(sx, sy, index);
        expect(isBuildable(tileX, tileY)).toBe(Math.hypot(tileX, tileY) > rim);
      }),
    );
  });
});

describe('the index of a tile in its square', () => {
  it('counts row by row from the north-west (P-TILE-1)', () => {
    expect(tileAtIndex(0, 0, 0)).toEqual({ tileX: 0, tileY: 0 });
    expect(tileAtIndex(0, 0, 31)).toEqual({ tileX: 31, tileY: 0 });
    expect(tileAtIndex(0, 0, 32)).toEqual({ tileX: 0, tileY: 1 });
    expect(tileAtIndex(-1, -1, 1023)).toEqual({ tileX: -1, tileY: -1 });
  });

  it('leads to the tile and back, to the edges of the world (P-TILE-1)', () => {
    const edge = fc.constantFrom(MIN_SQUARE, MAX_SQUARE);
    fc.assert(
      fc.property(fc.oneof(square, edge), fc.oneof(square, edge), tile, (sx, sy, index) => {
        const { tileX, tileY } = tileAtIndex(sx, sy, index);
        expect(tileIndexOf(tileX, tileY)).toEqual({ sx, sy, tile: index });
      }),
    );
  });
});
