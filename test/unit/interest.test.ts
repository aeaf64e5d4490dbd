import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GridSquare } from '../../server/grid/grid-square.ts';
import { Interest, type Outlook } from '../../server/grid/interest.ts';
import {
  ENTER_MARGIN_TILES,
  LEAVE_MARGIN_TILES,
  LINGER_TICKS,
  MAX_SCREEN_HEIGHT_TILES,
  MAX_SCREEN_WIDTH_TILES,
  TILES_PER_SQUARE,
  UNITS_PER_SQUARE,
  UNITS_PER_TILE,
} from '../../shared/constants.ts';
import {
  clampScreen,
  MAX_UNITS,
  MIN_UNITS,
  rectContains,
  type SquareRect,
  squareKey,
  squaresOf,
  squaresOnScreen,
} from '../../shared/grid.ts';

const SCREEN = { width: 40, height: 24 };

/** An interest, and what it has acquired and released. */
class Watched {
  readonly held = new Map<string, number>();
  acquisitions = 0;
  releases = 0;
  readonly interest = new Interest({
    acquire: (sx, sy) => {
      const square = new GridSquare(sx, sy);
      this.acquisitions++;
      this.held.set(square.key, (this.held.get(square.key) ?? 0) + 1);
      return square;
    },
    release: ({ key }) => {
      this.releases++;
      this.held.set(key, (this.held.get(key) ?? 0) - 1);
      if (this.held.get(key) === 0) this.held.delete(key);
    },
  });

  keys(): string[] {
    return [...this.interest.entries.keys()].sort();
  }
}

const rectOf = ({ x, y, width, height }: Outlook, margin: number): SquareRect =>
  squaresOnScreen(x, y, width, height, margin);

/** The same by tiles, one by one: every tile of the grown screen lies in a square of the interest. */
function squaresTouched({ x, y, width, height }: Outlook, marginTiles: number): Set<string> {
  const keys = new Set<string>();
  const half = { x: (width / 2 + marginTiles) * UNITS_PER_TILE, y: (height / 2 + marginTiles) * UNITS_PER_TILE };
  for (let ux = x - half.x; ; ux = Math.min(ux + UNITS_PER_SQUARE, x + half.x)) {
    for (let uy = y - half.y; ; uy = Math.min(uy + UNITS_PER_SQUARE, y + half.y)) {
      keys.add(squareKey(Math.floor(ux / UNITS_PER_SQUARE), Math.floor(uy / UNITS_PER_SQUARE)));
      if (uy === y + half.y) break;
    }
    if (ux === x + half.x) break;
  }
  return keys;
}

const outlook = fc.record({
  x: fc.integer({ min: -100_000, max: 100_000 }),
  y: fc.integer({ min: -100_000, max: 100_000 }),
  width: fc.integer({ min: 1, max: MAX_SCREEN_WIDTH_TILES }),
  height: fc.integer({ min: 1, max: MAX_SCREEN_HEIGHT_TILES }),
});

describe('interest', () => {
  it('begins with every square that the screen and the enter margin touch (G1, P-SCREEN-2)', () => {
    fc.assert(
      fc.property(outlook, (look) => {
        const { interest } = new Watched();
        interest.update(look, 1);
        expect(new Set(interest.entries.keys())).toEqual(squaresTouched(look, ENTER_MARGIN_TILES));
      }),
    );
  });

  it('holds at least its own square, and its neighbours where the margin reaches them (G1)', () => {
    const watched = new Watched();
    watched.interest.update({ x: 4096, y: 4096, width: 1, height: 1 }, 1);
    expect(watched.keys()).toEqual(['0,0']);
    watched.interest.update({ x: 4 * UNITS_PER_TILE, y: 4096, width: 1, height: 1 }, 2);
    expect(watched.keys()).toEqual(['-1,0', '0,0']);
  });

  it('is capped, whatever screen is claimed: no more squares than the largest screen touches (G1)', () => {
    const { interest } = new Watched();
    interest.update({ x: 5, y: 5, ...clampScreen(60_000, 60_000) }, 1);
    const across = Math.floor((MAX_SCREEN_WIDTH_TILES + 2 * ENTER_MARGIN_TILES) / TILES_PER_SQUARE) + 2;
    const down = Math.floor((MAX_SCREEN_HEIGHT_TILES + 2 * ENTER_MARGIN_TILES) / TILES_PER_SQUARE) + 2;
    expect(interest.entries.size).toBeLessThanOrEqual(across * down);
  });

  it('at the corner of the world it holds the squares that are there (G1)', () => {
    const watched = new Watched();
    watched.interest.update({ x: MAX_UNITS, y: MIN_UNITS, ...SCREEN }, 1);
    expect(watched.keys()).toEqual(['2147483647,-2147483648']);
  });

  it('always contains all squares of the enter rectangle, and holds each of its squares once (G1)', () => {
    const move = fc.record({ look: outlook, ticks: fc.integer({ min: 1, max: 100 }) });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        const watched = new Watched();
        let tick = 0;
        for (const { look, ticks } of moves) {
          tick += ticks;
          const left = watched.interest.update(look, tick);
          for (const { sx, sy } of squaresOf(rectOf(look, ENTER_MARGIN_TILES))) {
            expect(watched.interest.entries.has(squareKey(sx, sy))).toBe(true);
          }
          for (const { square } of left) expect(watched.interest.entries.has(square.key)).toBe(false);
          expect([...watched.held.keys()].sort()).toEqual(watched.keys());
          expect([...watched.held.values()].every((count) => count === 1)).toBe(true);
        }
        watched.interest.clear();
        expect(watched.held.size).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('a square leaves only when it has been outside the leave margin for a whole linger (G1, P-SCREEN-3)', () => {
    const step = fc.record({ dx: fc.integer({ min: -4000, max: 4000 }), ticks: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { interest } = new Watched();
        /** The last update at which each square was within the leave margin. */
        const near = new Map<string, number>();
        let [x, tick, before] = [0, 100, 100];
        for (const { dx, ticks } of steps) {
          x += dx;
          tick += ticks;
          const look = { x, y: 0, ...SCREEN };
          const keep = rectOf(look, LEAVE_MARGIN_TILES);
          const left = interest.update(look, tick);
          for (const { square } of left) {
            expect(rectContains(keep, square.sx, square.sy)).toBe(false);
            expect(tick - (near.get(square.key) as number)).toBeGreaterThan(LINGER_TICKS);
          }
          for (const { square } of interest.entries.values()) {
            if (rectContains(keep, square.sx, square.sy)) near.set(square.key, tick);
            // Nor does it stay for longer, but for the time between two updates.
            else expect(before - (near.get(square.key) as number)).toBeLessThanOrEqual(LINGER_TICKS + 30);
          }
          before = tick;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('goes after the linger also when nobody moves any more (G1)', () => {
    const watched = new Watched();
    watched.interest.update({ x: 0, y: 4096, ...SCREEN }, 100);
    watched.interest.update({ x: 20_000, y: 4096, ...SCREEN }, 102);
    expect(watched.keys()).toContain('-1,0');
    for (let tick = 104; tick < 102 + LINGER_TICKS; tick += 2) {
      expect(watched.interest.update({ x: 20_000, y: 4096, ...SCREEN }, tick)).toEqual([]);
    }
    const left = watched.interest.update({ x: 20_000, y: 4096, ...SCREEN }, 102 + LINGER_TICKS);
    expect(left.map(({ square }) => square.key).sort()).toEqual(['-1,0', '-1,1', '0,0', '0,1']);
    expect(watched.keys()).not.toContain('-1,0');
  });

  it('whoever comes back within the linger has lost nothing, and the linger begins anew (G1)', () => {
    const watched = new Watched();
    const home = { x: 0, y: 4096, ...SCREEN };
    const away = { x: 20_000, y: 4096, ...SCREEN };
    watched.interest.update(home, 100);
    watched.interest.update(away, 110);
    watched.interest.update(home, 110 + LINGER_TICKS - 1);
    watched.interest.update(away, 200);
    expect(watched.interest.update(away, 200 + LINGER_TICKS - 1)).toEqual([]);
    expect(watched.interest.update(away, 200 + LINGER_TICKS).length).toBeGreaterThan(0);
  });

  it('walking up and down between the margins causes no churn at all (G1)', () => {
    const band = (LEAVE_MARGIN_TILES - ENTER_MARGIN_TILES) * UNITS_PER_TILE;
    const there = fc.array(fc.integer({ min: 0, max: band - 1 }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(there, fc.constantFrom('x', 'y'), fc.integer({ min: -9, max: 9 }), (offsets, axis, square) => {
        const watched = new Watched();
        // Where the enter margin has just reached the next square; from there back, and to and fro.
        const half = axis === 'x' ? SCREEN.width / 2 : SCREEN.height / 2;
        const reach = (square + 1) * UNITS_PER_SQUARE - (half + ENTER_MARGIN_TILES) * UNITS_PER_TILE;
        let tick = 0;
        const look = (along: number): Outlook =>
          axis === 'x' ? { x: along, y: 4096, ...SCREEN } : { x: 4096, y: along, ...SCREEN };
        watched.interest.update(look(reach), tick);
        // Seen from there the far side has its own border; keep to a band that crosses only this one.
        const before = watched.keys();
        const far = rectOf(look(reach - band + 1), ENTER_MARGIN_TILES);
        const crossesFar = [...squaresOf(far)].some(({ sx, sy }) => !before.includes(squareKey(sx, sy)));
        fc.pre(!crossesFar);
        const { acquisitions } = watched;
        for (const offset of offsets) {
          tick += 100;
          expect(watched.interest.update(look(reach - offset), tick)).toEqual([]);
        }
        expect([watched.acquisitions, watched.releases]).toEqual([acquisitions, 0]);
      }),
    );
  });

  it('a larger screen takes in more at once, a smaller one lets go after the linger (G1, P-SCREEN-1)', () => {
    const watched = new Watched();
    const small = { x: 4096, y: 4096, width: 1, height: 1 };
    watched.interest.update(small, 100);
    expect(watched.keys()).toEqual(['0,0']);
    watched.interest.update({ ...small, width: 128, height: 96 }, 102);
    expect(watched.keys().length).toBeGreaterThan(20);
    watched.interest.update(small, 104);
    watched.interest.update(small, 104 + LINGER_TICKS);
    expect(watched.keys()).toEqual(['0,0']);
  });

  it('whoever stays where nothing changes is answered at once, and is never wrong about where that is (G1)', () => {
    const stroll = fc.record({
      dx: fc.integer({ min: -600, max: 600 }),
      dy: fc.integer({ min: -600, max: 600 }),
      width: fc.constantFrom(40, 41, 128),
    });
    const origin = fc.constantFrom(0, MIN_UNITS, MAX_UNITS);
    fc.assert(
      fc.property(origin, fc.array(stroll, { maxLength: 80 }), (from, steps) => {
        const watched = new Watched();
        const inside = (at: number): number => Math.max(MIN_UNITS, Math.min(MAX_UNITS, at));
        let [x, y, tick] = [from, from, 100];
        for (const { dx, dy, width } of steps) {
          x = inside(x + dx);
          y = inside(y + dy);
          tick += LINGER_TICKS;
          const look = { x, y, width, height: 24 };
          watched.interest.update(look, tick);
          // The linger is over for all that had been left before: what is there is what there has to be.
          watched.interest.update(look, tick + LINGER_TICKS);
          tick += LINGER_TICKS;
          const keep = rectOf(look, LEAVE_MARGIN_TILES);
          for (const { sx, sy } of squaresOf(rectOf(look, ENTER_MARGIN_TILES))) {
            expect(watched.interest.entries.has(squareKey(sx, sy))).toBe(true);
          }
          for (const { square } of watched.interest.entries.values()) {
            expect(rectContains(keep, square.sx, square.sy)).toBe(true);
          }
        }
        expect(watched.interest.update({ x, y, width: steps.at(-1)?.width ?? 40, height: 24 }, tick)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('an update where nothing changes makes nothing new, and whoever gave everything up begins anew', () => {
    const watched = new Watched();
    const look = { x: 4096, y: 4096, ...SCREEN };
    watched.interest.update(look, 100);
    expect(watched.interest.update(look, 101)).toBe(watched.interest.update({ ...look, x: 4097 }, 102));
    const held = watched.keys();
    watched.interest.clear();
    expect(watched.keys()).toEqual([]);
    watched.interest.update(look, 103);
    expect(watched.keys()).toEqual(held);
  });

  it('names its squares by the keys they have themselves', () => {
    const { interest } = new Watched();
    interest.update({ x: 0, y: 0, ...SCREEN }, 1);
    for (const [key, { square }] of interest.entries) expect(key).toBe(square.key);
  });

  it('new squares are not joined: that comes with their snapshot (G3)', () => {
    const { interest } = new Watched();
    interest.update({ x: 0, y: 0, ...SCREEN }, 1);
    expect([...interest.entries.values()].every(({ joined }) => !joined)).toBe(true);
  });
});
