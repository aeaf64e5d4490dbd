import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { FrameSizes } from './frame-sizes.ts';
import { Distribution } from './histogram.ts';
import type { Participant, Update } from './participant.ts';
import type { Random } from './random.ts';
import { type CaseKind, type WorstCase, WorstCases } from './worst-cases.ts';

/** What became of the updates of players with one behaviour. */
export interface BehaviourTally {
  players: number;
  updates: number;
  readonly latency: Distribution;
}

const noUpdates = () => ({ expected: 0, seen: 0, missed: 0, absent: 0, late: 0, ghosts: 0, duplicated: 0 });

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
  readonly sameNode = new Distribution();
  readonly otherNode = new Distribution();
  /** In tiles. */
  readonly motionError = new Distribution();
  readonly frameGap = new Distribution();
  /** Of all frames to all participants. */
  readonly frames: FrameSizes;
  /** Entries and motions of others that pictures took in. */
  told = 0;
  readonly byBehaviour = new Map<string, BehaviourTally>();
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

  behaviour(name: string): BehaviourTally {
    let tally = this.byBehaviour.get(name);
    if (tally === undefined) {
      tally = { players: 0, updates: 0, latency: new Distribution() };
      this.byBehaviour.set(name, tally);
    }
    return tally;
  }

  /** A neighbour got an update `ms` after it was sent. */
  seen(update: Update, observer: Participant, ms: number, isLate: boolean, isInFault: boolean): void {
    const { updates } = this.#judged(isInFault);
    updates.expected++;
    updates.seen++;
    if (isLate) updates.late++;
    if (isInFault) {
      this.inFault.latency.record(ms);
      return;
    }
    const { name, behaviour } = update.mover.setup;
    const ofBehaviour = this.behaviour(behaviour);
    ofBehaviour.updates++;
    ofBehaviour.latency.record(ms);
    (update.mover.node === observer.node ? this.sameNode : this.otherNode).record(ms);
    if (this.#worst.isSlow(ms)) {
      this.#worst.slow(this.#case(isLate ? 'late' : 'slow', observer, name, ms, inputOf(update)));
    }
  }

  missed(update: Update, observer: Participant, ms: number, isInFault: boolean): void {
    const { updates } = this.#judged(isInFault);
    updates.expected++;
    updates.missed++;
    if (isInFault) return;
    const { name, behaviour } = update.mover.setup;
    this.behaviour(behaviour).updates++;
    this.#worst.fault(this.#case('missed', observer, name, ms, inputOf(update)));
  }

  /** A player who had to be shown was not. */
  absent(player: Participant, observer: Participant, ms: number, isInFault: boolean): void {
    const { updates } = this.#judged(isInFault);
    updates.missed++;
    updates.absent++;
    if (isInFault) return;
    const detail = `on the screen and not shown, ${between(player, observer)}`;
    this.#worst.fault(this.#case('absent', observer, player.setup.name, ms, detail));
  }

  ghost(player: Participant, observer: Participant, ms: number, isInFault: boolean): void {
    this.#judged(isInFault).updates.ghosts++;
    if (isInFault) return;
    const detail = player.isPresent
      ? `shown beyond the leave margin, ${between(player, observer)}`
      : 'shown after having left the world';
    this.#worst.fault(this.#case('ghost', observer, player.setup.name, ms, detail));
  }

  duplicated(player: string, observer: Participant, detail: string, isInFault: boolean): void {
    this.#judged(isInFault).updates.duplicated++;
    if (isInFault) return;
    this.#worst.fault(this.#case('duplicated', observer, player, 0, detail));
  }

  diverged(observer: Participant, sx: number, sy: number, isInFault: boolean): void {
    this.#judged(isInFault).divergences++;
    if (isInFault) return;
    this.#worst.fault(this.#case('diverged', observer, `square ${sx},${sy}`, 0, 'the checksums disagreed'));
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
    const all = new Distribution();
    all.add(this.sameNode);
    all.add(this.otherNode);
    return all;
  }

  worst(): WorstCase[] {
    return this.#worst.list();
  }

  #judged(isInFault: boolean): Judged {
    return isInFault ? this.inFault : this;
  }

  #case(kind: CaseKind, observer: Participant, player: string, ms: number, detail: string): WorstCase {
    return { kind, atMs: this.#monotonic() - this.#originMs, observer: observer.setup.name, player, ms, detail };
  }
}

const inputOf = ({ n, pair }: Update): string =>
  `input ${n}, generation ${pair?.generation ?? '?'}, rev ${pair?.rev ?? '?'}`;

const tiles = (units: number): string => (units / UNITS_PER_TILE).toFixed(1);

const between = (player: Participant, observer: Participant): string =>
  `at tile ${tiles(player.x)},${tiles(player.y)} as seen from ${tiles(observer.x)},${tiles(observer.y)}`;
