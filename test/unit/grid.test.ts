import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ENTER_MARGIN_TILES,
  LEAVE_MARGIN_TILES,
  MAX_SCREEN_HEIGHT_TILES,
  MAX_SCREEN_WIDTH_TILES,
  MAX_SQUARE,
  MIN_SCREEN_TILES,
  MIN_SQUARE,
  TILES_PER_SQUARE,
  UNITS_PER_SQUARE,
  UNITS_PER_TILE,
} from '../../shared/constants.ts';
import {
  clampScreen,
  inWorld,
  MAX_UNITS,
  MIN_UNITS,
  neighbourCode,
  neighbourOf,
  parseSquareKey,
  rectContains,
  sameRect,
  squareChannel,
  squareIndexOf,
  squareKey,
  squareOrigin,
  squaresOf,
  squaresOnScreen,
  tileOf,
  WORLD_NAME,
} from '../../shared/grid.ts';

const squareIndex = fc.integer({ min: MIN_SQUARE, max: MAX_SQUARE });
/** A coordinate of the world in units, edges and far places included. */
const units = fc.oneof(
  fc.maxSafeInteger().map((n) => Math.max(MIN_UNITS, Math.min(MAX_UNITS, n))),
  fc.tuple(squareIndex, fc.integer({ min: 0, max: UNITS_PER_SQUARE - 1 })).map(([s, u]) => s * UNITS_PER_SQUARE + u),
);
const screenTiles = fc.integer({ min: MIN_SCREEN_TILES, max: MAX_SCREEN_WIDTH_TILES });

describe('positions and squares', () => {
  it('a coordinate lies in the tile and the square whose first unit is the last one not above it (P-UNIT-3)', () => {
    fc.assert(
      fc.property(units, (u) => {
        const tile = tileOf(u);
        expect(tile * UNITS_PER_TILE).toBeLessThanOrEqual(u);
        expect((tile + 1) * UNITS_PER_TILE).toBeGreaterThan(u);
        const square = squareIndexOf(u);
        expect(squareOrigin(square)).toBeLessThanOrEqual(u);
        expect(squareOrigin(square + 1)).toBeGreaterThan(u);
        expect(Math.floor(tile / TILES_PER_SQUARE)).toBe(square);
      }),
    );
  });

  it('division is towards minus infinity, so the unit west of 0 lies in tile and square -1 (P-UNIT-3)', () => {
    expect([tileOf(-1), squareIndexOf(-1)]).toEqual([-1, -1]);
    expect([tileOf(-UNITS_PER_TILE), squareIndexOf(-UNITS_PER_SQUARE)]).toEqual([-1, -1]);
    expect([tileOf(-UNITS_PER_TILE - 1), squareIndexOf(-UNITS_PER_SQUARE - 1)]).toEqual([-2, -2]);
  });

  it('the world is exactly the squares that two int32 can name (P-UNIT-4)', () => {
    expect(squareIndexOf(MIN_UNITS)).toBe(MIN_SQUARE);
    expect(squareIndexOf(MIN_UNITS - 1)).toBe(MIN_SQUARE - 1);
    expect(squareIndexOf(MAX_UNITS)).toBe(MAX_SQUARE);
    expect(squareIndexOf(MAX_UNITS + 1)).toBe(MAX_SQUARE + 1);
    fc.assert(fc.property(units, units, (x, y) => inWorld(x, y)));
    for (const [x, y] of [
      [MIN_UNITS - 1, 0],
      [MAX_UNITS + 1, 0],
      [0, MIN_UNITS - 1],
      [0, MAX_UNITS + 1],
    ] as const) {
      expect(inWorld(x, y)).toBe(false);
    }
  });

  it('a square key names its square and no other', () => {
    fc.assert(
      fc.property(squareIndex, squareIndex, (sx, sy) => {
        expect(parseSquareKey(squareKey(sx, sy))).toEqual({ sx, sy });
      }),
    );
  });

  it('a channel name carries the world and the square', () => {
    expect(squareChannel('main', -2147483648, 2147483647)).toBe('flatlands:main:sq:-2147483648,2147483647');
    fc.assert(
      fc.property(fc.tuple(squareIndex, squareIndex), fc.tuple(squareIndex, squareIndex), (a, b) => {
        const same = a[0] === b[0] && a[1] === b[1];
        expect(squareChannel('w', ...a) === squareChannel('w', ...b)).toBe(same);
      }),
    );
  });

  it('world names are short, lower-case and free of what would break a channel name', () => {
    for (const good of ['main', '0', 'a-b', 'a'.repeat(32)]) expect(WORLD_NAME.test(good)).toBe(true);
    for (const bad of ['', 'A', '-a', 'a:b', 'a*', 'a b', 'a\n', 'ä', 'a'.repeat(33)]) {
      expect(WORLD_NAME.test(bad)).toBe(false);
    }
  });
});

describe('neighbours', () => {
  it('the eight neighbours have the codes 1 to 9 without 5, row by row (P-UNIT-6)', () => {
    const codes = [-1, 0, 1].flatMap((dy) =>
      [-1, 0, 1].map((dx) => neighbourCode({ sx: 7, sy: -3 }, { sx: 7 + dx, sy: -3 + dy })),
    );
    expect(codes).toEqual([1, 2, 3, 4, 0, 6, 7, 8, 9]);
  });

  it('the code 0 names no square (P-UNIT-6)', () => {
    expect(neighbourOf({ sx: 1, sy: 2 }, 0)).toBeUndefined();
  });

  it('a code leads back to the neighbour it was made of, and squares that do not touch have none (P-UNIT-6)', () => {
    const near = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(squareIndex, squareIndex, near, near, (sx, sy, dx, dy) => {
        const to = { sx: sx + dx, sy: sy + dy };
        const code = neighbourCode({ sx, sy }, to);
        const touches = Math.max(Math.abs(dx), Math.abs(dy)) === 1;
        expect(neighbourOf({ sx, sy }, code)).toEqual(touches ? to : undefined);
      }),
    );
  });

  it('a neighbour sees the way back under the opposite code (P-UNIT-6)', () => {
    fc.assert(
      fc.property(squareIndex, squareIndex, fc.constantFrom(1, 2, 3, 4, 6, 7, 8, 9), (sx, sy, code) => {
        const to = neighbourOf({ sx, sy }, code) as { sx: number; sy: number };
        expect(neighbourCode(to, { sx, sy })).toBe(10 - code);
      }),
    );
  });
});

describe('screens', () => {
  it('a claimed screen is rounded up to whole tiles and cut to the cap (P-SCREEN-1)', () => {
    expect(clampScreen(0, 0)).toEqual({ width: MIN_SCREEN_TILES, height: MIN_SCREEN_TILES });
    expect(clampScreen(40.1, 24)).toEqual({ width: 41, height: 24 });
    expect(clampScreen(65_535, 65_535)).toEqual({ width: MAX_SCREEN_WIDTH_TILES, height: MAX_SCREEN_HEIGHT_TILES });
  });

  it('the squares on a screen are those that some point within it lies in (P-SCREEN-2)', () => {
    fc.assert(
      fc.property(units, units, screenTiles, screenTiles, fc.integer({ min: 0, max: 16 }), (x, y, w, h, margin) => {
        const rect = squaresOnScreen(x, y, w, h, margin);
        const halfWidth = (w / 2 + margin) * UNITS_PER_TILE;
        const halfHeight = (h / 2 + margin) * UNITS_PER_TILE;
        for (const [px, py] of [
          [x, y],
          [x - halfWidth, y - halfHeight],
          [x + halfWidth, y + halfHeight],
        ] as const) {
          if (inWorld(px, py)) expect(rectContains(rect, squareIndexOf(px), squareIndexOf(py))).toBe(true);
        }
        // No square more than the screen touches: the squares just outside begin beyond its sides.
        if (rect.left > MIN_SQUARE) expect(squareOrigin(rect.left)).toBeGreaterThan(x - halfWidth - UNITS_PER_SQUARE);
        if (rect.right < MAX_SQUARE) expect(squareOrigin(rect.right + 1)).toBeGreaterThan(x + halfWidth);
        if (rect.top > MIN_SQUARE) expect(squareOrigin(rect.top)).toBeGreaterThan(y - halfHeight - UNITS_PER_SQUARE);
        if (rect.bottom < MAX_SQUARE) expect(squareOrigin(rect.bottom + 1)).toBeGreaterThan(y + halfHeight);
      }),
    );
  });

  it('a square is on the screen from the very unit that touches it (P-SCREEN-2)', () => {
    // Half of a screen of 2 tiles and a margin of 3 tiles: 4 tiles on every side.
    const reach = 4 * UNITS_PER_TILE;
    const touched = (x: number): number[] => {
      const { left, right } = squaresOnScreen(x, 0, 2, 2, 3);
      return [left, right];
    };
    expect(touched(reach)).toEqual([0, 0]);
    expect(touched(reach - 1)).toEqual([-1, 0]);
    expect(touched(UNITS_PER_SQUARE - reach - 1)).toEqual([0, 0]);
    expect(touched(UNITS_PER_SQUARE - reach)).toEqual([0, 1]);
  });

  it('one always has the square one stands in, and never a square beyond the edge (P-SCREEN-2)', () => {
    fc.assert(
      fc.property(units, units, screenTiles, screenTiles, (x, y, w, h) => {
        const rect = squaresOnScreen(x, y, w, h, LEAVE_MARGIN_TILES);
        expect(rectContains(rect, squareIndexOf(x), squareIndexOf(y))).toBe(true);
        expect(Math.min(rect.left, rect.top)).toBeGreaterThanOrEqual(MIN_SQUARE);
        expect(Math.max(rect.right, rect.bottom)).toBeLessThanOrEqual(MAX_SQUARE);
      }),
    );
  });

  it('the leave margin holds every square of the enter margin, so nothing enters and leaves at once (P-SCREEN-3)', () => {
    fc.assert(
      fc.property(units, units, screenTiles, screenTiles, (x, y, w, h) => {
        const enter = squaresOnScreen(x, y, w, h, ENTER_MARGIN_TILES);
        const leave = squaresOnScreen(x, y, w, h, LEAVE_MARGIN_TILES);
        for (const { sx, sy } of squaresOf(enter)) expect(rectContains(leave, sx, sy)).toBe(true);
      }),
    );
  });

  it('a rectangle yields each of its squares once, row by row', () => {
    const rect = { left: -1, top: 3, right: 1, bottom: 4 };
    expect([...squaresOf(rect)].map(({ sx, sy }) => squareKey(sx, sy))).toEqual([
      '-1,3',
      '0,3',
      '1,3',
      '-1,4',
      '0,4',
      '1,4',
    ]);
    expect(sameRect(rect, { ...rect })).toBe(true);
    expect(sameRect(rect, { ...rect, bottom: 5 })).toBe(false);
  });
});
