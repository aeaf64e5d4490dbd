import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SQUARE, MIN_SQUARE, TILES_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { Ground } from '../../shared/ground.ts';
import { advance, type Motion } from '../../shared/motion.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { BARE, isBlockedTile, TILE_KINDS, tileAtIndex, tileIndexOf } from '../../shared/tiles.ts';

const WALL = 17;
const PAINT = 1;
const FLOWER = 41;
const MAX_TILE = TILES_PER_SQUARE * TILES_PER_SQUARE - 1;

const flat = (): Ground => new Ground(createTerrain('flat', 1));
const kind = fc.constantFrom(BARE, ...TILE_KINDS.map(({ number }) => number));
const tile = fc.integer({ min: 0, max: MAX_TILE });
const square = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(MIN_SQUARE, MAX_SQUARE, 31_250_000));

describe('the ground', () => {
  it('is the terrain where nobody has built (P-GROUND-1)', () => {
    const terrain = createTerrain('meadows', 7);
    const ground = new Ground(terrain);
    ground.set(9, 9, 0, WALL, 1);
    for (let y = -40; y < 40; y++) {
      for (let x = -40; x < 40; x++) {
        expect(ground.blocked(x, y, 100)).toBe(terrain.blocked(x, y));
        expect(ground.kindAt(x, y, 100)).toBe(BARE);
      }
    }
    expect([ground.versionOf(0, 0), ground.tilesOf(0, 0).size]).toEqual([0, 0]);
  });

  it('blocks by what stands on a tile and by the terrain under it (P-TILE-3)', () => {
    const terrain = createTerrain('meadows', 7);
    const ground = new Ground(terrain);
    fc.assert(
      fc.property(tile, kind, (index, number) => {
        ground.set(1, 0, index, number, 10);
        const { tileX, tileY } = tileAtIndex(1, 0, index);
        expect(ground.kindAt(tileX, tileY, 10)).toBe(number);
        expect(ground.blocked(tileX, tileY, 10)).toBe(isBlockedTile(number, terrain.blocked(tileX, tileY)));
      }),
    );
  });

  it('changes at the tick from which an edit counts, and is before it as it was (M6, P-GROUND-4)', () => {
    const ground = flat();
    ground.set(0, 0, 5, WALL, 100);
    expect([98, 99, 100, 101, 5000].map((tick) => ground.blocked(5, 0, tick))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    ground.set(0, 0, 5, BARE, 110);
    expect([99, 100, 109, 110, 111].map((tick) => ground.kindAt(5, 0, tick))).toEqual([BARE, WALL, WALL, BARE, BARE]);
  });

  it('goes through every kind of a tile that is changed quickly, tick by tick (P-GROUND-4)', () => {
    const ground = flat();
    const kinds = [WALL, PAINT, WALL, BARE, FLOWER, WALL];
    for (const [i, number] of kinds.entries()) ground.set(0, 0, 33, number, 50 + i);
    expect([49, 50, 51, 52, 53, 54, 55, 56].map((tick) => ground.kindAt(1, 1, tick))).toEqual([BARE, ...kinds, WALL]);
  });

  it('of two edits that count from one tick has the later one (P-GROUND-4)', () => {
    const ground = flat();
    ground.set(0, 0, 0, WALL, 100);
    ground.set(0, 0, 0, PAINT, 100);
    expect([99, 100].map((tick) => ground.kindAt(0, 0, tick))).toEqual([BARE, PAINT]);
  });

  it('has at each tick the last edit that counts by then, in whatever order their ticks come (P-GROUND-4)', () => {
    const some = fc.array(fc.record({ number: kind, tick: fc.integer({ min: 1, max: 200 }) }), { maxLength: 8 });
    fc.assert(
      fc.property(square, square, tile, some, (sx, sy, index, edits) => {
        const ground = flat();
        for (const { number, tick } of edits) ground.set(sx, sy, index, number, tick);
        const { tileX, tileY } = tileAtIndex(sx, sy, index);
        for (let tick = 0; tick <= 201; tick++) {
          const expected = edits.findLast((edit) => edit.tick <= tick)?.number ?? BARE;
          expect(ground.kindAt(tileX, tileY, tick)).toBe(expected);
        }
      }),
    );
  });

  it('remembers a tile for five seconds at least, and for a bounded number of changes only', () => {
    const ground = flat();
    // 100 ticks for each change: all of the last hundred are seen, of what was long ago nothing is promised.
    for (let tick = 100; tick <= 100_000; tick += 100) {
      ground.set(0, 0, 0, tick % 200 === 0 ? WALL : PAINT, tick);
      expect(ground.kindAt(0, 0, tick)).toBe(tick % 200 === 0 ? WALL : PAINT);
      if (tick > 200) expect(ground.kindAt(0, 0, tick - 100)).toBe(tick % 200 === 0 ? PAINT : WALL);
    }
    // Quicker than that, the last few are seen.
    for (let tick = 200_000; tick < 200_100; tick++) ground.set(0, 0, 0, tick % 2 === 0 ? WALL : PAINT, tick);
    for (let tick = 200_093; tick < 200_100; tick++) {
      expect(ground.kindAt(0, 0, tick)).toBe(tick % 2 === 0 ? WALL : PAINT);
    }
    expect(ground.kindAt(0, 0, 200_000)).toBe(BARE);
  });

  it('is told of other tiles by none, and is the same a billion tiles away and at the edges of the world', () => {
    fc.assert(
      fc.property(square, square, tile, (sx, sy, index) => {
        const ground = flat();
        ground.set(sx, sy, index, WALL, 10);
        const { tileX, tileY } = tileAtIndex(sx, sy, index);
        const walls: string[] = [];
        for (let y = tileY - 1; y <= tileY + 1; y++) {
          for (let x = tileX - 1; x <= tileX + 1; x++) if (ground.blocked(x, y, 10)) walls.push(`${x},${y}`);
        }
        expect(walls).toEqual([`${tileX},${tileY}`]);
        expect(ground.tilesOf(sx, sy)).toEqual(new Map([[index, WALL]]));
      }),
    );
  });

  it('counts the changes of each square, and draws its newest tiles without the bare ones', () => {
    const ground = flat();
    ground.set(0, 0, 1, WALL, 10);
    const before = ground.versionOf(0, 0);
    ground.set(0, 0, 2, PAINT, 20);
    ground.set(0, 0, 1, BARE, 30);
    expect(ground.versionOf(0, 0)).toBeGreaterThan(before);
    expect(ground.versionOf(1, 0)).toBe(0);
    expect(ground.tilesOf(0, 0)).toEqual(new Map([[2, PAINT]]));
  });
});

describe('a picture of the ground', () => {
  it('replaces what was known of its square and of no other (P-GROUND-2)', () => {
    const ground = flat();
    ground.set(0, 0, 1, WALL, 10);
    ground.set(1, 0, 1, WALL, 10);
    ground.load(0, 0, [
      [2, PAINT],
      [3, WALL],
    ]);
    expect(ground.tilesOf(0, 0)).toEqual(
      new Map([
        [2, PAINT],
        [3, WALL],
      ]),
    );
    expect(ground.blocked(1, 0, 20)).toBe(false);
    expect(ground.blocked(33, 0, 20)).toBe(true);
  });

  it('holds for every tick where it says something new (P-GROUND-2)', () => {
    const ground = flat();
    ground.load(0, 0, [[3, WALL]]);
    expect([0, 1, 1000].map((tick) => ground.blocked(3, 0, tick))).toEqual([true, true, true]);
  });

  it('leaves tiles that it tells nothing new about their past, bare ones too (P-GROUND-2)', () => {
    const ground = flat();
    ground.set(0, 0, 1, WALL, 100);
    ground.set(0, 0, 2, WALL, 100);
    ground.set(0, 0, 2, BARE, 120);
    ground.set(0, 0, 3, WALL, 100);
    ground.load(0, 0, [[1, WALL]]);
    expect([99, 100, 130].map((tick) => ground.kindAt(1, 0, tick))).toEqual([BARE, WALL, WALL]);
    expect([99, 100, 119, 120].map((tick) => ground.kindAt(2, 0, tick))).toEqual([BARE, WALL, WALL, BARE]);
    expect([99, 100, 130].map((tick) => ground.kindAt(3, 0, tick))).toEqual([BARE, BARE, BARE]);
  });

  it('of the same tiles changes nothing, at no tick (P-GROUND-2)', () => {
    const some = fc.array(fc.record({ index: fc.nat(3), number: kind, tick: fc.integer({ min: 1, max: 60 }) }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(some, (edits) => {
        const ground = flat();
        for (const { index, number, tick } of edits) ground.set(0, 0, index, number, tick);
        const seen = (): number[] =>
          Array.from({ length: 4 * 62 }, (_, i) => ground.kindAt(i % 4, 0, Math.floor(i / 4)));
        const before = seen();
        ground.load(0, 0, [...ground.tilesOf(0, 0)]);
        expect(seen()).toEqual(before);
      }),
    );
  });

  it('is forgotten with its square, also when that was the last one looked at, and with all of them', () => {
    const ground = flat();
    ground.set(0, 0, 1, WALL, 10);
    ground.set(1, 0, 1, WALL, 10);
    expect(ground.blocked(1, 0, 20)).toBe(true);
    ground.drop(0, 0);
    expect(ground.blocked(1, 0, 20)).toBe(false);
    expect(ground.versionOf(0, 0)).toBe(0);
    expect(ground.blocked(33, 0, 20)).toBe(true);
    ground.drop(5, 5);
    ground.clear();
    expect(ground.blocked(33, 0, 20)).toBe(false);
    ground.set(1, 0, 2, WALL, 30);
    expect(ground.tilesOf(1, 0)).toEqual(new Map([[2, WALL]]));
  });
});

describe('a path over ground that is built on', () => {
  /** East through the middle of a row of tiles, from the middle of tile `tileX`. */
  const eastFrom = (tileX: number, tileY: number): Motion => ({
    tick: 1000,
    x: (tileX + 0.5) * UNITS_PER_TILE,
    y: (tileY + 0.5) * UNITS_PER_TILE,
    heading: 0,
  });

  it.each([0, 1_000_000_000, -1_000_000_000])(
    'is stopped by a wall exactly from its tick on, and goes on when it is gone (tile %i, P-MOVE-7)',
    (tileX) => {
      const start = eastFrom(tileX, 7);
      const { sx, sy, tile: index } = tileIndexOf(tileX + 1, 7);
      // The step to tick 1003 is the one that enters the next tile.
      const moved = (from: number, until: number): number => {
        const ground = flat();
        ground.set(sx, sy, index, WALL, from);
        return (advance(start, until, ground.blocked).x - start.x) / 51;
      };
      expect(moved(1004, 1005)).toBe(5);
      expect(moved(1003, 1005)).toBe(2);
      expect(moved(1000, 1005)).toBe(2);

      const ground = flat();
      ground.set(sx, sy, index, WALL, 1000);
      ground.set(sx, sy, index, BARE, 1020);
      expect((advance(start, 1019, ground.blocked).x - start.x) / 51).toBe(2);
      expect((advance(start, 1030, ground.blocked).x - start.x) / 51).toBe(2 + 11);
    },
  );

  it('is the same whether an edit was known in time or came late, when it is walked again (M6, P-MOVE-7)', () => {
    const edits = fc.array(
      fc.record({ index: fc.nat(MAX_TILE), tick: fc.integer({ min: 1000, max: 1060 }), number: kind }),
      { maxLength: 60 },
    );
    const heading = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(edits, heading, fc.nat(60), (unsorted, direction, pause) => {
        const inOrder = unsorted.toSorted((a, b) => a.tick - b.tick);
        const start: Motion = { tick: 1000, x: 16 * UNITS_PER_TILE, y: 16 * UNITS_PER_TILE, heading: direction };
        const early = flat();
        for (const { index, number, tick } of inOrder) early.set(0, 0, index, number, tick);
        const whole = advance(start, 1060, early.blocked);

        // Told of each edit only at its tick, and walked in two parts.
        const late = flat();
        const tell = (from: number, to: number): void => {
          for (const { index, number, tick } of inOrder)
            if (tick > from && tick <= to) late.set(0, 0, index, number, tick);
        };
        tell(0, 1000 + pause);
        const half = advance(start, 1000 + pause, late.blocked);
        tell(1000 + pause, 1060);
        expect(advance(half, 1060, late.blocked)).toEqual(whole);
        expect(advance(start, 1060, late.blocked)).toEqual(whole);
      }),
    );
  });
});
