import type { Oracle } from './oracle.ts';
import {
  type CommonValues,
  HEAD_COUNT,
  KIND_NUMBERS,
  NOBODY,
  type OwnValues,
  RECORD_KINDS,
  type RecordKind,
  VALUE_COUNTS,
} from './record-kinds.ts';
import type { Batch } from './tape.ts';
import { COMMON_TELLERS, OWN_TELLERS, type Recorded } from './tellers.ts';
import { ToldPicture } from './told-picture.ts';

/** What one process recorded, record by record. Whoever has it in hand sees to the time. */
export class TapeReader {
  readonly #oracle: Oracle;
  /** By their numbers. */
  readonly #recorded: Recorded[] = [];
  readonly #batches: (readonly unknown[])[] = [];
  /** Where the next record begins, in the first of them. */
  #at = 0;
  #waiting = 0;
  #watermark = Number.NEGATIVE_INFINITY;
  /** Pairs of ms, of times to come or that have just been. */
  #held: number[] = [];

  constructor(oracle: Oracle) {
    this.#oracle = oracle;
  }

  /** Nothing older than this is to come, in ms. */
  get watermark(): number {
    return this.#watermark;
  }

  /** Values that have not been told yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** When the next record was written, in ms; infinite when there is none. */
  get nextMs(): number {
    return (this.#batches[0]?.[this.#at + 1] as number | undefined) ?? Number.POSITIVE_INFINITY;
  }

  get isNextLook(): boolean {
    return this.#batches[0]?.[this.#at] === KIND_NUMBERS.look;
  }

  take({ watermark, records, held }: Batch): void {
    this.#watermark = watermark;
    this.#held.push(...held);
    if (records.length === 0) return;
    this.#batches.push(records);
    this.#waiting += records.length;
  }

  /** Whether the process did not get round to looking then. Asked of times that do not go back. */
  isHeldAt(ms: number): boolean {
    while (this.#held.length > 0 && (this.#held[1] as number) <= ms) this.#held.splice(0, 2);
    return this.#held.length > 0 && (this.#held[0] as number) < ms;
  }

  /** Goes on to the record after the next one. */
  skip(): void {
    this.#take();
  }

  /** Tells the oracle the next record. */
  tell(): void {
    const [kind, who, values] = this.#take();
    if (kind === 'add') this.#add(...(values as unknown as OwnValues['add']));
    else if (who === NOBODY) (COMMON_TELLERS[kind as keyof CommonValues] as Teller)(this.#oracle, ...values);
    else {
      const tell = OWN_TELLERS[kind as Exclude<keyof OwnValues, 'add'>] as Teller;
      tell(this.#oracle, this.#recorded[who] as Recorded, ...values);
    }
  }

  #take(): readonly [kind: RecordKind, who: number, values: readonly unknown[]] {
    const batch = this.#batches[0] as readonly unknown[];
    const number = batch[this.#at] as number;
    const from = this.#at + HEAD_COUNT;
    const to = from + (VALUE_COUNTS[number] as number);
    const who = batch[this.#at + 2] as number;
    this.#waiting -= to - this.#at;
    this.#at = to;
    if (to >= batch.length) {
      this.#batches.shift();
      this.#at = 0;
    }
    return [RECORD_KINDS[number] as RecordKind, who, batch.slice(from, to)];
  }

  #add(setup: OwnValues['add'][0], isObserver: boolean, hasPicture: boolean): void {
    const picture = new ToldPicture();
    const participant = isObserver
      ? this.#oracle.add(setup, hasPicture ? picture : undefined)
      : this.#oracle.addMover(setup);
    this.#recorded.push({ participant, picture });
  }
}

/** The values of a record are those that its kind was written with. */
type Teller = (oracle: Oracle, ...rest: readonly unknown[]) => void;
