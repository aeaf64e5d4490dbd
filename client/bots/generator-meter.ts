import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Spread } from './histogram.ts';

/** The monitor's own timer, in ms: what it measures without any delay. */
const RESOLUTION_MS = 10;
const NANOSECONDS = 1e6;

export interface GeneratorLoad {
  readonly eventLoopDelayMs: Spread & { readonly max: number };
  readonly cpuSeconds: number;
}

/** Measures what this process itself costs and how late it is, from now until the returned function is called. */
export function meterGenerator(): () => GeneratorLoad {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const cpu = process.cpuUsage();
  delay.enable();
  const beyond = (nanoseconds: number): number => Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS);
  return () => {
    delay.disable();
    const { user, system } = process.cpuUsage(cpu);
    return {
      eventLoopDelayMs: {
        p50: beyond(delay.percentile(50)),
        p99: beyond(delay.percentile(99)),
        max: beyond(delay.max),
      },
      cpuSeconds: (user + system) / 1e6,
    };
  };
}
