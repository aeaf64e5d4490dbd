import type { Monotonic } from '../../shared/clock.ts';
import type { KnownWorld } from './fleet-for.ts';
import { type GeneratorLoad, IntervalMeter, meterGenerator } from './generator-meter.ts';
import { Lasting } from './lasting.ts';
import type { MergedClock } from './merged-clock.ts';
import type { BotsOptions } from './options.ts';
import type { Oracle } from './oracle.ts';
import type { Casting, FromPart } from './part-messages.ts';
import { ADVICE, type Answered, type PartEvents, type PartHandle, PartProcess } from './part-process.ts';
import type { Headcount, Measured, Parting, Players } from './players.ts';
import type { Phase } from './progress.ts';
import { Replay } from './replay.ts';

/** The players cannot go on in their processes; the message is the sentence that the user reads. */
export class SpreadFailure extends Error {
  override readonly name = 'SpreadFailure';
}

/** Values that wait to be told to the oracle: some hundred MB. With more the run fails. */
const MAX_WAITING = 1 << 24;
/** An oracle that is behind by more than this, in ms, … */
const BEHIND_MS = 10_000;
/** … for so long, in ms, will not catch up: the run fails. */
const CATCH_UP_MS = 2000;

export interface SpreadSetup {
  readonly options: BotsOptions;
  readonly world: KnownWorld;
  readonly oracle: Oracle;
  /** The oracle's. */
  readonly clock: MergedClock;
  readonly monotonic: Monotonic;
  readonly startPart?: (casting: Casting, events: PartEvents) => PartHandle;
}

const startProcess = (casting: Casting, events: PartEvents): PartHandle => new PartProcess(casting, events);

type Count = Exclude<keyof Headcount, 'hasArrived' | 'isSettled'>;

/** The players of a run, spread over several processes. What they record is told to the oracle, which is in this one. */
export class SpreadFleet implements Players {
  readonly size = 0;
  readonly failure: Promise<never>;
  readonly #monotonic: Monotonic;
  readonly #clock: MergedClock;
  readonly #replay: Replay;
  readonly #parts: readonly PartHandle[];
  readonly #isBehind = new Lasting();
  #fail: (error: SpreadFailure) => void = () => undefined;
  #readMeter: (() => GeneratorLoad) | undefined;

  constructor({ options, world, oracle, clock, monotonic, startPart = startProcess }: SpreadSetup) {
    const count = options.processes;
    this.#monotonic = monotonic;
    this.#clock = clock;
    this.failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#replay = new Replay(oracle, clock, count);
    this.#parts = Array.from({ length: count }, (_, index) =>
      startPart(
        { options, world, part: { index, count } },
        { told: (told) => this.#told(index, told), failed: (sentence) => this.#failed(sentence) },
      ),
    );
  }

  get isReady(): boolean {
    return this.#parts.every(({ status }) => status !== undefined);
  }

  get isCutOff(): boolean {
    return this.wanted > 0 && this.joined === 0;
  }

  get wanted(): number {
    return this.#sum('wanted');
  }

  get yetToCome(): number {
    return this.#sum('yetToCome');
  }

  get joined(): number {
    return this.#sum('joined');
  }

  get everJoined(): number {
    return this.#sum('everJoined');
  }

  get everJoinedFull(): number {
    return this.#sum('everJoinedFull');
  }

  get dropped(): number {
    return this.#sum('dropped');
  }

  get droppedInFault(): number {
    return this.#sum('droppedInFault');
  }

  get settled(): number {
    return this.#sum('settled');
  }

  get gaveUp(): number {
    return this.#sum('gaveUp');
  }

  get hasArrived(): boolean {
    return this.#parts.every(({ status }) => status?.count.hasArrived);
  }

  get isSettled(): boolean {
    return this.#parts.every(({ status }) => status?.count.isSettled);
  }

  visit(): void {
    // Each process visits its own.
  }

  look(nowMs: number): void {
    for (const part of this.#parts) part.look(nowMs);
    const isBehind = this.isReady && nowMs - this.#clock.nowMs > BEHIND_MS;
    if (this.#isBehind.look(nowMs, isBehind) > CATCH_UP_MS) {
      this.#failed(`The oracle is ${BEHIND_MS / 1000} s behind the players: it does not keep up. ${ADVICE}`);
    }
  }

  enter(phase: Phase, atMs: number): void {
    void this.#all((part) => part.order({ type: 'enter', phase, atMs }));
  }

  async begin(judge: () => void): Promise<void> {
    this.#readMeter = meterGenerator();
    await this.#all((part) => part.order({ type: 'begin' }), judge);
  }

  async finish(judge: () => void): Promise<Measured> {
    if (this.#readMeter === undefined) throw new Error('The measured part ends without having begun.');
    const own = this.#readMeter();
    const measured = await this.#all((part) => part.order({ type: 'finish' }), judge);
    const sum = (read: (traffic: Measured['traffic']) => number): number =>
      measured.reduce((total, { traffic }) => total + read(traffic), 0);
    return {
      traffic: {
        framesIn: sum(({ framesIn }) => framesIn),
        bytesIn: sum(({ bytesIn }) => bytesIn),
        messagesOut: sum(({ messagesOut }) => messagesOut),
        bytesOut: sum(({ bytesOut }) => bytesOut),
      },
      loads: [
        { ...own, judges: true },
        ...measured.flatMap(({ loads }) => loads.map((load) => ({ ...load, judges: false }))),
      ],
    };
  }

  async openWindow(judge: () => void): Promise<void> {
    await this.#all((part) => part.order({ type: 'openWindow' }), judge);
  }

  async closeWindow(judge: () => void): Promise<void> {
    await this.#all((part) => part.order({ type: 'closeWindow' }), judge);
  }

  async compare(judge: () => void): Promise<void> {
    await this.#all((part) => part.order({ type: 'pictures' }));
    judge();
  }

  async partings(): Promise<readonly Parting[]> {
    return (await this.#all((part) => part.order({ type: 'partings' }))).flat();
  }

  openMeter(): Pick<IntervalMeter, 'take' | 'stop'> {
    const own = new IntervalMeter(this.#monotonic);
    return {
      take: () => {
        const loads = [own.take(), ...this.#parts.flatMap(({ status }) => status?.load ?? [])];
        return {
          delayMs: Math.max(...loads.map(({ delayMs }) => delayMs)),
          cpuShare: loads.reduce((total, { cpuShare }) => total + cpuShare, 0),
        };
      },
      stop: () => own.stop(),
    };
  }

  async end(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.end()));
  }

  /**
   * Has all of them do something, and the oracle meanwhile. Resolves to their answers when they have done it and the
   * oracle was told all that they recorded before.
   */
  async #all<A>(order: (part: PartHandle) => Promise<Answered<A>>, judge: () => void = () => undefined): Promise<A[]> {
    const judged = this.#replay.at(this.#monotonic(), judge);
    const answered = await Promise.all(this.#parts.map(order));
    await judged;
    await this.#replay.at(Math.max(...answered.map(({ atMs }) => atMs)));
    return answered.map(({ answer }) => answer);
  }

  #told(index: number, told: FromPart): void {
    this.#replay.take(index, told);
    if (this.#replay.waiting > MAX_WAITING) {
      this.#failed(
        `More waits to be judged than there is room for: the players are too many for one oracle. ${ADVICE}`,
      );
    }
  }

  #failed(sentence: string): void {
    this.#fail(new SpreadFailure(sentence));
  }

  #sum(count: Count): number {
    return this.#parts.reduce((total, { status }) => total + (status?.count[count] ?? 0), 0);
  }
}
