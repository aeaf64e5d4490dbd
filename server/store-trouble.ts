import type { HttpLogger } from './http/server.ts';
import { StoreError } from './store/store.ts';

/** What has not happened again for so long is taken to be over, in ms; world time is saved more often. */
const OVER_MS = 5000;

/**
 * Whether the store does what it is asked for, as far as a person has to see to it: of a failure that may pass by
 * itself the connection's own state tells.
 */
export class StoreTrouble {
  readonly #monotonic: () => number;
  readonly #logger: HttpLogger | undefined;
  #last: { readonly sentence: string; readonly atMs: number } | undefined;

  constructor(monotonic: () => number, logger: HttpLogger | undefined) {
    this.#monotonic = monotonic;
    this.#logger = logger;
  }

  /** Notes a failure; the log has a line for the first of several. */
  failed(error: unknown): void {
    if (!(error instanceof StoreError) || error.code === 'unavailable') return;
    if (this.sentence === undefined)
      this.#logger?.warn({ why: error.message }, 'the store refuses what it is asked for');
    this.#last = { sentence: error.message, atMs: this.#monotonic() };
  }

  /** Why it does not; undefined while all is well. */
  get sentence(): string | undefined {
    if (this.#last === undefined || this.#monotonic() - this.#last.atMs > OVER_MS) return undefined;
    return this.#last.sentence;
  }
}
