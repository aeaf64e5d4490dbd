import { describe, expect, it } from 'vitest';
import { type BotsOptions, DEFAULTS, MIXED } from '../../client/bots/options.ts';
import { Unreachable } from '../../client/bots/probe.ts';
import type { Report } from '../../client/bots/report.ts';
import { type BotsHooks, runBots } from '../../client/bots/run.ts';
import { type App, startApp } from '../../server/app.ts';
import type { Config } from '../../server/config.ts';
import { REWIND_TICKS, TICK_MS } from '../../shared/constants.ts';
import { squareKey } from '../../shared/grid.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import {
  CHECK_BYTES,
  ENTER_BYTES,
  LEAVE_BYTES,
  readChecks,
  readEnters,
  readLeaves,
  readMotions,
} from '../../shared/records.ts';
import { TEST_CONFIG } from '../helpers/shard.ts';
import { startTamperingProxy, type Tamper } from '../helpers/tampering-proxy.ts';

const CONFIG: Config = { ...TEST_CONFIG, world: 'bots' };

const options = (url: string, some: Partial<BotsOptions> = {}): BotsOptions => ({
  ...DEFAULTS,
  urls: [url],
  players: 30,
  seconds: 6,
  behaviours: MIXED,
  rampPerSecond: 100,
  seed: 11,
  ...some,
});

async function withApp<T>(use: (app: App) => Promise<T>, config: Partial<Config> = {}): Promise<T> {
  const app = await startApp({ ...CONFIG, ...config });
  try {
    return await use(app);
  } finally {
    await app.stop();
  }
}

const kindsOf = ({ faults }: Report): string[] => faults.map(({ kind }) => kind);

/** What may be wrong in a report, said when a test fails. */
const why = ({ faults, worst, generator }: Report): string => JSON.stringify({ faults, worst, generator });

describe('bots on a server in good health', () => {
  it('find nothing missed, ghosted, duplicated, unacknowledged or diverged, and nothing to correct', async () => {
    const report = await withApp(({ url }) => runBots(options(url)));
    expect(report.faults, why(report)).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      ending: 'complete',
      players: { asked: 30, joined: 30, refused: 0, dropped: 0, gaveUp: 0 },
      divergences: 0,
      latencyOtherNodeMs: null,
    });
    // Corrections are due to jitter beyond the rewind window, and here to nothing but this process being held up.
    if (report.generator.eventLoopDelayMs.max < (REWIND_TICKS * TICK_MS) / 2) expect(report.corrections).toBe(0);
    const { updates, inputs, latencyMs, byBehaviour, bytesPerPlayerPerSecond: bytes } = report;
    // Each of 30 turns once a second for 6 s, in view of most of the others.
    expect(updates.expected).toBeGreaterThan(1000);
    expect(updates).toMatchObject({ seen: updates.expected, missed: 0, ghosts: 0, duplicated: 0 });
    expect(inputs.sent).toBeGreaterThan(150);
    expect(inputs.acknowledged).toBe(inputs.sent);
    expect(latencyMs?.p50).toBeGreaterThan(10);
    expect(report.latencySameNodeMs).toEqual(latencyMs);
    expect(report.motionErrorTiles?.p50).toBeLessThan(0.5);
    expect(report.frameGapMs?.p50).toBeGreaterThan(50);
    expect(bytes.in).toBeGreaterThan(100);
    expect(bytes.out).toBeGreaterThan(5);
    expect(Object.keys(byBehaviour).sort()).toEqual(['border', 'builder', 'crowd', 'wander']);
    expect(byBehaviour.wander?.players).toBe(16);
    expect(Object.values(byBehaviour).reduce((sum, one) => sum + one.updates, 0)).toBe(updates.expected);
  });

  it('walk to their places where they may not appear there', async () => {
    const report = await withApp(({ url }) => runBots(options(url, { players: 12, seconds: 2 })), { openSpawn: false });
    expect(report.faults, why(report)).toEqual([]);
    expect(report.players).toMatchObject({ joined: 12, gaveUp: 0 });
    expect(report.updates.expected).toBeGreaterThan(100);
  });
});

/** The connection that is tampered with; the first one of a run is its probe's. */
const VICTIM = 4;
const untouched: Tamper = (frame) => frame;

/** A run through a proxy that tampers with one player's connection. */
function runTampered(tamper: Tamper, some: Partial<BotsOptions> = {}, hooks: BotsHooks = {}): Promise<Report> {
  return withApp(async ({ url }) => {
    const proxy = await startTamperingProxy(url, (connection) => (connection === VICTIM ? tamper : untouched));
    try {
      return await runBots(options(proxy.url, { players: 20, seconds: 5, behaviours: { border: 1 }, ...some }), hooks);
    } finally {
      await proxy.stop();
    }
  });
}

/** Packed records without those that a test picks out. */
function without(records: Uint8Array, size: number, isUnwanted: (record: Uint8Array) => boolean): Uint8Array {
  const kept: Uint8Array[] = [];
  for (let at = 0; at < records.length; at += size) {
    const record = records.subarray(at, at + size);
    if (!isUnwanted(record)) kept.push(record);
  }
  return Buffer.concat(kept);
}

const withoutChecks: Tamper = (frame) => frame.filter(({ type }) => type !== 'check');

/** Drops, once, motions of which one lies in a square whose checksum is in the same frame. */
function dropOneDelta(): Tamper {
  const squares = new Map<number, string>();
  let isDone = false;
  return (frame) => {
    for (const message of frame) {
      if (message.type !== 'changes' && message.type !== 'snapshot') continue;
      for (const { id } of readEnters(message.enters)) squares.set(id, squareKey(message.sx, message.sy));
    }
    const checked = frame.flatMap((message) =>
      message.type === 'check' ? [...readChecks(message.records)].map(({ sx, sy }) => squareKey(sx, sy)) : [],
    ) as string[];
    return frame.filter((message) => {
      if (isDone || message.type !== 'motions') return true;
      isDone = [...readMotions(message.records)].some(({ id }) => checked.includes(squares.get(id) ?? ''));
      return !isDone;
    });
  };
}

/** Drops, once, the leave of somebody who left the world. */
function dropOneLeave(): Tamper {
  let isDone = false;
  return (frame) =>
    frame.map((message) => {
      if (isDone || message.type !== 'changes') return message;
      const leaves = without(message.leaves, LEAVE_BYTES, (record) => {
        if (isDone) return false;
        isDone = [...readLeaves(record)].some(({ to }) => to === 0);
        return isDone;
      });
      return { ...message, leaves };
    });
}

/** Changes, once, one bit of a checksum. */
function lieOnce(): Tamper {
  let isDone = false;
  return (frame) =>
    frame.map((message) => {
      if (isDone || message.type !== 'check') return message;
      isDone = true;
      const records = Uint8Array.from(message.records);
      records[CHECK_BYTES - 1] = (records[CHECK_BYTES - 1] as number) ^ 1;
      return { ...message, records };
    });
}

// At the same time, for each is mostly waiting; every run has a server and a proxy of its own.
describe.concurrent('a defect on the way to one player', () => {
  it('a dropped delta is found by the next checksum', async () => {
    const report = await runTampered(dropOneDelta());
    expect(kindsOf(report), why(report)).toContain('diverged');
    expect(report).toMatchObject({ ok: false, updates: { missed: 0, ghosts: 0, duplicated: 0 } });
    expect(report.worst.some(({ kind, observer }) => kind === 'diverged' && observer === `bot-${VICTIM}`)).toBe(true);
  });

  it('a lost leave is found by a checksum', async () => {
    const report = await runTampered(dropOneLeave());
    expect(kindsOf(report), why(report)).toContain('diverged');
  });

  it('a lying checksum is found', async () => {
    const report = await runTampered(lieOnce());
    expect(report.faults, why(report)).toEqual([{ kind: 'diverged', count: 1 }]);
  });

  it('lost leaves without checksums make ghosts', async () => {
    const report = await runTampered((frame) =>
      withoutChecks(frame).map((message) =>
        message.type === 'changes' ? { ...message, leaves: new Uint8Array() } : message,
      ),
    );
    expect(kindsOf(report), why(report)).toEqual(['ghost']);
    expect(report.updates.ghosts).toBeGreaterThan(0);
    expect(report.worst[0]).toMatchObject({ kind: 'ghost', observer: `bot-${VICTIM}` });
  });

  it('lost entries without checksums make players and their updates missed', async () => {
    const isUnwanted = (record: Uint8Array): boolean => [...readEnters(record)].some(({ id }) => id % 4 === 0);
    const tamper = (message: ServerMessage): ServerMessage =>
      message.type === 'changes' || message.type === 'snapshot'
        ? { ...message, enters: without(message.enters, ENTER_BYTES, isUnwanted) }
        : message;
    const report = await runTampered((frame) => withoutChecks(frame).map(tamper));
    expect(kindsOf(report), why(report)).toEqual(['missed']);
    expect(report.updates.absent).toBeGreaterThan(0);
    expect(report.updates.missed).toBeGreaterThan(report.updates.absent);
    expect(report.worst.slice(0, 4).every(({ observer }) => observer === `bot-${VICTIM}`)).toBe(true);
  });

  it('changes told twice are duplicates', async () => {
    const report = await runTampered((frame) =>
      frame.flatMap((message): ServerMessage[] => (message.type === 'changes' ? [message, message] : [message])),
    );
    expect(kindsOf(report), why(report)).toEqual(['duplicated']);
  });
});

describe.concurrent('a run', () => {
  it('says in a sentence that the server cannot be reached', async () => {
    const url = await withApp(async (app) => app.url);
    const run = runBots(options(url));
    await expect(run).rejects.toThrow(Unreachable);
    await expect(run).rejects.toThrow(`No server answers at ${url}.`);
  });

  it('reports players that the server has no room for', async () => {
    const report = await withApp(({ url }) => runBots(options(url, { players: 8, seconds: 1 })), { maxSessions: 5 });
    expect(report.players).toMatchObject({ asked: 8, joined: 5, refused: 3 });
    expect(kindsOf(report), why(report)).toEqual(['refused']);
    expect(report.closings[0]?.code).toBe(4005);
  });

  it('that is interrupted reports what there is', async () => {
    const stop = new AbortController();
    const report = await withApp(({ url }) =>
      runBots(options(url, { players: 6, seconds: 600 }), {
        signal: stop.signal,
        onProgress: ({ elapsedSeconds }) => {
          if (elapsedSeconds > 1) stop.abort();
        },
      }),
    );
    expect(report).toMatchObject({ ending: 'interrupted', ok: true, faults: [] });
    expect(report.seconds).toBeLessThan(10);
  });

  it('ends when the server stops, and says what everybody was told', async () => {
    const report = await withApp((app) =>
      runBots(options(app.url, { players: 6, seconds: 600 }), {
        onProgress: ({ elapsedSeconds }) => {
          if (elapsedSeconds > 1) void app.stop();
        },
      }),
    );
    expect(report).toMatchObject({ ending: 'abandoned', players: { joined: 6, dropped: 6 } });
    expect(kindsOf(report), why(report)).toEqual(['dropped']);
    expect(report.closings).toContainEqual({ code: 1001, reason: expect.any(String), count: 6 });
  });
});

describe('bots that build, talk and pick up gems', () => {
  it('find every edit and line told once, in order and to all, and every gem claimed by one', async () => {
    const report = await withApp(({ url }) =>
      runBots(options(url, { players: 40, seconds: 15, behaviours: { mixed: 30, builder: 10 } })),
    );
    expect(report.faults, why(report)).toEqual([]);
    const { edits, chat, gems, requests, editLatencyMs, chatLatencyMs } = report;
    const right = { missed: 0, ghosts: 0, duplicated: 0, disordered: 0, disagreed: 0 };
    // Thirteen builders with an edit a second and forty talkers with a line every 20 s, in view of most of the others.
    expect(edits.expected).toBeGreaterThan(1000);
    expect(edits).toMatchObject({ ...right, seen: edits.expected });
    expect(chat.expected).toBeGreaterThan(100);
    expect(chat).toMatchObject({ ...right, seen: chat.expected });
    expect(gems.claimed).toBeGreaterThan(0);
    expect(gems).toMatchObject({ doubled: 0, scoreErrors: 0 });
    expect(requests.done + requests.refused).toBe(requests.asked);
    expect(requests.done).toBeGreaterThan(requests.asked * 0.9);
    expect(requests.refusals.reduce((sum, { count }) => sum + count, 0)).toBe(requests.refused);
    expect(editLatencyMs?.p50).toBeGreaterThan(10);
    expect(chatLatencyMs?.p50).toBeGreaterThan(10);
  });

  it('do nothing of it where walking is all that is asked for', async () => {
    const report = await withApp(({ url }) =>
      runBots(options(url, { players: 8, seconds: 2, behaviours: { wander: 1, border: 1, crowd: 1 } })),
    );
    expect(report.faults, why(report)).toEqual([]);
    expect(report.requests).toEqual({ asked: 0, done: 0, refused: 0, refusals: [] });
    expect(report).toMatchObject({ editLatencyMs: null, chatLatencyMs: null });
  });
});

/**
 * Does something, once, to a message of a type that comes when everybody has been in place for a while, and is judged.
 * Those that come after it are only looked at.
 */
function once(
  type: ServerMessage['type'],
  change: (message: ServerMessage) => readonly ServerMessage[],
  isMeasuring: () => boolean,
  look: (message: ServerMessage) => void,
): Tamper {
  const NOT_BEFORE_FRAMES = 40;
  let frames = 0;
  let isDone = false;
  return (frame) => {
    frames++;
    return frame.flatMap((message) => {
      const isIt = message.type === type && !(message.type === 'lines' && message.isHistory);
      if (isDone) look(message);
      if (isDone || frames < NOT_BEFORE_FRAMES || !isMeasuring() || !isIt) return [message];
      isDone = true;
      return change(message);
    });
  };
}

describe.concurrent('a defect in what one player is told of things', () => {
  const runBuilders = (
    type: ServerMessage['type'],
    change: (message: ServerMessage) => readonly ServerMessage[],
    look: (message: ServerMessage) => void = () => undefined,
  ): Promise<Report> => {
    let isMeasuring = false;
    const onPhase: BotsHooks['onPhase'] = (phase) => {
      isMeasuring ||= phase === 'measuring';
    };
    const tamper = once(type, change, () => isMeasuring, look);
    return runTampered(tamper, { behaviours: { builder: 1 }, placement: 'together', seconds: 8 }, { onPhase });
  };

  const isNamed = (report: Report, kind: string, what: RegExp): boolean =>
    report.worst.some((found) => found.kind === kind && found.observer === `bot-${VICTIM}` && what.test(found.detail));

  it('an edit withheld leaves a gap, and ground that differs', async () => {
    let withheld: ServerMessage | undefined;
    // A gap shows only when the same square is built in again.
    let isFollowed = false;
    const report = await runBuilders(
      'edits',
      (message) => {
        withheld = message;
        return [];
      },
      (message) => {
        if (message.type !== 'edits' || withheld?.type !== 'edits') return;
        isFollowed ||= message.sx === withheld.sx && message.sy === withheld.sy;
      },
    );
    const gap = isFollowed ? ['edit disordered'] : [];
    expect(kindsOf(report), why(report)).toEqual(['edit missed', ...gap, 'edit disagreed']);
    expect(isNamed(report, 'missed', /^edit of tile /)).toBe(true);
  });

  it('an edit told twice is a duplicate', async () => {
    const report = await runBuilders('edits', (message) => [message, message]);
    expect(kindsOf(report), why(report)).toEqual(['edit duplicated']);
  });

  it('a line lost is missed', async () => {
    const report = await runBuilders('lines', () => []);
    expect(kindsOf(report), why(report)).toEqual(['line missed', 'line disagreed']);
    expect(isNamed(report, 'missed', /^line /)).toBe(true);
  });

  it('a line told twice is a duplicate', async () => {
    const report = await runBuilders('lines', (message) => [message, message]);
    expect(kindsOf(report), why(report)).toEqual(['line duplicated']);
  });

  it('an answer withheld leaves a request open', async () => {
    const report = await runBuilders('done', () => []);
    expect(kindsOf(report), why(report)).toEqual(['unanswered']);
  });
});
