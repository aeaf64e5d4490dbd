import { faultSentence, type Report } from '../../../client/bots/report.ts';
import { atMost, type Row } from '../benchmark.ts';
import type { MemoryUse } from '../heap-probe.ts';

export interface Soaked {
  readonly report: Report;
  readonly first: MemoryUse;
  readonly last: MemoryUse;
}

/** What the heap may be at last, over what it was at first. */
const HEAP_RATIO = 1.05;
const MB = 1e6;

/** These are rows; whatever else was wrong makes it fail as a whole. */
const COUNTED: readonly string[] = ['missed', 'ghost', 'duplicated'];

/** @throws Error in one sentence when something went wrong that has no row */
export function assertSound({ report }: Pick<Soaked, 'report'>): void {
  if (report.ending !== 'complete') throw new Error(`The run ended before its time: it was ${report.ending}.`);
  const fault = report.faults.find(({ kind }) => !COUNTED.includes(kind));
  if (fault !== undefined) throw new Error(`It went wrong: ${faultSentence(fault)}`);
}

/** @param isLong whether the time between the looks is long enough for growth to tell from a start */
export function soakRows({ report, first, last }: Soaked, isLong: boolean): Row[] {
  const { updates, latencyMs, players, seconds, generator } = report;
  const row = (what: string, value: number, unit = ''): Row => ({ name: `soak ${what}`, value, unit });
  const ratio = row('heap ratio', last.heap / first.heap);
  return [
    atMost(0, row('missed', updates.missed)),
    atMost(0, row('ghosts', updates.ghosts)),
    atMost(0, row('duplicated', updates.duplicated)),
    isLong ? atMost(HEAP_RATIO, ratio) : ratio,
    row('heap at first MB', first.heap / MB, 'MB'),
    row('heap at last MB', last.heap / MB, 'MB'),
    row('resident at first MB', first.resident / MB, 'MB'),
    row('resident at last MB', last.resident / MB, 'MB'),
    row('updates', updates.expected),
    row('late', updates.late),
    row('p99 ms', latencyMs?.p99 ?? Number.NaN, 'ms'),
    row('p99 of the bots’ own delay ms', generator.eventLoopDelayMs.p99, 'ms'),
    row('players', players.joined),
    row('seconds', seconds, 's'),
  ];
}
