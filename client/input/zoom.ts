/** The zoom follows two fingers when they are this much of a step beyond it, lest it flicker between two steps. */
const PINCH_STEP = 0.6;

/**
 * The zoom that two fingers ask for.
 * @param from the zoom when the second finger came down, in CSS pixels to a pixel of the art
 * @param factor how many times further apart they are now
 * @param current the zoom now
 * @returns a whole number of at least 1, undefined to stay
 */
export function pinchedZoom(from: number, factor: number, current: number): number | undefined {
  const wanted = from * factor;
  return Math.abs(wanted - current) < PINCH_STEP ? undefined : Math.max(1, Math.round(wanted));
}

/** What is read of a `WheelEvent`. */
export interface WheelTurn {
  readonly deltaY: number;
  readonly deltaMode: number;
  /** Also how browsers tell of two fingers on a trackpad. */
  readonly ctrlKey: boolean;
}

/** A notch of a mouse's wheel is at least this long, in CSS pixels. */
const NOTCH = 80;
/** Two fingers on a trackpad are told in smaller numbers. */
const PINCH_NOTCH = 24;
/** Height of a line and of a page, for wheels that count in them. */
const UNITS = [1, 30, 300] as const;
/** After a pause of this long a turn begins anew, in ms. */
const PAUSE_MS = 250;
/** A wheel that runs on by itself makes a step at most this often, in ms. */
const STEP_MS = 60;

/** Adds up turns of a wheel, or fingers on a trackpad, to steps of the zoom: one for a notch. */
export class WheelSteps {
  #sum = 0;
  #turnedAt = Number.NEGATIVE_INFINITY;
  #steppedAt = Number.NEGATIVE_INFINITY;

  /** Returns 1 for a step closer, -1 for one further away, else 0. */
  turn({ deltaY, deltaMode, ctrlKey }: WheelTurn, nowMs: number): number {
    const pixels = deltaY * (UNITS[deltaMode] ?? 1);
    if (nowMs - this.#turnedAt > PAUSE_MS || pixels * this.#sum < 0) this.#sum = 0;
    this.#turnedAt = nowMs;
    this.#sum += pixels;
    if (Math.abs(this.#sum) < (ctrlKey && Math.abs(pixels) < NOTCH ? PINCH_NOTCH : NOTCH)) return 0;
    const step = this.#sum < 0 ? 1 : -1;
    // However far a wheel turns at once, and whatever is left over: one notch, one step.
    this.#sum = 0;
    if (nowMs - this.#steppedAt < STEP_MS) return 0;
    this.#steppedAt = nowMs;
    return step;
  }
}
