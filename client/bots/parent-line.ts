/** What the parent has not taken yet, in bytes; with more it is given up. */
const MAX_UNTAKEN_BYTES = 64 << 20;

export interface ParentLineEvents {
  /** Gives bytes away, and calls back when they are taken, or will never be. */
  send(bytes: Uint8Array, taken: () => void): void;
  /** The parent does not take what it is told. */
  clogged(): void;
}

/** The way from a process with players to its parent: bounded. */
export class ParentLine {
  readonly #events: ParentLineEvents;
  #untaken = 0;

  constructor(events: ParentLineEvents) {
    this.#events = events;
  }

  tell(bytes: Uint8Array): void {
    this.#untaken += bytes.length;
    if (this.#untaken > MAX_UNTAKEN_BYTES) {
      this.#events.clogged();
      return;
    }
    this.#events.send(bytes, () => {
      this.#untaken -= bytes.length;
    });
  }
}
