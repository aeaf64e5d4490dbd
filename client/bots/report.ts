import type { Budgets } from './budgets.ts';
import type { GeneratorLoad } from './generator-meter.ts';
import type { Percentiles, Spread } from './histogram.ts';
import type { FaultSpan } from './options.ts';
import type { WorstCase } from './worst-cases.ts';

/** What makes a run fail. */
export type FaultKind = 'missed' | 'ghost' | 'duplicated' | 'unacknowledged' | 'diverged' | 'refused' | 'dropped';

export interface Fault {
  readonly kind: FaultKind;
  readonly count: number;
}

/** How the measured part ended: in time, by the user, or because no connection was left. */
export type Ending = 'complete' | 'interrupted' | 'abandoned';

export interface UpdateCounts {
  readonly expected: number;
  readonly seen: number;
  /** Updates that did not come in time, and players who were not shown at all. */
  readonly missed: number;
  /** Of the missed, the players who were not shown at all. */
  readonly absent: number;
  readonly late: number;
  readonly ghosts: number;
  readonly duplicated: number;
}

/** What belongs to the fault window, and is in no other count of the report. */
export interface InFault {
  readonly updates: UpdateCounts;
  readonly latencyMs: Percentiles | null;
  /** Players who lost their connection. Who was not back when the window closed is also in `players.dropped`. */
  readonly dropped: number;
  /** Inputs that were never acknowledged. */
  readonly inputsLost: number;
  readonly corrections: number;
  readonly divergences: number;
  /** The largest number of players who were wrongly shown, or wrongly not shown, in one picture at once. */
  readonly wrongAtMost: number;
}

/**
 * The result of a run, as it stands in the JSON file. Percentiles are null when nothing was measured. Times are in ms
 * and lengths in tiles where the name says so; `seconds` is the measured part's true length.
 */
export interface Report {
  readonly date: string;
  readonly seed: number;
  readonly urls: readonly string[];
  readonly ending: Ending;
  /** True when `faults` is empty. */
  readonly ok: boolean;
  readonly faults: readonly Fault[];
  readonly players: {
    readonly asked: number;
    readonly joined: number;
    readonly refused: number;
    readonly dropped: number;
    /** Of those joined, how many did not get to their place and stayed where they were. */
    readonly gaveUp: number;
  };
  readonly seconds: number;
  readonly updates: UpdateCounts;
  readonly latencyMs: Percentiles | null;
  readonly latencySameNodeMs: Percentiles | null;
  readonly latencyOtherNodeMs: Percentiles | null;
  readonly frameGapMs: Spread | null;
  readonly corrections: number;
  readonly divergences: number;
  readonly inputs: { readonly sent: number; readonly acknowledged: number };
  readonly motionErrorTiles: Spread | null;
  readonly bytesPerPlayerPerSecond: { readonly in: number; readonly out: number };
  /** By the behaviour of the player whose updates they are. */
  readonly byBehaviour: Readonly<
    Record<string, { readonly players: number; readonly updates: number; readonly latencyMs: Percentiles | null }>
  >;
  /** Whether this process kept up: when it did not, latencies are its own. */
  readonly generator: GeneratorLoad;
  readonly budgets: Budgets;
  /** What connections were closed with, the most frequent first. */
  readonly closings: readonly { readonly code: number; readonly reason: string; readonly count: number }[];
  readonly worst: readonly WorstCase[];
  /** Only with a fault window: when it was, … */
  readonly faultWindow?: FaultSpan;
  /** … what went wrong in it, … */
  readonly inFault?: InFault;
  /** … and how long after its opening anything was still wrong, in ms: at most its length, 0 when nothing was. */
  readonly healMs?: number;
}

type Judged = Pick<Report, 'players' | 'updates' | 'inputs' | 'divergences'>;

/** Whatever makes a run fail; lateness alone does not. */
export function faultsOf({ players, updates, inputs, divergences }: Judged): Fault[] {
  const counts: readonly Fault[] = [
    { kind: 'missed', count: updates.missed },
    { kind: 'ghost', count: updates.ghosts },
    { kind: 'duplicated', count: updates.duplicated },
    { kind: 'unacknowledged', count: inputs.sent - inputs.acknowledged },
    { kind: 'diverged', count: divergences },
    { kind: 'refused', count: players.refused },
    { kind: 'dropped', count: players.dropped },
  ];
  return counts.filter(({ count }) => count > 0);
}

const PHRASES: Record<FaultKind, readonly [one: string, many: string]> = {
  missed: ['update was missed', 'updates were missed'],
  ghost: ['player was shown who should not have been', 'players were shown who should not have been'],
  duplicated: ['change was told twice', 'changes were told twice'],
  unacknowledged: ['input was not acknowledged', 'inputs were not acknowledged'],
  diverged: ['checksum disagreed', 'checksums disagreed'],
  refused: ['player was refused', 'players were refused'],
  dropped: ['player lost the connection', 'players lost the connection'],
};

/** "3 updates were missed." */
export const faultSentence = ({ kind, count }: Fault): string => `${count} ${PHRASES[kind][count === 1 ? 0 : 1]}.`;
