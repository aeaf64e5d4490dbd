/** How long the broker takes to bring a node's own word back to it. Times in ms, of any one clock. */
export class BrokerLag {
  readonly #now: () => number;
  /** When what is on its way was said; of several the first. */
  #saidMs: number | undefined;
  #lastMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What it took last, or has taken so far where that is more. */
  get ms(): number {
    return Math.max(this.#lastMs, this.#saidMs === undefined ? 0 : this.#now() - this.#saidMs);
  }

  said(): void {
    this.#saidMs ??= this.#now();
  }

  heard(): void {
    if (this.#saidMs === undefined) return;
    this.#lastMs = this.#now() - this.#saidMs;
    this.#saidMs = undefined;
  }
}
