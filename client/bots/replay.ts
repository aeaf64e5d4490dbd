import type { MergedClock } from './merged-clock.ts';
import type { Oracle } from './oracle.ts';
import type { Batch } from './tape.ts';
import { TapeReader } from './tape-reader.ts';

interface Act {
  readonly atMs: number;
  readonly run: () => void;
}

/**
 * Brings together what several processes recorded, in the order in which it happened, and tells it to the oracle.
 *
 * Nothing is told that is newer than the least watermark, so however late one process is with its batch, what another
 * one tells waits for it. The oracle's patience is that of somebody who watches through all of them: while one did not
 * get round to looking, nobody looks.
 */
export class Replay {
  readonly #oracle: Oracle;
  readonly #clock: MergedClock;
  readonly #readers: readonly TapeReader[];
  /** By time; of one time, in the order in which they were asked for. */
  readonly #acts: Act[] = [];

  /** @param count of tapes */
  constructor(oracle: Oracle, clock: MergedClock, count: number) {
    this.#oracle = oracle;
    this.#clock = clock;
    this.#readers = Array.from({ length: count }, () => new TapeReader(oracle));
  }

  /** Values that wait for their time. */
  get waiting(): number {
    return this.#readers.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /** A batch has come from a process; batches of one process come in their order. */
  take(process: number, batch: Batch): void {
    this.#readers[process]?.take(batch);
    this.#advance();
  }

  /** Runs something between what happened until a time and what happened later; resolves when that is done. */
  at(atMs: number, run: () => void = () => undefined): Promise<void> {
    return new Promise((resolve) => {
      const act = {
        atMs,
        run: () => {
          run();
          resolve();
        },
      };
      const later = this.#acts.findIndex((other) => other.atMs > atMs);
      this.#acts.splice(later < 0 ? this.#acts.length : later, 0, act);
    });
  }

  #advance(): void {
    const untilMs = Math.min(...this.#readers.map(({ watermark }) => watermark));
    for (;;) {
      const reader = this.#readers.reduce((first, other) => (other.nextMs < first.nextMs ? other : first));
      const [act] = this.#acts;
      if (act !== undefined && act.atMs < reader.nextMs && act.atMs < untilMs) {
        this.#acts.shift();
        this.#goOn(act.atMs);
        act.run();
      } else if (reader.nextMs <= untilMs) {
        this.#goOn(reader.nextMs);
        if (!reader.isNextLook) reader.tell();
        else {
          reader.skip();
          if (!this.#readers.some((other) => other.isHeldAt(this.#clock.nowMs))) this.#oracle.look();
        }
      } else break;
    }
    this.#goOn(untilMs);
  }

  #goOn(ms: number): void {
    this.#clock.nowMs = Math.max(ms, this.#clock.nowMs);
  }
}
