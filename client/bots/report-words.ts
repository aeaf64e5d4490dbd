import type { Spread } from './histogram.ts';
import type { HopFigures } from './hop-figures.ts';
import { HOP_WORDS, HOPS } from './hops.ts';
import type { GroupFigures, Report, ServerFigures } from './report.ts';

/** What does not make a run fail, but has to be known by whoever reads its figures. */
export function warningsOf({ generator, server }: Pick<Report, 'generator' | 'server'>): string[] {
  const silent = server?.silent ?? [];
  return [
    ...(generator.reason === null ? [] : [generator.reason]),
    ...(silent.length === 0
      ? []
      : [`No metrics came from ${silent.join(', ')}: the servers' figures are without them.`]),
  ];
}

/** What the servers used, in one line. */
export function serverSentence({ cpuShare, mostCpuShare, residentBytes, delayMs, flushLevel }: ServerFigures): string {
  const parts = [
    cpuShare !== null && `${percent(cpuShare)} of a core, ${percent(mostCpuShare ?? cpuShare)} at most`,
    residentBytes !== null && `${megabytes(residentBytes)} of memory at most`,
    delayMs !== null && `own delay up to ${delayMs.toFixed(0)} ms`,
    flushLevel !== null && `flush level up to ${flushLevel}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? '–' : parts.join(', ');
}

export const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/** When a group was there, in seconds of the measured part. */
export function spanWords({ fromSeconds, toSeconds }: Pick<GroupFigures, 'fromSeconds' | 'toSeconds'>): string {
  if (fromSeconds === null) return toSeconds === null ? 'all the time' : `until ${toSeconds} s`;
  return toSeconds === null ? `from ${fromSeconds} s on` : `${fromSeconds} to ${toSeconds} s`;
}

/** A hop's name, and for each side that there is p50 and p99. */
export type HopRow = readonly [label: string, ...cells: string[]];

/** Where the time went, a row for each hop with p50 and p99 in ms, after one of heads; nothing when none was followed. */
export function hopRows(sameNode: HopFigures | null, otherNode: HopFigures | null): HopRow[] {
  const sides = [
    ['same node', sameNode],
    ['other node', otherNode],
  ] as const;
  const followed = sides.flatMap(([words, figures]) => (figures === null ? [] : [{ words, figures }]));
  if (followed.length === 0) return [];
  const row = (label: string, cellsOf: (side: (typeof followed)[number]) => readonly string[]): HopRow => [
    label,
    ...followed.flatMap(cellsOf),
  ];
  return [
    row('hops, ms', ({ words, figures }) => [`${words} p50`, `p99 of ${figures.count}`]),
    ...HOPS.map((hop) => row(HOP_WORDS[hop], ({ figures }) => hopCells(figures.hops[hop]))),
    row('all the way', ({ figures }) => hopCells(figures.whole)),
  ];
}

const hopCells = (spread: Spread | null): string[] =>
  spread === null ? ['–', '–'] : [hopMs(spread.p50), hopMs(spread.p99)];

const hopMs = (ms: number): string => ms.toFixed(ms < 10 ? 2 : 1);
