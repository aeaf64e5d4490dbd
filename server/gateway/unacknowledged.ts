/** The frames that a client has been sent and has not acknowledged, by number: the tick of each. */
export class Unacknowledged {
  /** Of each frame tick, bytes, and how many of them are pictures, by turns; the oldest first. */
  #frames: number[] = [];
  #bytes = 0;
  #pictureBytes = 0;
  #last = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** The same without pictures of squares. */
  get newsBytes(): number {
    return this.#bytes - this.#pictureBytes;
  }

  /** Of the oldest. */
  get tick(): number | undefined {
    return this.#frames[0];
  }

  sent(tick: number, bytes: number, pictureBytes: number): void {
    this.#frames.push(tick, bytes, pictureBytes);
    this.#bytes += bytes;
    this.#pictureBytes += pictureBytes;
    this.#last = tick;
  }

  /** The client has had all frames up to this one; a number that was never sent says as much as the last that was. */
  acknowledged(tick: number): void {
    if (tick >= this.#last) {
      this.#frames.length = 0;
      this.#bytes = 0;
      this.#pictureBytes = 0;
      return;
    }
    const frames = this.#frames;
    let count = 0;
    while ((frames[count] ?? Number.POSITIVE_INFINITY) <= tick) {
      this.#bytes -= frames[count + 1] ?? 0;
      this.#pictureBytes -= frames[count + 2] ?? 0;
      count += 3;
    }
    if (count === 0) return;
    frames.copyWithin(0, count);
    frames.length -= count;
  }
}
