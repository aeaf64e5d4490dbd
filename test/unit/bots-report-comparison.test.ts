import { describe, expect, it } from 'vitest';
import { type ComparedRow, compare } from '../../client/bots/comparison.ts';
import { comparisonTable } from '../../client/bots/comparison-table.ts';
import { hopFigures } from '../../client/bots/hop-figures.ts';
import { HopTally } from '../../client/bots/hops.ts';
import { comparisonPage } from '../../client/bots/html/comparison-page.ts';
import type { Report } from '../../client/bots/report.ts';
import { sampleReport } from './sample-report.ts';

const A = sampleReport();

const latency = (p99: number): Partial<Report> => ({ latencyMs: { p50: 50, p90: 60, p99, max: 2 * p99 } });

const serverCpu = (cpuShare: number): Partial<Report> => ({
  server: {
    cpuShare,
    mostCpuShare: cpuShare,
    residentBytes: 80e6,
    delayMs: 2,
    flushLevel: 0,
    brokerBytes: 0,
    unreadSeconds: 0,
    silent: [],
  },
});

function rowOf(label: string, a: Partial<Report>, b: Partial<Report>): ComparedRow {
  const row = compare(sampleReport(a), sampleReport(b)).find((one) => one.label === label);
  if (row === undefined) throw new Error(`Nothing is called "${label}".`);
  return row;
}

describe('two reports compared', () => {
  it.each<[string, Partial<Report>, Partial<Report>, boolean]>([
    ['latency p99', latency(100), latency(130), true],
    ['latency p99', latency(100), latency(109), false],
    ['latency p99', latency(10), latency(13), false],
    ['latency p99', latency(100), latency(50), false],
    ['missed', {}, { updates: { ...A.updates, missed: 1 } }, true],
    ['missed', { updates: { ...A.updates, missed: 1 } }, {}, false],
    ['bytes in, per player and second', {}, { bytesPerPlayerPerSecond: { in: 1000, out: 16 } }, true],
    ['bytes in, per player and second', {}, { bytesPerPlayerPerSecond: { in: 950, out: 16 } }, false],
    ['server CPU', serverCpu(0.2), serverCpu(0.25), true],
    ['server CPU', serverCpu(0.01), serverCpu(0.02), false],
    ['server CPU', { server: null }, serverCpu(0.9), false],
    ['players joined', {}, { players: { ...A.players, joined: 80 } }, false],
  ])('%s', (label, a, b, isWorse) => {
    expect(rowOf(label, a, b).isWorse).toBe(isWorse);
  });

  it('have the hops of what was followed, where either run followed anything', () => {
    const followed = (downMs: number): Partial<Report> => {
      const tally = new HopTally();
      tally.record([10, 40, null, 1, 0.5, downMs]);
      return { hops: { sameNode: hopFigures(tally), otherNode: null } };
    };
    const down = rowOf('  node to the other client', followed(10), followed(30));
    expect([down.a, down.b].map((ms) => Math.round(ms ?? Number.NaN))).toEqual([10, 30]);
    expect(down.isWorse).toBe(true);
    expect(rowOf('followed, same node p99', followed(10), {})).toMatchObject({ b: null, isWorse: false });
    expect(rowOf('  through the broker', followed(10), followed(10))).toMatchObject({ a: null, b: null });
    const labels = compare(A, sampleReport(followed(1))).map(({ label }) => label);
    expect(labels).not.toContain('followed, other node p99');
    expect(compare(A, A).map(({ label }) => label)).not.toContain('followed, same node p99');
  });

  it('say the change in percent where there is one to say', () => {
    expect(rowOf('latency p99', latency(100), latency(130)).changePercent).toBeCloseTo(30, 6);
    expect(rowOf('latency p99', latency(100), { latencyMs: null }).changePercent).toBeNull();
    expect(rowOf('missed', {}, { updates: { ...A.updates, missed: 9 } }).changePercent).toBeNull();
  });

  it('stand side by side in the terminal, with a mark where the second is clearly worse', () => {
    const text = comparisonTable(sampleReport(latency(100)), sampleReport({ ...latency(150), server: null, seed: 8 }));
    expect(text).toMatch(/^latency p99 +100 ms +150 ms +\+50\.0 % +worse$/m);
    expect(text).toMatch(/^server CPU +10\.0 % +–$/m);
    expect(text).toMatch(/^B: .*, seed 8, /m);
    expect(text).toMatch(/B is clearly worse in 1 of these\.$/);
    expect(comparisonTable(A, A)).toMatch(/B is clearly worse in nothing\.$/);
  });

  it('make a page with both runs’ curves in the same plots', () => {
    const page = comparisonPage(sampleReport(latency(100)), sampleReport(latency(150)));
    expect(page).toContain('>A p99 ');
    expect(page).toContain('>B p99 ');
    expect(page).toContain('+50.0 %');
    expect(page).toContain('<span class="worse">worse</span>');
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });
});
