import { describe, expect, it } from 'vitest';
import { reportPage } from '../../client/bots/html/report-page.ts';
import { type BotsOptions, DEFAULTS } from '../../client/bots/options.ts';
import { parseReport } from '../../client/bots/report-file.ts';
import { joinReports } from '../../client/bots/report-join.ts';
import { runBots } from '../../client/bots/run.ts';
import { startTamperingProxy } from '../helpers/tampering-proxy.ts';
import { startTestApp } from '../helpers/test-app.ts';

const options = (url: string, some: Partial<BotsOptions> = {}): BotsOptions => ({
  ...DEFAULTS,
  urls: [url],
  players: 20,
  seconds: 4,
  behaviours: { border: 1, crowd: 1 },
  rampPerSecond: 100,
  ...some,
});

describe('the report of a run', () => {
  it('says how every second went, and tells latencies in one square and across a border apart', async () => {
    const { url } = await startTestApp();
    const report = await runBots(options(url), { asksServers: true });
    const { samples } = report.timeline;
    expect(samples.length).toBeGreaterThanOrEqual(4);
    expect(samples.length).toBeLessThanOrEqual(5);
    expect(samples.every(({ players, latencyMs }) => players === 20 && latencyMs !== null)).toBe(true);
    const seen = samples.reduce((sum, sample) => sum + sample.seen, 0);
    // What was under way at the end is seen after the last sample.
    expect(seen).toBeLessThanOrEqual(report.updates.seen);
    expect(seen).toBeGreaterThan(report.updates.seen * 0.7);
    expect(samples.reduce((sum, { missed }) => sum + missed, 0)).toBe(report.updates.missed);
    expect(report.latencySameSquareMs?.p50).toBeGreaterThan(0);
    expect(report.latencyAcrossBorderMs?.p50).toBeGreaterThan(0);
    expect(report.server).toMatchObject({ silent: [], residentBytes: expect.any(Number), flushLevel: 0 });
    expect(report.server?.cpuShare).toBeGreaterThan(0);

    const written = parseReport('r.json', JSON.stringify(report));
    const joined = joinReports([written, written]);
    expect(joined.latencyMs).toEqual(report.latencyMs);
    expect(joined.updates.seen).toBe(2 * report.updates.seen);
    expect(reportPage(joined)).not.toMatch(/NaN|undefined|\[object/);
  });

  it('does without a server that answers no metrics, and asks none unless told to', async () => {
    const { url } = await startTestApp();
    const proxy = await startTamperingProxy(url, () => (frame) => frame);
    try {
      const few = { players: 4, seconds: 1 };
      const report = await runBots(options(proxy.url, few), { asksServers: true });
      expect(report).toMatchObject({
        ok: true,
        server: { cpuShare: null, silent: [expect.stringMatching(/metrics$/)] },
      });
      expect(report.timeline.samples.every(({ server }) => server === null)).toBe(true);
      expect((await runBots(options(url, few))).server).toBeNull();
    } finally {
      await proxy.stop();
    }
  });

  it('tells players who were refused from those who lost the connection', async () => {
    const { url } = await startTestApp({ maxSessions: 5 });
    const report = await runBots(options(url, { players: 8, seconds: 1 }));
    expect(report.closingsBy).toMatchObject({ refused: [{ code: 4005, name: 'full', count: 3 }], dropped: [] });
  });
});
