import { Distribution, type Spread } from './histogram.ts';

/** What became of updates in some stretch of time. */
export interface IntervalCounts {
  readonly seen: number;
  readonly missed: number;
  readonly late: number;
  readonly ghosts: number;
  readonly duplicated: number;
}

export interface Interval extends IntervalCounts {
  readonly latencyMs: Spread | null;
  /** The 99th percentile. */
  readonly frameGapMs: number | null;
}

const nothing = () => ({ seen: 0, missed: 0, late: 0, ghosts: 0, duplicated: 0 });

/** Counts from one look to the next, in the fault window as outside of it. */
export class IntervalTally {
  readonly latency = new Distribution();
  readonly frameGap = new Distribution();
  #counts = nothing();

  count(kind: keyof IntervalCounts): void {
    this.#counts[kind]++;
  }

  /** What there was since this was last asked. */
  take(): Interval {
    const { latency, frameGap } = this;
    const taken: Interval = {
      ...this.#counts,
      latencyMs: latency.count === 0 ? null : { p50: latency.at(50), p99: latency.at(99) },
      frameGapMs: frameGap.count === 0 ? null : frameGap.at(99),
    };
    this.#counts = nothing();
    latency.reset();
    frameGap.reset();
    return taken;
  }
}
