import { SUBPROTOCOL } from '../../shared/constants.ts';

/**
 * What the core needs of a WebSocket; the browser's and that of `ws` both have it. Handlers take `never` because each
 * has event types of its own; what the core reads of them is written at the handlers.
 */
export interface SocketLike {
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** Opens a WebSocket to an address with a subprotocol, as `new WebSocket(url, protocol)` does; it may throw as that may. */
export type SocketFactory = (url: string, protocol: string) => SocketLike;

export interface ConnectionEvents {
  opened(): void;
  received(bytes: Uint8Array): void;
  /** Once, whatever the end was: also for a connection that never opened. */
  closed(code: number, reason: string): void;
}

/** The connection is given up for another one, and the player means to stay (P-CLOSE-3). */
const GIVEN_UP = 3000;

/** One attempt at a connection: from opening to its single `closed`. */
export class Connection {
  #socket: SocketLike | undefined;
  #events: ConnectionEvents | undefined;
  #isOpen = false;

  constructor(url: string, openSocket: SocketFactory, events: ConnectionEvents) {
    this.#events = events;
    const socket = openSocket(url, SUBPROTOCOL);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#isOpen = true;
      this.#events?.opened();
    };
    socket.onmessage = ({ data }: { readonly data: unknown }) => {
      if (data instanceof ArrayBuffer) this.#events?.received(new Uint8Array(data));
    };
    socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => this.#end(code, reason);
    // A close event follows every error; the error itself says nothing a page may read.
    socket.onerror = () => undefined;
  }

  /** Sends, or does nothing while the connection is not open. Returns whether it sent. */
  send(bytes: Uint8Array): boolean {
    if (!this.#isOpen || this.#socket === undefined) return false;
    this.#socket.send(bytes as Uint8Array<ArrayBuffer>);
    return true;
  }

  /** Ends the connection and reports it closed at once, without waiting for the peer; 1000 stands for leaving. */
  close(code: number, reason: string): void {
    const socket = this.#socket;
    this.#end(code, reason);
    // A browser lets a page send codes of its own only from 3000 on.
    socket?.close(code === 1000 ? 1000 : GIVEN_UP);
  }

  #end(code: number, reason: string): void {
    const events = this.#events;
    this.#events = undefined;
    this.#socket = undefined;
    this.#isOpen = false;
    events?.closed(code, reason);
  }
}
