import { describe, expect, it } from 'vitest';
import { type BotsOptions, DEFAULTS } from '../../client/bots/options.ts';
import type { Phase } from '../../client/bots/progress.ts';
import type { Report } from '../../client/bots/report.ts';
import { type BotsHooks, runBots } from '../../client/bots/run.ts';
import { tableOf } from '../../client/bots/table.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import { ENTER_BYTES, MOTION_BYTES, readEnters, readMotions } from '../../shared/records.ts';
import { startShard } from '../helpers/shard.ts';
import { startTamperingProxy, type Tampering } from '../helpers/tampering-proxy.ts';
import { startTestApp } from '../helpers/test-app.ts';

const options = (url: string, some: Partial<BotsOptions>): BotsOptions => ({
  ...DEFAULTS,
  urls: [url],
  seconds: 5,
  behaviours: { wander: 1, border: 1, crowd: 1 },
  placement: 'together',
  rampPerSecond: 100,
  seed: 11,
  ...some,
});

const kindsOf = ({ faults }: Report): string[] => faults.map(({ kind }) => kind);

/** What may be wrong in a report, said when a test fails. */
const why = ({ faults, worst, closings, generator }: Report): string =>
  JSON.stringify({ faults, worst, closings, generator });

/** A run of 40 of whom 10 have the full picture, through a proxy that tampers with connections from the second on. */
async function runTampered(tampering: Tampering, some: Partial<BotsOptions> = {}): Promise<Report> {
  const app = await startShard({ terrain: 'flat' });
  const proxy = await startTamperingProxy(app.url, (connection) =>
    // The first one is the probe's.
    connection === 0 ? (frame) => frame : tampering(connection),
  );
  try {
    return await runBots(options(proxy.url, { players: 40, fullShare: 0.25, ...some }));
  } finally {
    await proxy.stop();
    await app.stop();
  }
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

describe('bots of whom a quarter have the full picture', () => {
  it('find nothing wrong, expect what those few have to see, and report what went over the wire', async () => {
    const { url } = await startTestApp();
    const phases: Phase[] = [];
    const hooks: BotsHooks = { onPhase: (phase) => phases.push(phase) };
    const report = await runBots(options(url, { players: 40, fullShare: 0.25 }), hooks);
    expect(report.faults, why(report)).toEqual([]);
    expect(report.players).toMatchObject({ joined: 40, full: 10, dropped: 0, refused: 0 });
    const { updates, inputs, traffic, bytesPerPlayerPerSecond, byBehaviour } = report;
    // Each of 40 turns once a second for 5 s, in view of nearly all of the ten.
    expect(updates.expected).toBeGreaterThan(1000);
    expect(updates).toMatchObject({ seen: updates.expected, missed: 0 });
    expect(inputs.sent).toBeGreaterThan(150);
    expect(inputs.acknowledged).toBe(inputs.sent);
    expect(Object.values(byBehaviour).reduce((sum, { players }) => sum + players, 0)).toBe(40);
    expect(report.latencyMs?.p50).toBeGreaterThan(10);
    expect(report.motionErrorTiles?.p50).toBeLessThan(0.5);

    expect(traffic.framesPerPlayerPerSecond).toBeGreaterThan(4);
    expect(traffic.framesPerPlayerPerSecond).toBeLessThan(11);
    const bytesIn = traffic.framesPerPlayerPerSecond * (traffic.frameBytes?.mean ?? 0);
    expect(Math.abs(bytesIn / bytesPerPlayerPerSecond.in - 1)).toBeLessThan(0.02);
    const bytesOut = traffic.messagesOutPerPlayerPerSecond * traffic.bytesPerMessageOut;
    expect(Math.abs(bytesOut - bytesPerPlayerPerSecond.out)).toBeLessThan(1);
    expect(traffic.frameSample).toHaveLength(1000);
    // The 39 others turn once a second; entries and what a crossing makes anew come to that.
    expect(traffic.updatesPerPlayerPerSecond).toBeGreaterThan(25);
    expect(traffic.updatesPerPlayerPerSecond).toBeLessThan(100);

    expect(phases).toEqual(['joining', 'settling', 'measuring', 'finishing', 'departing']);
    expect(tableOf(report)).toMatch(/^players +40 of 40 joined, 0 refused, 0 dropped, 10 with the full picture$/m);
  });

  it('walk to their places where they may not appear there', async () => {
    const { url } = await startTestApp({ openSpawn: false });
    const report = await runBots(options(url, { players: 16, fullShare: 0.25, seconds: 2 }));
    expect(report.faults, why(report)).toEqual([]);
    expect(report.players).toMatchObject({ joined: 16, gaveUp: 0 });
    expect(report.updates.expected).toBeGreaterThan(50);
  });

  it('are refused like others where there is no room', async () => {
    const { url } = await startTestApp({ maxSessions: 8 });
    const report = await runBots(options(url, { players: 12, fullShare: 0.25, seconds: 1 }));
    expect(report.players).toMatchObject({ asked: 12, joined: 8, refused: 4 });
    expect(kindsOf(report), why(report)).toEqual(['refused']);
    expect(report.closings[0]).toMatchObject({ code: 4005 });
  });

  it('without the full picture do not come back when they lose the connection', async () => {
    const app = await startTestApp();
    const report = await runBots(options(app.url, { players: 8, fullShare: 0.25, seconds: 600 }), {
      onProgress: ({ elapsedSeconds }) => {
        if (elapsedSeconds > 1) void app.stop();
      },
    });
    expect(report).toMatchObject({ ending: 'abandoned', players: { joined: 8, dropped: 8 } });
    expect(kindsOf(report), why(report)).toEqual(['dropped']);
    expect(report.closings).toContainEqual({ code: 1001, reason: expect.any(String), count: 8 });
  });
});

describe.concurrent('a defect that becomes of light players', () => {
  const withoutChecks = (frame: readonly ServerMessage[]) => frame.filter(({ type }) => type !== 'check');

  it('is missed by those who have the picture: motions of some lost on the way to all', async () => {
    const isLost = (record: Uint8Array): boolean => [...readMotions(record)].some(({ id }) => id % 5 === 0);
    const report = await runTampered(
      () => (frame) =>
        withoutChecks(frame).map((message) =>
          message.type === 'motions'
            ? { ...message, records: without(message.records, MOTION_BYTES, isLost) }
            : message,
        ),
    );
    expect(kindsOf(report), why(report)).toEqual(['missed']);
    expect(report.updates.missed).toBeGreaterThan(20);
    expect(report.updates.absent).toBe(0);
  });

  it('is missed by those who have the picture: entries of some lost', async () => {
    const isLost = (record: Uint8Array): boolean => [...readEnters(record)].some(({ id }) => id % 5 === 0);
    const report = await runTampered(
      () => (frame) =>
        withoutChecks(frame).map((message) =>
          message.type === 'changes' || message.type === 'snapshot'
            ? { ...message, enters: without(message.enters, ENTER_BYTES, isLost) }
            : message,
        ),
    );
    expect(kindsOf(report), why(report)).toEqual(['missed']);
    expect(report.updates.absent).toBeGreaterThan(0);
  });

  it('are ghosts to those who have the picture when nobody is told that they left', async () => {
    const report = await runTampered(
      () => (frame) =>
        withoutChecks(frame).map((message) =>
          message.type === 'changes' ? { ...message, leaves: new Uint8Array() } : message,
        ),
    );
    expect(kindsOf(report), why(report)).toEqual(['ghost']);
  });

  it('are unacknowledged inputs of a light player whose answers are withheld', async () => {
    // The first one of a behaviour has the full picture only where all of them have it.
    let frames = 0;
    const report = await runTampered((connection) => (frame) => {
      if (connection !== 1) return frame;
      frames++;
      return frames < 60 ? frame : frame.filter(({ type }) => type !== 'own');
    });
    expect(kindsOf(report), why(report)).toEqual(['unacknowledged']);
  });
});
