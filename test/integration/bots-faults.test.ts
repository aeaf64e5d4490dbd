import { beforeAll, describe, expect, it } from 'vitest';
import { type BotsOptions, DEFAULTS, MIXED } from '../../client/bots/options.ts';
import type { Report } from '../../client/bots/report.ts';
import { runBots } from '../../client/bots/run.ts';
import { tableOf } from '../../client/bots/table.ts';
import type { App } from '../../server/app.ts';
import { ensureServerBuilt, SERVER, ServerProcess } from '../helpers/server-process.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { startNodes } from '../helpers/world-of-nodes.ts';

/** Long enough for a server to start and for everybody to come round to trying it. */
const FAULTS = { fromSeconds: 1, toSeconds: 9 };

const options = (urls: readonly string[], some: Partial<BotsOptions>): BotsOptions => ({
  ...DEFAULTS,
  urls,
  behaviours: MIXED,
  rampPerSecond: 100,
  seed: 11,
  ...some,
});

/** What may be wrong in a report, said when a test fails. */
const why = ({ faults, inFault, healMs, worst, closings, generator }: Report): string =>
  JSON.stringify({ faults, inFault, healMs, worst, closings, generator });

/** In and out of the window every update that was expected was seen or missed. */
function expectSums({ updates, inFault }: Report): void {
  for (const { expected, seen, missed, absent } of [updates, inFault?.updates ?? updates]) {
    expect(seen + missed - absent).toBe(expected);
  }
}

beforeAll(ensureServerBuilt);

describe('bots with a fault window', () => {
  it('count apart that their server is killed, come back to its successor and find all healed', async () => {
    const PLAYERS = 16;
    const first = await ServerProcess.start('--open-spawn');
    const port = String(first.port);
    const windows: string[] = [];
    const report = await runBots(options([first.url], { players: PLAYERS, seconds: 12, faults: FAULTS }), {
      onFault: async () => {
        windows.push('open');
        first.child.kill('SIGKILL');
        await first.ended;
        // It has forgotten everybody: they come back as somebody new, where everybody appears.
        await ServerProcess.run(process.execPath, [SERVER, '--port', port, '--log-level', 'warn', '--open-spawn']);
      },
      onHealed: () => windows.push('closed'),
    });
    expect(report.faults, why(report)).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      ending: 'complete',
      players: { asked: PLAYERS, joined: PLAYERS, refused: 0, dropped: 0 },
      faultWindow: FAULTS,
      inFault: { dropped: PLAYERS },
    });
    expect(windows).toEqual(['open', 'closed']);
    // Nobody is back at once: the first attempt waits for a quarter of a second and more.
    expect(report.healMs, why(report)).toBeGreaterThan(250);
    expect(report.healMs).toBeLessThanOrEqual((FAULTS.toSeconds - FAULTS.fromSeconds) * 1000);
    expect(report.closings).toContainEqual({ code: 1006, reason: expect.any(String), count: expect.any(Number) });
    expect(tableOf(report)).toMatch(
      /^fault window +second 1 to 9, wrong until \d\.\d s after its opening; counted apart:$/m,
    );
    expect(tableOf(report)).toMatch(/^ {2}players +16 dropped, /m);
    // They walk about before it and after.
    expect(report.updates.expected).toBeGreaterThan(300);
    expectSums(report);
  });

  it('whose server is gone for good go on with the next one, as they were', async () => {
    const [own, next] = (await startNodes(2)) as [App, App];
    const report = await runBots(
      options([own.url, next.url], { players: 8, seconds: 13, faults: { fromSeconds: 1, toSeconds: 11 } }),
      {
        onFault: () => own.stop(),
      },
    );
    expect(report.faults, why(report)).toEqual([]);
    expect(report).toMatchObject({ players: { joined: 8, dropped: 0 }, inFault: { dropped: 4 } });
    expect(report.healMs, why(report)).toBeGreaterThan(1000);
    // Of the window's own there are none in the latencies: on two nodes before it, on one after it.
    expect(report.latencyOtherNodeMs).not.toBeNull();
    expect(report.latencySameNodeMs).not.toBeNull();
    expectSums(report);
  });

  it('that are not back when it closes have been dropped', async () => {
    const app = await startTestApp();
    const report = await runBots(
      options([app.url], { players: 4, seconds: 3, faults: { fromSeconds: 1, toSeconds: 2 } }),
      {
        onFault: () => app.stop(),
      },
    );
    expect(report).toMatchObject({ ok: false, inFault: { dropped: 4 }, players: { dropped: 4 } });
    expect(
      report.faults.map(({ kind }) => kind),
      why(report),
    ).toEqual(['dropped']);
    expect(report.healMs).toBeGreaterThan(900);
    expect(report.healMs).toBeLessThanOrEqual(1000);
  });

  it('in which nothing is broken find nothing, and count what was seen apart', async () => {
    const app = await startTestApp();
    const report = await runBots(
      options([app.url], { players: 10, seconds: 4, faults: { fromSeconds: 1, toSeconds: 2.5 } }),
    );
    expect(report.faults, why(report)).toEqual([]);
    const { inFault, updates } = report;
    expect(inFault).toMatchObject({ dropped: 0, inputsLost: 0, wrongAtMost: 0, divergences: 0 });
    expect(inFault?.updates.expected).toBeGreaterThan(20);
    expect(updates.expected).toBeGreaterThan(20);
    expect(inFault?.latencyMs?.p50).toBeGreaterThan(10);
    expectSums(report);
  });

  it('fail with what broke it, should breaking fail', async () => {
    const app = await startTestApp();
    const run = runBots(options([app.url], { players: 2, seconds: 3, faults: { fromSeconds: 0, toSeconds: 1 } }), {
      onFault: () => Promise.reject(new Error('nothing would break')),
    });
    await expect(run).rejects.toThrow('nothing would break');
  });

  it('and without one say nothing of it', async () => {
    const app = await startTestApp();
    const report = await runBots(options([app.url], { players: 2, seconds: 1 }));
    for (const name of ['faultWindow', 'inFault', 'healMs']) expect(report).not.toHaveProperty(name);
  });
});
