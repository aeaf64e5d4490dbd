import { BUDGETS } from './budgets.ts';
import type { FaultWindow } from './fault-window.ts';
import type { Fleet } from './fleet.ts';
import type { GeneratorLoad } from './generator-meter.ts';
import type { Distribution, Percentiles, Spread } from './histogram.ts';
import type { BotsOptions, FaultSpan } from './options.ts';
import { type Ending, faultsOf, type Report, type RequestCounts, type Traffic } from './report.ts';
import type { Tally } from './tally.ts';
import type { ThingsOracle } from './things-oracle.ts';
import type { TrafficCounters } from './walking-client.ts';

/** What a run leaves behind. */
export interface Results {
  readonly options: BotsOptions;
  readonly ending: Ending;
  readonly seconds: number;
  readonly fleet: Fleet;
  readonly tally: Tally;
  readonly things: ThingsOracle;
  readonly window: FaultWindow;
  readonly inputs: { readonly sent: number; readonly acknowledged: number };
  readonly requests: RequestCounts;
  /** In the measured part, by all players together. */
  readonly traffic: TrafficCounters;
  readonly generator: GeneratorLoad;
}

const perPlayerPerSecond = (sum: number, players: number, seconds: number): number =>
  sum / Math.max(1, players) / Math.max(0.001, seconds);

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Ms to a tenth, tiles to a thousandth: more says nothing. */
const MS_DIGITS = 1;
const TILE_DIGITS = 3;
const RATE_DIGITS = 3;

function percentilesOf(distribution: Distribution): Percentiles | null {
  if (distribution.count === 0) return null;
  const at = (percentile: number): number => rounded(distribution.at(percentile), MS_DIGITS);
  return { p50: at(50), p90: at(90), p99: at(99), max: at(100) };
}

const spreadOf = (distribution: Distribution, digits: number): Spread | null =>
  distribution.count === 0
    ? null
    : { p50: rounded(distribution.at(50), digits), p99: rounded(distribution.at(99), digits) };

export function writeReport(results: Results): Report {
  const { options, ending, seconds, fleet, tally, things, inputs, requests, traffic, generator } = results;
  const joined = fleet.everJoined;
  const players = {
    asked: options.players,
    joined,
    refused: options.players - joined,
    dropped: fleet.dropped,
    gaveUp: fleet.gaveUp,
    full: fleet.everJoinedFull,
  };
  const bytesEach = (sum: number): number => rounded(perPlayerPerSecond(sum, joined, seconds), 0);
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
  return {
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
    latencySameNodeMs: percentilesOf(tally.sameNode),
    latencyOtherNodeMs: percentilesOf(tally.otherNode),
    frameGapMs: spreadOf(tally.frameGap, MS_DIGITS),
    corrections: tally.corrections,
    motionErrorTiles: spreadOf(tally.motionError, TILE_DIGITS),
    bytesPerPlayerPerSecond: { in: bytesEach(traffic.bytesIn), out: bytesEach(traffic.bytesOut) },
    traffic: trafficOf(results, players),
    byBehaviour: Object.fromEntries(
      [...tally.byBehaviour].map(([name, { players: count, updates, latency }]) => [
        name,
        { players: count, updates, latencyMs: percentilesOf(latency) },
      ]),
    ),
    generator: {
      eventLoopDelayMs: {
        p50: rounded(generator.eventLoopDelayMs.p50, MS_DIGITS),
        p99: rounded(generator.eventLoopDelayMs.p99, MS_DIGITS),
        max: rounded(generator.eventLoopDelayMs.max, MS_DIGITS),
      },
      cpuSeconds: rounded(generator.cpuSeconds, 2),
    },
    budgets: BUDGETS,
    closings: countClosings(fleet),
    worst: tally.worst().map((found) => ({
      ...found,
      atMs: rounded(found.atMs, 0),
      ms: rounded(found.ms, MS_DIGITS),
    })),
    ...(options.faults === undefined ? {} : faultWindow(options.faults, results)),
  };
}

function trafficOf(
  { seconds, tally, traffic: { framesIn, messagesOut, bytesOut } }: Results,
  { joined, full }: { readonly joined: number; readonly full: number },
): Traffic {
  const { frames, told } = tally;
  const rate = (sum: number, players: number): number =>
    rounded(perPlayerPerSecond(sum, players, seconds), RATE_DIGITS);
  return {
    framesPerPlayerPerSecond: rate(framesIn, joined),
    frameBytes:
      frames.count === 0 ? null : { mean: rounded(frames.mean, MS_DIGITS), p50: frames.at(50), p99: frames.at(99) },
    frameSample: frames.sample,
    messagesOutPerPlayerPerSecond: rate(messagesOut, joined),
    bytesPerMessageOut: rounded(bytesOut / Math.max(1, messagesOut), MS_DIGITS),
    updatesPerPlayerPerSecond: rate(told, full),
  };
}

function faultWindow(
  span: FaultSpan,
  { fleet, tally, things, window }: Results,
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
      dropped: fleet.droppedInFault,
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

function countClosings(fleet: Fleet): Report['closings'] {
  const counts = new Map<string, { code: number; reason: string; count: number }>();
  for (const { code, reason } of fleet.closings) {
    const key = `${code} ${reason}`;
    const entry = counts.get(key) ?? { code, reason, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}
