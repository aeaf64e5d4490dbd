import { BUDGETS } from '../../client/bots/budgets.ts';
import { MergedClock } from '../../client/bots/merged-clock.ts';
import { Oracle } from '../../client/bots/oracle.ts';
import type { OracleInput } from '../../client/bots/oracle-input.ts';
import type { Participant } from '../../client/bots/participant.ts';
import type { LogEntry, Picture } from '../../client/bots/picture.ts';
import { Recorder } from '../../client/bots/recorder.ts';
import { Replay } from '../../client/bots/replay.ts';
import { type Batch, Tape } from '../../client/bots/tape.ts';
import { pack, unpackAll } from '../../shared/codec.ts';

const SCREEN = { width: 40, height: 24 };
/** What every gem scores in these histories. */
const POINTS = 5;
/** No two things happen at once: what they would come in then is nobody's promise. */
const MOMENT_MS = 0.125;

/** Somebody of whom both oracles are told. */
export class Double implements Picture {
  readonly process: number;
  readonly direct: Participant;
  readonly recorded: Participant;
  readonly shownSquares = new Map<string, { readonly sx: number; readonly sy: number }>();
  readonly lines: LogEntry[] = [];
  print = 0;
  id = 0;
  generation = 0;
  inputs = 0;
  rev = 0;
  x = 0;
  y = 0;

  constructor(number: number, isMover: boolean, direct: OracleInput, process: number, recorder: OracleInput) {
    const setup = { name: `bot-${number}`, behaviour: 'wander', node: `node ${number % 2}`, screen: SCREEN };
    this.process = process;
    this.direct = isMover ? direct.addMover(setup) : direct.add(setup, this);
    this.recorded = isMover ? recorder.addMover(setup) : recorder.add(setup, this);
  }

  squares() {
    return this.shownSquares;
  }

  printOf(): number {
    return this.print;
  }

  log(): readonly LogEntry[] {
    return this.lines;
  }
}

interface Delivery {
  readonly process: number;
  /** Packed, as it goes from process to process. */
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** A history told to one oracle as it happens, and to another one by what several processes record and deliver late. */
export class SpreadHistory {
  nowMs = 5000;
  readonly direct: Oracle;
  readonly merged: Oracle;
  readonly doubles: Double[] = [];
  readonly #recorders: readonly Recorder[];
  readonly #tapes: readonly Tape[];
  readonly #replay: Replay;
  readonly #delayMs: (process: number) => number;
  #underWay: Delivery[] = [];

  /** @param delayMs how long the next batch of a process is under way; those of one process stay in their order */
  constructor(processes: number, delayMs: (process: number) => number = () => 0) {
    const monotonic = (): number => this.nowMs;
    const pointsOf = (): number => POINTS;
    const clock = new MergedClock(this.nowMs);
    this.#delayMs = delayMs;
    this.direct = new Oracle(monotonic, BUDGETS, pointsOf);
    this.merged = new Oracle(clock.monotonic, BUDGETS, pointsOf);
    this.#replay = new Replay(this.merged, clock, processes);
    this.#tapes = Array.from(
      { length: processes },
      (_, process) => new Tape(monotonic, (batch) => this.#send(process, batch)),
    );
    this.#recorders = this.#tapes.map((tape) => new Recorder(tape, monotonic));
  }

  get waiting(): number {
    return this.#replay.waiting;
  }

  add(process: number, isMover = false): Double {
    this.nowMs += MOMENT_MS;
    const recorder = this.#recorders[process] as Recorder;
    const double = new Double(this.doubles.length, isMover, this.direct, process, recorder);
    this.doubles.push(double);
    return double;
  }

  /** Tells both of something that happened to one participant: a moment later, or at the very time of what came before. */
  tell(double: Double, told: (input: OracleInput, participant: Participant) => void, afterMs = MOMENT_MS): void {
    this.nowMs += afterMs;
    told(this.direct, double.direct);
    told(this.#recorders[double.process] as Recorder, double.recorded);
  }

  /** Does something with both, between what has happened and what will. */
  judge(act: (oracle: Oracle) => void): void {
    this.nowMs += MOMENT_MS;
    act(this.direct);
    void this.#replay.at(this.nowMs, () => act(this.merged));
  }

  /** So much time passes in which nothing happens, and then all look; those of `held` do not get round to it. */
  pass(ms: number, held: readonly number[] = []): void {
    this.nowMs += ms;
    this.#recorders.forEach((recorder, process) => {
      if (held.includes(process)) return;
      this.nowMs += MOMENT_MS;
      recorder.look();
      this.direct.look();
    });
    this.#deliver(this.nowMs);
  }

  /** All pictures are looked into, and whatever is under way arrives. */
  end(): void {
    for (const recorder of this.#recorders) recorder.things.tellPictures();
    this.judge((oracle) => oracle.things.compare());
    this.nowMs += MOMENT_MS;
    for (const tape of this.#tapes) tape.give();
    this.#deliver(Number.POSITIVE_INFINITY);
  }

  /** What comes of a process's batch that is on its way. */
  #send(process: number, batch: Batch): void {
    const last = this.#underWay.findLast((delivery) => delivery.process === process);
    const atMs = Math.max(last?.atMs ?? 0, this.nowMs + this.#delayMs(process));
    this.#underWay.push({ process, bytes: pack(batch), atMs });
  }

  #deliver(untilMs: number): void {
    const due = this.#underWay.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
    this.#underWay = this.#underWay.filter(({ atMs }) => atMs > untilMs);
    for (const { process, bytes } of due) this.#replay.take(process, unpackAll(bytes)[0] as Batch);
  }
}

/** Everything that an oracle has come to say. */
export function verdictOf({ tally, things, window, outstanding }: Oracle) {
  const { updates, inputs, divergences, corrections, told, inFault, frames, byPair, staleness } = tally;
  const { latency: latencyInFault, ...countsInFault } = inFault;
  const encoded = (all: Readonly<Record<string, { encode(): string }>>) =>
    Object.entries(all).map(([name, distribution]) => [name, distribution.encode()]);
  return {
    updates,
    inputs,
    divergences,
    corrections,
    told,
    outstanding,
    inFault: { ...countsInFault, latency: latencyInFault.encode() },
    frames: [frames.count, frames.mean, frames.sample],
    distributions: [...encoded(byPair), ...encoded(staleness), tally.frameGap.encode(), tally.motionError.encode()],
    edits: [things.edits.counts, things.edits.inFault, things.edits.latency.encode()],
    chat: [things.chat.counts, things.chat.inFault, things.chat.latency.encode()],
    gems: [things.gems.counts, things.gems.inFault],
    requests: { ...things.requests },
    worst: tally.worst(),
    heat: tally.heat.list(),
    window: [window.isOpen, window.healMs, window.wrongAtMost],
  };
}
