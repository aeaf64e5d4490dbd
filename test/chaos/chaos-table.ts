import { median } from '../bench/median.ts';
import type { Fault } from './scenes.ts';
import type { Trial } from './trial.ts';

/** What all trials of one fault came to. */
export interface Summary {
  readonly fault: string;
  readonly what: string;
  readonly trials: number;
  /** From the end of the fault until the last wrong picture, in ms. */
  readonly healMs: { readonly median: number; readonly worst: number };
  /** Players wrongly shown or wrongly not shown in one picture at once: in the worst trial. */
  readonly wrongAtMost: number;
  /** Players who lost their connection: in the worst trial. */
  readonly dropped: number;
  /** After the time given for healing, over all trials. */
  readonly after: Trial['after'];
}

export function summaryOf({ name, what }: Pick<Fault, 'name' | 'what'>, all: readonly Trial[]): Summary {
  const trials = all.filter(({ fault }) => fault === name);
  const heals = trials.map(({ healMs }) => healMs);
  const sum = (key: keyof Trial['after']): number => trials.reduce((total, { after }) => total + after[key], 0);
  return {
    fault: name,
    what,
    trials: trials.length,
    healMs: { median: Math.round(median(heals)), worst: Math.max(...heals) },
    wrongAtMost: Math.max(...trials.map(({ wrongAtMost }) => wrongAtMost)),
    dropped: Math.max(...trials.map(({ dropped }) => dropped)),
    after: {
      missed: sum('missed'),
      ghosts: sum('ghosts'),
      duplicated: sum('duplicated'),
      diverged: sum('diverged'),
    },
  };
}

/** The summaries as a table in Markdown. */
export function chaosTable(rows: readonly Summary[]): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const cells = rows.map(({ what, trials, healMs, wrongAtMost, dropped, after }) => [
    what,
    seconds(healMs.median),
    `${seconds(healMs.worst)} of ${trials}`,
    `${wrongAtMost}`,
    `${dropped}`,
    `${after.missed}, ${after.ghosts}, ${after.duplicated}`,
  ]);
  const heads = [
    'fault',
    'healed in (median)',
    'worst',
    'wrong at once',
    'dropped',
    'after: missed, ghosts, duplicated',
  ];
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...cells.map(line)].join('\n');
}
