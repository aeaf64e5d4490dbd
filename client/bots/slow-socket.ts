import type { LightSocket, LightSocketEvents, LightSocketFactory } from './light-socket.ts';

/** What is taken in at once, and how often, in bytes and ms. */
const PORTION_MS = 100;
/** Bytes that wait to be taken in; what comes beyond them ends the connection. */
const MAX_WAITING_BYTES = 1 << 20;
const ABNORMAL = 1006;

/**
 * Makes sockets whose frames, but for the first, are taken in at so many bytes a second, whatever comes: the line is fast,
 * whoever reads it is not. What is sent goes at once.
 */
export function slowSockets(openSocket: LightSocketFactory, bytesPerSecond: number): LightSocketFactory {
  return (url, protocol, events) => new SlowSocket(openSocket, bytesPerSecond, url, protocol, events);
}

class SlowSocket implements LightSocket {
  readonly #socket: LightSocket;
  readonly #events: LightSocketEvents;
  readonly #portionBytes: number;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #budget = 0;
  #isFirst = true;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    openSocket: LightSocketFactory,
    bytesPerSecond: number,
    url: string,
    protocol: string,
    events: LightSocketEvents,
  ) {
    this.#events = events;
    this.#portionBytes = (bytesPerSecond * PORTION_MS) / 1000;
    this.#socket = openSocket(url, protocol, {
      opened: () => events.opened(),
      // A buffer's own `slice` copies nothing.
      received: (bytes, from, to) => this.#received(Uint8Array.prototype.slice.call(bytes, from, to)),
      closed: (code, reason) => {
        clearInterval(this.#timer);
        events.closed(code, reason);
      },
    });
  }

  send(payload: Uint8Array): boolean {
    return this.#socket.send(payload);
  }

  close(code: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  #received(frame: Uint8Array): void {
    // With the first frame one is in the world; who is slow from the start never gets there.
    if (this.#isFirst) {
      this.#isFirst = false;
      this.#events.received(frame, 0, frame.length);
      return;
    }
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.#socket.close(ABNORMAL, 'More had come than a slow reader keeps.');
    this.#timer ??= setInterval(() => this.#takeIn(), PORTION_MS);
  }

  #takeIn(): void {
    this.#budget += this.#portionBytes;
    for (let first = this.#waiting[0]; first !== undefined && first.length <= this.#budget; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#waitingBytes -= first.length;
      this.#budget -= first.length;
      this.#events.received(first, 0, first.length);
    }
    // Whoever had nothing to read for a while does not read faster later.
    if (this.#waiting.length === 0) this.#budget = 0;
  }
}
