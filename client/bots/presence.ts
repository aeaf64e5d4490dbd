/** How many players there were at a time, on average over the measured part. */
export class Presence {
  #ms = 0;
  #playerMs = 0;
  #observerMs = 0;

  /** For so long there have been so many, and so many of them with a picture. */
  record(players: number, observers: number, ms: number): void {
    this.#ms += ms;
    this.#playerMs += players * ms;
    this.#observerMs += observers * ms;
  }

  /** 0 before anything was recorded. */
  get players(): number {
    return this.#playerMs / Math.max(1, this.#ms);
  }

  get observers(): number {
    return this.#observerMs / Math.max(1, this.#ms);
  }
}
