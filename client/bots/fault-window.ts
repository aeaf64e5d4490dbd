/**
 * The part of a run in which something is broken on purpose and has until its end to heal. Whatever is wrong meanwhile
 * is counted apart. The instant of its opening belongs to it, that of its closing does not. Times are monotonic ms.
 */
export class FaultWindow {
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = Number.POSITIVE_INFINITY;
  #wrongAtMs: number | undefined;
  #wrongAtMost = 0;

  get isOpen(): boolean {
    return this.#fromMs < Number.POSITIVE_INFINITY && this.#toMs === Number.POSITIVE_INFINITY;
  }

  /** Ms from the opening to the last moment in the window at which anything was wrong; 0 when nothing was. */
  get healMs(): number {
    return this.#wrongAtMs === undefined ? 0 : this.#wrongAtMs - this.#fromMs;
  }

  /** The largest number of players who were wrongly shown, or wrongly not shown, in one picture at once. */
  get wrongAtMost(): number {
    return this.#wrongAtMost;
  }

  open(nowMs: number): void {
    this.#fromMs = nowMs;
  }

  close(nowMs: number): void {
    this.#toMs = nowMs;
  }

  holds(atMs: number): boolean {
    return atMs >= this.#fromMs && atMs < this.#toMs;
  }

  /** Whether any moment of what went on from one time to another lay in the window. */
  touches(sinceMs: number, untilMs: number): boolean {
    return untilMs >= this.#fromMs && sinceMs < this.#toMs;
  }

  /**
   * Something was wrong. Outside the window that is of no interest here.
   * @param players how many were wrongly shown or not shown in the picture that was looked at
   */
  wrong(atMs: number, players = 0): void {
    if (!this.holds(atMs)) return;
    this.#wrongAtMs = Math.max(atMs, this.#wrongAtMs ?? atMs);
    this.#wrongAtMost = Math.max(players, this.#wrongAtMost);
  }
}
