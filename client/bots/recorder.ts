import type { Motion } from '../../shared/motion.ts';
import { FaultWindow } from './fault-window.ts';
import type { HopTimes } from './hops.ts';
import type { OracleInput } from './oracle-input.ts';
import { Participant, type ParticipantSetup } from './participant.ts';
import type { Picture } from './picture.ts';
import { NOBODY } from './record-kinds.ts';
import type { Tape } from './tape.ts';
import { ThingsRecorder } from './things-recorder.ts';

/** In the place of the oracle, where that is in another process: writes down what it is told. */
export class Recorder implements OracleInput {
  /** As it was last said where the oracle is. */
  readonly window = new FaultWindow();
  readonly things: ThingsRecorder;
  readonly #tape: Tape;
  readonly #monotonic: () => number;
  /** Participants are told apart by the order in which they came. */
  readonly #numbers = new Map<Participant, number>();

  /** @param monotonic ms, the clock of the tape */
  constructor(tape: Tape, monotonic: () => number) {
    this.#tape = tape;
    this.#monotonic = monotonic;
    this.things = new ThingsRecorder(tape, this.#numbers);
  }

  add(setup: ParticipantSetup, picture?: Picture): Participant {
    const participant = this.#add(new Participant(setup), picture !== undefined);
    if (picture !== undefined) this.things.add(participant, picture);
    return participant;
  }

  addMover(setup: ParticipantSetup): Participant {
    return this.#add(new Participant(setup, false), false);
  }

  #add(participant: Participant, hasPicture: boolean): Participant {
    this.#numbers.set(participant, this.#numbers.size);
    this.#tape.write('add', this.#number(participant), participant.setup, participant.isObserver, hasPicture);
    return participant;
  }

  joined(participant: Participant, id: number, generation: number, node = participant.node): void {
    participant.id = id;
    participant.generation = generation;
    participant.node = node;
    participant.isPresent = true;
    this.#tape.write('joined', this.#number(participant), id, generation, node);
  }

  left(participant: Participant, isDropped = false): void {
    participant.isPresent = false;
    this.#tape.write('left', this.#number(participant), isDropped);
  }

  away(participant: Participant): void {
    this.#tape.write('away', this.#number(participant));
  }

  position(participant: Participant, x: number, y: number, worldMs: number, isExact: boolean): void {
    this.#tape.write('position', this.#number(participant), x, y, worldMs, isExact);
  }

  sent(participant: Participant, n: number, dueMs = this.#monotonic()): void {
    this.#tape.write('sent', this.#number(participant), n, dueMs);
  }

  acknowledged(participant: Participant, n: number, rev: number, motion: Motion): void {
    this.#tape.write('acknowledged', this.#number(participant), n, rev, motion);
  }

  entered(observer: Participant, id: number, generation: number, rev: number): void {
    this.#tape.write('entered', this.#number(observer), id, generation, rev);
  }

  moved(observer: Participant, id: number, generation: number, rev: number): void {
    this.#tape.write('moved', this.#number(observer), id, generation, rev);
  }

  vanished(observer: Participant, id: number): void {
    this.#tape.write('vanished', this.#number(observer), id);
  }

  duplicated(observer: Participant, id: number, detail: string): void {
    this.#tape.write('duplicated', this.#number(observer), id, detail);
  }

  diverged(observer: Participant, sx: number, sy: number): void {
    this.#tape.write('diverged', this.#number(observer), sx, sy);
  }

  audit(observer: Participant, ids: ReadonlySet<number>): void {
    this.#tape.write('audit', this.#number(observer), [...ids]);
  }

  corrected(): void {
    this.#tape.write('corrected', NOBODY);
  }

  framed(bytes: number): void {
    this.#tape.write('framed', NOBODY, bytes);
  }

  frameGap(ms: number): void {
    this.#tape.write('frameGap', NOBODY, ms);
  }

  traced(isOtherNode: boolean, times: HopTimes): void {
    this.#tape.write('traced', NOBODY, isOtherNode, times);
  }

  handedOver(ms: number): void {
    this.#tape.write('handedOver', NOBODY, ms);
  }

  played(observer: Participant, id: number, x: number, y: number, shownMs: number, worldMs: number): void {
    this.#tape.write('played', this.#number(observer), id, x, y, shownMs, worldMs);
  }

  sample(observer: Participant): void {
    this.#tape.write('sample', this.#number(observer));
  }

  look(): void {
    this.#tape.look();
  }

  #number(participant: Participant): number {
    return this.#numbers.get(participant) ?? NOBODY;
  }
}
