import { describe, expect, it, test } from 'vitest';
import { ToldWalk } from '../../client/core/told-walk.ts';
import { TICK_MS } from '../../shared/constants.ts';
import { squareOrigin } from '../../shared/grid.ts';
import { advance, STANDING } from '../../shared/motion.ts';
import { ScriptedServer } from '../helpers/scripted-server.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { changes, motions, snapshot } from '../helpers/told.ts';
import { counted, free, walls } from '../helpers/walls.ts';

const EAST = 0;
const SOUTH = 64;
const NORTH = 192;
/** What a leave calls the square to the east, see `neighbourOf`. */
const TO_THE_EAST = 6;
const RED_WALL = 20;
/** Steps of a tick along an axis, in units (M1). */
const STEP = 51;

/** Where a client says that the server's word puts somebody. */
const truthOf = ({ client }: ScriptedServer, id: number): { x: number; y: number } | undefined => {
  const found = [...client.truths()].filter((truth) => truth.id === id);
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0] === undefined ? undefined : { x: found[0].x, y: found[0].y };
};

/** Puts the clock at a tick, or between two. */
const goTo = (server: ScriptedServer, tick: number): void => {
  server.nowMs = tick * TICK_MS;
};

describe('the truth about others', () => {
  it('is where their newest motion leads now, without a playback delay, between ticks as well', () => {
    const server = new ScriptedServer().join();
    const from = server.tick;
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1, dx: 100, dy: 200, heading: EAST }]));
    expect(truthOf(server, 5)).toEqual({ x: 100, y: 200 });
    goTo(server, from + 4);
    expect(truthOf(server, 5)).toEqual({ x: 100 + 4 * STEP, y: 200 });
    goTo(server, from + 4.5);
    expect(truthOf(server, 5)).toEqual({ x: 100 + 4.5 * STEP, y: 200 });
    const shown = [...server.client.people()].find(({ id }) => id === 5);
    expect(shown?.x).toBeLessThan(100 + 4 * STEP);
  });

  it('snaps to a turn as soon as it is told, also one from the past', () => {
    const server = new ScriptedServer().join();
    const from = server.tick;
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1, heading: EAST }]));
    goTo(server, from + 10);
    expect(truthOf(server, 5)).toEqual({ x: 10 * STEP, y: 0 });
    // They turned three ticks ago.
    server.frame(motions({ id: 5, rev: 2, dx: 7 * STEP, dy: 0, heading: SOUTH, ago: 3 }));
    expect(truthOf(server, 5)).toEqual({ x: 7 * STEP, y: 3 * STEP });
    goTo(server, from + 12);
    server.frame(motions({ id: 5, rev: 3, dx: 7 * STEP, dy: 4 * STEP, heading: STANDING, ago: 1 }));
    goTo(server, from + 40);
    expect(truthOf(server, 5)).toEqual({ x: 7 * STEP, y: 4 * STEP });
  });

  it('walks into a wall no further than the rule lets it, and again when a wall is heard of late', () => {
    const server = new ScriptedServer().join();
    const from = server.tick;
    server.ground(0, 0, 1);
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1, dx: 20 * 256 + 1, dy: 20 * 256 + 128, heading: EAST }]));
    goTo(server, from + 20);
    expect(truthOf(server, 5)).toEqual({ x: 20 * 256 + 1 + 20 * STEP, y: 20 * 256 + 128 });
    // The square is told anew: on the tile beside them a wall has stood all along.
    server.ground(0, 0, 2, [{ tile: 20 * 32 + 21, kind: RED_WALL }]);
    expect(truthOf(server, 5)).toEqual({ x: 20 * 256 + 1 + 4 * STEP, y: 20 * 256 + 128 });
  });

  it('follows somebody over a border, also before the square they enter has told of them (G7)', () => {
    const server = new ScriptedServer().join();
    const from = server.tick;
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1, dx: 31 * 256, heading: EAST }]), snapshot(1, 0, []));
    goTo(server, from + 8);
    server.frame(changes(0, 0, [], [{ id: 5, rev: 2, to: TO_THE_EAST }]));
    expect(truthOf(server, 5)).toEqual({ x: 31 * 256 + 8 * STEP, y: 0 });
    server.frame(changes(1, 0, [{ id: 5, rev: 2, dx: 40, dy: 0, heading: NORTH }], []));
    goTo(server, from + 10);
    expect(truthOf(server, 5)).toEqual({ x: squareOrigin(1) + 40, y: -2 * STEP });
  });

  it('ends when they leave', () => {
    const server = new ScriptedServer().join();
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1, heading: EAST }]));
    server.frame(changes(0, 0, [], [{ id: 5, rev: 2 }]));
    expect(truthOf(server, 5)).toBeUndefined();
  });

  it('is none while there is no connection, for nobody tells it', () => {
    const server = new ScriptedServer().join();
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1, heading: EAST }]));
    server.break();
    expect([...server.client.truths()]).toEqual([]);
  });
});

describe('the truth about oneself', () => {
  it('is the last acknowledged motion, without what is still on its way', () => {
    const server = new ScriptedServer().join();
    const from = server.tick;
    expect(truthOf(server, 1)).toEqual({ x: 0, y: 0 });
    server.client.walk(EAST);
    goTo(server, from + 4);
    expect(server.client.ownPosition()?.x).toBe(4 * STEP);
    expect(truthOf(server, 1)).toEqual({ x: 0, y: 0 });
    server.frame({ type: 'own', n: 1, rev: 1, tick: from, x: 0, y: 0, heading: EAST });
    expect(truthOf(server, 1)).toEqual({ x: 4 * STEP, y: 0 });
    goTo(server, from + 6);
    server.client.walk(SOUTH);
    goTo(server, from + 9.5);
    expect(server.client.ownPosition()).toMatchObject({ x: 6 * STEP, y: 3.5 * STEP });
    expect(truthOf(server, 1)).toEqual({ x: 9.5 * STEP, y: 0 });
  });
});

describe('a walk along what was told', () => {
  test.each([1, 2, 3, 4])('leads where the shared rule leads, whenever it is asked (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const blocked = walls(seed);
    const walk = new ToldWalk(blocked);
    let motion = { tick: 1000, x: 128, y: 128, heading: EAST };
    let tick = 1000;
    for (let i = 0; i < 300; i++) {
      if (random() < 0.2) {
        const turnedAt = tick - Math.floor(random() * 5);
        motion = { ...advance(motion, turnedAt, blocked), heading: Math.floor(random() * 257) };
      }
      tick += Math.floor(random() * 6);
      const fraction = random();
      const [here, next] = [advance(motion, tick, blocked), advance(motion, tick + 1, blocked)];
      walk.goTo(motion, tick + fraction);
      const isBegun = tick >= motion.tick;
      expect(walk.x).toBeCloseTo(isBegun ? here.x + (next.x - here.x) * fraction : motion.x, 9);
      expect(walk.y).toBeCloseTo(isBegun ? here.y + (next.y - here.y) * fraction : motion.y, 9);
    }
  });

  test('before the motion begins it is at its beginning', () => {
    const walk = new ToldWalk(free);
    walk.goTo({ tick: 10, x: 5, y: 6, heading: EAST }, 8.7);
    expect([walk.x, walk.y]).toEqual([5, 6]);
    walk.goTo({ tick: 10, x: 5, y: 6, heading: EAST }, 12);
    expect([walk.x, walk.y]).toEqual([5 + 2 * STEP, 6]);
  });

  test('costs a step a tick however often it is asked, and nothing for whoever stands', () => {
    const { blocked, calls } = counted(free);
    const walk = new ToldWalk(blocked);
    const motion = { tick: 0, x: 0, y: 128, heading: EAST };
    for (let tick = 0; tick < 1000; tick += 0.25) walk.goTo(motion, tick);
    // The ground is looked at once for each tile that is entered.
    expect(calls()).toBeLessThanOrEqual(Math.ceil((1001 * STEP) / 256));
    const before = calls();
    for (let tick = 1000; tick < 2000; tick += 0.25) walk.goTo({ ...motion, heading: STANDING }, tick);
    expect(calls()).toBe(before);
  });
});
