import { BUDGETS } from './budgets.ts';
import { closingsBy } from './closing-counts.ts';
import type { FaultWindow } from './fault-window.ts';
import { type ProcessLoad, togetherOf, verdictOn } from './generator-meter.ts';
import { scenarioFigures } from './group-figures.ts';
import { Distribution } from './histogram.ts';
import { hopFigures } from './hop-figures.ts';
import type { BotsOptions, FaultSpan } from './options.ts';
import type { Headcount, Parting } from './players.ts';
import {
  type Ending,
  faultsOf,
  type Histograms,
  REPORT_VERSION,
  type Report,
  type RequestCounts,
  type Traffic,
} from './report.ts';
import {
  MS_DIGITS,
  mapPairs,
  percentilesOf,
  perPlayerPerSecond,
  RATE_DIGITS,
  rounded,
  spreadOf,
  TILE_DIGITS,
  tilesByPair,
} from './report-figures.ts';
import { serverFigures } from './server-figures.ts';
import type { Tally } from './tally.ts';
import type { ThingsOracle } from './things-oracle.ts';
import type { Timeline } from './timeline.ts';
import { roundedTimeline } from './timeline-rounding.ts';
import type { TrafficCounters } from './walking-client.ts';

/** What a run leaves behind. */
export interface Results {
  readonly options: BotsOptions;
  readonly ending: Ending;
  readonly seconds: number;
  readonly players: Headcount;
  readonly partings: readonly Parting[];
  readonly tally: Tally;
  readonly things: ThingsOracle;
  readonly window: FaultWindow;
  readonly inputs: { readonly sent: number; readonly acknowledged: number };
  readonly requests: RequestCounts;
  /** In the measured part, by all players together. */
  readonly traffic: TrafficCounters;
  readonly loads: readonly ProcessLoad[];
  readonly timeline: Timeline;
  /** Where servers did not answer when asked for their metrics; undefined when they were not asked. */
  readonly silent: readonly string[] | undefined;
}

export function writeReport(results: Results): Report {
  const { options, ending, seconds, partings, tally, things, inputs, requests, traffic } = results;
  const { everJoined: joined, everJoinedFull: full, dropped, gaveUp, yetToCome } = results.players;
  const players = {
    asked: options.players,
    joined,
    // Who had yet to come when a run ended early was not refused.
    refused: options.players - joined - (ending === 'complete' ? 0 : yetToCome),
    dropped,
    gaveUp,
    full,
  };
  const bytesEach = (sum: number): number => rounded(perPlayerPerSecond(sum, tally.presence.players, seconds), 0);
  const judged = {
    players,
    updates: { ...tally.updates },
    inputs,
    divergences: tally.divergences,
    edits: { ...things.edits.counts },
    chat: { ...things.chat.counts },
    gems: { ...things.gems.counts },
    requests,
  };
  const faults = faultsOf(judged);
  const timeline = roundedTimeline(results.timeline);
  return {
    version: REPORT_VERSION,
    date: new Date().toISOString(),
    seed: options.seed,
    urls: options.urls,
    ending,
    ok: faults.length === 0,
    faults,
    ...judged,
    seconds: rounded(seconds, 2),
    editLatencyMs: percentilesOf(things.edits.latency),
    chatLatencyMs: percentilesOf(things.chat.latency),
    latencyMs: percentilesOf(tally.latency()),
    latencySameNodeMs: percentilesOf(tally.byPair.sameNode),
    latencyOtherNodeMs: percentilesOf(tally.byPair.otherNode),
    latencySameSquareMs: percentilesOf(tally.byPair.sameSquare),
    latencyAcrossBorderMs: percentilesOf(tally.byPair.acrossBorder),
    frameGapMs: spreadOf(tally.frameGap, MS_DIGITS),
    corrections: tally.corrections,
    motionErrorTiles: spreadOf(tally.motionError, TILE_DIGITS),
    stalenessTiles: tilesByPair(tally.staleness),
    hops: { sameNode: hopFigures(tally.hops.sameNode), otherNode: hopFigures(tally.hops.otherNode) },
    handovers: { count: tally.handovers.count, awayMs: percentilesOf(tally.handovers) },
    bytesPerPlayerPerSecond: { in: bytesEach(traffic.bytesIn), out: bytesEach(traffic.bytesOut) },
    traffic: trafficOf(results),
    byBehaviour: Object.fromEntries(
      [...tally.byBehaviour].map(([name, { players: count, updates, latency }]) => [
        name,
        { players: count, updates, latencyMs: percentilesOf(latency) },
      ]),
    ),
    ...(options.scenario === undefined ? {} : { scenario: scenarioFigures(options.scenario, tally) }),
    generator: generatorOf(results),
    server: results.silent === undefined ? null : serverFigures(timeline, results.silent),
    budgets: BUDGETS,
    closings: countClosings(partings),
    closingsBy: closingsBy(partings),
    worst: tally.worst().map((found) => ({
      ...found,
      atMs: rounded(found.atMs, 0),
      ms: rounded(found.ms, MS_DIGITS),
    })),
    heat: tally.heat.list(),
    timeline,
    histograms: histogramsOf(results),
    settings: options,
    ...(options.faults === undefined ? {} : faultWindow(options.faults, results)),
  };
}

function generatorOf({ options, loads, seconds }: Results): Report['generator'] {
  const { eventLoopDelayMs: delay, cpuSeconds } = togetherOf(loads);
  return {
    processes: options.processes,
    eventLoopDelayMs: {
      p50: rounded(delay.p50, MS_DIGITS),
      p99: rounded(delay.p99, MS_DIGITS),
      max: rounded(delay.max, MS_DIGITS),
    },
    cpuSeconds: rounded(cpuSeconds, 2),
    ...verdictOn(loads, seconds),
  };
}

function histogramsOf({ tally, things }: Results): Histograms {
  const frameBytes = new Distribution();
  for (const [bytes, count] of tally.frames.counts()) frameBytes.record(bytes, count);
  return {
    latency: tally.latency().encode(),
    ...mapPairs((kind) => tally.byPair[kind].encode()),
    edits: things.edits.latency.encode(),
    chat: things.chat.latency.encode(),
    frameGap: tally.frameGap.encode(),
    motionError: tally.motionError.encode(),
    staleness: mapPairs((kind) => tally.staleness[kind].encode()),
    hops: { sameNode: tally.hops.sameNode.encode(), otherNode: tally.hops.otherNode.encode() },
    handovers: tally.handovers.encode(),
    frameBytes: frameBytes.encode(),
    inFault: tally.inFault.latency.encode(),
    byBehaviour: Object.fromEntries([...tally.byBehaviour].map(([name, { latency }]) => [name, latency.encode()])),
  };
}

function trafficOf({ seconds, tally, traffic: { framesIn, messagesOut, bytesOut } }: Results): Traffic {
  const { frames, told, presence } = tally;
  const rate = (sum: number, players: number): number =>
    rounded(perPlayerPerSecond(sum, players, seconds), RATE_DIGITS);
  return {
    framesPerPlayerPerSecond: rate(framesIn, presence.players),
    frameBytes:
      frames.count === 0 ? null : { mean: rounded(frames.mean, MS_DIGITS), p50: frames.at(50), p99: frames.at(99) },
    frameSample: frames.sample,
    messagesOutPerPlayerPerSecond: rate(messagesOut, presence.players),
    bytesPerMessageOut: rounded(bytesOut / Math.max(1, messagesOut), MS_DIGITS),
    updatesPerPlayerPerSecond: rate(told, presence.observers),
  };
}

function faultWindow(
  span: FaultSpan,
  { players, tally, things, window }: Results,
): Required<Pick<Report, 'faultWindow' | 'inFault' | 'healMs'>> {
  const { updates, latency, inputsLost, corrections, divergences } = tally.inFault;
  const lengthMs = (span.toSeconds - span.fromSeconds) * 1000;
  return {
    faultWindow: span,
    inFault: {
      updates: { ...updates },
      edits: { ...things.edits.inFault },
      chat: { ...things.chat.inFault },
      gems: { ...things.gems.inFault },
      latencyMs: percentilesOf(latency),
      dropped: players.droppedInFault,
      inputsLost,
      requestsLost: things.requests.lostInFault,
      corrections,
      divergences,
      wrongAtMost: window.wrongAtMost,
    },
    // The window closes with the first turn of the timer after its last second.
    healMs: rounded(Math.min(window.healMs, lengthMs), 0),
  };
}

/** What was asked and answered so far. */
export function requestsOf({ requests: { asked, done, refused, refusals } }: ThingsOracle): RequestCounts {
  const sentences = [...refusals].map(([sentence, count]) => ({ sentence, count }));
  return { asked, done, refused, refusals: sentences.sort((a, b) => b.count - a.count) };
}

function countClosings(partings: readonly Parting[]): Report['closings'] {
  const counts = new Map<string, { code: number; reason: string; count: number }>();
  for (const { code, reason } of partings.flatMap(({ closings }) => closings)) {
    const key = `${code} ${reason}`;
    const entry = counts.get(key) ?? { code, reason, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}
