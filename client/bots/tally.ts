import { UNITS_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { FrameSizes } from './frame-sizes.ts';
import { Distribution, EchoedDistribution } from './histogram.ts';
import { HopTally } from './hops.ts';
import { type IntervalCounts, IntervalTally } from './interval-tally.ts';
import { MissHeat } from './miss-heat.ts';
import type { Participant, Update } from './participant.ts';
import { Presence } from './presence.ts';
import type { Random } from './random.ts';
import { type CaseKind, type WorstCase, WorstCases } from './worst-cases.ts';

/** What became of the updates of some of the players: of those with one behaviour, or of one group. */
export interface ShareTally {
  players: number;
  updates: number;
  readonly latency: Distribution;
}

const noUpdates = () => ({
  expected: 0,
  seen: 0,
  missed: 0,
  absent: 0,
  late: 0,
  ghosts: 0,
  duplicated: 0,
  misplaced: 0,
});

/** Of pairs: by whether both are connected to one node, and by whether both stand in one square of the grid. */
export const PAIR_KINDS = ['sameNode', 'otherNode', 'sameSquare', 'acrossBorder'] as const;
export type PairKind = (typeof PAIR_KINDS)[number];
export type ByPair = Readonly<Record<PairKind, Distribution>>;

const distributionsByPair = (): ByPair => ({
  sameNode: new Distribution(),
  otherNode: new Distribution(),
  sameSquare: new Distribution(),
  acrossBorder: new Distribution(),
});

/** What is judged, once for the fault window and once for all the rest. */
interface Judged {
  readonly updates: ReturnType<typeof noUpdates>;
  divergences: number;
  corrections: number;
}

/** What is counted of the fault window, apart from everything else. */
export class FaultTally implements Judged {
  readonly updates = noUpdates();
  divergences = 0;
  corrections = 0;
  /** Inputs that nobody will acknowledge any more; they are taken back from those sent. */
  inputsLost = 0;
  readonly latency = new Distribution();
}

/** Everything the oracle counts: here what counts for or against the run. Times are in ms. */
export class Tally implements Judged {
  readonly updates = noUpdates();
  readonly inputs = { sent: 0, acknowledged: 0 };
  divergences = 0;
  corrections = 0;
  readonly inFault = new FaultTally();
  /** The latency of updates. */
  readonly byPair = distributionsByPair();
  /** How far others had got from where they were shown, in tiles. */
  readonly staleness = distributionsByPair();
  /** How long players were away who went over to another server, as theirs had asked; also in the fault window. */
  readonly handovers = new Distribution();
  /** What each hop took of changes of direction that were followed. */
  readonly hops = { sameNode: new HopTally(), otherNode: new HopTally() };
  /** In tiles. */
  readonly motionError = new Distribution();
  /** What there was since somebody last asked. */
  readonly interval = new IntervalTally();
  readonly frameGap = new EchoedDistribution(this.interval.frameGap);
  /** Where updates were missed, players absent and ghosts, outside the fault window. */
  readonly heat = new MissHeat();
  /** Of all frames to all participants. */
  readonly frames: FrameSizes;
  /** Entries and motions of others that pictures took in. */
  told = 0;
  readonly byBehaviour = new Map<string, ShareTally>();
  /** Of the scenario's groups, by their index: those of whom somebody has come. */
  readonly byGroup = new Map<number, ShareTally>();
  readonly presence = new Presence();
  readonly #worst = new WorstCases();
  readonly #monotonic: () => number;
  #originMs: number;

  /** @param random chooses which frames' sizes are kept */
  constructor(monotonic: () => number, random: Random) {
    this.#monotonic = monotonic;
    this.frames = new FrameSizes(random);
    this.#originMs = monotonic();
  }

  /** The measured part begins: the cases' times count from now. */
  begin(): void {
    this.#originMs = this.#monotonic();
  }

  behaviour(name: string): ShareTally {
    return entryOf(this.byBehaviour, name);
  }

  /** Somebody is in the world for the first time. */
  came({ setup: { group } }: Participant): void {
    if (group !== undefined) entryOf(this.byGroup, group).players++;
  }

  /** A neighbour got an update `ms` after it was sent. */
  seen(update: Update, observer: Participant, ms: number, isLate: boolean, isInFault: boolean): void {
    const { updates } = this.#judged(isInFault);
    updates.expected++;
    this.#count('seen', isInFault);
    if (isLate) this.#count('late', isInFault);
    this.interval.latency.record(ms);
    if (isInFault) {
      this.inFault.latency.record(ms);
      return;
    }
    const { mover } = update;
    const { name, behaviour, group } = mover.setup;
    seenOf(this.behaviour(behaviour), ms);
    if (group !== undefined) seenOf(entryOf(this.byGroup, group), ms);
    record(this.byPair, mover, observer, ms);
    if (this.#worst.isSlow(ms)) {
      this.#worst.slow(this.#case(isLate ? 'late' : 'slow', observer, name, ms, inputOf(update)));
    }
  }

  missed(update: Update, observer: Participant, ms: number, isInFault: boolean): void {
    const { updates } = this.#judged(isInFault);
    updates.expected++;
    this.#count('missed', isInFault);
    if (isInFault) return;
    const { name, behaviour, group } = update.mover.setup;
    this.heat.count('missed', update.mover.x, update.mover.y);
    this.behaviour(behaviour).updates++;
    if (group !== undefined) entryOf(this.byGroup, group).updates++;
    this.#worst.fault(this.#case('missed', observer, name, ms, inputOf(update)));
  }

  /** A player who had to be shown was not. */
  absent(player: Participant, observer: Participant, ms: number, isInFault: boolean): void {
    const { updates } = this.#judged(isInFault);
    updates.absent++;
    this.#count('missed', isInFault);
    if (isInFault) return;
    this.heat.count('absent', player.x, player.y);
    const detail = `on the screen and not shown, ${between(player, observer)}`;
    this.#worst.fault(this.#case('absent', observer, player.setup.name, ms, detail));
  }

  ghost(player: Participant, observer: Participant, ms: number, isInFault: boolean): void {
    this.#count('ghosts', isInFault);
    if (isInFault) return;
    this.heat.count('ghosts', player.x, player.y);
    const detail = player.isPresent
      ? `shown beyond the leave margin, ${between(player, observer)}`
      : 'shown after having left the world';
    this.#worst.fault(this.#case('ghost', observer, player.setup.name, ms, detail));
  }

  duplicated(player: string, observer: Participant, detail: string, isInFault: boolean): void {
    this.#count('duplicated', isInFault);
    if (isInFault) return;
    this.#worst.fault(this.#case('duplicated', observer, player, 0, detail));
  }

  diverged(observer: Participant, sx: number, sy: number, isInFault: boolean): void {
    this.#judged(isInFault).divergences++;
    if (isInFault) return;
    this.#worst.fault(this.#case('diverged', observer, `square ${sx},${sy}`, 0, 'the checksums disagreed'));
  }

  /** How far a player had got from where the observer's picture showed them. */
  stale(player: Participant, observer: Participant, tiles: number): void {
    record(this.staleness, player, observer, tiles);
  }

  /** A player was shown so far from where they were, though all news of them had come. */
  misplaced(player: Participant, observer: Participant, off: number): void {
    this.updates.misplaced++;
    this.heat.count('misplaced', player.x, player.y);
    const detail = `shown ${off.toFixed(1)} tiles from their place, ${between(player, observer)}`;
    this.#worst.fault(this.#case('misplaced', observer, player.setup.name, 0, detail));
  }

  /** Something was wrong with an edit, a line or a gem, outside the fault window; it is counted elsewhere. */
  found(kind: CaseKind, observer: Participant, author: string, ms: number, detail: string): void {
    this.#worst.fault(this.#case(kind, observer, author, ms, detail));
  }

  corrected(isInFault: boolean): void {
    this.#judged(isInFault).corrections++;
  }

  /** The latencies of same and other nodes together. */
  latency(): Distribution {
    return ofAllPairs(this.byPair);
  }

  worst(): WorstCase[] {
    return this.#worst.list();
  }

  #count(kind: keyof IntervalCounts, isInFault: boolean): void {
    this.#judged(isInFault).updates[kind]++;
    this.interval.count(kind);
  }

  #judged(isInFault: boolean): Judged {
    return isInFault ? this.inFault : this;
  }

  #case(kind: CaseKind, observer: Participant, player: string, ms: number, detail: string): WorstCase {
    return { kind, atMs: this.#monotonic() - this.#originMs, observer: observer.setup.name, player, ms, detail };
  }
}

/** Every pair is on one node or on two. */
export function ofAllPairs({ sameNode, otherNode }: ByPair): Distribution {
  const all = new Distribution();
  all.add(sameNode);
  all.add(otherNode);
  return all;
}

function record(byPair: ByPair, player: Participant, observer: Participant, value: number): void {
  (player.node === observer.node ? byPair.sameNode : byPair.otherNode).record(value);
  (isSameSquare(player, observer) ? byPair.sameSquare : byPair.acrossBorder).record(value);
}

function entryOf<K>(tallies: Map<K, ShareTally>, key: K): ShareTally {
  let tally = tallies.get(key);
  if (tally === undefined) {
    tally = { players: 0, updates: 0, latency: new Distribution() };
    tallies.set(key, tally);
  }
  return tally;
}

function seenOf(tally: ShareTally, ms: number): void {
  tally.updates++;
  tally.latency.record(ms);
}

const isSameSquare = (a: Participant, b: Participant): boolean =>
  Math.floor(a.x / UNITS_PER_SQUARE) === Math.floor(b.x / UNITS_PER_SQUARE) &&
  Math.floor(a.y / UNITS_PER_SQUARE) === Math.floor(b.y / UNITS_PER_SQUARE);

const inputOf = ({ n, pair }: Update): string =>
  `input ${n}, generation ${pair?.generation ?? '?'}, rev ${pair?.rev ?? '?'}`;

const tiles = (units: number): string => (units / UNITS_PER_TILE).toFixed(1);

const between = (player: Participant, observer: Participant): string =>
  `at tile ${tiles(player.x)},${tiles(player.y)} as seen from ${tiles(observer.x)},${tiles(observer.y)}`;
