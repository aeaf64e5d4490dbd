/** Who ends within this of its start has started in vain, in ms. */
const SOON_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** How long to wait before a process that has ended is started again: not at all, unless it keeps ending soon. */
export class Comeback {
  #vain = 0;

  /** In ms, for one that has ended after so many ms. */
  pauseMs(livedMs: number): number {
    if (livedMs >= SOON_MS) this.#vain = 0;
    this.#vain++;
    return this.#vain === 1 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (this.#vain - 2), MAX_PAUSE_MS);
  }
}
