import { addedUp } from './closing-counts.ts';
import { joinScenarios } from './group-figures.ts';
import { Distribution } from './histogram.ts';
import { hopFigures } from './hop-figures.ts';
import { HopTally } from './hops.ts';
import { mergeHeat } from './miss-heat.ts';
import { faultsOf, type Histograms, type InFault, type NodeKind, type Report, type RequestCounts } from './report.ts';
import { MS_DIGITS, mapPairs, percentilesOf, rounded, spreadOf, TILE_DIGITS, tilesByPair } from './report-figures.ts';
import { serverFigures } from './server-figures.ts';
import type { ByPair } from './tally.ts';
import { concatenated, lengthOf } from './timeline.ts';
import { roundedTimeline } from './timeline-rounding.ts';
import { joinTraffic } from './traffic-join.ts';
import { worstOf } from './worst-cases.ts';

/**
 * Several runs as one: counts are added up, percentiles come from the distributions added up and are exact, and the
 * timelines stand one after the other by date. Players of two runs are two players, and `seconds` is the time that all
 * of them took one after the other.
 * @param reports at least one
 * @throws Error when a distribution cannot be read
 */
export function joinReports(reports: readonly Report[]): Report {
  const runs = reports.toSorted((a, b) => a.date.localeCompare(b.date));
  const first = runs[0] as Report;
  const all = distributionsOf(runs);
  const judged = {
    players: summed(runs.map(({ players }) => players)),
    updates: summed(runs.map(({ updates }) => updates)),
    inputs: summed(runs.map(({ inputs }) => inputs)),
    divergences: sum(runs.map(({ divergences }) => divergences)),
    edits: summed(runs.map(({ edits }) => edits)),
    chat: summed(runs.map(({ chat }) => chat)),
    gems: summed(runs.map(({ gems }) => gems)),
    requests: joinRequests(runs.map(({ requests }) => requests)),
  };
  const faults = faultsOf(judged);
  const seconds = sum(runs.map((run) => run.seconds));
  const timeline = roundedTimeline(concatenated(runs.map((run) => run.timeline)));
  const silent = [...new Set(runs.flatMap(({ server }) => server?.silent ?? []))];
  const { scenario: _ofFirst, ...rest } = first;
  return {
    ...rest,
    ...joinScenarios(runs),
    date: (runs.at(-1) as Report).date,
    urls: [...new Set(runs.flatMap(({ urls }) => urls))],
    ending: runs.find(({ ending }) => ending !== 'complete')?.ending ?? 'complete',
    ok: faults.length === 0,
    faults,
    ...judged,
    seconds: rounded(seconds, 2),
    editLatencyMs: percentilesOf(all.edits),
    chatLatencyMs: percentilesOf(all.chat),
    latencyMs: percentilesOf(all.latency),
    latencySameNodeMs: percentilesOf(all.sameNode),
    latencyOtherNodeMs: percentilesOf(all.otherNode),
    latencySameSquareMs: percentilesOf(all.sameSquare),
    latencyAcrossBorderMs: percentilesOf(all.acrossBorder),
    frameGapMs: spreadOf(all.frameGap, MS_DIGITS),
    corrections: sum(runs.map(({ corrections }) => corrections)),
    motionErrorTiles: spreadOf(all.motionError, TILE_DIGITS),
    stalenessTiles: tilesByPair(all.staleness),
    hops: { sameNode: hopFigures(all.hops.sameNode), otherNode: hopFigures(all.hops.otherNode) },
    handovers: { count: all.handovers.count, awayMs: percentilesOf(all.handovers) },
    ...joinTraffic(runs, all.frameBytes),
    byBehaviour: joinBehaviours(runs, all.byBehaviour),
    generator: joinGenerators(runs),
    server: runs.every(({ server }) => server === null) ? null : serverFigures(timeline, silent),
    closings: joinClosings(runs),
    closingsBy: {
      refused: addedUp(runs.flatMap(({ closingsBy }) => closingsBy.refused)),
      dropped: addedUp(runs.flatMap(({ closingsBy }) => closingsBy.dropped)),
    },
    worst: worstOf(joinCases(runs)),
    heat: mergeHeat(runs.map(({ heat }) => heat)),
    timeline,
    histograms: encoded(all),
    joinedFrom: runs.flatMap(
      (run) =>
        run.joinedFrom ?? [
          {
            date: run.date,
            seed: run.seed,
            urls: run.urls,
            players: run.players.joined,
            seconds: run.seconds,
            ok: run.ok,
          },
        ],
    ),
    ...joinFaultWindows(runs, all.inFault),
  };
}

type Names = Exclude<keyof Histograms, 'byBehaviour' | 'staleness' | 'hops'>;
type Distributions = Readonly<Record<Names, Distribution>> & {
  readonly byBehaviour: Readonly<Record<string, Distribution>>;
  readonly staleness: ByPair;
  readonly hops: Readonly<Record<NodeKind, HopTally>>;
};

function distributionsOf(runs: readonly Report[]): Distributions {
  const added = (texts: readonly (string | undefined)[]): Distribution => {
    const all = new Distribution();
    for (const text of texts) if (text !== undefined) all.add(Distribution.decode(text));
    return all;
  };
  const of = (name: Names): Distribution => added(runs.map(({ histograms }) => histograms[name]));
  const behaviours = new Set(runs.flatMap(({ histograms }) => Object.keys(histograms.byBehaviour)));
  return {
    latency: of('latency'),
    sameNode: of('sameNode'),
    otherNode: of('otherNode'),
    sameSquare: of('sameSquare'),
    acrossBorder: of('acrossBorder'),
    edits: of('edits'),
    chat: of('chat'),
    frameGap: of('frameGap'),
    motionError: of('motionError'),
    staleness: mapPairs((kind) => added(runs.map(({ histograms }) => histograms.staleness[kind]))),
    hops: { sameNode: hopsOf(runs, 'sameNode'), otherNode: hopsOf(runs, 'otherNode') },
    handovers: of('handovers'),
    frameBytes: of('frameBytes'),
    inFault: of('inFault'),
    byBehaviour: Object.fromEntries(
      [...behaviours].map((name) => [name, added(runs.map(({ histograms }) => histograms.byBehaviour[name]))]),
    ),
  };
}

function hopsOf(runs: readonly Report[], kind: NodeKind): HopTally {
  const all = new HopTally();
  for (const { histograms } of runs) all.add(histograms.hops[kind]);
  return all;
}

function encoded({ byBehaviour, staleness, hops, ...all }: Distributions): Histograms {
  const texts = Object.entries<Distribution>(all).map(([name, distribution]) => [name, distribution.encode()]);
  return {
    ...(Object.fromEntries(texts) as Record<Names, string>),
    staleness: mapPairs((kind) => staleness[kind].encode()),
    hops: { sameNode: hops.sameNode.encode(), otherNode: hops.otherNode.encode() },
    byBehaviour: Object.fromEntries(
      Object.entries(byBehaviour).map(([name, distribution]) => [name, distribution.encode()]),
    ),
  };
}

function joinRequests(requests: readonly RequestCounts[]): RequestCounts {
  const refusals = new Map<string, number>();
  for (const { sentence, count } of requests.flatMap((one) => one.refusals)) {
    refusals.set(sentence, (refusals.get(sentence) ?? 0) + count);
  }
  return {
    asked: sum(requests.map(({ asked }) => asked)),
    done: sum(requests.map(({ done }) => done)),
    refused: sum(requests.map(({ refused }) => refused)),
    refusals: [...refusals].map(([sentence, count]) => ({ sentence, count })).sort((a, b) => b.count - a.count),
  };
}

function joinBehaviours(
  runs: readonly Report[],
  latencies: Readonly<Record<string, Distribution>>,
): Report['byBehaviour'] {
  const entries = Object.entries(latencies).map(([name, latency]) => {
    const ones = runs.flatMap(({ byBehaviour }) => byBehaviour[name] ?? []);
    const players = sum(ones.map((one) => one.players));
    const updates = sum(ones.map((one) => one.updates));
    return [name, { players, updates, latencyMs: percentilesOf(latency) }] as const;
  });
  return Object.fromEntries(entries);
}

/** Each run may have had a process of its own, so the one that did worst speaks for all. */
function joinGenerators(runs: readonly Report[]): Report['generator'] {
  const most = (read: (report: Report) => number): number => Math.max(...runs.map(read));
  const load = {
    processes: sum(runs.map(({ generator }) => generator.processes)),
    eventLoopDelayMs: {
      p50: most(({ generator }) => generator.eventLoopDelayMs.p50),
      p99: most(({ generator }) => generator.eventLoopDelayMs.p99),
      max: most(({ generator }) => generator.eventLoopDelayMs.max),
    },
    cpuSeconds: rounded(sum(runs.map(({ generator }) => generator.cpuSeconds)), 2),
  };
  const limited = runs.find(({ generator }) => generator.isLimited)?.generator;
  return { ...load, isLimited: limited !== undefined, reason: limited?.reason ?? null };
}

function joinClosings(runs: readonly Report[]): Report['closings'] {
  const counts = new Map<string, { code: number; reason: string; count: number }>();
  for (const { code, reason, count } of runs.flatMap(({ closings }) => closings)) {
    const key = `${code} ${reason}`;
    counts.set(key, { code, reason, count: count + (counts.get(key)?.count ?? 0) });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

/** Their times are those of the joined timeline. */
function joinCases(runs: readonly Report[]): Report['worst'] {
  let fromMs = 0;
  return runs.flatMap(({ worst, timeline }) => {
    const cases = worst.map((found) => ({ ...found, atMs: Math.round(found.atMs + fromMs) }));
    fromMs += lengthOf(timeline) * 1000;
    return cases;
  });
}

/** The spans may differ, so that of the first one stands for all. */
function joinFaultWindows(
  runs: readonly Report[],
  latency: Distribution,
): Pick<Report, 'faultWindow' | 'inFault' | 'healMs'> {
  const ones = runs.flatMap(({ inFault }) => inFault ?? []);
  const span = runs.find(({ faultWindow }) => faultWindow !== undefined)?.faultWindow;
  if (ones.length === 0 || span === undefined) return {};
  const inFault: InFault = {
    updates: summed(ones.map(({ updates }) => updates)),
    edits: summed(ones.map(({ edits }) => edits)),
    chat: summed(ones.map(({ chat }) => chat)),
    gems: summed(ones.map(({ gems }) => gems)),
    latencyMs: percentilesOf(latency),
    dropped: sum(ones.map(({ dropped }) => dropped)),
    inputsLost: sum(ones.map(({ inputsLost }) => inputsLost)),
    requestsLost: sum(ones.map(({ requestsLost }) => requestsLost)),
    corrections: sum(ones.map(({ corrections }) => corrections)),
    divergences: sum(ones.map(({ divergences }) => divergences)),
    wrongAtMost: Math.max(...ones.map(({ wrongAtMost }) => wrongAtMost)),
  };
  return { faultWindow: span, inFault, healMs: Math.max(...runs.map(({ healMs }) => healMs ?? 0)) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Counts of the same names, added up one by one. */
function summed<K extends string>(counts: readonly Readonly<Record<K, number>>[]): Record<K, number> {
  const names = Object.keys(counts[0] ?? {}) as K[];
  return Object.fromEntries(names.map((name) => [name, sum(counts.map((one) => one[name]))])) as Record<K, number>;
}
