import { BUDGETS } from './budgets.ts';
import { KIND_NUMBERS, NOBODY, type RecordKind, type RecordValues } from './record-kinds.ts';

/** A stretch of what one process recorded. */
export interface Batch {
  /** Nothing that is older than this comes after it, in ms of the machine's clock. */
  readonly watermark: number;
  /** Record after record: kind, time, whom it is of, values. Times never go back. */
  readonly records: readonly unknown[];
  /** From, to, from, to …: when the process did not get round to looking, in ms. */
  readonly held: readonly number[];
}

/** A batch is given away after so long, in ms, even with nothing in it … */
const BATCH_MS = 50;
/** … or when so many values are in it. */
const MAX_VALUES = 1 << 15;

/** Writes down what is told, with the time, and gives it away in batches. Has no timer of its own. */
export class Tape {
  readonly #monotonic: () => number;
  readonly #give: (batch: Batch) => void;
  #records: unknown[] = [];
  #held: number[] = [];
  #stampMs: number;
  #givenAtMs: number;
  #lookedAtMs: number;

  /** @param monotonic ms, of a clock that all processes share */
  constructor(monotonic: () => number, give: (batch: Batch) => void) {
    this.#monotonic = monotonic;
    this.#give = give;
    this.#stampMs = monotonic();
    this.#givenAtMs = this.#stampMs;
    this.#lookedAtMs = this.#stampMs;
  }

  /** @param who whom it is of, by number */
  write<K extends RecordKind>(kind: K, who: number, ...values: RecordValues[K]): void {
    this.#stampMs = this.#monotonic();
    this.#append(kind, who, values);
  }

  /**
   * The same of something that others may have heard of before this process got round to writing it down: with the time
   * of what was written before it.
   */
  writeEarlier<K extends RecordKind>(kind: K, who: number, ...values: RecordValues[K]): void {
    this.#append(kind, who, values);
  }

  /** To be called every few ms, as the oracle is. */
  look(): void {
    this.write('look', NOBODY);
    if (this.#stampMs - this.#lookedAtMs > BUDGETS.sampleMs) this.#held.push(this.#lookedAtMs, this.#stampMs);
    this.#lookedAtMs = this.#stampMs;
    if (this.#stampMs - this.#givenAtMs >= BATCH_MS) this.give();
  }

  /** Gives away what there is. */
  give(): void {
    this.#stampMs = this.#monotonic();
    this.#givenAtMs = this.#stampMs;
    const batch = { watermark: this.#stampMs, records: this.#records, held: this.#held };
    this.#records = [];
    this.#held = [];
    this.#give(batch);
  }

  #append(kind: RecordKind, who: number, values: readonly unknown[]): void {
    this.#records.push(KIND_NUMBERS[kind], this.#stampMs, who, ...values);
    if (this.#records.length >= MAX_VALUES) this.give();
  }
}
