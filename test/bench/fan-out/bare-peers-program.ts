/** The other ends of a bare loop: they read what comes, and send what the players of a scene had sent. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { BarePeersOrders, BarePlan } from '../bare-plan.ts';
import { obey } from './pinned-program.ts';

/** So many connect at a time. */
const AT_ONCE = 100;
const SEND_EVERY_MS = 10;
const READ_BYTES = 64 * 1024;

class BarePeers {
  readonly #sockets: Socket[] = [];
  readonly #plan: BarePlan;
  readonly #message: Buffer;
  /** All read into the same one, for nobody looks at what is in it. */
  readonly #scratch = Buffer.alloc(READ_BYTES);
  #timer: NodeJS.Timeout | undefined;
  #begunMs = 0;
  #sentSince = 0;
  #writes = 0;
  #bytesIn = 0;

  constructor(plan: BarePlan) {
    this.#plan = plan;
    this.#message = Buffer.alloc(plan.inbound.bytes, 1);
  }

  async join(port: number): Promise<void> {
    while (this.#sockets.length < this.#plan.sockets) {
      const some = Array.from({ length: Math.min(AT_ONCE, this.#plan.sockets - this.#sockets.length) }, () =>
        this.#connect(port),
      );
      await Promise.all(some.map((socket) => once(socket, 'connect')));
      this.#sockets.push(...some);
    }
  }

  begin(): void {
    this.#begunMs = performance.now();
    this.#sentSince = 0;
    if (this.#plan.inbound.perSecond > 0) this.#timer = setInterval(() => this.#send(), SEND_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  count() {
    return { writes: this.#writes, bytesOut: this.#writes * this.#message.length, bytesIn: this.#bytesIn };
  }

  #connect(port: number): Socket {
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: this.#scratch,
        callback: (length) => {
          this.#bytesIn += length;
          return true;
        },
      },
    });
    return socket;
  }

  /** One after the other, so that what comes in is spread over time as that of players is. */
  #send(): void {
    const perSecond = this.#plan.inbound.perSecond * this.#sockets.length;
    const due = Math.floor(((performance.now() - this.#begunMs) / 1000) * perSecond);
    for (; this.#sentSince < due; this.#sentSince++) {
      this.#sockets[this.#writes % this.#sockets.length]?.write(this.#message);
      this.#writes++;
    }
  }
}

let peers: BarePeers | undefined;
const joined = (): BarePeers => {
  if (peers === undefined) throw new Error('Nobody has joined.');
  return peers;
};

obey<BarePeersOrders>({
  join: async ({ port, plan }) => {
    peers = new BarePeers(plan);
    await peers.join(port);
    return null;
  },
  begin: () => {
    joined().begin();
    return null;
  },
  count: () => joined().count(),
  stop: () => {
    joined().stop();
    return null;
  },
});
