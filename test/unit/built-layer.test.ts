import { beforeEach, describe, expect, test } from 'vitest';
import { BuiltMap, type TilePlace } from '../../client/view/built-map.ts';
import { BuiltSquare } from '../../client/view/built-square.ts';
import { MAX_SQUARE, TILES_PER_SQUARE } from '../../shared/constants.ts';
import type { SquareRect } from '../../shared/grid.ts';
import { Ground } from '../../shared/ground.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { BARE, tileIndexOf } from '../../shared/tiles.ts';

const [RED_PAINT, RED_WALL, PATH] = [4, 20, 33] as const;
/** Squares 0,0 and 1,0. */
const WANT: SquareRect = { left: 0, top: 0, right: 1, bottom: 0 };
const KEEP: SquareRect = { left: -1, top: -1, right: 2, bottom: 1 };
const ELSEWHERE: SquareRect = { left: 40, top: 0, right: 41, bottom: 0 };

let ground: Ground;
let map: BuiltMap;

beforeEach(() => {
  ground = new Ground(createTerrain('flat', 7));
  map = new BuiltMap();
});

function build(tileX: number, tileY: number, kind: number, tick = 0): void {
  const { sx, sy, tile } = tileIndexOf(tileX, tileY);
  ground.set(sx, sy, tile, kind, tick);
}

/** The changes after one more frame, sorted. */
function changes(want = WANT, keep = KEEP): string[] {
  map.update(ground, want, keep);
  return map.changes.map(({ tileX, tileY }: TilePlace) => `${tileX},${tileY}`).sort();
}

describe('the map of what is built', () => {
  test('tells each change once, in the frame after it', () => {
    expect(changes()).toEqual([]);
    build(5, 6, RED_PAINT);
    expect(changes()).toEqual(['5,6']);
    expect(map.kindAt(5, 6)).toBe(RED_PAINT);
    expect(changes()).toEqual([]);
  });

  test('tells nothing of an edit that leaves everything as it is', () => {
    build(5, 6, RED_PAINT);
    changes();
    build(5, 6, RED_PAINT);
    expect(changes()).toEqual([]);
  });

  test('shows the newest kind, also when it counts only from a coming tick on', () => {
    build(5, 6, RED_PAINT, 10);
    build(5, 6, RED_WALL, 1_000_000);
    changes();
    expect(map.kindAt(5, 6)).toBe(RED_WALL);
    build(5, 6, BARE, 2_000_000);
    expect(changes()).toEqual(['5,6']);
    expect(map.kindAt(5, 6)).toBe(BARE);
  });

  test('a square that comes into view is told whole, with what stands at its border', () => {
    build(TILES_PER_SQUARE - 1, 4, RED_WALL);
    build(3, 3, PATH);
    changes({ ...WANT, right: 0 });
    build(40, 9, PATH);
    expect(changes()).toEqual(['31,4', '40,9']);
  });

  test('a square that goes out of view is bare again, and whole when it comes back', () => {
    build(5, 6, RED_PAINT);
    changes();
    expect(changes(ELSEWHERE, ELSEWHERE)).toEqual(['5,6']);
    expect(map.kindAt(5, 6)).toBe(BARE);
    build(6, 6, RED_PAINT);
    expect(changes()).toEqual(['5,6', '6,6']);
  });

  test('a square is known while it is near, though no longer wanted', () => {
    build(5, 6, RED_PAINT);
    changes();
    expect(changes({ ...WANT, left: 1 })).toEqual([]);
    expect(map.kindAt(5, 6)).toBe(RED_PAINT);
  });

  test('a square that the client forgets is bare, and another ground is learnt from the beginning', () => {
    build(5, 6, RED_PAINT);
    changes();
    ground.drop(0, 0);
    expect(changes()).toEqual(['5,6']);
    build(7, 7, RED_WALL);
    changes();
    ground = new Ground(ground.terrain);
    build(8, 8, PATH);
    expect(changes()).toEqual(['7,7', '8,8']);
    expect([map.kindAt(7, 7), map.kindAt(8, 8)]).toEqual([BARE, PATH]);
  });

  test('holds at the edge of the world', () => {
    const last = (MAX_SQUARE + 1) * TILES_PER_SQUARE - 1;
    build(last, last, RED_WALL);
    const corner = { left: MAX_SQUARE, top: MAX_SQUARE, right: MAX_SQUARE + 1, bottom: MAX_SQUARE + 1 };
    expect(changes(corner, corner)).toEqual([`${last},${last}`]);
    expect(map.kindAt(last, last)).toBe(RED_WALL);
    expect(map.kindAt(last + 1, last)).toBe(BARE);
  });
});

describe('the picture of a square', () => {
  const paintAll = (square: BuiltSquare): number => square.paint(map, ground.terrain, 1024);
  const markAll = (square: BuiltSquare): void => {
    for (let row = 0; row < TILES_PER_SQUARE; row++) {
      for (let column = 0; column < TILES_PER_SQUARE; column++) square.mark(column, row);
    }
  };

  test('is painted where it is marked, within the allowance, and is done when all is painted', () => {
    const square = new BuiltSquare();
    square.begin(0, 0);
    markAll(square);
    square.mark(3, 3);
    changes();
    expect(square.paint(map, ground.terrain, 1000)).toBe(1000);
    expect(square.isDirty).toBe(true);
    expect(square.paint(map, ground.terrain, 1000)).toBe(24);
    expect(square.isDirty).toBe(false);
    expect(square.bounds()).toBeUndefined();
  });

  test('a change mended tile by tile looks as if all had been painted anew', () => {
    const mended = new BuiltSquare();
    mended.begin(0, 0);
    for (const [tileX, tileY, kind] of [
      [4, 4, RED_PAINT],
      [5, 4, RED_PAINT],
      [4, 5, RED_WALL],
      [5, 4, PATH],
      [6, 5, RED_WALL],
      [4, 5, BARE],
    ] as const) {
      build(tileX, tileY, kind);
      changes();
      for (const change of map.changes) {
        for (let at = 0; at < 9; at++) mended.mark(change.tileX - 1 + (at % 3), change.tileY - 1 + Math.floor(at / 3));
      }
      expect(paintAll(mended)).toBe(9);
    }
    const anew = new BuiltSquare();
    anew.begin(0, 0);
    markAll(anew);
    paintAll(anew);
    expect(Buffer.compare(mended.pixels.bytes, anew.pixels.bytes)).toBe(0);
    expect(mended.bounds()).toEqual(anew.bounds());
  });

  test('shows the shadow of a wall that stands in the square beside it', () => {
    build(TILES_PER_SQUARE - 1, 10, RED_WALL);
    changes();
    const square = new BuiltSquare();
    square.begin(1, 0);
    markAll(square);
    paintAll(square);
    expect(square.bounds()).toEqual({ left: 0, top: 10, right: 0, bottom: 11 });
  });

  test('is bounded by what is drawn, and clear when it becomes that of another square', () => {
    build(3, 9, PATH);
    build(12, 20, PATH);
    changes();
    const square = new BuiltSquare();
    square.begin(0, 0);
    markAll(square);
    paintAll(square);
    expect(square.bounds()).toEqual({ left: 3, top: 9, right: 12, bottom: 20 });
    square.mark(3, 9);
    square.begin(1, 0);
    expect([square.isDirty, square.bounds()]).toEqual([false, undefined]);
    expect(square.pixels.data.every((colour) => colour === 0)).toBe(true);
  });
});
