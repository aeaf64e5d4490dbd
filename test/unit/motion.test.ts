import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TICK_MS, UNITS_PER_TILE } from '../../shared/constants.ts';
import { inWorld, MAX_UNITS, MIN_UNITS, tileOf } from '../../shared/grid.ts';
import {
  advance,
  type Blocked,
  type Body,
  HEADING_DX,
  HEADING_DY,
  headingTowards,
  type Motion,
  STANDING,
  sameMotion,
  step,
} from '../../shared/motion.ts';

const dxOf = (heading: number): number => HEADING_DX[heading] as number;
const dyOf = (heading: number): number => HEADING_DY[heading] as number;

const free: Blocked = () => false;
const heading = fc.integer({ min: 0, max: 255 });

/** Tiles of a 5 × 5 block around a tile, each blocked or not, as a pattern of 25 bits. */
const pattern = fc.integer({ min: 0, max: 2 ** 25 - 1 });
const around =
  (bits: number, tileX: number, tileY: number): Blocked =>
  (x, y) => {
    const column = x - tileX + 2;
    const row = y - tileY + 2;
    if (column < 0 || column > 4 || row < 0 || row > 4) return false;
    return ((bits >>> (row * 5 + column)) & 1) === 1;
  };
const within = fc.integer({ min: 0, max: UNITS_PER_TILE - 1 });
/** Whole tiles up to the edge of the world, with room for a few steps. */
const farTile = fc.oneof(
  fc.integer({ min: -100, max: 100 }),
  fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
  fc.constantFrom(tileOf(MIN_UNITS) + 10, tileOf(MAX_UNITS) - 10),
);

const stepped = (x: number, y: number, heading: number, blocked: Blocked): Body => {
  const body = { x, y, heading };
  step(body, blocked, 1);
  return body;
};

describe('headings', () => {
  it('every step is 4 tiles a second in its direction, rounded to whole units (P-MOVE-2)', () => {
    for (let h = 0; h < 256; h++) {
      const angle = (h * 2 * Math.PI) / 256;
      const exact = (4 * UNITS_PER_TILE * TICK_MS) / 1000;
      expect(Math.abs(dxOf(h) - exact * Math.cos(angle))).toBeLessThanOrEqual(0.5);
      expect(Math.abs(dyOf(h) - exact * Math.sin(angle))).toBeLessThanOrEqual(0.5);
    }
  });

  it('every heading makes a step of length 51 ± 1 in whole units (P-MOVE-2)', () => {
    for (let h = 0; h < 256; h++) {
      expect(Math.abs(Math.hypot(dxOf(h), dyOf(h)) - 51)).toBeLessThanOrEqual(1);
    }
  });

  it('heading 0 is east, 64 south, 128 west, 192 north, and standing makes no step (P-MOVE-2)', () => {
    expect([0, 64, 128, 192, STANDING].map((h) => [dxOf(h), dyOf(h)])).toEqual([
      [51, 0],
      [0, 51],
      [-51, 0],
      [0, -51],
      [0, 0],
    ]);
  });

  it('a quarter turn clockwise takes (dx, dy) to (-dy, dx) (P-MOVE-2)', () => {
    for (let h = 0; h < 256; h++) {
      const turned = (h + 64) % 256;
      expect([dxOf(turned), dyOf(turned)]).toEqual([0 - dyOf(h), dxOf(h)]);
    }
  });

  it('the headings turn clockwise without a step backwards (P-MOVE-2)', () => {
    for (let h = 0; h < 256; h++) {
      const next = (h + 1) % 256;
      expect(dxOf(h) * dyOf(next) - dyOf(h) * dxOf(next)).toBeGreaterThanOrEqual(0);
    }
  });

  it('the heading towards where a heading leads is that heading, or one beside it where two steps are alike', () => {
    for (let h = 0; h < 256; h++) {
      const exact = (h * 2 * Math.PI) / 256;
      expect(headingTowards(Math.cos(exact), Math.sin(exact))).toBe(h);
      const found = headingTowards(dxOf(h), dyOf(h));
      expect(Math.min((found - h + 256) % 256, (h - found + 256) % 256)).toBeLessThanOrEqual(1);
    }
    expect(headingTowards(0, 0)).toBe(STANDING);
  });
});

describe('a step', () => {
  it('goes the whole way where nothing is blocked (P-MOVE-4)', () => {
    fc.assert(
      fc.property(farTile, farTile, within, within, heading, (tileX, tileY, ux, uy, h) => {
        const x = tileX * UNITS_PER_TILE + ux;
        const y = tileY * UNITS_PER_TILE + uy;
        expect(stepped(x, y, h, free)).toEqual({ x: x + dxOf(h), y: y + dyOf(h), heading: h });
      }),
    );
  });

  it('leaves somebody who stands where they are (P-MOVE-3)', () => {
    expect(stepped(5, 6, STANDING, free)).toEqual({ x: 5, y: 6, heading: STANDING });
  });

  it('never ends in a blocked tile but the one it began in (P-MOVE-5)', () => {
    fc.assert(
      fc.property(within, within, heading, pattern, (x, y, h, bits) => {
        const blocked = around(bits, 0, 0);
        const body = stepped(x, y, h, blocked);
        const tileX = tileOf(body.x);
        const tileY = tileOf(body.y);
        expect((tileX === 0 && tileY === 0) || !blocked(tileX, tileY, 1)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes the whole step, x alone, y alone or none, the first of these that is allowed (P-MOVE-4, P-MOVE-5)', () => {
    fc.assert(
      fc.property(within, within, heading, pattern, (x, y, h, bits) => {
        const blocked = around(bits, 0, 0);
        const dx = dxOf(h);
        const dy = dyOf(h);
        const crossesX = tileOf(x + dx) !== 0;
        const crossesY = tileOf(y + dy) !== 0;
        const wallX = crossesX && blocked(tileOf(x + dx), 0, 1);
        const wallY = crossesY && blocked(0, tileOf(y + dy), 1);
        const corner = crossesX && crossesY && blocked(tileOf(x + dx), tileOf(y + dy), 1);
        const whole = crossesX && crossesY ? !corner && !(wallX && wallY) : !wallX && !wallY;
        const expected = whole ? [dx, dy] : !wallX && dx !== 0 ? [dx, 0] : !wallY && dy !== 0 ? [0, dy] : [0, 0];
        const body = stepped(x, y, h, blocked);
        expect([body.x - x, body.y - y]).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('is not kept from moving inside a blocked tile, nor from leaving it for a free one (P-MOVE-5)', () => {
    const own: Blocked = (tileX, tileY) => tileX === 0 && tileY === 0;
    fc.assert(
      fc.property(within, within, heading, (x, y, h) => {
        expect(stepped(x, y, h, own)).toEqual({ x: x + dxOf(h), y: y + dyOf(h), heading: h });
      }),
    );
  });

  it('does not pass between two blocked tiles that touch at a corner (P-MOVE-4)', () => {
    const pinched: Blocked = (tileX, tileY) => (tileX === 1 && tileY === 0) || (tileX === 0 && tileY === 1);
    expect(stepped(250, 250, 32, pinched)).toEqual({ x: 250, y: 250, heading: 32 });
  });

  it('gives the same path a billion tiles away as at the origin (P-MOVE-1)', () => {
    fc.assert(
      fc.property(farTile, farTile, within, within, heading, pattern, (tileX, tileY, ux, uy, h, bits) => {
        const near = stepped(ux, uy, h, around(bits, 0, 0));
        const x = tileX * UNITS_PER_TILE;
        const y = tileY * UNITS_PER_TILE;
        expect(stepped(x + ux, y + uy, h, around(bits, tileX, tileY))).toEqual({
          x: x + near.x,
          y: y + near.y,
          heading: h,
        });
      }),
    );
  });

  it('never leaves the world, along whose edge it slides (P-MOVE-5)', () => {
    expect(stepped(MAX_UNITS, 0, 0, free)).toMatchObject({ x: MAX_UNITS, y: 0 });
    expect(stepped(MAX_UNITS, 100, 32, free)).toMatchObject({ x: MAX_UNITS, y: 136 });
    expect(stepped(MAX_UNITS, MAX_UNITS, 32, free)).toMatchObject({ x: MAX_UNITS, y: MAX_UNITS });
    const edge = fc.tuple(fc.constantFrom(MIN_UNITS, MAX_UNITS), fc.nat(60)).map(([e, u]) => (e < 0 ? e + u : e - u));
    const anywhere = fc.tuple(farTile, within).map(([tile, unit]) => tile * UNITS_PER_TILE + unit);
    fc.assert(
      fc.property(edge, fc.oneof(edge, anywhere), heading, (a, b, h) => {
        for (const [x, y] of [
          [a, b],
          [b, a],
        ] as const) {
          const body = stepped(x, y, h, free);
          expect(inWorld(body.x, body.y)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('never asks whether a tile beyond the edge of the world is blocked (P-MOVE-5)', () => {
    const onlyInside: Blocked = (tileX, tileY) => {
      expect(inWorld(tileX * UNITS_PER_TILE, tileY * UNITS_PER_TILE)).toBe(true);
      return false;
    };
    for (let h = 0; h < 256; h++) {
      for (const other of [MIN_UNITS, MAX_UNITS, 0, 255]) {
        stepped(MIN_UNITS, other, h, onlyInside);
        stepped(MAX_UNITS, other, h, onlyInside);
        stepped(other, MIN_UNITS, h, onlyInside);
        stepped(other, MAX_UNITS, h, onlyInside);
      }
    }
  });
});

describe('a step over ground that changes', () => {
  const between = fc.integer({ min: 0, max: 200 });

  it('asks for the ground as it is at the tick to which it leads, and of no other (P-MOVE-7)', () => {
    const asked = new Set<number>();
    const asking: Blocked = (_x, _y, tick) => {
      asked.add(tick);
      return false;
    };
    const body = { x: 250, y: 250, heading: 32 };
    step(body, asking, 77);
    expect([...asked]).toEqual([77]);
    asked.clear();
    // 51 units a tick: the walls of tiles 0 to 3 are crossed on the way to the ticks 106, 111, 116 and 121.
    advance({ tick: 100, x: 0, y: 0, heading: 0 }, 121, asking);
    expect([...asked]).toEqual([106, 111, 116, 121]);
  });

  it('a wall that counts from a tick on stops a walker exactly from then on, and lets them go when it is gone (P-MOVE-7)', () => {
    // East from the middle of tile 0, the step to tick 3 would enter tile 1.
    const start: Motion = { tick: 0, x: 128, y: 128, heading: 0 };
    const wall =
      (from: number, to: number): Blocked =>
      (tileX, _tileY, tick) =>
        tileX === 1 && tick >= from && tick < to;
    expect(advance(start, 3, wall(4, 100)).x).toBe(128 + 3 * 51);
    expect(advance(start, 3, wall(3, 100)).x).toBe(128 + 2 * 51);
    expect(advance(start, 9, wall(3, 10)).x).toBe(128 + 2 * 51);
    expect(advance(start, 10, wall(3, 10)).x).toBe(128 + 3 * 51);
  });

  it('is a step over the one ground before a change and over the other from it on (P-MOVE-7)', () => {
    fc.assert(
      fc.property(
        within,
        within,
        heading,
        pattern,
        pattern,
        between,
        between,
        (x, y, h, before, after, first, more) => {
          const change = first + 1;
          const changing: Blocked = (tileX, tileY, tick) =>
            around(tick < change ? before : after, 0, 0)(tileX, tileY, tick);
          const start: Motion = { tick: 0, x, y, heading: h };
          const half = advance(start, first, around(before, 0, 0));
          const whole = advance(half, first + more, around(after, 0, 0));
          expect(advance(start, first + more, changing)).toEqual(whole);
        },
      ),
    );
  });

  it('leaves somebody on whose tile a wall has come free to move in it and to leave it (P-MOVE-5, P-MOVE-7)', () => {
    const underfoot: Blocked = (tileX, tileY, tick) => tileX === 0 && tileY === 0 && tick >= 2;
    expect(advance({ tick: 0, x: 0, y: 128, heading: 0 }, 8, underfoot).x).toBe(8 * 51);
  });
});

describe('advancing a motion', () => {
  const motion = fc.record({
    tick: fc.nat(1_000_000),
    x: within,
    y: within,
    heading: fc.oneof(heading, fc.constant(256)),
  });
  const someTicks = fc.nat(80);

  it('for some ticks and then for more is the same as for all of them at once (P-MOVE-6)', () => {
    fc.assert(
      fc.property(motion, someTicks, someTicks, pattern, (start, first, second, bits) => {
        const blocked = around(bits, 0, 0);
        const half = advance(start, start.tick + first, blocked);
        const whole = advance(start, start.tick + first + second, blocked);
        expect(advance(half, start.tick + first + second, blocked)).toEqual(whole);
      }),
    );
  });

  it('walks heading after heading, one step a tick, where nothing is blocked (P-MOVE-6)', () => {
    fc.assert(
      fc.property(motion, someTicks, (start, ticks) => {
        expect(advance(start, start.tick + ticks, free)).toEqual({
          tick: start.tick + ticks,
          x: start.x + ticks * dxOf(start.heading),
          y: start.y + ticks * dyOf(start.heading),
          heading: start.heading,
        });
      }),
    );
  });

  it('keeps the heading of somebody who runs against a wall (P-MOVE-6)', () => {
    const wall: Blocked = (tileX) => tileX === 1;
    expect(advance({ tick: 10, x: 0, y: 128, heading: 0 }, 100, wall)).toEqual({
      tick: 100,
      x: 255,
      y: 128,
      heading: 0,
    });
  });

  it('does not go back in time, and leaves the motion it was given alone (P-MOVE-6)', () => {
    const start: Motion = Object.freeze({ tick: 10, x: 1, y: 2, heading: 3 });
    expect(advance(start, 9, free)).toBe(start);
    expect(advance(start, 10, free)).toBe(start);
    expect(advance(start, 11, free)).not.toBe(start);
  });

  it('motions are the same when all of tick, place and heading are', () => {
    const a: Motion = { tick: 1, x: 2, y: 3, heading: 4 };
    expect(sameMotion(a, { ...a })).toBe(true);
    for (const field of ['tick', 'x', 'y', 'heading'] as const) {
      expect(sameMotion(a, { ...a, [field]: 9 })).toBe(false);
    }
  });
});
