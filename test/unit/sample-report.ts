import { BUDGETS } from '../../client/bots/budgets.ts';
import { Distribution } from '../../client/bots/histogram.ts';
import { HopTally } from '../../client/bots/hops.ts';
import { DEFAULTS } from '../../client/bots/options.ts';
import { REPORT_VERSION, type Report } from '../../client/bots/report.ts';
import { percentilesOf } from '../../client/bots/report-figures.ts';
import type { Sample } from '../../client/bots/timeline.ts';

/** A distribution of these values. */
export function distributionOf(values: readonly number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.record(value);
  return distribution;
}

/** A second of a run in good health. */
export const sampleAt = (atSeconds: number, changes: Partial<Sample> = {}): Sample => ({
  atSeconds,
  seconds: 1,
  players: 20,
  seen: 100,
  missed: 0,
  late: 0,
  ghosts: 0,
  duplicated: 0,
  latencyMs: { p50: 60, p99: 120 },
  frameGapMs: 110,
  bots: { delayMs: 3, cpuShare: 0.2 },
  server: { cpuShare: 0.1, residentBytes: 80e6, delayMs: 2, flushLevel: 0, brokerBytes: 0, unreadSeconds: 0.1 },
  ...changes,
});

const NO_THINGS = { expected: 0, seen: 0, missed: 0, late: 0, ghosts: 0, duplicated: 0, disordered: 0, disagreed: 0 };

/** The report of a run of three seconds in which all was right, but for what is said. */
export function sampleReport(changes: Partial<Report> = {}, latencies: readonly number[] = [40, 50, 60]): Report {
  const none = new Distribution().encode();
  const all = distributionOf(latencies);
  return {
    version: REPORT_VERSION,
    date: '2026-11-22T10:00:00.000Z',
    seed: 7,
    urls: ['ws://127.0.0.1:8080/ws'],
    ending: 'complete',
    ok: true,
    faults: [],
    players: { asked: 20, joined: 20, refused: 0, dropped: 0, gaveUp: 0, full: 20 },
    seconds: 3,
    updates: { expected: 300, seen: 300, missed: 0, absent: 0, late: 0, ghosts: 0, duplicated: 0, misplaced: 0 },
    edits: NO_THINGS,
    chat: NO_THINGS,
    gems: { claimed: 0, doubled: 0, scoreErrors: 0 },
    requests: { asked: 0, done: 0, refused: 0, refusals: [] },
    editLatencyMs: null,
    chatLatencyMs: null,
    latencyMs: percentilesOf(all),
    latencySameNodeMs: percentilesOf(all),
    latencyOtherNodeMs: null,
    latencySameSquareMs: percentilesOf(all),
    latencyAcrossBorderMs: null,
    frameGapMs: { p50: 100, p99: 110 },
    corrections: 0,
    divergences: 0,
    inputs: { sent: 60, acknowledged: 60 },
    motionErrorTiles: null,
    hops: { sameNode: null, otherNode: null },
    handovers: { count: 0, awayMs: null },
    stalenessTiles: { all: null, sameNode: null, otherNode: null, sameSquare: null, acrossBorder: null },
    bytesPerPlayerPerSecond: { in: 900, out: 16 },
    traffic: {
      framesPerPlayerPerSecond: 9,
      frameBytes: { mean: 100, p50: 90, p99: 300 },
      frameSample: [90, 90, 300],
      messagesOutPerPlayerPerSecond: 1.2,
      bytesPerMessageOut: 13.4,
      updatesPerPlayerPerSecond: 25,
    },
    byBehaviour: { wander: { players: 20, updates: latencies.length, latencyMs: percentilesOf(all) } },
    generator: {
      processes: 1,
      eventLoopDelayMs: { p50: 1, p99: 5, max: 9 },
      cpuSeconds: 0.6,
      isLimited: false,
      reason: null,
    },
    server: {
      cpuShare: 0.1,
      mostCpuShare: 0.1,
      residentBytes: 80e6,
      delayMs: 2,
      flushLevel: 0,
      brokerBytes: 0,
      unreadSeconds: 0.1,
      silent: [],
    },
    budgets: BUDGETS,
    closings: [],
    closingsBy: { refused: [], dropped: [] },
    worst: [],
    heat: { squares: [], leftOut: { squares: 0, faults: 0 } },
    timeline: { stepSeconds: 1, samples: [sampleAt(1), sampleAt(2), sampleAt(3)] },
    histograms: {
      latency: all.encode(),
      sameNode: all.encode(),
      otherNode: none,
      sameSquare: all.encode(),
      acrossBorder: none,
      edits: none,
      chat: none,
      frameGap: none,
      motionError: none,
      staleness: { sameNode: none, otherNode: none, sameSquare: none, acrossBorder: none },
      hops: { sameNode: new HopTally().encode(), otherNode: new HopTally().encode() },
      handovers: none,
      frameBytes: distributionOf([90, 90, 300]).encode(),
      inFault: none,
      byBehaviour: { wander: all.encode() },
    },
    settings: { ...DEFAULTS, players: 20, seconds: 3, seed: 7 },
    ...changes,
  };
}

/** Of two groups, the second of which nobody saw: of ten, nine came. */
export function sampleScenario(latencies: readonly number[] = [40, 50, 60]): NonNullable<Report['scenario']> {
  const [seen, unseen] = [distributionOf(latencies), new Distribution()];
  return {
    name: 'An evening',
    groups: [
      {
        name: 'wander',
        players: 10,
        joined: 10,
        fromSeconds: null,
        toSeconds: null,
        updates: 30,
        latencyMs: percentilesOf(seen),
        histogram: seen.encode(),
      },
      {
        name: 'crowd',
        players: 10,
        joined: 9,
        fromSeconds: 1,
        toSeconds: 2.5,
        updates: 0,
        latencyMs: null,
        histogram: unseen.encode(),
      },
    ],
  };
}
