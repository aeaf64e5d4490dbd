/** The frames that a client has been sent and has not acknowledged, by number: the tick of each. */
export class Unacknowledged {
  /** Tick and bytes of each frame by turns, the oldest first. */
  #frames: number[] = [];
  #bytes = 0;
  #last = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Of the oldest. */
  get tick(): number | undefined {
    return this.#frames[0];
  }

  sent(tick: number, bytes: number): void {
    this.#frames.push(tick, bytes);
    this.#bytes += bytes;
    this.#last = tick;
  }

  /** The client has had all frames up to this one; a number that was never sent says as much as the last that was. */
  acknowledged(tick: number): void {
    if (tick >= this.#last) {
      this.#frames.length = 0;
      this.#bytes = 0;
      return;
    }
    const frames = this.#frames;
    let count = 0;
    while ((frames[count] ?? Number.POSITIVE_INFINITY) <= tick) {
      this.#bytes -= frames[count + 1] ?? 0;
      count += 2;
    }
    if (count === 0) return;
    frames.copyWithin(0, count);
    frames.length -= count;
  }
}
