import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './http/metrics.ts';

/** The monitor's own timer, in ms: what it measures without any delay. */
const RESOLUTION_MS = 10;
const NANOSECONDS = 1e6;
/** Whoever asks at least this often misses nothing, in ms: as often as dashboards commonly ask. */
const WINDOW_MS = 15_000;

/** How late the event loop is, in ms. Shares are of the turns of a timer, not of the time: a long stall is one turn. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Measures how late the event loop is, until stopped. */
export interface LoopDelayMonitor {
  /** Of the last one to two windows. Asking changes nothing, so any number may ask. */
  read(): LoopDelay;
  stop(): void;
}

/**
 * Two monitors begin anew in turn, a window after each other, and the older one answers. What began anew whenever
 * somebody asks would tell each of two scrapers what the other did not get.
 */
export function startLoopDelay(windowMs = WINDOW_MS): LoopDelayMonitor {
  let older = startMonitor();
  let newer = startMonitor();
  const timer = setInterval(() => {
    older.reset();
    [older, newer] = [newer, older];
  }, windowMs).unref();
  return {
    read: () => ({
      p50: delayMs(older.percentile(50)),
      p99: delayMs(older.percentile(99)),
      max: delayMs(older.max),
    }),
    stop() {
      clearInterval(timer);
      for (const monitor of [older, newer]) monitor.disable();
    },
  };
}

/** Registers how late the event loop is. Of several processes the latest counts. */
export function addLoopMetrics(metrics: Metrics, { read }: Pick<LoopDelayMonitor, 'read'>): void {
  metrics.gauges(
    'flatlands_event_loop_delay_seconds',
    'How late the event loop was in the last quarter of a minute or more; the quantile 1 is the worst.',
    'quantile',
    () => {
      const { p50, p99, max } = read();
      return [
        ['0.5', p50 / 1000],
        ['0.99', p99 / 1000],
        ['1', max / 1000],
      ];
    },
    'max',
  );
}

function startMonitor(): IntervalHistogram {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  return monitor;
}

/** What a monitor measured without what its timer takes anyway. */
function delayMs(nanoseconds: number): number {
  return Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS);
}
