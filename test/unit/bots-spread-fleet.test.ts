import { beforeEach, describe, expect, it } from 'vitest';
import { Lasting } from '../../client/bots/lasting.ts';
import { MergedClock } from '../../client/bots/merged-clock.ts';
import { DEFAULTS } from '../../client/bots/options.ts';
import { Oracle } from '../../client/bots/oracle.ts';
import { ParentLine } from '../../client/bots/parent-line.ts';
import type { Answers, FromPart, Order, Status } from '../../client/bots/part-messages.ts';
import type { Answered, PartEvents, PartHandle } from '../../client/bots/part-process.ts';
import type { Headcount } from '../../client/bots/players.ts';
import { SpreadFailure, SpreadFleet } from '../../client/bots/spread-fleet.ts';

const PROCESSES = 3;
const NOBODY: Headcount = {
  joined: 0,
  everJoined: 0,
  everJoinedFull: 0,
  dropped: 0,
  droppedInFault: 0,
  settled: 0,
  gaveUp: 0,
  wanted: 0,
  yetToCome: 0,
  hasArrived: false,
  isSettled: false,
};
const MEASURED = {
  traffic: { framesIn: 10, bytesIn: 1000, messagesOut: 3, bytesOut: 50 },
  loads: [{ eventLoopDelayMs: { p50: 1, p99: 2, max: 3 }, cpuSeconds: 0.5, judges: true }],
};

/** A part whose players are played by the test. */
class HandPart implements PartHandle {
  status: Status | undefined;
  readonly orders: Order['type'][] = [];
  readonly #events: PartEvents;
  #answer: (answered: Answered<Answers[keyof Answers]>) => void = () => undefined;

  constructor(events: PartEvents) {
    this.#events = events;
  }

  order<K extends Order['type']>(order: Order & { readonly type: K }): Promise<Answered<Answers[K]>> {
    this.orders.push(order.type);
    return new Promise((resolve) => {
      this.#answer = resolve as (answered: Answered<Answers[keyof Answers]>) => void;
    });
  }

  look(): void {}

  async end(): Promise<void> {}

  count(changes: Partial<Headcount>, load = { delayMs: 0, cpuShare: 0 }): void {
    this.status = { count: { ...NOBODY, ...changes }, load };
  }

  tell(watermark: number, records: FromPart['records'] = []): void {
    this.#events.told({ watermark, records, held: [], status: null, answers: [] });
  }

  answer(atMs: number, answer: Answers[keyof Answers] = null): void {
    this.tell(atMs);
    this.#answer({ atMs, answer });
  }

  fail(sentence: string): void {
    this.#events.failed(sentence);
  }
}

let nowMs: number;
let clock: MergedClock;
let parts: HandPart[];
let fleet: SpreadFleet;
beforeEach(() => {
  nowMs = 1000;
  clock = new MergedClock(nowMs);
  parts = [];
  fleet = new SpreadFleet({
    options: { ...DEFAULTS, processes: PROCESSES },
    world: { terrain: 'flat', seed: 1, openSpawn: true },
    oracle: new Oracle(clock.monotonic),
    clock,
    monotonic: () => nowMs,
    startPart: (_, events) => {
      const part = new HandPart(events);
      parts.push(part);
      return part;
    },
  });
});

/** All that is due in promises happens. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('players spread over processes', () => {
  it('are ready when all are, and are counted together', () => {
    parts[0]?.count({ joined: 3, everJoined: 4, wanted: 4, yetToCome: 2, hasArrived: true, isSettled: true });
    parts[1]?.count({ joined: 5, dropped: 1, wanted: 6, hasArrived: true });
    expect(fleet.isReady).toBe(false);
    parts[2]?.count({ hasArrived: true, isSettled: true });
    expect(fleet).toMatchObject({ isReady: true, isCutOff: false, joined: 8, everJoined: 4, dropped: 1 });
    expect(fleet).toMatchObject({ wanted: 10, yetToCome: 2 });
    expect([fleet.hasArrived, fleet.isSettled]).toEqual([true, false]);
    for (const part of parts) part.count({ joined: 0, wanted: 1 });
    expect(fleet.isCutOff).toBe(true);
    for (const part of parts) part.count({ joined: 0, wanted: 0 });
    expect(fleet.isCutOff).toBe(false);
  });

  it('are judged at the very moment, when all have told what was before it', async () => {
    const judgedAt: number[] = [];
    let isBegun = false;
    void fleet
      .begin(() => judgedAt.push(clock.nowMs))
      .then(() => {
        isBegun = true;
      });
    expect(parts.map(({ orders }) => orders)).toEqual([['begin'], ['begin'], ['begin']]);
    parts[0]?.answer(1010);
    parts[1]?.answer(1060);
    expect(judgedAt).toEqual([]);
    parts[2]?.answer(1030);
    expect(judgedAt).toEqual([1000]);
    await settled();
    // The second one answered later than the others have told.
    expect(isBegun).toBe(false);
    for (const part of parts) part.tell(1080);
    await settled();
    expect(isBegun).toBe(true);
  });

  it('took together what each took, besides the process that judges', async () => {
    const begun = fleet.begin(() => undefined);
    for (const part of parts) part.answer(1001);
    await settled();
    for (const part of parts) part.tell(1002);
    await begun;
    nowMs = 2000;
    const finished = fleet.finish(() => undefined);
    for (const part of parts) part.answer(2001, MEASURED);
    await settled();
    for (const part of parts) part.tell(2002);
    const { traffic, loads } = await finished;
    expect(traffic).toEqual({ framesIn: 30, bytesIn: 3000, messagesOut: 9, bytesOut: 150 });
    expect(loads.map(({ judges }) => judges)).toEqual([true, false, false, false]);
  });

  it('are as late as the latest of them, and take what all take', () => {
    const meter = fleet.openMeter();
    parts[0]?.count({}, { delayMs: 20_000, cpuShare: 100 });
    parts[1]?.count({}, { delayMs: 3, cpuShare: 200 });
    const { delayMs, cpuShare } = meter.take();
    meter.stop();
    expect(delayMs).toBe(20_000);
    expect(cpuShare).toBeGreaterThanOrEqual(300);
  });

  it('cannot go on without one of them', async () => {
    parts[1]?.fail('It ended.');
    await expect(fleet.failure).rejects.toEqual(new SpreadFailure('It ended.'));
  });

  it('cannot go on when the oracle does not keep up, but may be behind for a moment', async () => {
    let isOver = false;
    fleet.failure.catch(() => {
      isOver = true;
    });
    for (const part of parts) part.count({});
    const lookFor = async (ms: number, isTold: boolean): Promise<void> => {
      for (const endMs = nowMs + ms; nowMs < endMs; ) {
        nowMs += 50;
        if (isTold) for (const part of parts) part.tell(nowMs - 9000);
        fleet.look(nowMs);
      }
      await settled();
    };
    await lookFor(60_000, true);
    expect(isOver).toBe(false);
    // This very process was stopped for a while, and there is much to catch up with.
    nowMs += 60_000;
    fleet.look(nowMs);
    await lookFor(1000, false);
    expect(isOver).toBe(false);
    await lookFor(1500, false);
    expect(isOver).toBe(true);
    await expect(fleet.failure).rejects.toThrow(
      'The oracle is 10 s behind the players: it does not keep up. Have fewer players judge, with --full-share.',
    );
  });

  it('cannot go on when more waits to be judged than there is room for', async () => {
    const FRAMED = 2;
    const many = Array.from({ length: 1 << 20 }, (_, i) => [FRAMED, 2000 + i, -1, 100]).flat();
    for (let i = 0; i < 4; i++) parts[0]?.tell(5_000_000, many);
    parts[0]?.tell(5_000_000, many.slice(0, 8));
    await expect(fleet.failure).rejects.toThrow('More waits to be judged than there is room for');
  });
});

describe('what lasts', () => {
  it('is counted by looks, not by the time in which nobody looked', () => {
    const lasting = new Lasting();
    expect(lasting.look(1000, true)).toBe(0);
    expect(lasting.look(1100, true)).toBe(100);
    expect(lasting.look(9100, true)).toBe(350);
    expect(lasting.look(9150, false)).toBe(0);
    expect(lasting.look(9200, true)).toBe(50);
  });
});

describe('the line to the parent', () => {
  it('is given up when too much is not taken', () => {
    const takes: (() => void)[] = [];
    let clogs = 0;
    const line = new ParentLine({ send: (_, taken) => takes.push(taken), clogged: () => clogs++ });
    const bytes = new Uint8Array(16 << 20);
    for (let i = 0; i < 4; i++) line.tell(bytes);
    takes.shift()?.();
    line.tell(bytes);
    expect([takes.length, clogs]).toEqual([4, 0]);
    line.tell(bytes);
    expect([takes.length, clogs]).toEqual([4, 1]);
  });
});
