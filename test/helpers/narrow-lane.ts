interface Passage {
  /** Not before then, in ms. */
  readonly at: number;
  readonly run: () => void;
  /** What is still to pass. */
  bytes: number;
}

/**
 * One direction of a connection on a test's clock: whatever is put in comes out at the other end in order, delayed, and
 * no faster than the rate allows.
 */
export class NarrowLane {
  /** Bytes per second; 0 stops it. */
  rate = Number.POSITIVE_INFINITY;
  #passages: Passage[] = [];
  #pumpedMs: number;

  constructor(nowMs: number) {
    this.#pumpedMs = nowMs;
  }

  /** @param at the earliest time of arrival, in ms; nothing overtakes what went before */
  put(at: number, bytes: number, run: () => void): void {
    this.#passages.push({ at: Math.max(at, this.#passages.at(-1)?.at ?? 0), bytes, run });
  }

  clear(): void {
    this.#passages = [];
  }

  /** Lets through what is due. */
  pump(nowMs: number): void {
    const isWide = this.rate === Number.POSITIVE_INFINITY;
    let allowance = isWide ? Number.POSITIVE_INFINITY : (this.rate * (nowMs - this.#pumpedMs)) / 1000;
    this.#pumpedMs = nowMs;
    // Nothing is saved up for later, and nothing at all passes a lane that is stopped.
    while (this.rate > 0) {
      const [first] = this.#passages;
      if (first === undefined || first.at > nowMs) return;
      const passed = Math.min(first.bytes, allowance);
      first.bytes -= passed;
      allowance -= passed;
      if (first.bytes > 0) return;
      this.#passages.shift();
      first.run();
    }
  }
}
