/** The longest time between two looks that counts, in ms: for the rest of it nobody was there to look. */
const MOST_MS = 250;

/** How long something lasts, by the looks of a process that may itself be held up. */
export class Lasting {
  #ms = 0;
  #lookedAtMs: number | undefined;

  /** To be called every few ms. Returns for how long it has been so, in ms; 0 when it is not. */
  look(nowMs: number, isSo: boolean): number {
    const sinceMs = nowMs - (this.#lookedAtMs ?? nowMs);
    this.#lookedAtMs = nowMs;
    this.#ms = isSo ? this.#ms + Math.min(MOST_MS, sinceMs) : 0;
    return this.#ms;
  }
}
