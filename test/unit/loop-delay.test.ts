import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, it } from 'vitest';
import { Metrics } from '../../server/http/metrics.ts';
import { addLoopMetrics, type LoopDelayMonitor, startLoopDelay } from '../../server/loop-delay.ts';
import { until } from '../helpers/until.ts';

const monitors: LoopDelayMonitor[] = [];

function start(windowMs?: number): LoopDelayMonitor {
  const monitor = startLoopDelay(windowMs);
  monitors.push(monitor);
  return monitor;
}

afterEach(() => {
  for (const monitor of monitors.splice(0)) monitor.stop();
});

/** Blocks the loop for so long; returns when that ended. */
function block(ms: number): number {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
  return performance.now();
}

/** Blocks the loop, and waits until a monitor has noticed; its first turn is only a beginning. Returns as `block`. */
async function blocked(monitor: LoopDelayMonitor, ms: number): Promise<number> {
  await until('the monitor turned', () => monitor.read().max > 0);
  const endedMs = block(ms);
  await until('the block was noticed', () => monitor.read().max > ms / 2);
  return endedMs;
}

describe('the delay of the event loop', () => {
  it('is what a timer was late, without the time that the timer takes itself', async () => {
    const monitor = start();
    await blocked(monitor, 200);
    const { p50, p99, max } = monitor.read();
    expect(max).toBeGreaterThanOrEqual(180);
    expect(p99).toBeLessThanOrEqual(max);
    expect(p50).toBeLessThanOrEqual(p99);
    // The usual turn is late by next to nothing, not by the timer's ten.
    await until('usual turns were most', () => monitor.read().p50 < 8);
  });

  it('is the same for everybody who asks', async () => {
    const monitor = start();
    await blocked(monitor, 100);
    const first = monitor.read();
    expect(monitor.read()).toEqual(first);
    expect(first.max).toBeGreaterThanOrEqual(80);
  });

  it('forgets what was longer ago than two windows, and nothing within one', async () => {
    const windowMs = 400;
    const monitor = start(windowMs);
    const endedMs = await blocked(monitor, 300);
    await until('the block was forgotten', () => monitor.read().max < 200);
    // A timer may be a millisecond early.
    expect(performance.now() - endedMs).toBeGreaterThanOrEqual(windowMs - 2);
  });

  it('is measured no longer once stopped', async () => {
    const monitor = start();
    await blocked(monitor, 60);
    monitor.stop();
    const last = monitor.read();
    await blocked(start(), 300);
    expect(monitor.read()).toEqual(last);
  });

  it('is a metric with its quantiles, in seconds', async () => {
    const metrics = new Metrics();
    addLoopMetrics(metrics, { read: () => ({ p50: 0.5, p99: 12, max: 250 }) });
    const text = await metrics.render();
    expect(text).toContain('\nflatlands_event_loop_delay_seconds{quantile="0.5"} 0.0005\n');
    expect(text).toContain('\nflatlands_event_loop_delay_seconds{quantile="0.99"} 0.012\n');
    expect(text).toContain('\nflatlands_event_loop_delay_seconds{quantile="1"} 0.25\n');
  });
});
