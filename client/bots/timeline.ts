import type { Spread } from './histogram.ts';
import type { IntervalCounts } from './interval-tally.ts';

/** What the servers said of themselves, all of them together; null where they do not say. */
export interface ServerLoad {
  /** Share of one core, added up. */
  readonly cpuShare: number | null;
  /** Added up. */
  readonly residentBytes: number | null;
  /** How late the event loop of the latest one was, 99th percentile, in ms. */
  readonly delayMs: number | null;
  /** Of the one that stretches its flushes most; 0 for none. */
  readonly flushLevel: number | null;
  /** Handed to the broker and not confirmed by it; added up. */
  readonly brokerBytes: number | null;
  /** How old the oldest frame is that a client has not acknowledged, in s. */
  readonly unreadSeconds: number | null;
}

/** How a run went in a second of it, or a few. */
export interface Sample extends IntervalCounts {
  /** When it ended, in s since the measured part began. */
  readonly atSeconds: number;
  /** How long it was, in s. */
  readonly seconds: number;
  /** In the world at its end. */
  readonly players: number;
  readonly latencyMs: Spread | null;
  /** The 99th percentile. */
  readonly frameGapMs: number | null;
  /** This process: how late its event loop was (99th percentile), and its share of a core. */
  readonly bots: { readonly delayMs: number; readonly cpuShare: number };
  readonly server: ServerLoad | null;
}

export interface Timeline {
  /** So long is each sample but the last one, in s. */
  readonly stepSeconds: number;
  readonly samples: readonly Sample[];
}

/** More samples than this are merged in pairs: an hour is kept by the second, two hours by two seconds. */
export const MAX_SAMPLES = 3600;

/** The samples of a run, in bounded memory. */
export class TimelineWriter {
  #samples: Sample[] = [];
  #stepSeconds = 1;

  /** How long the next sample is to be. */
  get stepSeconds(): number {
    return this.#stepSeconds;
  }

  get timeline(): Timeline {
    return { stepSeconds: this.#stepSeconds, samples: this.#samples };
  }

  add(sample: Sample): void {
    this.#samples.push(sample);
    if (this.#samples.length < MAX_SAMPLES) return;
    this.#samples = inPairs(this.#samples);
    this.#stepSeconds *= 2;
  }

  /** What was judged after the last sample, and is counted with it: without it there is nowhere to count it. */
  amend({ missed, late, ghosts, duplicated }: IntervalCounts): void {
    const last = this.#samples.pop();
    if (last === undefined) return;
    this.#samples.push({
      ...last,
      missed: last.missed + missed,
      late: last.late + late,
      ghosts: last.ghosts + ghosts,
      duplicated: last.duplicated + duplicated,
    });
  }
}

/** The same with at most so many samples. */
export function coarsened({ stepSeconds, samples }: Timeline, most: number): Timeline {
  let fewer = samples;
  let step = stepSeconds;
  for (; fewer.length > most; step *= 2) fewer = inPairs(fewer);
  return { stepSeconds: step, samples: fewer };
}

/** One timeline after the other, without the time between them. */
export function concatenated(timelines: readonly Timeline[]): Timeline {
  let fromSeconds = 0;
  const samples: Sample[] = [];
  for (const timeline of timelines) {
    for (const sample of timeline.samples) samples.push({ ...sample, atSeconds: sample.atSeconds + fromSeconds });
    fromSeconds += lengthOf(timeline);
  }
  const stepSeconds = Math.max(1, ...timelines.map((timeline) => timeline.stepSeconds));
  return coarsened({ stepSeconds, samples }, MAX_SAMPLES);
}

/** In s. */
export const lengthOf = ({ samples }: Timeline): number => samples.at(-1)?.atSeconds ?? 0;

function inPairs(samples: readonly Sample[]): Sample[] {
  return Array.from({ length: Math.ceil(samples.length / 2) }, (_, i) => {
    const [first, second] = samples.slice(2 * i, 2 * i + 2);
    return second === undefined ? (first as Sample) : merged(first as Sample, second);
  });
}

/**
 * Counts are added up and shares are of the whole time. Of percentiles nothing exact can be said: the larger one
 * stands for both at p99, and the mean, by what was seen, at p50.
 */
function merged(a: Sample, b: Sample): Sample {
  return {
    atSeconds: b.atSeconds,
    seconds: a.seconds + b.seconds,
    players: b.players,
    seen: a.seen + b.seen,
    missed: a.missed + b.missed,
    late: a.late + b.late,
    ghosts: a.ghosts + b.ghosts,
    duplicated: a.duplicated + b.duplicated,
    latencyMs: mergedLatency(a, b),
    frameGapMs: larger(a.frameGapMs, b.frameGapMs),
    bots: {
      delayMs: Math.max(a.bots.delayMs, b.bots.delayMs),
      cpuShare: weighted(a.bots.cpuShare, a.seconds, b.bots.cpuShare, b.seconds),
    },
    server: mergedServer(a, b),
  };
}

function mergedLatency(a: Sample, b: Sample): Spread | null {
  if (a.latencyMs === null || b.latencyMs === null) return a.latencyMs ?? b.latencyMs;
  return {
    p50: weighted(a.latencyMs.p50, a.seen, b.latencyMs.p50, b.seen),
    p99: Math.max(a.latencyMs.p99, b.latencyMs.p99),
  };
}

function mergedServer(a: Sample, b: Sample): ServerLoad | null {
  if (a.server === null || b.server === null) return a.server ?? b.server;
  const [first, second] = [a.server.cpuShare, b.server.cpuShare];
  return {
    cpuShare: first === null || second === null ? (first ?? second) : weighted(first, a.seconds, second, b.seconds),
    residentBytes: larger(a.server.residentBytes, b.server.residentBytes),
    delayMs: larger(a.server.delayMs, b.server.delayMs),
    flushLevel: larger(a.server.flushLevel, b.server.flushLevel),
    brokerBytes: larger(a.server.brokerBytes, b.server.brokerBytes),
    unreadSeconds: larger(a.server.unreadSeconds, b.server.unreadSeconds),
  };
}

const weighted = (a: number, weightOfA: number, b: number, weightOfB: number): number =>
  weightOfA + weightOfB === 0 ? Math.max(a, b) : (a * weightOfA + b * weightOfB) / (weightOfA + weightOfB);

const larger = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);
