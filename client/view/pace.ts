/** Frames that are judged together. */
const FRAMES = 45;
/** A middling frame that takes longer than this is too slow, in ms; phones that save power draw every 33. */
const SLOW_MS = 42;
/** A pause is no frame, in ms. */
const PAUSE_MS = 1000;

/** Watches how long frames take, to notice a machine on which drawing is too much work. */
export class Pace {
  readonly #frames: number[] = [];

  /** Takes in the time since the frame before; true when the last frames were too slow. */
  isTooSlow(ms: number): boolean {
    if (ms <= 0 || ms > PAUSE_MS) return false;
    this.#frames.push(ms);
    if (this.#frames.length < FRAMES) return false;
    const middling = this.#frames.sort((a, b) => a - b)[FRAMES >> 1] as number;
    this.#frames.length = 0;
    return middling > SLOW_MS;
  }
}
