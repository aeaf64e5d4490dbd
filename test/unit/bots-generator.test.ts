import { describe, expect, it } from 'vitest';
import { IntervalMeter, togetherOf, verdictOn } from '../../client/bots/generator-meter.ts';
import { ProgressLine } from '../../client/bots/progress.ts';
import { tableOf } from '../../client/bots/table.ts';
import { sampleReport } from './sample-report.ts';

const loadOf = (p99: number, cpuSeconds: number, judges = true) => ({
  eventLoopDelayMs: { p50: 1, p99, max: 200 },
  cpuSeconds,
  judges,
});

describe('the verdict on the load generator', () => {
  it.each([
    ['at rest', 5, 2],
    ['as busy as it may be', 50, 9],
  ])('lets pass one that is %s', (_, p99, cpuSeconds) => {
    expect(verdictOn([loadOf(p99, cpuSeconds)], 10)).toEqual({ isLimited: false, reason: null });
  });

  it.each([
    [51, 2, 'The bots themselves were 51 ms late at p99: '],
    [5, 9.6, 'The bots themselves took 96 % of a core: '],
    [80, 10, 'The bots themselves took 100 % of a core and were 80 ms late at p99: '],
  ])('warns of one that was %i ms late and used %f of 10 s', (p99, cpuSeconds, start) => {
    const { isLimited, reason } = verdictOn([loadOf(p99, cpuSeconds)], 10);
    expect(isLimited).toBe(true);
    expect(reason?.startsWith(start)).toBe(true);
    expect(reason?.endsWith('.')).toBe(true);
  });

  it('is that of the worst of several processes, each with a core of its own', () => {
    const calm = loadOf(5, 8, false);
    expect(verdictOn([loadOf(5, 8), calm, calm], 10)).toEqual({ isLimited: false, reason: null });
    expect(verdictOn([loadOf(5, 2), calm, loadOf(80, 9.6, false), loadOf(60, 2, false)], 10).reason).toBe(
      "The bots themselves took 96 % of a core and were 80 ms late at p99 (2 of their 4 processes): these figures are theirs as much as the server's.",
    );
    expect(verdictOn([loadOf(70, 2), calm], 10).reason).toBe(
      "The bots themselves were 70 ms late at p99 (1 of their 2 processes, the one that judges among them): these figures are theirs as much as the server's.",
    );
  });

  it('is a warning and no fault, in the table and where progress ends', () => {
    const { generator } = sampleReport();
    const reason = 'The bots themselves were 80 ms late at p99.';
    const report = sampleReport({ generator: { ...generator, isLimited: true, reason } });
    expect(tableOf(report)).toContain(reason);
    expect(tableOf(report)).toMatch(/All was right\.$/);
    const texts: string[] = [];
    new ProgressLine({ isTTY: true, write: (text) => texts.push(text) }, () => 0).end(reason);
    new ProgressLine({ write: (text) => texts.push(text) }, () => 0).end(null);
    expect(texts).toEqual([`\r\x1b[K${reason}\n`]);
  });
});

describe('several processes', () => {
  it('took together what each of them took, and were as late as the latest', () => {
    const late = { eventLoopDelayMs: { p50: 3, p99: 40, max: 50 }, cpuSeconds: 4 };
    expect(togetherOf([loadOf(20, 2), late])).toEqual({
      eventLoopDelayMs: { p50: 3, p99: 40, max: 200 },
      cpuSeconds: 6,
    });
  });
});

describe('the meter of intervals', () => {
  it('gives the share of a core since it was last asked', () => {
    let nowMs = 0;
    const meter = new IntervalMeter(() => nowMs);
    nowMs = 1e9;
    expect(meter.take().cpuShare).toBeLessThan(0.01);
    nowMs += 1e-3;
    expect(meter.take().delayMs).toBeGreaterThanOrEqual(0);
    meter.stop();
  });
});
