import { describe, expect, it } from 'vitest';
import { type BotsOptions, DEFAULTS } from '../../client/bots/options.ts';
import type { Report } from '../../client/bots/report.ts';
import { runBots } from '../../client/bots/run.ts';
import { tableOf } from '../../client/bots/table.ts';
import { type App, startApp } from '../../server/app.ts';
import { BotsCommand } from '../helpers/bots-command.ts';
import { TEST_CONFIG } from '../helpers/shard.ts';
import { startTamperingProxy } from '../helpers/tampering-proxy.ts';
import { until } from '../helpers/until.ts';

const RUN_MS = 90_000;
/** So long a program takes to start and to be in the middle of its run, and to end, on a busy machine. */
const PATIENCE_MS = 40_000;

const options = (url: string, some: Partial<BotsOptions> = {}): BotsOptions => ({
  ...DEFAULTS,
  urls: [url],
  players: 60,
  seconds: 6,
  behaviours: { mixed: 4, builder: 1, chatter: 1 },
  processes: 2,
  rampPerSecond: 100,
  seed: 11,
  ...some,
});

async function withApp<T>(use: (app: App) => Promise<T>): Promise<T> {
  const app = await startApp({ ...TEST_CONFIG, world: 'processes' });
  try {
    return await use(app);
  } finally {
    await app.stop();
  }
}

/** What may be wrong in a report, said when a test fails. */
const why = ({ faults, inFault, worst, generator }: Report): string =>
  JSON.stringify({ faults, inFault, worst, generator });

const kindsOf = ({ faults }: Report): string[] => faults.map(({ kind }) => kind);

describe('bots in two processes', () => {
  it(
    'see all of each other, and expect about as much as in one',
    async () => {
      const two = await withApp(({ url }) => runBots(options(url)));
      const one = await withApp(({ url }) => runBots(options(url, { processes: 1 })));
      for (const report of [one, two]) {
        expect(report.faults, why(report)).toEqual([]);
        expect(report).toMatchObject({
          ok: true,
          ending: 'complete',
          players: { asked: 60, joined: 60, refused: 0, dropped: 0, gaveUp: 0, full: 60 },
          divergences: 0,
        });
        expect(report.updates.expected).toBeGreaterThan(2000);
        expect(report.updates.seen).toBe(report.updates.expected);
        expect(report.edits.expected).toBeGreaterThan(300);
        expect(report.chat.expected).toBeGreaterThan(100);
        expect(report.inputs.acknowledged).toBe(report.inputs.sent);
        expect(report.requests.asked).toBeGreaterThan(50);
      }
      // Were pairs judged within a process alone, it would be half of them.
      expect(two.updates.expected / one.updates.expected, why(two)).toBeGreaterThan(0.75);
      expect(two.updates.expected / one.updates.expected, why(two)).toBeLessThan(1.33);
      expect(two.edits.expected / one.edits.expected, why(two)).toBeGreaterThan(0.75);
      expect(two.byBehaviour.crowd?.players).toBe(one.byBehaviour.crowd?.players);
      expect(Math.abs(two.traffic.framesPerPlayerPerSecond - one.traffic.framesPerPlayerPerSecond)).toBeLessThan(1.5);
      expect(two.seconds).toBeGreaterThanOrEqual(6);
      expect(two.latencyMs?.p50).toBeGreaterThan(10);
      expect(two.motionErrorTiles?.p50).toBeLessThan(0.5);
      expect(two.timeline.samples.length).toBeGreaterThanOrEqual(6);
      expect(two.timeline.samples.reduce((sum, { seen }) => sum + seen, 0)).toBeGreaterThan(two.updates.seen * 0.9);
      expect([one.generator.processes, two.generator.processes]).toEqual([1, 2]);
      expect(two.generator.cpuSeconds).toBeGreaterThan(0.5);
      expect(tableOf(two)).toContain(', over 2 processes');
    },
    RUN_MS,
  );

  it(
    'find in the one what is withheld from it of the other',
    async () => {
      // The first connection of a run is its probe's. Once it is told all, it is told no more of anybody's motions.
      const VICTIM = 4;
      const FRAMES = 60;
      let frames = 0;
      const report = await withApp(async ({ url }) => {
        const proxy = await startTamperingProxy(url, (connection) => (frame) => {
          if (connection !== VICTIM) return frame;
          frames++;
          return frames < FRAMES ? frame : frame.filter(({ type }) => type !== 'motions' && type !== 'check');
        });
        try {
          return await runBots(options(proxy.url, { players: 20, behaviours: { crowd: 1 } }));
        } finally {
          await proxy.stop();
        }
      });
      expect(kindsOf(report), why(report)).toContain('missed');
      const missed = report.worst.filter(({ kind }) => kind === 'missed');
      expect(new Set(missed.map(({ observer }) => observer))).toHaveProperty('size', 1);
      expect(report.players).toMatchObject({ joined: 20, dropped: 0 });
    },
    RUN_MS,
  );

  it(
    'know in time that something is going to be broken, and are dropped where it was',
    async () => {
      const report = await withApp((app) =>
        runBots(options(app.url, { players: 8, seconds: 4, faults: { fromSeconds: 1, toSeconds: 2 } }), {
          onFault: () => app.stop(),
        }),
      );
      // They are not back when it closes, and so have been dropped besides.
      expect(report, why(report)).toMatchObject({ inFault: { dropped: 8 }, players: { joined: 8, dropped: 8 } });
      expect(kindsOf(report), why(report)).toEqual(['dropped']);
      expect(report.closingsBy.dropped).toContainEqual(expect.objectContaining({ code: 1001, count: 8 }));
    },
    RUN_MS,
  );
});

describe('the bots’ command with two processes', () => {
  /** In the middle of a run that would take ten minutes. */
  async function running(url: string): Promise<BotsCommand> {
    const flags = ['--url', url, '--players', '10', '--seconds', '600', '--ramp', '100/s', '--processes', '2'];
    const bots = new BotsCommand(...flags);
    const isMeasuring = (): boolean => {
      if (bots.child.exitCode !== null) throw new Error(`it ended with ${bots.child.exitCode}: ${bots.stderr}`);
      return bots.stderr.includes('measuring');
    };
    await until('it was measuring', isMeasuring, PATIENCE_MS);
    expect(bots.parts).toHaveLength(2);
    return bots;
  }

  const isGone = (bots: BotsCommand) => until('all of it was gone', () => bots.processes.length === 0, PATIENCE_MS);

  it(
    'ends with a sentence when one of them is killed',
    async () => {
      await withApp(async ({ url }) => {
        const bots = await running(url);
        process.kill(bots.parts[1] as number, 'SIGKILL');
        expect(await bots.ended).toBe(1);
        expect(bots.stderr).toMatch(
          /^Process [12] of the bots' 2 ended with SIGKILL: without its players the run cannot go on\.$/m,
        );
        expect(bots.stderr).not.toContain('    at ');
        expect(bots.stdout).toBe('');
        await isGone(bots);
      });
    },
    RUN_MS,
  );

  it(
    'ends with a sentence when one of them says nothing any more',
    async () => {
      await withApp(async ({ url }) => {
        const bots = await running(url);
        process.kill(bots.parts[0] as number, 'SIGSTOP');
        expect(await bots.ended).toBe(1);
        expect(bots.stderr).toMatch(
          /^Process [12] of the bots' 2 has said nothing for 5 s: this machine is too busy for so many\.$/m,
        );
        await isGone(bots);
      });
    },
    RUN_MS,
  );

  it(
    'has its report after Ctrl-C, which reaches all of them',
    async () => {
      await withApp(async ({ url }) => {
        const bots = await running(url);
        bots.interrupt();
        expect(await bots.ended, bots.stderr).toBe(0);
        expect(bots.stdout).toMatch(/^measured +\d[\d.]* s \(interrupted\)$/m);
        expect(bots.stdout).toMatch(/^players +10 of 10 joined, 0 refused, 0 dropped, /m);
        expect(bots.stdout).toMatch(/All was right\.$/m);
        await isGone(bots);
      });
    },
    RUN_MS,
  );

  it(
    'leaves nothing behind when it is killed itself',
    async () => {
      await withApp(async ({ url }) => {
        const bots = await running(url);
        bots.child.kill('SIGKILL');
        await bots.ended;
        await isGone(bots);
      });
    },
    RUN_MS,
  );
});
