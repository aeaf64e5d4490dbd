import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Player } from '../../server/world/player.ts';
import { World } from '../../server/world/world.ts';
import { FUTURE_TICKS, IDLE_STOP_TICKS, REWIND_TICKS } from '../../shared/constants.ts';
import { squareIndexOf } from '../../shared/grid.ts';
import { advance, type Blocked, type Motion, STANDING, step } from '../../shared/motion.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { free, walls } from '../helpers/walls.ts';

const EAST = 0;
const SOUTH = 64;
const WEST = 128;
const START = 1000;

/** A world at tick START with one player in it, at (0, 0) unless told otherwise. */
function begin(blocked: Blocked = free, x = 0, y = 0): { world: World; ada: Player } {
  const world = new World(blocked, START);
  const ada = world.join({ id: 1, generation: 3, name: 'Ada', look: 2, profileVersion: 1 }, x, y);
  world.drain();
  return { world, ada };
}

const run = (world: World, ticks: number): void => {
  for (let i = 0; i < ticks; i++) world.step();
};

describe('world: inputs (M2, P-PRED-3)', () => {
  it('an input is applied at the tick it is stamped with, as far back as the rewind window', () => {
    for (let late = 0; late <= REWIND_TICKS; late++) {
      const { world, ada } = begin();
      run(world, 20);
      world.input(ada, 1, world.tick - late, EAST);
      expect(ada.motion).toEqual({ tick: START + 20 - late, x: 0, y: 0, heading: EAST });
      expect(ada.x, 'has walked since').toBe(late * 51);
    }
  });

  it('an older stamp is applied at the edge of the window', () => {
    const { world, ada } = begin();
    run(world, 20);
    world.input(ada, 1, START + 2, EAST);
    expect(ada.motion.tick).toBe(START + 20 - REWIND_TICKS);
  });

  it('no input is applied before the one before it', () => {
    const { world, ada } = begin();
    run(world, 20);
    world.input(ada, 1, START + 18, EAST);
    world.input(ada, 2, START + 16, SOUTH);
    expect(ada.motion).toEqual({ tick: START + 18, x: 0, y: 0, heading: SOUTH });
    expect([ada.x, ada.y]).toEqual([0, 102]);
  });

  it('of two inputs at the same tick the later one holds', () => {
    const { world, ada } = begin();
    run(world, 10);
    world.input(ada, 1, START + 8, EAST);
    world.input(ada, 2, START + 8, WEST);
    run(world, 1);
    expect([ada.x, ada.y]).toEqual([-3 * 51, 0]);
  });

  it('a stamp from the future waits for its tick, two ticks at most', () => {
    for (const ahead of [1, FUTURE_TICKS, 50]) {
      const { world, ada } = begin();
      run(world, 5);
      world.input(ada, 1, world.tick + ahead, EAST);
      expect(ada.heading).toBe(STANDING);
      expect(world.drain().answered.size, 'is answered when it is applied').toBe(0);
      run(world, 3);
      expect(ada.motion).toEqual({ tick: START + 5 + Math.min(ahead, FUTURE_TICKS), x: 0, y: 0, heading: EAST });
      expect(world.drain().answered.has(ada)).toBe(true);
      expect(ada.answer).toEqual({ n: 1, rev: ada.rev, motion: ada.motion });
    }
  });

  it('a node that has fallen behind its clock takes no stamp of the present for one from the future', () => {
    const { world, ada } = begin();
    run(world, 5);
    // The event loop was held up for six ticks; the input comes in before the world has caught up.
    const present = world.tick + 6;
    world.input(ada, 1, present, EAST, present);
    world.input(ada, 2, present + 50, SOUTH, present);
    run(world, 6);
    expect(ada.motion).toEqual({ tick: present, x: 0, y: 0, heading: EAST });
    run(world, FUTURE_TICKS);
    expect(ada.motion).toEqual({ tick: present + FUTURE_TICKS, x: 102, y: 0, heading: SOUTH });
  });

  it('inputs that wait are applied in order, each at its tick', () => {
    const { world, ada } = begin();
    world.input(ada, 1, START + 1, EAST);
    world.input(ada, 2, START + 2, SOUTH);
    run(world, 4);
    expect([ada.x, ada.y]).toEqual([51, 2 * 51]);
  });

  it('a number that is not higher than the last one is ignored (P-INPUT-1)', () => {
    const { world, ada } = begin();
    run(world, 10);
    world.input(ada, 5, START + 10, EAST);
    world.drain();
    world.input(ada, 5, START + 10, WEST);
    world.input(ada, 4, START + 10, WEST);
    expect(ada.heading).toBe(EAST);
    expect(world.drain().answered.size).toBe(0);
  });

  it('whoever floods with inputs from the future fills no memory, and the newest of them holds', () => {
    const { world, ada } = begin();
    for (let n = 1; n <= 1000; n++) world.input(ada, n, START + 2, n % 256);
    expect(ada.waiting.length).toBeLessThanOrEqual(8);
    run(world, 2);
    expect(ada.heading).toBe(1000 % 256);
    expect(ada.answer?.n).toBe(1000);
  });

  it('an answer tells the newest input of a flush and the motion it became (P-PRED-5)', () => {
    const { world, ada } = begin();
    run(world, 6);
    world.input(ada, 1, START + 3, EAST);
    world.input(ada, 2, START + 5, SOUTH);
    expect(world.drain().answered.has(ada)).toBe(true);
    expect(ada.answer).toEqual({ n: 2, rev: ada.rev, motion: { tick: START + 5, x: 102, y: 0, heading: SOUTH } });
  });
});

interface Stamped {
  readonly tick: number;
  readonly heading: number;
}

/** Where the inputs as they were applied lead: the whole path walked from the beginning, every time. */
function placeByModel(applied: readonly Stamped[], now: number, x: number, y: number, blocked: Blocked): Motion {
  const body = { x, y, heading: STANDING };
  for (let tick = START; ; tick++) {
    for (const input of applied) if (input.tick === tick) body.heading = input.heading;
    if (tick === now) return { ...body, tick };
    step(body, blocked, 1);
  }
}

describe('world: against a model', () => {
  const input = fc.record({
    afterTicks: fc.integer({ min: 0, max: 6 }),
    stamp: fc.integer({ min: -12, max: 6 }),
    heading: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(STANDING)),
  });

  it('the place is that of the path with every input at its tick, and what others are told leads there too (M2, M7)', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), fc.integer(), (inputs, seed) => {
        const blocked = walls(seed);
        const { world, ada } = begin(blocked, 100, 100);
        const applied: Stamped[] = [];
        let last = START;
        for (const [i, { afterTicks, stamp, heading }] of inputs.entries()) {
          // Now and then everything that waits has its turn: in honest play two inputs wait at most.
          run(world, i % 6 === 5 ? afterTicks + 3 : afterTicks);
          const now = world.tick;
          const tick = Math.max(now - REWIND_TICKS, last, Math.min(now + stamp, now + FUTURE_TICKS));
          last = tick;
          applied.push({ tick, heading });
          world.input(ada, i + 1, now + stamp, heading);
          const { x, y } = placeByModel(applied, now, 100, 100, blocked);
          expect([ada.x, ada.y]).toEqual([x, y]);
          const told = advance(ada.motion, now, blocked);
          expect([told.x, told.y]).toEqual([x, y]);
          expect([ada.sx, ada.sy]).toEqual([squareIndexOf(x), squareIndexOf(y)]);
        }
        run(world, 8);
        const { x, y } = placeByModel(applied, world.tick, 100, 100, blocked);
        expect([ada.x, ada.y]).toEqual([x, y]);
      }),
      { numRuns: 200 },
    );
  });

  it('nobody gains speed by lying about ticks, and what is older than the window is final (M2)', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = seededRandom(seed);
        const { world, ada } = begin();
        /** Where they were when each tick was completed, inputs that came in it included. */
        const seen: [number, number][] = [[0, 0]];
        let n = 0;
        for (let i = 0; i < 120; i++) {
          for (let k = 0; k < 3; k++) {
            const stamp = world.tick + Math.floor(random() * 40 - 30);
            if (random() < 0.5) world.input(ada, ++n, stamp, Math.floor(random() * 257));
          }
          seen.push([ada.x, ada.y]);
          world.step();
          // From wherever they were seen `back` ticks ago, that many ticks and a whole window lead no further.
          for (const back of [1, 20, 60]) {
            const [x, y] = seen.at(-back) ?? [0, 0];
            const way = Math.hypot(ada.x - x, ada.y - y);
            expect(way).toBeLessThanOrEqual((Math.min(back, i + 1) + 2 * REWIND_TICKS) * 52);
          }
        }
        expect(Math.hypot(ada.x, ada.y)).toBeLessThanOrEqual(120 * 52);
      }),
      { numRuns: 15 },
    );
  });
});

describe('world: crossings (G7, M1)', () => {
  /** Ten units west of the border to square 1,0. */
  const before = 8192 - 10;

  it('walking straight is no news until a border is crossed (M1)', () => {
    const { world, ada } = begin(free, 8192 - 51 * 30, 0);
    world.input(ada, 1, START, EAST);
    world.drain();
    run(world, 29);
    expect(world.drain().changed.size).toBe(0);
    const { rev } = ada;
    run(world, 1);
    expect(world.drain().changed.has(ada)).toBe(true);
    expect(ada).toMatchObject({ sx: 1, sy: 0, rev: rev + 1 });
    // The motion was old, so it is told afresh from here.
    expect(ada.motion).toEqual({ tick: START + 30, x: 8192, y: 0, heading: EAST });
    expect(ada.answer?.motion.tick, 'their own client is told nothing new').toBe(START);
  });

  it('a turn within the window travels on with the crossing', () => {
    const { world, ada } = begin(free, before, 0);
    world.input(ada, 1, START, EAST);
    run(world, 1);
    expect(ada).toMatchObject({ sx: 1, rev: 2 });
    expect(ada.motion).toEqual({ tick: START, x: before, y: 0, heading: EAST });
  });

  it('a crossing undone by a rewind is published as a crossing back (M2)', () => {
    const { world, ada } = begin(free, before, 0);
    world.input(ada, 1, START, EAST);
    run(world, 3);
    world.drain();
    const { rev } = ada;
    expect(ada.sx).toBe(1);
    // Three ticks ago they had stopped already.
    world.input(ada, 2, START, WEST);
    expect(world.drain().changed.has(ada)).toBe(true);
    expect(ada).toMatchObject({ sx: 0, rev: rev + 1, x: before - 3 * 51 });
  });

  it('every change raises the rev, which wraps after 65,535 (P-PAIR-1)', () => {
    const { world, ada } = begin();
    for (let n = 1; n <= 65_537; n++) world.input(ada, n, START, n % 256);
    expect(ada.rev).toBe(1);
  });
});

describe('world: idleness (M2, P-PRED-4)', () => {
  it('a motion ends by itself IDLE_STOP_TICKS after the last sign of the client', () => {
    const { world, ada } = begin();
    world.input(ada, 1, START, EAST);
    run(world, 30);
    world.sign(ada);
    run(world, IDLE_STOP_TICKS - 1);
    expect(ada.heading).toBe(EAST);
    world.drain();
    run(world, 1);
    const stop = { tick: START + 30 + IDLE_STOP_TICKS, x: (30 + IDLE_STOP_TICKS) * 51, y: 0, heading: STANDING };
    expect(ada.motion).toEqual(stop);
    const { changed, answered } = world.drain();
    expect([changed.has(ada), answered.has(ada)]).toEqual([true, true]);
    expect(ada.answer).toEqual({ n: 1, rev: ada.rev, motion: stop });
  });

  it('what was walked before the stop is final: a late input begins at the stop', () => {
    const { world, ada } = begin();
    world.input(ada, 1, START, EAST);
    run(world, IDLE_STOP_TICKS + 2);
    const { x } = ada;
    world.input(ada, 2, START + IDLE_STOP_TICKS - 3, SOUTH);
    expect(ada.motion).toEqual({ tick: START + IDLE_STOP_TICKS, x, y: 0, heading: SOUTH });
  });

  it('whoever stands is not stopped, and costs nothing', () => {
    const { world } = begin();
    run(world, 10 * IDLE_STOP_TICKS);
    expect(world.drain().changed.size).toBe(0);
  });
});

describe('world: coming and going', () => {
  it('a newcomer is news, and is told where they are as input 0 (P-PRED-1)', () => {
    const world = new World(free, START);
    const ada = world.join({ id: 1, generation: 3, name: 'Ada', look: 2, profileVersion: 1 }, 300, -5);
    const { changed, answered, left } = world.drain();
    expect([changed.has(ada), answered.has(ada), left]).toEqual([true, true, []]);
    expect(ada.answer).toEqual({ n: 0, rev: 0, motion: { tick: START, x: 300, y: -5, heading: STANDING } });
    expect(ada).toMatchObject({ sx: 0, sy: -1, profileVersion: 1 });
  });

  it('leaving is news with a rev of its own, and whatever else was news of them is not', () => {
    const { world, ada } = begin();
    world.input(ada, 1, START, EAST);
    const { rev } = ada;
    expect(world.leave(1)).toBe(ada);
    const { changed, answered, left } = world.drain();
    expect([changed.size, answered.size, left]).toEqual([0, 0, [ada]]);
    expect(ada.rev).toBe(rev + 1);
    expect(world.leave(1)).toBeUndefined();
    run(world, 5);
    expect(world.drain()).toMatchObject({ left: [] });
  });

  it('whoever joins again takes the place of who they were', () => {
    const { world, ada } = begin();
    const again = world.join({ id: 1, generation: 4, name: 'Ada', look: 2, profileVersion: 1 }, 9, 9);
    const { changed, left } = world.drain();
    expect([...changed]).toEqual([again]);
    expect(left).toEqual([ada]);
    expect(world.players.get(1)).toBe(again);
  });

  it('what was drained is not told again', () => {
    const { world, ada } = begin();
    world.input(ada, 1, START, EAST);
    expect(world.drain().changed.size).toBe(1);
    expect(world.drain()).toEqual({ changed: new Set(), left: [], answered: new Set(), touched: [] });
  });
});
