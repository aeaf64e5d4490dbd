import { HOP_WORDS, HOPS } from './hops.ts';
import type { NodeKind, Report } from './report.ts';

/** Something of two runs, A and B, side by side. */
export interface ComparedRow {
  readonly label: string;
  /** What is written after both numbers; empty for counts. */
  readonly unit: string;
  readonly digits: number;
  /** Null where it was not measured. */
  readonly a: number | null;
  readonly b: number | null;
  /** From A to B, in percent of A; null where that says nothing. */
  readonly changePercent: number | null;
  /** B is clearly worse. */
  readonly isWorse: boolean;
}

interface Compared {
  readonly label: string;
  readonly unit?: string;
  readonly digits?: number;
  readonly read: (report: Report) => number | null;
  /** B is clearly worse when it is more by at least this, and by the share below; not given where more is not worse. */
  readonly atLeast?: number;
}

/** Less than this share is how two runs of the same differ. */
const CLEAR_SHARE = 0.1;

const updatesPerSecond = ({ updates, seconds }: Report): number => updates.seen / Math.max(0.001, seconds);
const cpuPercent = (share: number | null): number | null => (share === null ? null : share * 100);

const megabytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / 1e6);

/** Of changes of direction that were followed to the same node, or to another one: the whole way and each hop. */
const hopsOf = (kind: NodeKind, words: string): Compared[] => [
  {
    label: `followed, ${words} p99`,
    unit: ' ms',
    digits: 1,
    read: ({ hops }) => hops[kind]?.whole.p99 ?? null,
    atLeast: 5,
  },
  ...HOPS.map(
    (hop): Compared => ({
      label: `  ${HOP_WORDS[hop]}`,
      unit: ' ms',
      digits: 1,
      read: ({ hops }) => hops[kind]?.hops[hop]?.p99 ?? null,
      atLeast: 5,
    }),
  ),
];

/** Shown where one of the two runs followed anything. */
const FOLLOWED: readonly { readonly kind: NodeKind; readonly rows: readonly Compared[] }[] = [
  { kind: 'sameNode', rows: hopsOf('sameNode', 'same node') },
  { kind: 'otherNode', rows: hopsOf('otherNode', 'other node') },
];

const COMPARED: readonly Compared[] = [
  { label: 'players joined', read: ({ players }) => players.joined },
  { label: 'players refused', read: ({ players }) => players.refused, atLeast: 1 },
  { label: 'players dropped', read: ({ players }) => players.dropped, atLeast: 1 },
  { label: 'updates seen', unit: '/s', read: updatesPerSecond },
  { label: 'missed', read: ({ updates }) => updates.missed, atLeast: 1 },
  { label: 'late', read: ({ updates }) => updates.late, atLeast: 1 },
  { label: 'ghosts', read: ({ updates }) => updates.ghosts, atLeast: 1 },
  { label: 'duplicated', read: ({ updates }) => updates.duplicated, atLeast: 1 },
  { label: 'misplaced', read: ({ updates }) => updates.misplaced, atLeast: 1 },
  { label: 'latency p50', unit: ' ms', read: ({ latencyMs }) => latencyMs?.p50 ?? null, atLeast: 5 },
  { label: 'latency p99', unit: ' ms', read: ({ latencyMs }) => latencyMs?.p99 ?? null, atLeast: 5 },
  {
    label: '  same square p99',
    unit: ' ms',
    read: ({ latencySameSquareMs }) => latencySameSquareMs?.p99 ?? null,
    atLeast: 5,
  },
  {
    label: '  across a border p99',
    unit: ' ms',
    read: ({ latencyAcrossBorderMs }) => latencyAcrossBorderMs?.p99 ?? null,
    atLeast: 5,
  },
  {
    label: 'staleness p99',
    unit: ' tiles',
    digits: 2,
    read: ({ stalenessTiles }) => stalenessTiles.all?.p99 ?? null,
    atLeast: 0.2,
  },
  { label: 'frame gap p99', unit: ' ms', read: ({ frameGapMs }) => frameGapMs?.p99 ?? null, atLeast: 5 },
  {
    label: 'bytes in, per player and second',
    read: ({ bytesPerPlayerPerSecond }) => bytesPerPlayerPerSecond.in,
    atLeast: 1,
  },
  {
    label: 'bytes out, per player and second',
    read: ({ bytesPerPlayerPerSecond }) => bytesPerPlayerPerSecond.out,
    atLeast: 1,
  },
  {
    label: 'server CPU',
    unit: ' %',
    digits: 1,
    read: ({ server }) => cpuPercent(server?.cpuShare ?? null),
    atLeast: 2,
  },
  {
    label: 'server memory',
    unit: ' MB',
    read: ({ server }) => megabytes(server?.residentBytes ?? null),
    atLeast: 10,
  },
  { label: 'server delay p99', unit: ' ms', read: ({ server }) => server?.delayMs ?? null, atLeast: 5 },
  {
    label: 'bots’ CPU',
    unit: ' %',
    digits: 1,
    read: ({ generator, seconds }) => (generator.cpuSeconds / Math.max(0.001, seconds)) * 100,
  },
  { label: 'bots’ delay p99', unit: ' ms', read: ({ generator }) => generator.eventLoopDelayMs.p99 },
];

/** Two runs side by side. */
export function compare(a: Report, b: Report): ComparedRow[] {
  const followed = FOLLOWED.filter(({ kind }) => a.hops[kind] !== null || b.hops[kind] !== null);
  return [...COMPARED, ...followed.flatMap(({ rows }) => rows)].map(
    ({ label, unit = '', digits = 0, read, atLeast }) => {
      const [before, after] = [read(a), read(b)];
      return {
        label,
        unit,
        digits,
        a: before,
        b: after,
        changePercent: before === null || after === null || before === 0 ? null : (after / before - 1) * 100,
        isWorse:
          before !== null &&
          after !== null &&
          atLeast !== undefined &&
          after - before >= atLeast &&
          after - before > before * CLEAR_SHARE,
      };
    },
  );
}

export const shownValue = (value: number | null, { unit, digits }: ComparedRow): string =>
  value === null ? '–' : `${value.toFixed(digits)}${unit}`;

/** "+12.5 %" */
export const shownChange = ({ changePercent: change }: ComparedRow): string =>
  change === null ? '' : `${change > 0 ? '+' : ''}${change.toFixed(1)} %`;
