import type { SocketLike } from '../../client/core/connection.ts';
import type { Link } from '../../server/gateway/outbox.ts';
import type { Session } from '../../server/gateway/session.ts';
import type { Node } from '../../server/node.ts';
import type { CloseReason } from '../../shared/closing.ts';

interface Event {
  readonly at: number;
  readonly run: () => void;
}

export interface LinkConditions {
  readonly now: () => number;
  readonly random: () => number;
  /** One way, in ms; order is kept. */
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * A client's connection to a node without a network, on the test's clock: ordered and reliable like TCP, delayed, and
 * cut on demand. Each end learns of a cut by itself, which may be seconds apart.
 */
export class SimulatedLink {
  isOver = false;
  readonly socket: SocketLike;
  readonly #conditions: LinkConditions;
  readonly #toServer: Event[] = [];
  readonly #toClient: Event[] = [];
  #session: Session | CloseReason | undefined;
  #clientClosed = false;
  #serverClosed = false;

  constructor(node: Node, conditions: LinkConditions) {
    this.#conditions = conditions;
    const link: Link = {
      bufferedBytes: 0,
      send: (frame) => {
        const copy = frame.slice();
        this.#later(this.#toClient, () => this.socket.onmessage?.({ data: copy.buffer } as never));
      },
      close: (code, sentence) => {
        this.#serverClosed = true;
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
      this.#session = node.connect(link);
      this.#later(this.#toClient, () => this.socket.onopen?.(undefined as never));
    });
  }

  /** Delivers what is due, both ways. */
  pump(): void {
    for (const lane of [this.#toServer, this.#toClient]) {
      while (lane.length > 0 && (lane[0] as Event).at <= this.#conditions.now()) (lane.shift() as Event).run();
    }
    this.isOver = this.#clientClosed && this.#serverClosed;
  }

  /** Nothing passes any more; the client notices at once, the server after a while. */
  cut(serverNoticesAfterMs: number): void {
    this.#toServer.length = 0;
    this.#toClient.length = 0;
    this.#closeClient(1006, '');
    this.#toServer.push({ at: this.#conditions.now() + serverNoticesAfterMs, run: () => this.#closeServer(false) });
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

  #later(lane: Event[], run: () => void): void {
    const { now, random, minDelayMs, maxDelayMs } = this.#conditions;
    const at = now() + minDelayMs + random() * (maxDelayMs - minDelayMs);
    lane.push({ at: Math.max(at, lane.at(-1)?.at ?? 0), run });
  }
}
