import { median } from '../bench/median.ts';
import type { RoundReport } from './round-report.ts';
import type { Victim } from './scenes.ts';

/** All rounds of one victim in numbers. */
export interface Totals {
  readonly victim: string;
  readonly what: string;
  readonly rounds: number;
  readonly acknowledged: RoundReport['acknowledged'];
  readonly unanswered: number;
  readonly survived: number;
  /** The worst of any round: what is lost once stays lost. */
  readonly lost: number;
  readonly half: number;
  readonly misshown: number;
  readonly restartMs: { readonly median: number; readonly worst: number };
}

export function totalsOf({ name, what }: Pick<Victim, 'name' | 'what'>, reports: readonly RoundReport[]): Totals {
  const sum = (figure: (report: RoundReport) => number): number => reports.reduce((all, one) => all + figure(one), 0);
  const worst = (figure: (report: RoundReport) => number): number => Math.max(0, ...reports.map(figure));
  return {
    victim: name,
    what,
    rounds: reports.length,
    acknowledged: {
      edits: sum(({ acknowledged }) => acknowledged.edits),
      lines: sum(({ acknowledged }) => acknowledged.lines),
      claims: sum(({ acknowledged }) => acknowledged.claims),
      profiles: sum(({ acknowledged }) => acknowledged.profiles),
    },
    unanswered: sum(({ unanswered }) => unanswered),
    survived: sum(({ survived }) => survived),
    lost: worst(({ lost }) => lost.length),
    half: worst(({ half }) => half.length),
    misshown: worst(({ misshown }) => misshown.length),
    restartMs: {
      median: Math.round(median(reports.map(({ restartMs }) => restartMs))),
      worst: worst(({ restartMs }) => restartMs),
    },
  };
}

const HEADS = [
  'round',
  'killed after',
  'edits',
  'lines',
  'claims',
  'profiles',
  'unanswered',
  'kept all the same',
  'lost',
  'half there',
  'shown wrongly',
  'up again in',
];

/** The rounds of one victim and their totals, as a table in Markdown. */
export function killTable(totals: Totals, reports: readonly RoundReport[]): string {
  const rows = reports.map(({ round, killedAfterMs, lost, half, misshown, restartMs, ...rest }) => [
    `${round}`,
    `${killedAfterMs} ms`,
    ...figures(rest),
    `${lost.length}`,
    `${half.length}`,
    `${misshown.length}`,
    `${restartMs} ms`,
  ]);
  const { lost, half, misshown, restartMs } = totals;
  const last = ['all', '', ...figures(totals), `${lost}`, `${half}`, `${misshown}`, `${restartMs.median} ms (median)`];
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [totals.what, '', ...[HEADS, HEADS.map(() => '---'), ...rows, last].map(line)].join('\n');
}

const figures = ({
  acknowledged: { edits, lines, claims, profiles },
  unanswered,
  survived,
}: Pick<Totals, 'acknowledged' | 'unanswered' | 'survived'>): string[] =>
  [edits, lines, claims, profiles, unanswered, survived].map(String);

export const isWhole = ({ lost, half, misshown }: Pick<RoundReport, 'lost' | 'half' | 'misshown'>): boolean =>
  lost.length + half.length + misshown.length === 0;
