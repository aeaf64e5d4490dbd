/**
 * Lets everything else have its turn. A browser whose frames take all of its time, and in which somebody types or
 * touches, may put off messages and timers for as long as that lasts: a page that draws on and on then hears nothing
 * from the server, and answers it nothing. So a frame in which nothing else has run since the last one is not drawn.
 */
export class Breather {
  readonly #channel = new MessageChannel();
  /** A message to oneself is on its way. */
  #isHeld = false;

  constructor() {
    this.#channel.port1.onmessage = () => {
      this.#isHeld = false;
    };
  }

  /** Whether nothing but frames has run since one was drawn. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** A frame has been drawn. */
  drawn(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#channel.port2.postMessage(null);
  }

  stop(): void {
    this.#channel.port1.close();
  }
}
