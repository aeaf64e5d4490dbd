import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Spread } from './histogram.ts';

/** The monitor's own timer, in ms: what it measures without any delay. */
const RESOLUTION_MS = 10;
const NANOSECONDS = 1e6;

/** Beyond either of these it is the bots that are measured: their own delay at p99, in ms, and their share of a core. */
const MOST_DELAY_MS = 50;
const MOST_CPU_SHARE = 0.9;

export interface GeneratorLoad {
  readonly eventLoopDelayMs: Spread & { readonly max: number };
  readonly cpuSeconds: number;
}

/** The load of one of several processes, or of the only one. */
export interface ProcessLoad extends GeneratorLoad {
  /** Whether it has the oracle. */
  readonly judges: boolean;
}

/** Whether this process, not the server, set the pace. */
export interface GeneratorVerdict {
  readonly isLimited: boolean;
  /** A sentence that says why; null when it did not. */
  readonly reason: string | null;
}

/**
 * One process that is limited limits them all.
 * @param seconds how long the loads were measured
 */
export function verdictOn(loads: readonly ProcessLoad[], seconds: number): GeneratorVerdict {
  const share = ({ cpuSeconds }: GeneratorLoad): number => cpuSeconds / Math.max(0.001, seconds);
  const delay = ({ eventLoopDelayMs }: GeneratorLoad): number => eventLoopDelayMs.p99;
  const limited = loads.filter((load) => share(load) > MOST_CPU_SHARE || delay(load) > MOST_DELAY_MS);
  if (limited.length === 0) return { isLimited: false, reason: null };
  const reasons: string[] = [];
  const mostShare = Math.max(...limited.map(share));
  const mostDelay = Math.max(...limited.map(delay));
  if (mostShare > MOST_CPU_SHARE) reasons.push(`took ${(mostShare * 100).toFixed(0)} % of a core`);
  if (mostDelay > MOST_DELAY_MS) reasons.push(`were ${mostDelay.toFixed(0)} ms late at p99`);
  const what = `${reasons.join(' and ')}${loads.length === 1 ? '' : whichOf(limited, loads.length)}`;
  return { isLimited: true, reason: `The bots themselves ${what}: these figures are theirs as much as the server's.` };
}

function whichOf(limited: readonly ProcessLoad[], count: number): string {
  const judge = limited.some(({ judges }) => judges) ? ', the one that judges among them' : '';
  return ` (${limited.length} of their ${count} processes${judge})`;
}

/** All of them as one: what they took together, and how late the latest of them was. */
export function togetherOf(loads: readonly GeneratorLoad[]): GeneratorLoad {
  const most = (read: (delay: GeneratorLoad['eventLoopDelayMs']) => number): number =>
    Math.max(...loads.map(({ eventLoopDelayMs }) => read(eventLoopDelayMs)));
  return {
    eventLoopDelayMs: { p50: most(({ p50 }) => p50), p99: most(({ p99 }) => p99), max: most(({ max }) => max) },
    cpuSeconds: loads.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}

/** Measures what this process itself costs and how late it is, from now until the returned function is called. */
export function meterGenerator(): () => GeneratorLoad {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const cpu = process.cpuUsage();
  delay.enable();
  return () => {
    delay.disable();
    return {
      eventLoopDelayMs: {
        p50: beyond(delay.percentile(50)),
        p99: beyond(delay.percentile(99)),
        max: beyond(delay.max),
      },
      cpuSeconds: secondsOf(process.cpuUsage(cpu)),
    };
  };
}

/** What a process took lately: how late it was at p99, in ms, and its share of a core. */
export interface IntervalLoad {
  readonly delayMs: number;
  readonly cpuShare: number;
}

/** The same from one look to the next. */
export class IntervalMeter {
  readonly #monotonic: () => number;
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #cpu = process.cpuUsage();
  #tookAtMs: number;

  /** Measures until `stop`. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
    this.#tookAtMs = monotonic();
    this.#delay.enable();
  }

  /** Since this was last asked. */
  take(): IntervalLoad {
    const nowMs = this.#monotonic();
    const seconds = Math.max(0.001, (nowMs - this.#tookAtMs) / 1000);
    const delayMs = beyond(this.#delay.percentile(99));
    const cpuShare = secondsOf(process.cpuUsage(this.#cpu)) / seconds;
    this.#delay.reset();
    this.#cpu = process.cpuUsage();
    this.#tookAtMs = nowMs;
    return { delayMs, cpuShare };
  }

  stop(): void {
    this.#delay.disable();
  }
}

const beyond = (nanoseconds: number): number => Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS);

const secondsOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;
