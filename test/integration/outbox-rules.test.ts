import { describe, expect, it } from 'vitest';
import { SLOW_MS, SLOWEST_BYTES_PER_SECOND, STALE_BYTES, STALE_MS } from '../../server/gateway/limits.ts';
import { CROWDED_EVENTS } from '../../server/grid/limits.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import type { Store } from '../../server/store/store.ts';
import { CLOSE } from '../../shared/closing.ts';
import { CHECK_TICKS, DROPPED_TICKS, LINGER_TICKS, TICK_MS } from '../../shared/constants.ts';
import { gemPeriod, gemsOf } from '../../shared/gems.ts';
import { STANDING } from '../../shared/motion.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import { readMotions } from '../../shared/records.ts';
import { readTiles } from '../../shared/tile-records.ts';
import { tileAtIndex, tileIndexOf } from '../../shared/tiles.ts';
import type { Seat } from '../helpers/seat.ts';
import { Stage } from '../helpers/stage.ts';
import { SteeredGovernor } from '../helpers/steered-governor.ts';

const EAST = 0;
const SOUTH = 64;
const WEST = 128;
const PAINT = 4;
/** The middle of square 3,3. */
const HERE = [112, 112] as const;
const STALE_TICKS = STALE_MS / TICK_MS;
const SLOW_TICKS = SLOW_MS / TICK_MS;
/** What is told of squares. */
const OF_SQUARES: ReadonlySet<ServerMessage['type']> = new Set([
  'snapshot',
  'forget',
  'changes',
  'motions',
  'check',
  'ground',
  'edits',
  'lines',
  'gems',
  'claim',
  'emotes',
]);

const beside = (tiles: number): readonly [number, number] => [HERE[0] + tiles, HERE[1]];
const isOfSquares = ({ type }: ServerMessage): boolean => OF_SQUARES.has(type);

/** Lets time pass in which somebody turns around all the time, so that there is news at every flush; then they stand. */
async function bustle(stage: Stage, seat: Seat, ticks: number, each: () => void = () => undefined): Promise<void> {
  let turns = 0;
  await stage.ticks(ticks, () => {
    turns++;
    seat.turn(turns === ticks ? STANDING : turns % 2 === 0 ? EAST : WEST);
    each();
  });
}

/** A world in which the ground of 25 squares is built all over: more than a client may have under way. */
async function builtAllOver(): Promise<Store> {
  const store = createMemoryStore();
  for (let sy = 1; sy <= 5; sy++) {
    for (let sx = 1; sx <= 5; sx++) for (let tile = 0; tile < 1024; tile++) await store.edit({ sx, sy }, tile, PAINT);
  }
  return store;
}

/** From now on a seat names no further frame; returns the tick of the first one that it leaves out. */
async function fallSilent(stage: Stage, seat: Seat, ada: Seat): Promise<number> {
  seat.alive();
  seat.isAcknowledging = false;
  seat.clear();
  await bustle(stage, ada, 4);
  return (seat.frames[0] as Seat['frames'][number]).tick;
}

/** Lets people be busy up to a tick. */
const until = (stage: Stage, ada: Seat, tick: number): Promise<void> => bustle(stage, ada, tick - stage.tick);

describe('O2: a client that does not acknowledge', () => {
  it('is told nothing more of squares after a while, but what concerns its player alone as ever (P-ALIVE-3)', async () => {
    const stage = await Stage.start();
    const slow = await stage.join({ at: HERE });
    const ada = await stage.join({ at: beside(2) });
    await stage.ticks(20);
    const first = await fallSilent(stage, slow, ada);
    await until(stage, ada, first + STALE_TICKS);
    expect(slow.frames.at(-1)?.messages.some(isOfSquares)).toBe(true);
    await bustle(stage, ada, 4);
    expect(stage.node.grid.behindCount).toBe(1);

    slow.clear();
    slow.turn(SOUTH);
    slow.say({ type: 'say', n: 1, text: 'Anybody there?' });
    slow.alive(7);
    await bustle(stage, ada, 10);
    expect(slow.messages.filter(isOfSquares)).toEqual([]);
    expect(slow.of('own')).toMatchObject([{ n: 1, heading: SOUTH }]);
    expect(slow.of('done')).toMatchObject([{ n: 1 }]);
    expect(slow.of('pong')).toMatchObject([{ nonce: 7 }]);
    expect(ada.of('lines')).toMatchObject([{ lines: [{ text: 'Anybody there?' }] }]);
    expect([...slow.faults, ...ada.faults]).toEqual([]);
  });

  it('gets everything afresh in one frame once it has caught up, and forgets what it left meanwhile (P-ALIVE-4)', async () => {
    const stage = await Stage.start();
    const period = gemPeriod(stage.terrain.seed, 3, 3, stage.tick);
    const gem = gemsOf(stage.terrain, 2, 3, 3, period).find(({ tile }) => tile % 32 > 2);
    if (gem === undefined) throw new Error('no gem lies where somebody could walk towards it from the west');
    const { tileX, tileY } = tileAtIndex(3, 3, gem.tile);
    const slow = await stage.join({ at: HERE, width: 40, height: 24 });
    const ada = await stage.join({ at: beside(2) });
    const finder = await stage.join({ at: [tileX - 2, tileY] });
    await stage.ticks(20);
    ada.say({ type: 'say', n: 1, text: 'heard' });
    await stage.ticks(10);
    expect(slow.squares.length).toBeGreaterThan(4);
    const others = slow.squares.filter((key) => key !== '3,3');
    const first = await fallSilent(stage, slow, ada);

    // What the small screen leaves goes a linger later, when nothing is told of squares any more.
    await until(stage, ada, first + 4);
    slow.say({ type: 'screen', width: 1, height: 1 });
    await until(stage, ada, first + STALE_TICKS - 4);
    finder.turn(EAST);
    await until(stage, ada, first + STALE_TICKS + 4);
    ada.say({ type: 'say', n: 2, text: 'missed' }, { type: 'say', n: 3, text: 'missed, too' });
    const { tile } = tileIndexOf(114, 114);
    ada.say({ type: 'edit', n: 4, sx: 3, sy: 3, tile, kind: PAINT, ifRevision: null });
    await until(stage, ada, first + LINGER_TICKS + 14);
    expect(finder.of('claim')).toHaveLength(1);
    expect(
      ada
        .of('done')
        .map(({ n }) => n)
        .sort(),
    ).toEqual([1, 2, 3, 4]);
    expect(slow.of('forget')).toEqual([]);
    expect(slow.ending).toBeUndefined();

    slow.clear();
    slow.isAcknowledging = true;
    slow.alive();
    await bustle(stage, ada, 2);
    const [frame, ...more] = slow.frames.filter(({ messages }) => messages.some(isOfSquares));
    expect(more).toEqual([]);
    const messages = frame?.messages ?? [];
    const forgotten = messages.flatMap((one) => (one.type === 'forget' ? [`${one.sx},${one.sy}`] : []));
    expect(forgotten.sort()).toEqual(others);
    const told = messages.flatMap((one) =>
      'sx' in one && one.type !== 'forget' ? [`${one.type} ${one.sx},${one.sy}`] : [],
    );
    expect(told.sort()).toEqual(['gems 3,3', 'ground 3,3', 'lines 3,3', 'snapshot 3,3']);
    const lines = slow.of('lines').map(({ isHistory, lines: some }) => [isHistory, some.map(({ text }) => text)]);
    expect(lines).toEqual([[false, ['missed', 'missed, too']]]);
    expect(slow.of('gems')).toEqual([{ type: 'gems', sx: 3, sy: 3, period, claimed: 2 ** gem.index }]);
    expect(slow.of('ground').flatMap(({ tiles }) => [...readTiles(tiles)])).toEqual([{ tile, kind: PAINT }]);

    // From here on it goes on with everybody else.
    await stage.ticks(60);
    const place = (seat: Seat) => seat.replica.players.get(ada.id)?.occupant;
    expect(place(slow)).toEqual(place(finder));
    expect(slow.squares).toEqual(['3,3']);
    expect([...slow.faults, ...ada.faults, ...finder.faults]).toEqual([]);
    expect(stage.node.grid.delivered).toMatchObject({ stalls: 1, recoveries: 1 });
    expect(stage.node.grid.behindCount).toBe(0);
  });

  it('at all is closed with `slow`, while nobody else is told anything late, wrongly or twice (P-ALIVE-5, O4)', async () => {
    const stage = await Stage.start();
    const slow = await stage.join({ at: HERE });
    const [ada, watcher] = [await stage.join({ at: beside(2) }), await stage.join({ at: beside(4) })];
    await stage.ticks(20);
    await bustle(stage, ada, 4);
    watcher.clear();
    const first = await fallSilent(stage, slow, ada);
    const { token } = slow.welcome;
    await until(stage, ada, first + SLOW_TICKS);
    expect(slow.ending).toBeUndefined();
    await bustle(stage, ada, 6);
    expect(slow.ending).toEqual({ code: CLOSE.slow.code, sentence: CLOSE.slow.sentence });

    // A flush every two ticks, with what was new by then.
    const ticks = watcher.frames.map(({ tick }) => tick);
    expect(ticks).toEqual(ticks.map((_, i) => (ticks[0] as number) + 2 * i));
    for (const { messages } of watcher.frames) expect(messages.map(({ type }) => type)).toContain('motions');

    // Its player stands where it was, and goes on from there.
    const place = watcher.replica.players.get(slow.id)?.occupant.motion;
    expect(place?.heading).toBe(STANDING);
    await stage.ticks(20);
    const back = await stage.join({ token });
    expect(back.id).toBe(slow.id);
    expect([back.own.x, back.own.y]).toEqual([place?.x, place?.y]);
    await stage.ticks(DROPPED_TICKS + 40);
    expect(watcher.comings.filter(({ id }) => id === slow.id)).toHaveLength(1);
    expect(watcher.timesIn(slow.id)).toBe(1);
    expect([...watcher.faults, ...ada.faults, ...back.faults]).toEqual([]);
  });

  it('and does not come back is gone from the world after a while (P-CLOSE-3)', async () => {
    const stage = await Stage.start();
    const slow = await stage.join({ at: HERE });
    const ada = await stage.join({ at: beside(2) });
    await stage.ticks(20);
    await fallSilent(stage, slow, ada);
    await stage.until('it is closed', () => slow.ending !== undefined);
    const closedAt = stage.tick;
    await stage.until('its player is gone', () => ada.timesIn(slow.id) === 0);
    expect(stage.tick - closedAt).toBeGreaterThanOrEqual(DROPPED_TICKS);
    expect(stage.tick - closedAt).toBeLessThanOrEqual(DROPPED_TICKS + 24);
    expect(ada.faults).toEqual([]);
  });

  it('while the node itself stands still is neither behind nor slow for that', async () => {
    for (const stallMs of [2000, 3500, 6000, 25_000, 60_000]) {
      const stage = await Stage.start();
      const seat = await stage.join({ at: HERE });
      const ada = await stage.join({ at: beside(2) });
      // At all distances from the last time that they acknowledged something.
      await bustle(stage, ada, 20 + (stallMs % 19));
      seat.clear();
      await stage.stall(stallMs);
      await bustle(stage, ada, 60);
      expect([seat.ending, ada.ending]).toEqual([undefined, undefined]);
      expect(stage.node.grid.delivered).toMatchObject({ stalls: 0 });
      expect(seat.of('motions').length).toBeGreaterThan(20);
      expect(seat.faults).toEqual([]);
    }
  });

  it('for long because its first picture is large is given the time that this takes, and no more (P-ALIVE-5)', async () => {
    const stage = await Stage.start({ store: await builtAllOver() });
    const ada = await stage.join({ at: beside(2) });
    const join = async (): Promise<{ seat: Seat; from: number; graceTicks: number }> => {
      const seat = await stage.join({ at: HERE, width: 128, height: 96 });
      seat.isAcknowledging = false;
      const from = seat.frames[0]?.tick ?? 0;
      await stage.until('all the ground has come', () => seat.of('ground').length === 25);
      return { seat, from, graceTicks: Math.floor(((seat.bytesIn / SLOWEST_BYTES_PER_SECOND) * 1000) / TICK_MS) };
    };
    const patient = await join();
    expect(patient.graceTicks).toBeGreaterThan(20);
    const dead = await join();

    await until(stage, ada, patient.from + SLOW_TICKS + patient.graceTicks - 2);
    expect(patient.seat.ending).toBeUndefined();
    expect(stage.node.grid.behindCount).toBe(2);
    patient.seat.isAcknowledging = true;
    patient.seat.alive();
    await until(stage, ada, dead.from + SLOW_TICKS + dead.graceTicks + 8);
    expect(dead.seat.ending?.code).toBe(CLOSE.slow.code);
    await bustle(stage, ada, 60);
    expect(patient.seat.ending).toBeUndefined();
    expect(patient.seat.replica.players.get(ada.id)?.occupant).toEqual(ada.replica.players.get(ada.id)?.occupant);
    expect([...patient.seat.faults, ...ada.faults]).toEqual([]);
  });

  it('in time, for its picture is larger than what it may have under way, is told that once, and then news (O2)', async () => {
    const stage = await Stage.start({ store: await builtAllOver() });
    const ada = await stage.join({ at: beside(2) });
    // It names what it has got every second, as clients do.
    const seat = await stage.join({ at: HERE, width: 128, height: 96 });
    await bustle(stage, ada, 200);
    expect(seat.bytesIn).toBeGreaterThan(STALE_BYTES);
    expect(seat.of('ground').length).toBe(25);
    expect(seat.of('motions').length).toBeGreaterThan(90);
    expect(stage.node.grid.delivered).toMatchObject({ stalls: 0 });
    expect(seat.faults).toEqual([]);
  });
});

describe('O2: what is kept for a session', () => {
  it('is bounded, whatever its client acknowledges and however late', async () => {
    const stage = await Stage.start();
    const ada = await stage.join({ at: beside(2) });
    // One that never acknowledges, one that does so by three seconds late, one that names frames at random.
    const [never, late, wild] = [
      await stage.join({ at: HERE }),
      await stage.join({ at: HERE }),
      await stage.join({ at: HERE }),
    ];
    for (const seat of [never, late, wild]) seat.isAcknowledging = false;
    let most = 0;
    let told = 0;
    await bustle(stage, ada, 400, () => {
      late.acknowledge(stage.tick - STALE_TICKS + 2);
      wild.acknowledge([0, stage.tick + 1000, stage.tick - 40, 2 ** 32 - 1][stage.tick % 4] as number);
      const { unacknowledged, waiting } = stage.node.outboxBytes();
      most = Math.max(most, unacknowledged, waiting);
      told = late.bytesIn;
    });
    expect(never.ending?.code).toBe(CLOSE.slow.code);
    expect([late.ending, wild.ending]).toEqual([undefined, undefined]);
    // A few seconds of what is told, of all that was.
    expect(most).toBeGreaterThan(1000);
    expect(most).toBeLessThan(told);
    for (const seat of [late, wild]) seat.leave();
    ada.alive();
    await stage.ticks(1);
    expect(stage.node.outboxBytes().unacknowledged).toBeLessThan(500);
    expect(stage.node.grid.behindCount).toBe(0);
    expect([...ada.faults, ...never.faults, ...late.faults, ...wild.faults]).toEqual([]);
  });
});

/** A node in a rhythm that the test chooses. */
async function steered(nodes = 1): Promise<{ stage: Stage; governor: SteeredGovernor }> {
  const governor = new SteeredGovernor();
  return { governor, stage: await Stage.start({ governor, nodes }) };
}

describe('O1: a node with too much to do', () => {
  it('tells everybody how often there is news, each time that this changes, and newcomers as well (P-PACE-1)', async () => {
    for (const nodes of [1, 2]) {
      const { stage, governor } = await steered(nodes);
      const seat = await stage.join({ at: HERE });
      await stage.ticks(20);
      expect(seat.of('pace')).toEqual([]);
      const paces = [
        [1, 100, 200],
        [2, 200, 200],
        [3, 200, 400],
        [4, 400, 400],
        [3, 200, 400],
        [1, 100, 200],
      ] as const;
      for (const [level, nearMs, farMs] of paces) {
        governor.level = level;
        seat.clear();
        await stage.ticks(20);
        expect(seat.of('pace')).toEqual([{ type: 'pace', nearMs, farMs }]);
      }
      const newcomer = await stage.join({ at: HERE });
      expect(newcomer.of('pace')).toEqual([{ type: 'pace', nearMs: 100, farMs: 200 }]);
      governor.level = 0;
      await stage.ticks(20);
      for (const each of [seat, newcomer])
        expect(each.of('pace').at(-1)).toEqual({ type: 'pace', nearMs: 100, farMs: 100 });
      const later = await stage.join({ at: HERE });
      expect(later.of('pace')).toEqual([]);
      expect([...seat.faults, ...newcomer.faults, ...later.faults]).toEqual([]);
    }
  });

  it('leaves nobody with an outdated pace who comes in the very moment in which it changes (P-PACE-1)', async () => {
    for (const nodes of [1, 2]) {
      // Every tick between two flushes, and the change before it, with it and after it.
      for (let at = 0; at < 4; at++) {
        for (let change = 0; change < 4; change++) {
          const { stage, governor } = await steered(nodes);
          await stage.ticks(20 + at);
          governor.level = 1;
          let seat: Seat | undefined;
          await stage.ticks(8, () => {
            if (stage.tick % 2 === at % 2) seat ??= stage.seat({ at: HERE });
            if (stage.tick % 4 === change) governor.level = 0;
          });
          await stage.ticks(10);
          expect(seat?.squares.length).toBeGreaterThan(0);
          const last = seat?.of('pace').at(-1);
          expect(last ?? { nearMs: 100, farMs: 100 }, `${nodes} ${at} ${change}`).toMatchObject({
            nearMs: 100,
            farMs: 100,
          });
        }
      }
    }
  });

  it('tells it also those who have fallen behind: it is no matter of squares (P-PACE-1, P-ALIVE-3)', async () => {
    const { stage, governor } = await steered();
    const slow = await stage.join({ at: HERE });
    const ada = await stage.join({ at: beside(2) });
    await stage.ticks(20);
    const first = await fallSilent(stage, slow, ada);
    await until(stage, ada, first + STALE_TICKS + 4);
    expect(stage.node.grid.behindCount).toBe(1);
    slow.clear();
    governor.level = 1;
    await bustle(stage, ada, 6);
    expect(slow.messages.filter(isOfSquares)).toEqual([]);
    expect(slow.of('pace')).toEqual([{ type: 'pace', nearMs: 100, farMs: 200 }]);
  });

  it('turns newcomers away with `busy` before those suffer who are there', async () => {
    const { stage, governor } = await steered();
    const seat = await stage.join({ at: HERE });
    for (const level of [0, 1]) {
      governor.level = level;
      expect((await stage.join({ at: HERE })).ending).toBeUndefined();
    }
    for (const level of [2, 3, 4]) {
      governor.level = level;
      expect(stage.node.connect({ bufferedBytes: 0, send: () => undefined, close: () => undefined })).toBe(CLOSE.busy);
      await bustle(stage, seat, 40);
      expect(seat.ending).toBeUndefined();
    }
    governor.level = 1;
    expect((await stage.join({ at: HERE })).ending).toBeUndefined();
    expect(seat.faults).toEqual([]);
  });
});

interface ToldMotion {
  /** The header that it stands behind. */
  readonly block: number;
  /** … of the frame with this number. */
  readonly frame: number;
  readonly rev: number;
  readonly motion: string;
}

/** What a seat was told of a player's motions, in order. */
function toldOf(seat: Seat, id: number): ToldMotion[] {
  return seat.frames.flatMap(({ tick, messages }) => {
    let block = 0;
    return messages.flatMap((message) => {
      if (message.type === 'frame') block = message.tick;
      if (message.type !== 'motions') return [];
      return [...readMotions(message.records)].flatMap(({ id: of, revLow, ago, ...rest }) =>
        of === id ? [{ block, frame: tick, rev: revLow, motion: JSON.stringify([block - ago, rest]) }] : [],
      );
    });
  });
}

const revsOf = (told: readonly ToldMotion[]): string[] => told.map(({ rev, motion }) => `${rev} ${motion}`);
const headersOf = ({ messages }: Seat['frames'][number]): number[] =>
  messages.flatMap((message) => (message.type === 'frame' ? [message.tick] : []));

describe('O1: squares further away', () => {
  it.each([
    [1, 2],
    [3, 4],
  ])(
    'at rhythm %i come with every second flush, in two blocks; near ones with each; nothing is lost or twice',
    async (level, step) => {
      const { stage, governor } = await steered();
      const watcher = await stage.join({ at: HERE, width: 40, height: 24 });
      const near = await stage.join({ at: beside(2), width: 1, height: 1 });
      // In square 4,3, which the watcher's screen touches and half of it does not.
      const far = await stage.join({ at: beside(20), width: 1, height: 1 });
      const local = await stage.join({ at: beside(24), width: 1, height: 1 });
      const seats = [watcher, near, far, local];
      governor.level = level;
      await stage.ticks(40);
      for (const seat of seats) {
        seat.alive();
        seat.clear();
      }
      let turns = 0;
      await stage.ticks(80, () => {
        for (const seat of [near, far]) seat.turn(++turns % 4 < 2 ? EAST : WEST);
      });
      governor.level = 0;
      // The last ones arrive, and every square is checked once more.
      await stage.ticks(2 * step + CHECK_TICKS);

      // From the first few on, which may have had nothing to tell yet.
      const from = (watcher.frames[0]?.tick ?? 0) + 2 * step;
      const steady = watcher.frames.filter(({ tick }) => tick >= from && tick < from + 64);
      expect(steady.length).toBe(64 / step);
      steady.forEach((frame, i) => {
        if (i > 0) expect(frame.tick - (steady[i - 1] as typeof frame).tick).toBe(step);
      });
      const isFull = (frame: (typeof steady)[number]): boolean => headersOf(frame).length === 2;
      expect(steady.filter(isFull).length).toBe(steady.length / 2);
      const toldNear = toldOf(watcher, near.id);
      const toldFar = toldOf(watcher, far.id);
      for (const [i, frame] of steady.entries()) {
        if (i > 0) expect(isFull(frame)).toBe(!isFull(steady[i - 1] as typeof frame));
        if (isFull(frame)) expect(headersOf(frame)).toEqual([frame.tick - step, frame.tick]);
        const blocks = (told: readonly ToldMotion[]): number[] =>
          told.filter((one) => one.frame === frame.tick).map(({ block }) => block);
        expect(blocks(toldNear), `near, in frame ${frame.tick}`).toEqual([frame.tick]);
        expect(blocks(toldFar), `far, in frame ${frame.tick}`).toEqual(isFull(frame) ? headersOf(frame) : []);
      }
      // Just as those were told for whom that square is near.
      expect(toldFar.length).toBeGreaterThan(60 / step);
      expect(revsOf(toldFar)).toEqual(revsOf(toldOf(local, far.id)));
      expect(local.frames.every((frame) => headersOf(frame).length === 1)).toBe(true);
      for (const seat of seats) expect(seat.faults).toEqual([]);
      expect(watcher.of('check').length).toBeGreaterThan(1);
      expect(stage.node.grid.delivered.held).toBeGreaterThan(0);
    },
  );

  it('with very much news are held back on a node that is not under load, too, and only for those further away', async () => {
    const stage = await Stage.start();
    const watcher = await stage.join({ at: HERE, width: 40, height: 24 });
    const near = await stage.join({ at: beside(2), width: 1, height: 1 });
    const local = await stage.join({ at: beside(24), width: 1, height: 1 });
    const quiet = await stage.join({ at: beside(-20), width: 1, height: 1 });
    const crowd: Seat[] = [];
    for (let i = 0; i < CROWDED_EVENTS + 6; i++) {
      crowd.push(await stage.join({ at: [130 + (i % 10), 104 + Math.floor(i / 10)], width: 1, height: 1 }));
    }
    await stage.ticks(20);
    for (const seat of stage.seats) {
      seat.alive();
      seat.clear();
    }
    await stage.until('a flush is over', () => stage.tick % 2 === 0);
    let turns = 0;
    await stage.ticks(24, () => {
      if (stage.tick % 2 === 0) return;
      turns++;
      for (const seat of [...crowd, near, quiet]) seat.turn(turns % 2 === 0 ? EAST : WEST);
    });
    await stage.ticks(6);

    const [one] = crowd as [Seat, ...Seat[]];
    const toldFar = toldOf(watcher, one.id);
    const late = toldFar.filter(({ block, frame }) => block < frame);
    expect(late.length).toBeGreaterThanOrEqual(5);
    expect(toldFar.length).toBe(turns);
    for (const { block, frame } of late) expect(frame - block).toBe(2);
    // Near people, and those in a square that is as far away but where little happens, are told at once.
    for (const seat of [near, quiet]) {
      const told = toldOf(watcher, seat.id);
      expect(told.length).toBe(turns);
      for (const { block, frame } of told) expect(block).toBe(frame);
    }
    const toldThere = toldOf(local, one.id);
    for (const { block, frame } of toldThere) expect(block).toBe(frame);
    for (const seat of crowd) expect(revsOf(toldOf(watcher, seat.id))).toEqual(revsOf(toldOf(local, seat.id)));
    for (const seat of stage.seats) expect(seat.faults).toEqual([]);
  });
});
