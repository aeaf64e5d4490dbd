import { describe, expect, it } from 'vitest';
import { BuiltSquares } from '../../client/core/built-squares.ts';
import type { Edits, GroundPicture } from '../../shared/protocol.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { type EditRecord, type TileRecord, writeEdits, writeTiles } from '../../shared/tile-records.ts';

const PAINT = 1;
const WALL = 17;
const TICK = 1000;

const picture = (revision: number, tiles: readonly TileRecord[] = [], sx = 0): GroundPicture => ({
  type: 'ground',
  sx,
  sy: 0,
  revision,
  tiles: writeTiles(tiles),
});

const edits = (...some: readonly (Partial<EditRecord> & { revision: number })[]): Edits => ({
  type: 'edits',
  sx: 0,
  sy: 0,
  records: writeEdits(some.map((edit) => ({ tick: TICK, player: 2, tile: 0, kind: PAINT, ...edit }))),
});

const newSquares = (): BuiltSquares => new BuiltSquares(createTerrain('flat', 7));
const revisionsOf = (records: readonly EditRecord[]): number[] => records.map(({ revision }) => revision);

describe('built squares', () => {
  it('edits follow on the picture, each from its tick on', () => {
    const squares = newSquares();
    squares.picture(picture(7, [{ tile: 0, kind: PAINT }]));
    squares.edit(edits({ revision: 8, kind: WALL }, { revision: 9, tile: 1, kind: WALL, tick: TICK + 5 }));
    const { ground } = squares;
    expect([ground.kindAt(0, 0, TICK - 1), ground.kindAt(0, 0, TICK)]).toEqual([PAINT, WALL]);
    expect([ground.blocked(1, 0, TICK + 4), ground.blocked(1, 0, TICK + 5)]).toEqual([false, true]);
  });

  it('known edits change nothing', () => {
    const squares = newSquares();
    squares.picture(picture(7));
    const { told, applied } = squares.edit(edits({ revision: 6 }, { revision: 7 }, { revision: 8, tile: 3 }));
    expect(revisionsOf(told)).toEqual([6, 7, 8]);
    expect(revisionsOf(applied)).toEqual([8]);
    expect(squares.edit(edits({ revision: 8, kind: WALL })).applied).toEqual([]);
    expect([...squares.ground.tilesOf(0, 0)]).toEqual([[3, PAINT]]);
  });

  it('after a gap nothing is taken in until the whole square is told', () => {
    const squares = newSquares();
    squares.picture(picture(7));
    expect(squares.edit(edits({ revision: 9 })).applied).toEqual([]);
    expect(squares.edit(edits({ revision: 10 })).applied).toEqual([]);
    squares.picture(picture(10, [{ tile: 4, kind: WALL }]));
    expect(revisionsOf(squares.edit(edits({ revision: 10 }, { revision: 11, tile: 5 })).applied)).toEqual([11]);
    expect([...squares.ground.tilesOf(0, 0)]).toEqual([
      [4, WALL],
      [5, PAINT],
    ]);
  });

  it('edits of a square that was never told are not taken in', () => {
    const squares = newSquares();
    expect(squares.edit(edits({ revision: 1 })).applied).toEqual([]);
    squares.picture(picture(0));
    expect(squares.edit(edits({ revision: 1 })).applied).toHaveLength(1);
  });

  it('a fresh picture replaces what was built, down to nothing', () => {
    const squares = newSquares();
    squares.picture(picture(7, [{ tile: 0, kind: WALL }]));
    squares.picture(picture(8));
    expect(squares.ground.kindAt(0, 0, TICK)).toBe(0);
  });

  it('an empty picture of a square that was never built on leaves the ground without it', () => {
    const squares = newSquares();
    squares.picture(picture(0));
    expect(squares.ground.versionOf(0, 0)).toBe(0);
  });

  it('a square that left the interest is as the terrain has it', () => {
    const squares = newSquares();
    squares.picture(picture(7, [{ tile: 0, kind: WALL }]));
    squares.forget(0, 0);
    expect(squares.ground.blocked(0, 0, TICK)).toBe(false);
    expect(squares.edit(edits({ revision: 8 })).applied).toEqual([]);
  });

  it('over a reconnection what was known stays, until the session has its picture without it', () => {
    const squares = newSquares();
    for (const sx of [0, 1, 2]) squares.picture(picture(7, [{ tile: 0, kind: WALL }], sx));
    squares.restart();
    const walls = (): boolean[] => [0, 32, 64].map((tileX) => squares.ground.blocked(tileX, 0, TICK));
    expect(walls()).toEqual([true, true, true]);
    expect(squares.edit(edits({ revision: 8, tile: 1 })).applied, 'revisions go on').toHaveLength(1);
    squares.picture(picture(9, [{ tile: 0, kind: WALL }], 1));
    // The first is in the interest but has not been told yet; the second has been told; the third is neither.
    squares.settle(new Map([['0,0', {}]]));
    expect(walls()).toEqual([true, true, false]);
  });
});
