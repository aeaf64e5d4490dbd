import { describe, expect, it } from 'vitest';
import { RESUBSCRIBE_TICKS, UNSUBSCRIBE_TICKS } from '../../server/grid/limits.ts';
import { readNodeMessage } from '../../server/grid/wire.ts';
import { CLOSE } from '../../shared/closing.ts';
import {
  DROPPED_TICKS,
  IDLE_STOP_TICKS,
  LINGER_TICKS,
  REWIND_TICKS,
  UNITS_PER_SQUARE,
  UNITS_PER_TILE,
} from '../../shared/constants.ts';
import { HEADING_DX, STANDING } from '../../shared/motion.ts';
import { readEnters, readLeaves, readMotions } from '../../shared/records.ts';
import { LossyBroker } from '../helpers/lossy-broker.ts';
import { RawClient } from '../helpers/raw-client.ts';
import type { Seat } from '../helpers/seat.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import type { BrokerCall } from '../helpers/spy-broker.ts';
import { Stage } from '../helpers/stage.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { Walker } from '../helpers/walker.ts';

const EAST = 0;
const SOUTH = 64;
const WEST = 128;
/** What a walker due east covers in a tick, in units. */
const PACE = HEADING_DX[EAST] as number;

/** Keys of a block of squares, bounds inclusive, sorted as texts. */
function block(columns: readonly [number, number], rows: readonly [number, number]): string[] {
  const keys: string[] = [];
  for (let sx = columns[0]; sx <= columns[1]; sx++) {
    for (let sy = rows[0]; sy <= rows[1]; sy++) keys.push(`${sx},${sy}`);
  }
  return keys.sort();
}

/** A seat's player, as the world has them. */
function bodyOf(stage: Stage, seat: Seat): { readonly x: number; readonly y: number; readonly heading: number } {
  for (const { world } of stage.nodes) {
    const player = world.players.get(seat.id);
    if (player !== undefined) return player;
  }
  throw new Error(`player ${seat.id} is in no world`);
}

/** Walks east or west until the player has come to an x, and stops there. */
async function walkTo(stage: Stage, seat: Seat, x: number): Promise<void> {
  const isEast = bodyOf(stage, seat).x < x;
  seat.turn(isEast ? EAST : WEST);
  await stage.until(`x is ${x}`, () => isEast === bodyOf(stage, seat).x >= x);
  seat.turn(STANDING);
  await stage.ticks(4);
}

const typesOf = (seat: Seat): Set<string> => new Set(seat.messages.map(({ type }) => type));

describe('G1: the interest', () => {
  it.each([
    ['in the middle of a square, a small screen', [16, 16], [1, 1], block([0, 0], [0, 0])],
    ['in the middle of a square, a usual screen', [16, 16], [40, 24], block([-1, 1], [0, 1])],
    ['a screen of nothing counts as one tile', [16, 16], [0, 0], block([0, 0], [0, 0])],
    ['where four squares meet', [0, 0], [1, 1], block([-1, 0], [-1, 0])],
    ['the largest screen', [16, 16], [128, 96], block([-2, 2], [-2, 2])],
    ['at the edge of the world', [2 ** 36 - 1, -(2 ** 36)], [1, 1], [`${2 ** 31 - 1},${-(2 ** 31)}`]],
  ] as const)('is what the screen and the enter margin touch: %s', async (_, at, [width, height], expected) => {
    const stage = await Stage.start();
    const seat = await stage.join({ at, width, height });
    await stage.ticks(4);
    expect(seat.squares).toEqual(expected);
    expect(seat.faults).toEqual([]);
  });

  it('of a client that claims 60,000 × 60,000 tiles is that of the largest screen, on a real socket', async () => {
    const { url } = await startTestApp();
    const squares = (client: RawClient): Set<string> =>
      new Set(client.messages.flatMap((one) => (one.type === 'snapshot' ? [`${one.sx},${one.sy}`] : [])));
    const largest = block([-2, 2], [-2, 2]);
    const { client: greedy } = await RawClient.join(url, { at: [16, 16], width: 60_000, height: 60_000 });
    const { client: growing } = await RawClient.join(url, { at: [16, 16], width: 1, height: 1 });
    growing.send({ type: 'screen', width: 60_000, height: 60_000 });
    for (const client of [greedy, growing]) {
      await expect.poll(() => squares(client).size).toBe(largest.length);
      // Whatever else was to come would come before the answers to these.
      for (const nonce of [1, 2]) {
        client.send({ type: 'alive', frame: 0, nonce });
        expect(await client.next('pong')).toMatchObject({ nonce });
      }
      expect([...squares(client)].sort()).toEqual(largest);
    }
  });

  it('gains a square at the enter margin, and loses it a linger after the leave margin', async () => {
    const stage = await Stage.start();
    const seat = await stage.join({ at: [16, 16], width: 1, height: 1 });
    // Half a tile of screen and a margin of 4 touch the next square from 4.5 tiles before it on …
    const enterX = 27.5 * UNITS_PER_TILE;
    seat.turn(EAST);
    await stage.until('the next square came', () => seat.squares.includes('1,0'));
    const { x } = bodyOf(stage, seat);
    expect(x).toBeGreaterThanOrEqual(enterX);
    expect(x).toBeLessThan(enterX + 5 * PACE);

    // … and a margin of 12 touches it until 12.5 tiles before it.
    const leaveX = 19.5 * UNITS_PER_TILE;
    seat.turn(WEST);
    await stage.until('the leave margin is reached', () => bodyOf(stage, seat).x < leaveX);
    const outsideSince = stage.tick;
    seat.turn(STANDING);
    await stage.until('the square was forgotten', () => !seat.squares.includes('1,0'));
    expect(stage.tick - outsideSince).toBeGreaterThanOrEqual(LINGER_TICKS - 1);
    expect(stage.tick - outsideSince).toBeLessThanOrEqual(LINGER_TICKS + 3);
    expect(seat.of('forget')).toMatchObject([{ sx: 1, sy: 0 }]);
    expect(seat.faults).toEqual([]);
  });

  it('keeps a square whose leave margin one comes back into within the linger', async () => {
    const stage = await Stage.start();
    const seat = await stage.join({ at: [27, 16], width: 1, height: 1 });
    await walkTo(stage, seat, 28 * UNITS_PER_TILE);
    await walkTo(stage, seat, 19 * UNITS_PER_TILE);
    await stage.ticks(LINGER_TICKS - 20);
    await walkTo(stage, seat, 20 * UNITS_PER_TILE);
    await stage.ticks(4 * LINGER_TICKS);
    expect(seat.squares).toEqual(['0,0', '1,0']);
    expect(seat.of('forget')).toEqual([]);
  });

  it('does not change for somebody who walks along a border, over it and back, or along a margin', async () => {
    const stage = await Stage.start();
    const seat = await stage.join({ at: [30, 16], width: 1, height: 1 });
    // The border itself, the enter margin, and almost to the leave margin.
    for (const middle of [32, 27.5, 21]) {
      await walkTo(stage, seat, middle * UNITS_PER_TILE);
      stage.spy.take();
      seat.clear();
      for (let lap = 0; lap < 10; lap++) {
        await walkTo(stage, seat, (middle + 1) * UNITS_PER_TILE);
        await walkTo(stage, seat, (middle - 1) * UNITS_PER_TILE);
      }
      for (const churn of ['snapshot', 'forget']) expect(typesOf(seat)).not.toContain(churn);
      expect(stage.spy.calls.filter(({ kind }) => kind !== 'publish')).toEqual([]);
    }
    expect(seat.faults).toEqual([]);
  });
});

describe('G2: the subscriptions of a node', () => {
  const channels = (squares: Iterable<string>): string[] =>
    [...squares].map((key) => `flatlands:stage:sq:${key}`).sort();
  const subscriptionsIn = (calls: readonly BrokerCall[]): BrokerCall[] =>
    calls.filter(({ kind }) => kind !== 'publish');

  it('are one plain channel for each square that some session is interested in, taken in one call', async () => {
    const stage = await Stage.start();
    expect(subscriptionsIn(stage.spy.take())).toEqual([
      { kind: 'subscribe', channels: ['flatlands:stage:node:node-0', 'flatlands:stage:nodes'] },
    ]);
    const first = await stage.join({ at: [16, 16], width: 40, height: 24 });
    expect(subscriptionsIn(stage.spy.take())).toMatchObject([{ kind: 'subscribe', channels: { length: 6 } }]);
    expect(stage.spy.squareChannels).toEqual(channels(first.squares));
    expect(stage.spy.squareChannels).toContain('flatlands:stage:sq:-1,0');

    // A second session on the same squares needs nothing more; one elsewhere what is its own.
    await stage.join({ at: [16, 16], width: 40, height: 24 });
    expect(subscriptionsIn(stage.spy.take())).toEqual([]);
    const far = await stage.join({ at: [-100_000, 1_000_000_000], width: 1, height: 1 });
    expect(stage.spy.squareChannels).toEqual(channels([...first.squares, ...far.squares]));
  });

  it('end a linger after the last session that was interested, in one call', async () => {
    const stage = await Stage.start();
    const [one, other] = [await stage.join({ at: [16, 16] }), await stage.join({ at: [16, 16] })];
    const held = channels(one.squares);
    one.leave();
    await stage.ticks(2 * UNSUBSCRIBE_TICKS);
    expect(stage.spy.squareChannels).toEqual(held);

    other.leave();
    stage.spy.take();
    await stage.ticks(UNSUBSCRIBE_TICKS - 3);
    expect(stage.spy.squareChannels).toEqual(held);
    await stage.ticks(6);
    expect(stage.spy.squareChannels).toEqual([]);
    expect(subscriptionsIn(stage.spy.take())).toMatchObject([
      { kind: 'unsubscribe', channels: { length: held.length } },
    ]);
  });

  it('stay when somebody comes back within the linger', async () => {
    const stage = await Stage.start();
    const seat = await stage.join({ at: [16, 16] });
    stage.spy.take();
    for (let i = 0; i < 5; i++) {
      stage.seats.at(-1)?.leave();
      await stage.ticks(UNSUBSCRIBE_TICKS - 10);
      await stage.join({ at: [16, 16] });
    }
    await stage.ticks(2 * UNSUBSCRIBE_TICKS);
    expect(subscriptionsIn(stage.spy.take())).toEqual([]);
    expect(stage.spy.squareChannels).toEqual(channels(seat.squares));
  });

  it('are rolled back when the broker refuses, and tried again; the node’s own players are shown meanwhile', async () => {
    const stage = await Stage.start();
    stage.spy.refusals = 2;
    const seat = await stage.join({ at: [16, 16] });
    expect(stage.failures).toHaveLength(1);
    expect(stage.spy.squareChannels).toEqual([]);
    await stage.ticks(2 * RESUBSCRIBE_TICKS + 4);
    expect(stage.failures).toHaveLength(2);
    expect(stage.spy.squareChannels).toEqual(channels(seat.squares));
    expect(seat.faults).toEqual([]);
  });

  it('cover every interest at every tick of a crowd that wanders, and in the end are exactly that (seed 17)', async () => {
    const stage = await Stage.start();
    const random = seededRandom(17);
    const seats: Seat[] = [];
    for (let i = 0; i < 8; i++)
      seats.push(await stage.join({ at: [i * 9, i * 5], width: 10 + i * 9, height: 8 + i * 5 }));
    const interests = (): Set<string> => new Set(seats.flatMap(({ squares }) => squares));
    const uncovered: string[] = [];
    await stage.ticks(1500, () => {
      const subscribed = new Set(stage.spy.squareChannels);
      uncovered.push(...channels(interests()).filter((channel) => !subscribed.has(channel)));
      for (const seat of seats) if (random() < 0.02) seat.turn(Math.floor(random() * 256));
    });
    expect(uncovered).toEqual([]);
    expect(interests().size).toBeGreaterThan(10);
    for (const seat of seats) seat.turn(STANDING);
    await stage.ticks(LINGER_TICKS + UNSUBSCRIBE_TICKS + 10);
    expect(stage.spy.squareChannels).toEqual(channels(interests()));
    expect(seats.flatMap(({ faults }) => faults)).toEqual([]);
  });
});

describe('G3: a square is told by one snapshot and then deltas', () => {
  interface News {
    readonly by: 'snapshot' | 'motion';
    readonly rev: number;
  }

  /** Everything a seat was told of one player, in order. */
  function newsOf(seat: Seat, id: number): News[] {
    const news: News[] = [];
    for (const message of seat.messages) {
      if (message.type === 'snapshot') {
        for (const each of readEnters(message.enters)) if (each.id === id) news.push({ by: 'snapshot', rev: each.rev });
      } else if (message.type === 'motions') {
        for (const each of readMotions(message.records))
          if (each.id === id) news.push({ by: 'motion', rev: each.revLow });
      }
    }
    return news;
  }

  it('with no gap and no duplicate, at whatever tick one joins or asks for it afresh', async () => {
    const stage = await Stage.start();
    const walker = await stage.join({ at: [16, 16] });
    // A turn in every flush: a delta that is missed or told twice shows in the revs.
    let heading = 0;
    const turning = (): void => {
      if (stage.tick % 2 !== 0) return;
      heading = (heading + 5) % 256;
      walker.turn(heading);
    };
    const watchers: Seat[] = [];
    for (let i = 0; i < 12; i++) {
      await stage.ticks(i % 5, turning);
      const watcher = stage.join({ at: [14, 16] });
      await stage.ticks(3, turning);
      watchers.push(await watcher);
    }
    await stage.ticks(20, turning);
    watchers[0]?.say({ type: 'ask', sx: 0, sy: 0 });
    watchers[1]?.say({ type: 'refresh' });
    watchers[2]?.say({ type: 'ask', sx: 500, sy: 0 });
    await stage.ticks(20, turning);

    for (const [i, watcher] of watchers.entries()) {
      const [first, ...rest] = newsOf(watcher, walker.id);
      expect(first?.by).toBe('snapshot');
      let rev = first?.rev ?? 0;
      for (const each of rest) {
        // A snapshot in between repeats what the deltas have led to.
        expect(each.rev).toBe(each.by === 'motion' ? rev + 1 : rev);
        rev = each.rev;
      }
      expect(rest.length).toBeGreaterThanOrEqual(20);
      expect(rest.filter(({ by }) => by === 'snapshot')).toHaveLength(i < 2 ? 1 : 0);
      expect(watcher.faults).toEqual([]);
    }
  });
});

describe('G4: what a node publishes', () => {
  it('is one batch for each square in which something happened, all of a flush in one call', async () => {
    const stage = await Stage.start();
    const west: Seat[] = [];
    const east: Seat[] = [];
    for (let i = 0; i < 5; i++) west.push(await stage.join({ at: [10 + i, 16] }));
    for (let i = 0; i < 3; i++) east.push(await stage.join({ at: [50 + i, 16] }));
    await stage.join({ at: [300, 300] });
    await stage.ticks(20);
    await stage.until('a flush is over', () => stage.tick % 2 === 0);
    stage.spy.take();

    for (const seat of [...west, ...east]) seat.turn(EAST);
    await stage.ticks(1);
    for (const seat of [...west, ...east]) seat.turn(SOUTH);
    await stage.ticks(1);
    const calls = stage.spy.take().map((call) => (call.kind === 'publish' ? call.messages : []));
    const batches = calls.map((messages) =>
      messages
        .map(({ payload }) => readNodeMessage(payload))
        .flatMap((each) => (each?.message.type === 'batch' ? [{ sx: each.sx, moves: each.message.moves.length }] : [])),
    );
    expect(batches.filter((each) => each.length > 0)).toEqual([
      [
        { sx: 0, moves: 5 },
        { sx: 1, moves: 3 },
      ],
    ]);
  });

  it('does not come back to itself, and one frame is built for all sessions that see the same (O3)', async () => {
    const stage = await Stage.start();
    const seats: Seat[] = [];
    for (let i = 0; i < 10; i++) seats.push(await stage.join({ at: [16, 16] }));
    await stage.ticks(20);
    await stage.until('a flush is over', () => stage.tick % 2 === 0);
    const before = stage.node.grid.framesBuilt;
    seats[0]?.turn(EAST);
    await stage.ticks(2);
    expect(stage.node.grid.framesBuilt).toBe(before + 1);
    expect(stage.node.grid.counters).toMatchObject({ batchesIn: 0, foreign: 0 });
    for (const seat of seats) expect(seat.of('motions').length).toBeGreaterThanOrEqual(1);
  });
});

describe('G7: whoever crosses a border', () => {
  it('is shown by every client once and always, on real sockets', async () => {
    const { url } = await startTestApp();
    let sampled = 0;
    const wrong: string[] = [];
    const walker = await Walker.join(url, { at: [31, 16] });
    const sample = (watcher: Walker): void => {
      const shown = [...watcher.client.people()].filter(({ id }) => id === walker.id).length;
      const stood = [...watcher.client.squares.values()].filter(({ occupants }) => occupants.has(walker.id)).length;
      sampled++;
      if (shown !== 1 || stood !== 1)
        wrong.push(`after frame ${watcher.frames}: shown ${shown}, stands in ${stood} squares`);
    };
    const watchers = [
      await Walker.join(url, { at: [25, 16] }),
      await Walker.join(url, { at: [40, 16] }),
      await Walker.join(url, { at: [33, 10], screen: { width: 10, height: 20 } }),
    ];
    for (const watcher of watchers) {
      await watcher.sees(walker);
      watcher.onPicture = sample;
    }
    const border = 32 * UNITS_PER_TILE;
    for (let crossing = 0; crossing < 6; crossing++) {
      const isEast = crossing % 2 === 0;
      await walker.turn(isEast ? EAST : WEST);
      await expect
        .poll(() => ((walker.client.ownPosition()?.x ?? 0) - border) * (isEast ? 1 : -1), { interval: 10 })
        .toBeGreaterThan(UNITS_PER_TILE / 4);
    }
    expect(wrong).toEqual([]);
    expect(sampled).toBeGreaterThan(100);
    for (const { client, sights } of watchers) {
      expect(sights.filter(({ what }) => what === 'left')).toEqual([]);
      expect(client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
    }
  });

  it.each([
    ['one node', 1, 3],
    ['two nodes whose channels deliver in any order', 2, 4],
  ])('is shown once and always, however they turn at a corner of four squares: %s', async (_, nodes, seed) => {
    const random = seededRandom(seed);
    const broker = (now: () => number): LossyBroker => new LossyBroker({ now, random, loss: () => 0, maxDelayMs: 60 });
    const stage = await Stage.start({ nodes, ...(nodes > 1 ? { broker } : {}) });
    const seats: Seat[] = [];
    for (let i = 0; i < 8; i++) {
      seats.push(await stage.join({ at: [(i % 3) - 1, (i % 2) - 1], width: 40, height: 24 }, stage.nodes[i % nodes]));
    }
    await stage.ticks(40);
    let sampled = 0;
    const wrong: string[] = [];
    for (const seat of seats) {
      seat.onFrame = ({ tick }) => {
        for (const { id } of seats) {
          sampled++;
          if (!seat.replica.players.has(id)) wrong.push(`player ${id} is absent at ${tick}`);
          if (nodes === 1 && seat.timesIn(id) !== 1) wrong.push(`player ${id} stands in ${seat.timesIn(id)} squares`);
        }
        if (seat.replica.players.size !== seats.length) wrong.push(`${seat.replica.players.size} are shown at ${tick}`);
      };
    }
    const squareOf = (seat: Seat): string => {
      const { x, y } = bodyOf(stage, seat);
      return `${Math.floor(x / UNITS_PER_SQUARE)},${Math.floor(y / UNITS_PER_SQUARE)}`;
    };
    const counts = { crossings: 0, undone: 0 };
    const were = seats.map(squareOf);
    await stage.ticks(2400, () => {
      for (const [i, seat] of seats.entries()) {
        if (squareOf(seat) !== were[i]) counts.crossings++;
        were[i] = squareOf(seat);
        if (random() > 0.15) continue;
        const { x, y } = bodyOf(stage, seat);
        const isFar = Math.hypot(x, y) > 3 * UNITS_PER_TILE;
        const back = Math.round((Math.atan2(-y, -x) * 128) / Math.PI + 256) % 256;
        // Stamped up to a window ago: what was crossed since may be crossed back by the rewind.
        seat.turn(isFar ? back : Math.floor(random() * 256), stage.tick - Math.floor(random() * (REWIND_TICKS + 1)));
        if (squareOf(seat) !== were[i]) counts.undone++;
        were[i] = squareOf(seat);
      }
    });
    console.log(`crossings ${JSON.stringify({ seed, nodes, ...counts, sampled })}`);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(seats.flatMap(({ faults }) => faults)).toEqual([]);
    expect(seats.flatMap(({ comings }) => comings).filter(({ shown }) => !shown)).toEqual([]);
    expect(counts.crossings).toBeGreaterThan(200);
    expect(counts.undone).toBeGreaterThan(5);
  });
});

describe('M1: whoever walks straight', () => {
  it('costs nothing: neither clients nor nodes are told anything until they turn, stop or cross', async () => {
    const stage = await Stage.start();
    const walker = await stage.join({ at: [2, 16] });
    const watcher = await stage.join({ at: [16, 16], width: 40 });
    await stage.ticks(60);
    walker.turn(EAST);
    await stage.ticks(4);
    expect(watcher.of('motions')).toHaveLength(1);
    const turned = [...readMotions(watcher.of('motions')[0]?.records ?? new Uint8Array(0))][0];
    for (const seat of [walker, watcher]) seat.clear();
    stage.spy.take();

    await stage.until('the border is near', () => bodyOf(stage, walker).x > 31.5 * UNITS_PER_TILE);
    // A check every two seconds, and nothing else; the walker's interest follows, but nobody is told of them.
    expect([...typesOf(watcher)].sort()).toEqual(['check', 'frame']);
    expect(watcher.frames.length).toBeLessThanOrEqual(5);
    for (const news of ['own', 'motions', 'changes']) expect(typesOf(walker)).not.toContain(news);
    const published = stage.spy.take().flatMap((call) => (call.kind === 'publish' ? call.messages : []));
    const kinds = new Set(published.map(({ payload }) => readNodeMessage(payload)?.message.type));
    expect(kinds).toContain('announcement');
    expect(kinds).not.toContain('batch');

    await stage.ticks(20);
    // The crossing, once on each side, both with the same new rev (P-PICT-9).
    const told = watcher.of('changes').map(({ sx, sy, leaves, enters }) => ({
      square: `${sx},${sy}`,
      leaves: [...readLeaves(leaves)].map(({ id, rev, to }) => ({ id, rev, to })),
      enters: [...readEnters(enters)].map(({ id, rev, from }) => ({ id, rev, from })),
    }));
    const crossed = { id: walker.id, rev: (turned?.revLow ?? 0) + 1 };
    expect(told).toEqual([
      { square: '0,0', leaves: [{ ...crossed, to: 6 }], enters: [] },
      { square: '1,0', leaves: [], enters: [{ ...crossed, from: 4 }] },
    ]);
    expect(watcher.of('motions')).toEqual([]);
    for (const seat of [walker, watcher]) expect(seat.faults).toEqual([]);
  });
});

describe('M2: an input', () => {
  /** A seat that has walked east for a while, at a flush boundary. */
  async function walking(): Promise<{ stage: Stage; seat: Seat; since: number; x: number; y: number }> {
    const stage = await Stage.start();
    const seat = await stage.join({ at: [0, 0] });
    const { x, y } = bodyOf(stage, seat);
    const since = stage.tick;
    seat.turn(EAST);
    await stage.ticks(20);
    return { stage, seat, since, x, y };
  }

  it.each([0, 1, 2, 3, 4, 5])('stamped %i ticks ago is applied at its tick', async (ago) => {
    const { stage, seat, since, x, y } = await walking();
    const now = stage.tick;
    seat.turn(SOUTH, now - ago);
    // Walked again at once, as if it had come in time.
    expect(bodyOf(stage, seat)).toMatchObject({ x: x + (now - ago - since) * PACE, y: y + ago * PACE });
    await stage.ticks(2);
    expect(seat.own).toMatchObject({ n: 2, tick: now - ago, x: x + (now - ago - since) * PACE, y, heading: SOUTH });
  });

  it.each([6, 20, 1_000_000])('stamped %i ticks ago is applied at the edge of the window', async (ago) => {
    const { stage, seat, since, x, y } = await walking();
    const now = stage.tick;
    seat.turn(SOUTH, Math.max(0, now - ago));
    await stage.ticks(2);
    const edge = now - REWIND_TICKS;
    expect(seat.own).toMatchObject({ n: 2, tick: edge, x: x + (edge - since) * PACE, y, heading: SOUTH });
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [1_000_000, 2],
  ])('stamped %i ticks ahead waits %i', async (ahead, wait) => {
    const { stage, seat, since, x, y } = await walking();
    const now = stage.tick;
    seat.turn(SOUTH, now + ahead);
    await stage.ticks(wait - 1);
    expect(bodyOf(stage, seat).heading).toBe(EAST);
    await stage.ticks(1);
    expect(bodyOf(stage, seat)).toMatchObject({ heading: SOUTH, x: x + (now + wait - since) * PACE, y });
    await stage.ticks(4);
    expect(seat.own).toMatchObject({ n: 2, tick: now + wait, heading: SOUTH });
  });

  it('is never applied before the one before it, and of two at one tick the later holds', async () => {
    const { stage, seat } = await walking();
    const now = stage.tick;
    seat.turn(SOUTH, now - 1);
    seat.turn(WEST, now - 4);
    await stage.ticks(2);
    expect(seat.own).toMatchObject({ n: 3, tick: now - 1, heading: WEST });
    expect(seat.of('own').map(({ n }) => n)).toEqual([0, 1, 3]);
  });

  it('whose number is not higher than the last is ignored (P-INPUT-1)', async () => {
    const { stage, seat } = await walking();
    seat.say({ type: 'input', n: 9, tick: stage.tick, heading: SOUTH, frame: 0 });
    for (const n of [9, 1]) seat.say({ type: 'input', n, tick: stage.tick, heading: WEST, frame: 0 });
    await stage.ticks(2);
    expect(seat.own).toMatchObject({ n: 9, heading: SOUTH });
  });

  it('makes nobody faster, whatever it is stamped with', async () => {
    const stage = await Stage.start();
    const seat = await stage.join({ at: [0, 0] });
    const random = seededRandom(5);
    const start = bodyOf(stage, seat).x;
    const began = stage.tick;
    await stage.ticks(300, () => {
      if (stage.tick % 2 === 0) return;
      // Two at once, now with the oldest stamp, now with one from the future.
      seat.turn(random() < 0.5 ? EAST : 1, random() < 0.5 ? 0 : stage.tick + 1_000_000);
      seat.turn(EAST, Math.floor(random() * 2 ** 32));
    });
    expect(seat.ending).toBeUndefined();
    expect(bodyOf(stage, seat).x - start).toBeLessThanOrEqual((stage.tick - began) * PACE);
  });

  it('that is in time is never corrected; one that is late is, and the client ends where the server has it', async () => {
    const stage = await Stage.start({ terrain: 'meadows' });
    const prompt = stage.connect(80);
    const late = stage.connect(450);
    await stage.until('both have joined', () => [prompt, late].every((each) => each.ownPosition() !== undefined));
    await stage.ticks(60);
    const random = seededRandom(8);
    await stage.ticks(600, () => {
      for (const client of [prompt, late]) if (random() < 0.05) client.walk(Math.floor(random() * 256));
    });
    for (const client of [prompt, late]) client.walk(STANDING);
    await stage.ticks(60);
    expect(prompt.counters.inputsAcked).toBeGreaterThan(15);
    expect(prompt.counters.corrections).toBe(0);
    expect(late.counters.corrections).toBeGreaterThan(5);
    for (const client of [prompt, late]) {
      const truth = stage.node.world.players.get(client.own?.id ?? 0);
      expect(client.ownPosition()).toMatchObject({ x: truth?.x, y: truth?.y });
      expect(client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
    }
  });

  it('holds for three seconds after the last sign of its client, and not a tick longer', async () => {
    const stage = await Stage.start();
    const seat = await stage.join({ at: [0, 0] });
    const watcher = await stage.join({ at: [2, 0] });
    seat.isLively = false;
    const { x } = bodyOf(stage, seat);
    const since = stage.tick;
    seat.turn(EAST);
    await stage.ticks(30);
    seat.alive();
    await stage.ticks(IDLE_STOP_TICKS - 1);
    expect(bodyOf(stage, seat).heading).toBe(EAST);
    await stage.ticks(10);
    const walked = 30 + IDLE_STOP_TICKS;
    expect(bodyOf(stage, seat)).toMatchObject({ x: x + walked * PACE, heading: STANDING });
    expect(seat.own).toMatchObject({ n: 1, tick: since + walked, heading: STANDING });
    expect(watcher.of('motions')).toHaveLength(2);

    seat.turn(WEST);
    await stage.ticks(10);
    expect(bodyOf(stage, seat)).toMatchObject({ x: x + (walked - 10) * PACE, heading: WEST });
  });

  it('ends at once with the connection: the player is gone at the next flush', async () => {
    const stage = await Stage.start();
    const seat = await stage.join({ at: [0, 0] });
    const watcher = await stage.join({ at: [2, 0] });
    const { id } = seat;
    seat.turn(EAST);
    await stage.ticks(10);
    seat.leave();
    const gone = stage.tick;
    await stage.ticks(2);
    expect(watcher.comings.filter((each) => each.id === id && !each.shown)).toEqual([
      { id, shown: false, tick: expect.toSatisfy((tick: number) => tick - gone <= 2) },
    ]);
    expect(watcher.faults).toEqual([]);
  });
});

describe('a session that begins while a flush waits for other nodes', () => {
  it('has its own motion in its first frame, whenever it comes (P-ORDER-4)', async () => {
    const stage = await Stage.start({ nodes: 2 });
    await stage.join({ at: [0, 0] });
    await stage.join({ at: [1, 0] }, stage.nodes[1]);
    for (let i = 0; i < 12; i++) {
      const seat = await stage.join({ at: [2, i] }, stage.nodes[i % 2]);
      expect(seat.faults).toEqual([]);
      await stage.ticks(1 + (i % 3));
    }
  });
});

describe('a player whose connection breaks (P-CLOSE-3)', () => {
  it('stands still, is in the world for ten seconds, and then is gone', async () => {
    const stage = await Stage.start();
    const seat = await stage.join({ at: [0, 0] });
    const watcher = await stage.join({ at: [2, 0] });
    const { id } = seat;
    seat.turn(EAST);
    await stage.ticks(10);
    seat.drop();
    const droppedAt = stage.tick;
    await stage.ticks(2);
    expect(watcher.replica.players.get(id)?.occupant.motion.heading).toBe(STANDING);
    await stage.until('the watcher missed them', () => !watcher.replica.players.has(id));
    expect(stage.tick - droppedAt).toBeGreaterThanOrEqual(DROPPED_TICKS);
    expect(stage.tick - droppedAt).toBeLessThanOrEqual(DROPPED_TICKS + 24);
    expect(watcher.faults).toEqual([]);
  });

  it('goes on where they stood when they come back with the token, on this node or another, and nobody saw a thing', async () => {
    for (const nodes of [1, 2]) {
      const stage = await Stage.start({ nodes });
      const seat = await stage.join({ at: [0, 0] });
      const watcher = await stage.join({ at: [2, 0] });
      const { id } = seat;
      const { token } = seat.welcome;
      seat.turn(EAST);
      await stage.ticks(10);
      seat.drop();
      await stage.ticks(60);
      const stood = watcher.replica.players.get(id)?.occupant.motion;
      const back = await stage.join({ token }, stage.nodes.at(-1));
      expect(back.id).toBe(id);
      expect([back.own.x, back.own.y]).toEqual([stood?.x, stood?.y]);
      await stage.ticks(DROPPED_TICKS + 40);
      expect(watcher.comings.filter((each) => each.id === id)).toHaveLength(1);
      expect(watcher.timesIn(id)).toBe(1);
      expect(stage.nodes.map(({ world }) => world.players.has(id))).toEqual(nodes === 1 ? [true] : [false, true]);
      expect([...watcher.faults, ...back.faults]).toEqual([]);
    }
  });
});

describe("O4: one session's trouble", () => {
  it('with its connection ends that session, and delays nobody else by a tick', async () => {
    const stage = await Stage.start();
    const [slow, swift, walker] = [
      await stage.join({ at: [0, 0] }),
      await stage.join({ at: [1, 0] }),
      await stage.join({ at: [2, 0] }),
    ];
    await stage.ticks(10);
    await stage.until('a flush is over', () => stage.tick % 2 === 0);
    slow.bufferedBytes = 2 ** 21;
    walker.turn(EAST);
    await stage.ticks(2);
    expect(slow.ending).toEqual({ code: CLOSE.slow.code, sentence: CLOSE.slow.sentence });
    expect(swift.frames.at(-1)?.tick).toBe(stage.tick);
    expect(swift.of('motions').length).toBeGreaterThanOrEqual(1);
    await stage.ticks(2);
    expect(swift.replica.players.get(slow.id)?.occupant.motion.heading).toBe(STANDING);
    for (const seat of [swift, walker]) {
      expect(seat.ending).toBeUndefined();
      expect(seat.faults).toEqual([]);
    }
  });
});
