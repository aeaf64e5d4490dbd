import type { SocketLike } from '../../client/core/connection.ts';
import { CLOSE_MS } from '../../server/gateway/limits.ts';
import type { Link } from '../../server/gateway/outbox.ts';
import type { Session } from '../../server/gateway/session.ts';
import type { Node } from '../../server/node.ts';
import type { CloseReason } from '../../shared/closing.ts';
import { NarrowLane } from './narrow-lane.ts';

export interface LinkConditions {
  readonly now: () => number;
  readonly random: () => number;
  /** One way, in ms; order is kept. */
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * A client's connection to a node without a network, on the test's clock: ordered and reliable like TCP, delayed, and
 * cut on demand. Each end learns of a cut by itself, which may be seconds apart. Towards the client it may become
 * narrow, or stop, while the node can put in as much as it likes: a kernel and a network that take everything.
 */
export class SimulatedLink {
  isOver = false;
  readonly socket: SocketLike;
  readonly #conditions: LinkConditions;
  readonly #toServer: NarrowLane;
  readonly #toClient: NarrowLane;
  #session: Session | CloseReason | undefined;
  #clientClosed = false;
  #serverClosed = false;
  /** When the server gives up waiting for the client to agree to the end, in ms. */
  #cutAt = Number.POSITIVE_INFINITY;

  constructor(node: Node, conditions: LinkConditions) {
    this.#conditions = conditions;
    this.#toServer = new NarrowLane(conditions.now());
    this.#toClient = new NarrowLane(conditions.now());
    const link: Link = {
      bufferedBytes: 0,
      send: (frame) => {
        const copy = Uint8Array.from(frame.payload);
        this.#later(this.#toClient, () => this.socket.onmessage?.({ data: copy.buffer } as never), copy.length);
      },
      close: (code, sentence) => {
        this.#serverClosed = true;
        this.#cutAt = conditions.now() + CLOSE_MS;
        this.#later(this.#toClient, () => this.#closeClient(code, sentence));
      },
    };
    this.socket = {
      binaryType: 'arraybuffer',
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (data) => {
        const copy = data.slice();
        this.#later(this.#toServer, () => this.#withSession((session) => session.receive(copy)));
      },
      close: (code) => {
        this.#clientClosed = true;
        this.#later(this.#toServer, () => this.#closeServer(code === 1000));
      },
    };
    this.#later(this.#toServer, () => {
      const session = node.connect(link);
      this.#session = session;
      this.#later(this.#toClient, () => this.socket.onopen?.(undefined as never));
      if ('code' in session) link.close(session.code, session.sentence);
    });
  }

  /** What gets through to the client, in bytes per second: as much as there is by default, nothing at 0. */
  set rate(bytesPerSecond: number) {
    this.#toClient.rate = bytesPerSecond;
  }

  /** Delivers what is due, both ways. */
  pump(): void {
    const now = this.#conditions.now();
    if (now >= this.#cutAt) {
      this.#toClient.clear();
      this.#closeClient(1006, '');
    }
    for (const lane of [this.#toServer, this.#toClient]) lane.pump(now);
    this.isOver = this.#clientClosed && this.#serverClosed;
  }

  /** Nothing passes any more; the client notices at once, the server after a while. */
  cut(serverNoticesAfterMs: number): void {
    this.#toServer.clear();
    this.#toClient.clear();
    this.#closeClient(1006, '');
    this.#toServer.put(this.#conditions.now() + serverNoticesAfterMs, 0, () => this.#closeServer(false));
  }

  #withSession(use: (session: Session) => void): void {
    if (this.#session !== undefined && 'receive' in this.#session && !this.#serverClosed) use(this.#session);
  }

  #closeServer(isLeaving: boolean): void {
    this.#withSession((session) => session.gone(isLeaving));
    this.#serverClosed = true;
  }

  #closeClient(code: number, reason: string): void {
    if (this.#clientClosed) return;
    this.#clientClosed = true;
    this.socket.onclose?.({ code, reason } as never);
  }

  #later(lane: NarrowLane, run: () => void, bytes = 0): void {
    const { now, random, minDelayMs, maxDelayMs } = this.#conditions;
    lane.put(now() + minDelayMs + random() * (maxDelayMs - minDelayMs), bytes, run);
  }
}
