interface Event {
  readonly atMs: number;
  readonly run: () => void;
}

/** Simulated time: what is to happen later happens in order, when time is moved on to it. */
export class Timeline {
  #nowMs = 1000;
  /** Soonest last. */
  readonly #events: Event[] = [];

  readonly now = (): number => this.#nowMs;

  /** Runs something after so many ms; of two for the same moment the one asked for first comes first. */
  readonly later = (ms: number, run: () => void): void => {
    const atMs = this.#nowMs + ms;
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle] as Event).atMs > atMs) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, { atMs, run });
  };

  /** Moves time on by so many ms, through every event on the way. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#events.at(-1); next !== undefined && next.atMs <= untilMs; next = this.#events.at(-1)) {
      this.#events.pop();
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = untilMs;
  }
}
