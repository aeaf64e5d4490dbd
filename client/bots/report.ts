import type { Budgets } from './budgets.ts';
import type { ClosingsBy } from './closing-counts.ts';
import type { GeneratorLoad, GeneratorVerdict } from './generator-meter.ts';
import type { Percentiles, Spread } from './histogram.ts';
import type { HopFigures } from './hop-figures.ts';
import type { EncodedHops } from './hops.ts';
import type { Heat } from './miss-heat.ts';
import type { BotsOptions, FaultSpan } from './options.ts';
import type { PairKind } from './tally.ts';
import type { ServerLoad, Timeline } from './timeline.ts';
import type { WorstCase } from './worst-cases.ts';

/** Where two players are connected. */
export type NodeKind = Extract<PairKind, 'sameNode' | 'otherNode'>;

/** Grows with every change after which an older reader, or newer one, would misread a report. */
export const REPORT_VERSION = 4;

/** What makes a run fail. */
export type FaultKind =
  | 'missed'
  | 'ghost'
  | 'duplicated'
  | 'misplaced'
  | 'unacknowledged'
  | 'diverged'
  | `${'edit' | 'line'} ${ThingFault}`
  | 'gem doubled'
  | 'score wrong'
  | 'unanswered'
  | 'refused'
  | 'dropped';

/** What can be wrong with edits and with lines of chat. */
export type ThingFault = 'missed' | 'ghost' | 'duplicated' | 'disordered' | 'disagreed';

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
  /** Players shown more than a tile from where they were, though all news of them had come; judged on a few screens. */
  readonly misplaced: number;
}

/** What became of edits, or of lines of chat: each counts for everybody who had to see it. */
export interface ThingCounts {
  readonly expected: number;
  readonly seen: number;
  readonly missed: number;
  readonly late: number;
  /** Told as somebody's who never did it. */
  readonly ghosts: number;
  readonly duplicated: number;
  /** Told with a gap, or out of order. */
  readonly disordered: number;
  /** Pictures of a square that differed at the end. */
  readonly disagreed: number;
}

export interface GemCounts {
  readonly claimed: number;
  /** Gems that two players were told to have claimed. */
  readonly doubled: number;
  /** Scores that were not what the player's claims came to. */
  readonly scoreErrors: number;
}

export interface RequestCounts {
  readonly asked: number;
  readonly done: number;
  readonly refused: number;
  /** The sentences of refusals, the most frequent first. */
  readonly refusals: readonly { readonly sentence: string; readonly count: number }[];
}

/** What belongs to the fault window, and is in no other count of the report. */
export interface InFault {
  readonly updates: UpdateCounts;
  readonly edits: ThingCounts;
  readonly chat: ThingCounts;
  readonly gems: GemCounts;
  readonly latencyMs: Percentiles | null;
  /** Players who lost their connection. Who was not back when the window closed is also in `players.dropped`. */
  readonly dropped: number;
  /** Inputs that were never acknowledged. */
  readonly inputsLost: number;
  /** Requests that were never answered. */
  readonly requestsLost: number;
  readonly corrections: number;
  readonly divergences: number;
  /** The largest number of players who were wrongly shown, or wrongly not shown, in one picture at once. */
  readonly wrongAtMost: number;
}

/** What went over the wire in the measured part, of all players together. Sizes are WebSocket payloads, in bytes. */
export interface Traffic {
  readonly framesPerPlayerPerSecond: number;
  /** Null when no frame came. */
  readonly frameBytes: (Spread & { readonly mean: number }) | null;
  /** Sizes of up to 1,000 frames, a fair sample of all. */
  readonly frameSample: readonly number[];
  readonly messagesOutPerPlayerPerSecond: number;
  readonly bytesPerMessageOut: number;
  /** Motions and entries of others that were news to somebody with the full picture. */
  readonly updatesPerPlayerPerSecond: number;
}

/**
 * The distributions behind the percentiles, in HdrHistogram's V2 format (compressed, base64), in thousandths of the
 * unit: reports are joined by them without loss.
 */
export interface Histograms {
  /** Of same and other nodes together. */
  readonly latency: string;
  readonly sameNode: string;
  readonly otherNode: string;
  readonly sameSquare: string;
  readonly acrossBorder: string;
  readonly edits: string;
  readonly chat: string;
  readonly frameGap: string;
  readonly motionError: string;
  readonly staleness: Readonly<Record<PairKind, string>>;
  readonly hops: Readonly<Record<NodeKind, EncodedHops>>;
  readonly handovers: string;
  readonly frameBytes: string;
  readonly inFault: string;
  readonly byBehaviour: Readonly<Record<string, string>>;
}

/** What the servers said of themselves while the run measured: the mean share of a core, and the most of the rest. */
export interface ServerFigures extends ServerLoad {
  readonly mostCpuShare: number | null;
  /** Where nobody answered. */
  readonly silent: readonly string[];
}

/** How one group of a scenario fared. */
export interface GroupFigures {
  readonly name: string;
  /** How many were to come, and how many ever did. */
  readonly players: number;
  readonly joined: number;
  /** Of the measured part; null where they were there from before the beginning, or stayed to the end. */
  readonly fromSeconds: number | null;
  readonly toSeconds: number | null;
  /** Of these players, as others had to see them. */
  readonly updates: number;
  readonly latencyMs: Percentiles | null;
  /** As in `Histograms`. */
  readonly histogram: string;
}

/** One of the runs that a joined report is made of. */
export interface JoinedRun {
  readonly date: string;
  readonly seed: number;
  readonly urls: readonly string[];
  readonly players: number;
  readonly seconds: number;
  readonly ok: boolean;
}

/**
 * The result of a run, as it stands in the JSON file. Percentiles are null when nothing was measured. Times are in ms
 * and lengths in tiles where the name says so; `seconds` is the measured part's true length.
 */
export interface Report {
  readonly version: number;
  /** When it was written. */
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
    /** Of those joined, how many had the full picture, and judged what they saw. */
    readonly full: number;
  };
  readonly seconds: number;
  readonly updates: UpdateCounts;
  readonly edits: ThingCounts;
  readonly chat: ThingCounts;
  readonly gems: GemCounts;
  readonly requests: RequestCounts;
  /** From the asking until somebody else has it. */
  readonly editLatencyMs: Percentiles | null;
  readonly chatLatencyMs: Percentiles | null;
  readonly latencyMs: Percentiles | null;
  readonly latencySameNodeMs: Percentiles | null;
  readonly latencyOtherNodeMs: Percentiles | null;
  /** Where mover and observer stood in one square of the grid, … */
  readonly latencySameSquareMs: Percentiles | null;
  /** … and where they did not. */
  readonly latencyAcrossBorderMs: Percentiles | null;
  readonly frameGapMs: Spread | null;
  readonly corrections: number;
  readonly divergences: number;
  readonly inputs: { readonly sent: number; readonly acknowledged: number };
  readonly motionErrorTiles: Spread | null;
  /** How far others had got from where they were shown at that moment: of all, and of each kind of pair. */
  readonly stalenessTiles: Readonly<Record<'all' | PairKind, Spread | null>>;
  /** Where the time goes of a change of direction until it is on another client, on the same node and on another one. */
  readonly hops: Readonly<Record<NodeKind, HopFigures | null>>;
  /** How often players went over to another server, as theirs had asked, and how long they were away; null for never. */
  readonly handovers: { readonly count: number; readonly awayMs: Percentiles | null };
  readonly bytesPerPlayerPerSecond: { readonly in: number; readonly out: number };
  readonly traffic: Traffic;
  /** By the behaviour of the player whose updates they are. */
  readonly byBehaviour: Readonly<
    Record<string, { readonly players: number; readonly updates: number; readonly latencyMs: Percentiles | null }>
  >;
  /** Only of a scenario; of joined ones only where all were of the same. */
  readonly scenario?: { readonly name: string; readonly groups: readonly GroupFigures[] };
  /** Whether the bots' processes kept up: when one did not, latencies are its own. */
  readonly generator: GeneratorLoad &
    GeneratorVerdict & {
      /** Over so many the players were spread; of joined runs all together. */
      readonly processes: number;
    };
  /** Null when they were not asked. */
  readonly server: ServerFigures | null;
  readonly budgets: Budgets;
  /** What connections were closed with, the most frequent first. */
  readonly closings: readonly { readonly code: number; readonly reason: string; readonly count: number }[];
  /** The same by whether the player was in the world; of any one player only the first few. */
  readonly closingsBy: ClosingsBy;
  readonly worst: readonly WorstCase[];
  readonly heat: Heat;
  readonly timeline: Timeline;
  readonly histograms: Histograms;
  /** What the run was to be; of joined ones the first. */
  readonly settings: BotsOptions;
  /** Only of a joined report: its runs by date, one after the other in `timeline`. */
  readonly joinedFrom?: readonly JoinedRun[];
  /** Only with a fault window: when it was, … */
  readonly faultWindow?: FaultSpan;
  /** … what went wrong in it, … */
  readonly inFault?: InFault;
  /** … and how long after its opening anything was still wrong, in ms: at most its length, 0 when nothing was. */
  readonly healMs?: number;
}

type Judged = Pick<Report, 'players' | 'updates' | 'inputs' | 'divergences' | 'edits' | 'chat' | 'gems' | 'requests'>;

/** Whatever makes a run fail; lateness alone does not. */
export function faultsOf(judged: Judged): Fault[] {
  const { players, updates, inputs, divergences, edits, chat, gems, requests } = judged;
  const counts: readonly Fault[] = [
    { kind: 'missed', count: updates.missed },
    { kind: 'ghost', count: updates.ghosts },
    { kind: 'duplicated', count: updates.duplicated },
    { kind: 'misplaced', count: updates.misplaced },
    { kind: 'unacknowledged', count: inputs.sent - inputs.acknowledged },
    { kind: 'diverged', count: divergences },
    ...thingFaults('edit', edits),
    ...thingFaults('line', chat),
    { kind: 'gem doubled', count: gems.doubled },
    { kind: 'score wrong', count: gems.scoreErrors },
    { kind: 'unanswered', count: requests.asked - requests.done - requests.refused },
    { kind: 'refused', count: players.refused },
    { kind: 'dropped', count: players.dropped },
  ];
  return counts.filter(({ count }) => count > 0);
}

const thingFaults = (thing: 'edit' | 'line', counts: ThingCounts): Fault[] => [
  { kind: `${thing} missed`, count: counts.missed },
  { kind: `${thing} ghost`, count: counts.ghosts },
  { kind: `${thing} duplicated`, count: counts.duplicated },
  { kind: `${thing} disordered`, count: counts.disordered },
  { kind: `${thing} disagreed`, count: counts.disagreed },
];

const PHRASES: Record<FaultKind, readonly [one: string, many: string]> = {
  missed: ['update was missed', 'updates were missed'],
  ghost: ['player was shown who should not have been', 'players were shown who should not have been'],
  duplicated: ['change was told twice', 'changes were told twice'],
  misplaced: ['player was shown far from their place', 'players were shown far from their place'],
  unacknowledged: ['input was not acknowledged', 'inputs were not acknowledged'],
  diverged: ['checksum disagreed', 'checksums disagreed'],
  'edit missed': ['edit was missed', 'edits were missed'],
  'edit ghost': ['edit was told that nobody made', 'edits were told that nobody made'],
  'edit duplicated': ['edit was told twice', 'edits were told twice'],
  'edit disordered': ['edit was told out of order', 'edits were told out of order'],
  'edit disagreed': ['picture of what is built disagreed', 'pictures of what is built disagreed'],
  'line missed': ['line of chat was missed', 'lines of chat were missed'],
  'line ghost': ['line of chat was told that nobody said', 'lines of chat were told that nobody said'],
  'line duplicated': ['line of chat was told twice', 'lines of chat were told twice'],
  'line disordered': ['line of chat was told out of order', 'lines of chat were told out of order'],
  'line disagreed': ['picture of what was said disagreed', 'pictures of what was said disagreed'],
  'gem doubled': ['gem was claimed twice', 'gems were claimed twice'],
  'score wrong': ['score was not what the claims came to', 'scores were not what the claims came to'],
  unanswered: ['request was not answered', 'requests were not answered'],
  refused: ['player was refused', 'players were refused'],
  dropped: ['player lost the connection', 'players lost the connection'],
};

/** "3 updates were missed." */
export const faultSentence = ({ kind, count }: Fault): string => `${count} ${PHRASES[kind][count === 1 ? 0 : 1]}.`;
