import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { reportPage } from '../../client/bots/html/report-page.ts';
import { type BotsOptions, DEFAULTS } from '../../client/bots/options.ts';
import { parseReport } from '../../client/bots/report-file.ts';
import { runBots } from '../../client/bots/run.ts';
import { optionsOf, parseScenario } from '../../client/bots/scenario-file.ts';
import { tableOf } from '../../client/bots/table.ts';
import { runProgram } from '../helpers/program.ts';
import { ensureServerBuilt, SERVER, ServerProcess } from '../helpers/server-process.ts';
import { startTestApp } from '../helpers/test-app.ts';

function optionsFor(url: string, scenario: object): BotsOptions {
  const play = parseScenario('test.json', JSON.stringify(scenario), 1);
  return optionsOf(play, { ...DEFAULTS, urls: [url], rampPerSecond: 100, seed: 11 }, undefined);
}

describe('a scenario', () => {
  it('has groups that come late, go early, or build, and all see and are seen as they have to be', async () => {
    const { url } = await startTestApp();
    const stirs = new Set<string>();
    const options = optionsFor(url, {
      seconds: 12,
      groups: [
        { behaviour: 'mixed', players: 16 },
        { name: 'late', behaviour: 'crowd', players: 10, from: 3, over: 1 },
        { name: 'early', behaviour: 'builder', players: 6, to: 7, over: 1 },
        { name: 'guests', behaviour: 'chatter', players: 6, from: 2, to: 9, over: 1, screen: '24x16' },
      ],
    });
    const report = await runBots(options, { onProgress: ({ stir }) => stirs.add(stir) });
    const { faults, worst, players, scenario, timeline, updates } = report;
    expect(faults, JSON.stringify({ faults, worst })).toEqual([]);
    expect(report).toMatchObject({ ok: true, ending: 'complete', closings: [] });
    expect(players).toEqual({ asked: 38, joined: 38, refused: 0, dropped: 0, gaveUp: 0, full: 38 });
    expect(scenario?.name).toBe('test');
    expect(scenario?.groups).toMatchObject([
      { name: 'mixed', players: 16, joined: 16, fromSeconds: null, toSeconds: null },
      { name: 'late', players: 10, joined: 10, fromSeconds: 3, toSeconds: null },
      { name: 'early', players: 6, joined: 6, fromSeconds: null, toSeconds: 7 },
      { name: 'guests', players: 6, joined: 6, fromSeconds: 2, toSeconds: 9 },
    ]);
    for (const { name, updates: own, latencyMs } of scenario?.groups ?? []) {
      expect(own, name).toBeGreaterThan(100);
      expect(latencyMs?.p50, name).toBeGreaterThan(10);
    }
    expect(scenario?.groups.reduce((sum, group) => sum + group.updates, 0)).toBe(updates.expected);
    // In the middle of each stretch in which nobody comes or goes.
    const playersAt = (second: number) => timeline.samples.find(({ atSeconds }) => atSeconds >= second)?.players;
    expect([1.5, 5, 11].map(playersAt)).toEqual([22, 38, 26]);
    expect([...stirs].join('; ')).toContain('late +10');

    const written = parseReport('r.json', JSON.stringify(report));
    expect(tableOf(written)).toMatch(/^late +10 of 10 players +from 3 s on /m);
    expect(reportPage(written)).not.toMatch(/NaN|undefined|\[object/);
  });

  it('has those who come late walk to their places where they may not appear there', async () => {
    const { url } = await startTestApp({ openSpawn: false });
    const report = await runBots(
      optionsFor(url, {
        seconds: 8,
        groups: [
          { behaviour: 'wander', players: 8 },
          { behaviour: 'crowd', players: 8, from: 1, over: 1, fullShare: 0.5 },
        ],
      }),
    );
    expect(report.faults, JSON.stringify(report.worst)).toEqual([]);
    expect(report.players).toMatchObject({ joined: 16, gaveUp: 0, full: 12 });
    expect(report.scenario?.groups[1]?.updates).toBeGreaterThan(50);
  });

  it('that is interrupted takes those who had yet to come for neither refused nor dropped', async () => {
    const { url } = await startTestApp();
    const stop = new AbortController();
    const groups = [
      { behaviour: 'wander', players: 4 },
      { behaviour: 'wander', players: 5, from: 0 },
      { behaviour: 'wander', players: 3, from: 300 },
    ];
    const report = await runBots(optionsFor(url, { seconds: 600, groups }), {
      signal: stop.signal,
      onProgress: ({ elapsedSeconds }) => {
        if (elapsedSeconds > 1) stop.abort();
      },
    });
    expect(report).toMatchObject({ ending: 'interrupted', ok: true, faults: [] });
    expect(report.players).toMatchObject({ asked: 12, joined: 9, refused: 0, dropped: 0 });
    expect(report.scenario?.groups[2]).toMatchObject({ players: 3, joined: 0, updates: 0, latencyMs: null });
    expect(tableOf(report)).toContain('3 had yet to come');
  });

  it('goes on while nobody has to be there', async () => {
    const { url } = await startTestApp();
    const groups = [
      { behaviour: 'wander', players: 4, to: 1, over: 0.1 },
      { behaviour: 'wander', players: 4, from: 7, over: 0.1 },
    ];
    const report = await runBots(optionsFor(url, { seconds: 9, groups }));
    expect(report.faults, JSON.stringify(report.worst)).toEqual([]);
    expect(report).toMatchObject({ ending: 'complete', players: { joined: 8 } });
  });
});

describe('a scenario with a fault window', () => {
  beforeAll(ensureServerBuilt);

  it('does not wait for those who have gone, and lets those in later who came while nothing answered', async () => {
    const first = await ServerProcess.start('--open-spawn');
    const port = String(first.port);
    const options = optionsFor(first.url, {
      seconds: 13,
      groups: [
        { behaviour: 'wander', players: 8 },
        { name: 'gone', behaviour: 'wander', players: 4, to: 1, over: 0.5 },
        { name: 'newcomers', behaviour: 'wander', players: 4, from: 2, over: 0.5 },
      ],
      faults: { from: 1.5, to: 10 },
    });
    const report = await runBots(options, {
      onFault: async () => {
        first.child.kill('SIGKILL');
        await first.ended;
        await ServerProcess.run(process.execPath, [SERVER, '--port', port, '--log-level', 'warn', '--open-spawn']);
      },
    });
    const { faults, worst, closings } = report;
    expect(faults, JSON.stringify({ faults, worst, closings })).toEqual([]);
    expect(report).toMatchObject({ players: { joined: 16, refused: 0, dropped: 0 }, inFault: { dropped: 8 } });
    // Whoever has gone for good keeps nothing from healing.
    expect(report.healMs).toBeLessThan(8400);
  }, 60_000);
});

describe('npm run bots -- --scenario', () => {
  const ROOT = join(import.meta.dirname, '../..');
  beforeAll(ensureServerBuilt);

  /** What becomes of a file with this text, where no server is. */
  async function obey(text: string, ...flags: readonly string[]) {
    const folder = await mkdtemp(join(tmpdir(), 'flatlands-scenario-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'evening.json');
    await writeFile(file, text);
    const args = ['-s', 'run', 'bots', '--', '--url', 'ws://127.0.0.1:9/ws', '--scenario', file, ...flags];
    const { code, stdout, stderr } = await runProgram('npm', args, { cwd: ROOT });
    return { code, stdout, stderr: stderr.replaceAll(file, 'evening.json') };
  }

  it('says what is wrong with a file, place by place, and ends with status 2 without connecting', async () => {
    const group = { behaviour: 'wander', players: 5, to: 130, form: 3 };
    const { code, stdout, stderr } = await obey(JSON.stringify({ seconds: 120, groups: [group] }));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('evening.json: groups[0].to: 130 lies after the end of the run, 120 s.\n');
    expect(stderr).toContain('evening.json: groups[0].form: there is no such field; ');
    expect(stderr).not.toContain('No server answers');
  });

  it('plays a good one, and says where nobody answers', async () => {
    const good = JSON.stringify({ seconds: 5, groups: [{ behaviour: 'wander', players: 5 }] });
    expect(await obey(good)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No server answers at ws://127.0.0.1:9/ws.'),
    });
    expect(await obey(good, '--players', '5')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--scenario goes without --players, which the file decides.'),
    });
  });
});
