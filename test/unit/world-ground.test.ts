import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoundGem, Land } from '../../server/world/land.ts';
import type { Player } from '../../server/world/player.ts';
import { World } from '../../server/world/world.ts';
import { REWIND_TICKS, UNITS_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { tileOf } from '../../shared/grid.ts';
import { Ground } from '../../shared/ground.ts';
import { advance, STANDING, step } from '../../shared/motion.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { tileIndexOf } from '../../shared/tiles.ts';

const EAST = 0;
const SOUTH = 64;
const WEST = 128;
const NORTH = 192;
const START = 1000;
const WALL = 17;
const terrain = createTerrain('flat', 7);
const who = (id: number) => ({ id, generation: 1, name: `P${id}`, look: 0, profileVersion: 1 });

const tileRect = (tileX: number, tileY: number) => ({ left: tileX, top: tileY, right: tileX, bottom: tileY });

/** A world at tick START, on ground that can be built on. */
class Bench {
  readonly ground = new Ground(terrain);
  readonly closed = new Set<string>();
  readonly gems = new Map<string, FoundGem>();
  readonly world: World;

  constructor() {
    const land: Land = {
      isClosed: (sx, sy) => this.closed.has(`${sx},${sy}`),
      gemAt: (tileX, tileY) => this.gems.get(`${tileX},${tileY}`),
    };
    this.world = new World(this.ground.blocked, START, land);
  }

  /** A tile is set, as by the node's things. */
  build(tileX: number, tileY: number, kind: number, tick: number): void {
    const { sx, sy, tile } = tileIndexOf(tileX, tileY);
    this.ground.set(sx, sy, tile, kind, tick);
    this.world.groundChanged(tileRect(tileX, tileY), tick);
  }

  join(id: number, x: number, y: number): Player {
    const player = this.world.join(who(id), x, y);
    this.world.drain();
    return player;
  }

  run(ticks: number): void {
    for (let i = 0; i < ticks; i++) this.world.step();
  }

  layGem(tileX: number, tileY: number, index = 0): FoundGem {
    const gem = { sx: 0, sy: 0, period: 1, index, points: 1 } as const;
    this.gems.set(`${tileX},${tileY}`, gem);
    return gem;
  }

  /** Which gems have been touched since the last time, by whom. */
  touched(): string[] {
    return this.world.drain().touched.map(({ player, gem }) => `${player.id}:${gem.index}`);
  }
}

describe('world: ground that changes (M6, P-MOVE-8)', () => {
  it('gives whoever has walked there with their motion another of exactly that tick, and nobody else', () => {
    const bench = new Bench();
    const { world } = bench;
    // Tile 16,16 and the one beside it are on the first walker's way, and next to the second's.
    const walker = bench.join(1, 16 * 256 + 128, 16 * 256 + 128);
    const beside = bench.join(2, 16 * 256 + 128, 17 * 256 + 128);
    const coming = bench.join(3, 8 * 256, 16 * 256 + 128);
    const standing = bench.join(4, 16 * 256 + 128, 16 * 256 + 128);
    for (const player of [walker, beside, coming]) world.input(player, 1, START, EAST);
    bench.run(10);
    world.drain();
    const before = [walker, beside, coming, standing].map(({ rev }) => rev);
    const motions = [coming.motion, standing.motion];
    world.groundChanged(tileRect(17, 16), START + 14);
    world.groundChanged(tileRect(17, 16), START + 14);
    bench.run(3);
    expect(world.drain().changed.size, 'not before').toBe(0);
    bench.run(1);
    const { changed, answered } = world.drain();
    expect(changed).toEqual(new Set([walker, beside]));
    expect(answered, 'and is told so').toEqual(new Set([walker, beside]));
    expect(walker.answer).toEqual({ n: 1, rev: walker.rev, motion: walker.motion });
    for (const { motion, x, y } of [walker, beside]) expect(motion).toEqual({ tick: START + 14, x, y, heading: EAST });
    expect([coming.motion, standing.motion]).toEqual(motions);
    expect([walker, beside, coming, standing].map(({ rev }) => rev)).toEqual(
      before.map((rev, i) => (i < 2 ? rev + 1 : rev)),
    );
    bench.run(8);
    expect(world.drain().changed.size, 'once').toBe(0);
  });

  it('that is heard of too late counts from the next tick on, for whom it tells', () => {
    const bench = new Bench();
    const ada = bench.join(1, 0, 0);
    bench.world.input(ada, 1, START, EAST);
    bench.run(10);
    bench.build(1, 0, WALL, START + 3);
    bench.run(1);
    expect(ada.motion.tick).toBe(START + 11);
    expect(ada.x, 'nobody is put back before a wall').toBe(11 * 51);
  });

  it('leaves the path as it is where nothing is in the way', () => {
    const [one, other] = [new Bench(), new Bench()];
    const [ada, ben] = [one.join(1, 50, 70), other.join(1, 50, 70)];
    for (const [heading, at] of [
      [5, 0],
      [77, 7],
      [200, 30],
      [STANDING, 44],
      [130, 50],
    ] as const) {
      while (one.world.tick < START + at) {
        if (one.world.tick % 6 === 0)
          one.world.groundChanged({ left: -9, top: -9, right: 40, bottom: 40 }, one.world.tick + 2);
        one.run(1);
        other.run(1);
        expect([ada.x, ada.y]).toEqual([ben.x, ben.y]);
      }
      for (const [bench, player] of [
        [one, ada],
        [other, ben],
      ] as const) {
        bench.world.input(player, player.lastInput + 1, bench.world.tick - 3, heading);
      }
    }
    expect(ada.rev).toBeGreaterThan(ben.rev);
  });

  it('stops whoever walks into it at its tick, and not before', () => {
    const bench = new Bench();
    const ada = bench.join(1, 0, 0);
    const ben = bench.join(2, 0, UNITS_PER_TILE);
    for (const player of [ada, ben]) bench.world.input(player, 1, START, EAST);
    // The step into tile 2 is that to tick 11: 11 * 51 = 561.
    bench.build(2, 0, WALL, START + 11);
    bench.build(2, 1, WALL, START + 12);
    bench.run(30);
    expect(ada.x).toBe(10 * 51);
    expect(ben.x, 'nobody is kept in a tile, or from leaving it').toBe(30 * 51);
  });

  it('is walked over as it was at each tick when an input is rewound across it', () => {
    const bench = new Bench();
    const ada = bench.join(1, 0, 128);
    bench.world.input(ada, 1, START, EAST);
    bench.run(9);
    bench.build(2, 0, WALL, START + 11);
    bench.build(2, 1, WALL, START + 9);
    bench.run(4);
    expect(ada.x).toBe(10 * 51);
    bench.world.drain();
    // From tick 10 on to the south-east: the wall on tile 2,0 has come by tick 11, that on 2,1 before.
    bench.world.input(ada, 2, START + 10, 32);
    const body = { x: 510, y: 128, heading: 32 };
    for (let tick = START + 11; tick <= START + 13; tick++) step(body, bench.ground.blocked, tick);
    expect([ada.x, ada.y]).toEqual([body.x, body.y]);
    expect(ada.motion, 'told from after it').toEqual({ tick: START + 13, ...body });
    expect(ada.answer).toEqual({ n: 2, rev: ada.rev, motion: ada.motion });
  });

  it('from before an input that is rewound is no reason to tell its motion from later', () => {
    const bench = new Bench();
    const ada = bench.join(1, 0, 0);
    bench.world.input(ada, 1, START, EAST);
    bench.build(50, 0, WALL, START + 8);
    bench.run(12);
    bench.world.input(ada, 2, START + 9, SOUTH);
    expect(ada.motion.tick).toBe(START + 9);
    bench.world.input(ada, 3, START + 12, EAST);
    expect(ada.motion.tick).toBe(START + 12);
  });

  it('whatever is built and whenever inputs come, the path is the one over the ground as it was at each tick (M6, M7)', () => {
    const act = fc.oneof(
      fc.record({
        type: fc.constant('input' as const),
        stamp: fc.integer({ min: -8, max: 0 }),
        heading: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(STANDING)),
      }),
      fc.record({
        type: fc.constant('build' as const),
        dx: fc.integer({ min: -2, max: 2 }),
        dy: fc.integer({ min: -2, max: 2 }),
        kind: fc.constantFrom(0, WALL),
        lead: fc.integer({ min: 1, max: 5 }),
      }),
    );
    const acts = fc.array(fc.record({ act, ticks: fc.integer({ min: 0, max: 5 }) }), { maxLength: 40 });
    fc.assert(
      fc.property(acts, (all) => {
        const bench = new Bench();
        const { world, ground } = bench;
        const ada = bench.join(1, 40, 60);
        const applied: { readonly tick: number; readonly heading: number }[] = [];
        let last = START;
        for (const { act: each, ticks } of all) {
          if (each.type === 'input') {
            last = Math.max(last, world.tick - REWIND_TICKS, world.tick + each.stamp);
            applied.push({ tick: last, heading: each.heading });
            world.input(ada, applied.length, world.tick + each.stamp, each.heading);
            world.sign(ada);
          } else {
            bench.build(tileOf(ada.x) + each.dx, tileOf(ada.y) + each.dy, each.kind, world.tick + each.lead);
          }
          bench.run(ticks);
          const body = { x: 40, y: 60, heading: STANDING };
          for (let tick = START; ; tick++) {
            for (const input of applied) if (input.tick === tick) body.heading = input.heading;
            if (tick === world.tick) break;
            step(body, ground.blocked, tick + 1);
          }
          expect([ada.x, ada.y, ada.heading]).toEqual([body.x, body.y, body.heading]);
          const told = advance(ada.motion, world.tick, ground.blocked);
          expect([told.x, told.y], 'what others are told leads there').toEqual([ada.x, ada.y]);
          expect(ada.sx).toBe(Math.floor(ada.x / UNITS_PER_SQUARE));
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('world: closed squares (P-GROUND-6)', () => {
  it('stop whoever would enter at the border, who is told, and let them in when they open', () => {
    const bench = new Bench();
    bench.closed.add('1,0');
    const ada = bench.join(1, UNITS_PER_SQUARE - 100, 100);
    bench.world.input(ada, 1, START, EAST);
    bench.run(1);
    bench.world.drain();
    bench.run(1);
    expect(ada.motion).toEqual({ tick: START + 2, x: UNITS_PER_SQUARE - 49, y: 100, heading: STANDING });
    expect(bench.world.drain().answered).toEqual(new Set([ada]));
    expect(ada.answer).toEqual({ n: 1, rev: ada.rev, motion: ada.motion });
    bench.world.input(ada, 2, START + 2, EAST);
    bench.run(3);
    expect([ada.x, ada.heading]).toEqual([UNITS_PER_SQUARE - 49, STANDING]);
    bench.closed.clear();
    bench.world.input(ada, 3, START + 5, EAST);
    bench.run(3);
    expect([ada.sx, ada.heading]).toEqual([1, EAST]);
  });

  it('stop also whoever would have entered in the past, by an input that is rewound', () => {
    const bench = new Bench();
    bench.closed.add('0,-1');
    const ada = bench.join(1, 100, 60);
    bench.run(5);
    bench.world.input(ada, 1, START + 1, NORTH);
    expect([ada.x, ada.y, ada.heading, ada.sy]).toEqual([100, 9, STANDING, 0]);
    expect(ada.answer?.motion).toMatchObject({ tick: START + 3, y: 9, heading: STANDING });
    bench.run(REWIND_TICKS + 3);
    expect(ada.y).toBe(9);
  });

  it('keep nobody from walking in them, or out of them', () => {
    const bench = new Bench();
    bench.closed.add('0,0');
    const ada = bench.join(1, 200, 200);
    bench.world.input(ada, 1, START, WEST);
    bench.run(3);
    expect(ada.x).toBe(200 - 3 * 51);
    bench.run(3);
    expect(ada.sx).toBe(-1);
  });
});

describe('world: players put elsewhere and called otherwise', () => {
  it('a teleport puts a player there, standing, and nothing from before it is applied any more', () => {
    const bench = new Bench();
    const ada = bench.join(1, 0, 0);
    bench.world.input(ada, 1, START, EAST);
    bench.run(6);
    bench.world.input(ada, 2, START + 8, SOUTH);
    const { rev } = ada;
    bench.world.drain();
    bench.world.teleport(ada, 1_000_000, -77);
    expect(ada.motion).toEqual({ tick: START + 6, x: 1_000_000, y: -77, heading: STANDING });
    expect([ada.sx, ada.sy]).toEqual([Math.floor(1_000_000 / UNITS_PER_SQUARE), -1]);
    expect(ada.rev).toBeGreaterThan(rev);
    const { changed, answered } = bench.world.drain();
    expect([changed.has(ada), answered.has(ada)]).toEqual([true, true]);
    bench.run(4);
    expect(ada.heading, 'what was to come is not').toBe(STANDING);
    bench.world.input(ada, 3, START + 5, EAST);
    expect(ada.motion, 'an input from before it counts from it on').toMatchObject({ tick: START + 6, x: 1_000_000 });
    expect([ada.x, ada.y]).toEqual([1_000_000 + 4 * 51, -77]);
  });

  it('a new name is told with a newer rev, and the path is the same', () => {
    const bench = new Bench();
    const ada = bench.join(1, 0, 0);
    const ben = bench.join(2, 0, 0);
    bench.world.input(ada, 1, START, EAST);
    bench.run(3);
    bench.world.drain();
    const revs = [ada.rev, ben.rev];
    for (const player of [ada, ben]) bench.world.rename(player, { name: 'Eve', look: 5, version: 2 });
    for (const player of [ada, ben]) expect(player).toMatchObject({ name: 'Eve', look: 5, profileVersion: 2 });
    expect([ada.rev, ben.rev]).toEqual(revs.map((rev) => rev + 1));
    expect(bench.world.drain().changed).toEqual(new Set([ada, ben]));
    bench.world.input(ada, 2, START + 1, SOUTH);
    bench.run(2);
    expect([ada.x, ada.y], 'an input from before it is applied where it belongs').toEqual([51, 4 * 51]);
    expect([ben.x, ben.y]).toEqual([0, 0]);
  });
});

describe('world: gems (P-GEM-5)', () => {
  it('are touched where the path has led that no input can change any more', () => {
    const bench = new Bench();
    bench.layGem(2, 0);
    const ada = bench.join(1, 0, 128);
    bench.world.input(ada, 1, START, EAST);
    // Tile 2 is entered with the step to tick 11.
    bench.run(10 + REWIND_TICKS);
    expect(bench.touched()).toEqual([]);
    bench.run(1);
    expect(bench.touched()).toEqual(['1:0']);
    bench.run(20);
    expect(bench.touched(), 'once').toEqual([]);
  });

  it('that an input leads past after all have never been touched', () => {
    const bench = new Bench();
    bench.layGem(2, 0);
    const ada = bench.join(1, 0, 128);
    bench.world.input(ada, 1, START, EAST);
    bench.run(10 + REWIND_TICKS);
    expect(tileOf(ada.x)).toBe(2);
    bench.world.input(ada, 2, START + 10, WEST);
    bench.run(30);
    expect(bench.touched()).toEqual([]);
  });

  it('that were left again within the window have been touched all the same', () => {
    const bench = new Bench();
    bench.layGem(2, 0);
    const ada = bench.join(1, 0, 128);
    bench.world.input(ada, 1, START, EAST);
    bench.run(11);
    bench.world.input(ada, 2, START + 11, WEST);
    bench.run(1);
    bench.world.input(ada, 3, START + 12, STANDING);
    expect(tileOf(ada.x)).toBe(1);
    bench.run(2 * REWIND_TICKS);
    expect(bench.touched()).toEqual(['1:0']);
  });

  it('are touched by whoever stops right on them, and by whoever appears there', () => {
    const bench = new Bench();
    bench.layGem(2, 0, 3);
    bench.layGem(9, 9, 4);
    const ada = bench.join(1, 0, 128);
    bench.join(2, 9.5 * UNITS_PER_TILE, 9.5 * UNITS_PER_TILE);
    bench.world.input(ada, 1, START, EAST);
    bench.run(REWIND_TICKS - 1);
    expect(bench.touched()).toEqual([]);
    bench.run(1);
    expect(bench.touched()).toEqual(['2:4']);
    bench.run(11 - REWIND_TICKS);
    bench.world.input(ada, 2, START + 11, STANDING);
    bench.run(3 * REWIND_TICKS);
    expect(bench.touched()).toEqual(['1:3']);
  });

  it('that appear under whoever stands are found by a sweep, and those who walk are no part of it', () => {
    const bench = new Bench();
    bench.join(1, 128, 128);
    const ben = bench.join(2, 128, 128);
    bench.run(2 * REWIND_TICKS);
    bench.world.input(ben, 1, START + 10, STANDING);
    bench.layGem(0, 0);
    bench.world.sweep();
    expect(bench.touched()).toEqual(['1:0']);
    bench.run(2 * REWIND_TICKS);
    bench.world.sweep();
    expect(bench.touched()).toEqual(['1:0', '2:0']);
  });

  it('on the way before a teleport are nobody’s, those where it leads are', () => {
    const bench = new Bench();
    bench.layGem(2, 0, 3);
    bench.layGem(100, 0, 4);
    const ada = bench.join(1, 0, 128);
    bench.world.input(ada, 1, START, EAST);
    bench.run(12);
    bench.world.teleport(ada, 100.5 * UNITS_PER_TILE, 128);
    bench.run(REWIND_TICKS - 1);
    expect(bench.touched()).toEqual([]);
    bench.run(1);
    expect(bench.touched()).toEqual(['1:4']);
  });

  it('whatever the inputs are, exactly the tiles of the path as it came to be are touched', () => {
    const input = fc.record({
      ticks: fc.integer({ min: 0, max: 12 }),
      late: fc.integer({ min: 0, max: 7 }),
      heading: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(STANDING)),
    });
    fc.assert(
      fc.property(fc.array(input, { maxLength: 12 }), (inputs) => {
        const bench = new Bench();
        for (let y = -40; y <= 40; y++) for (let x = -40; x <= 40; x++) bench.layGem(x, y, (x + 40) * 100 + y + 40);
        const ada = bench.join(1, 128, 128);
        const applied: { readonly tick: number; readonly heading: number }[] = [];
        let last = START;
        const touched: string[] = [];
        const run = (ticks: number): void => {
          for (let i = 0; i < ticks; i++) {
            bench.run(1);
            bench.world.sign(ada);
            touched.push(...bench.touched());
          }
        };
        for (const { ticks, late, heading } of inputs) {
          run(ticks);
          const { tick } = bench.world;
          last = Math.max(last, tick - REWIND_TICKS, tick - late);
          applied.push({ tick: last, heading });
          bench.world.input(ada, applied.length, tick - late, heading);
        }
        bench.world.input(ada, applied.length + 1, bench.world.tick, STANDING);
        applied.push({ tick: bench.world.tick, heading: STANDING });
        run(2 * REWIND_TICKS + 2);
        const body = { x: 128, y: 128, heading: STANDING };
        const path: string[] = [];
        for (let tick = START; tick <= bench.world.tick; tick++) {
          if (tick > START) step(body, bench.ground.blocked, tick);
          for (const each of applied) if (each.tick === tick) body.heading = each.heading;
          const at = `1:${(tileOf(body.x) + 40) * 100 + tileOf(body.y) + 40}`;
          if (path.at(-1) !== at) path.push(at);
        }
        expect(touched).toEqual(path);
      }),
      { numRuns: 400 },
    );
  });
});
