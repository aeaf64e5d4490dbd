/**
 * A loop over net sockets that does nothing but write: what any server on Node has to pay for the same frames. What
 * comes in is read and thrown away.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createRandom } from '../../../client/bots/random.ts';
import type { BarePlan, BareServerOrders } from '../bare-plan.ts';
import { obey } from './pinned-program.ts';

class BareServer {
  readonly #plan: BarePlan;
  readonly #server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  readonly #sockets: Socket[] = [];
  readonly #buffers: readonly Buffer[];
  readonly #random = createRandom(1);
  #timer: NodeJS.Timeout | undefined;
  #isAtIt = false;
  #writes = 0;
  #bytesOut = 0;
  #bytesIn = 0;

  constructor(plan: BarePlan) {
    this.#plan = plan;
    this.#buffers = plan.sizes.map((size) => Buffer.alloc(size, 1));
  }

  async listen(): Promise<number> {
    this.#server.listen({ port: 0, host: '127.0.0.1', backlog: this.#plan.sockets });
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  begin(): void {
    this.#timer = setInterval(() => this.#round(), this.#plan.everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  count() {
    return { writes: this.#writes, bytesOut: this.#bytesOut, bytesIn: this.#bytesIn };
  }

  #accept(socket: Socket): void {
    this.#sockets.push(socket);
    socket.on('data', (data) => {
      this.#bytesIn += data.length;
    });
    socket.on('error', () => socket.destroy());
  }

  #round(): void {
    // One that comes when the last is not over yet is left out, as the server leaves out a flush.
    if (this.#isAtIt) return;
    this.#isAtIt = true;
    this.#slice(0);
  }

  #slice(from: number): void {
    const { chance, slice } = this.#plan;
    const to = Math.min(this.#sockets.length, from + slice);
    for (let i = from; i < to; i++) {
      if (this.#random() >= chance) continue;
      const buffer = this.#buffers[Math.floor(this.#random() * this.#buffers.length)] as Buffer;
      this.#sockets[i]?.write(buffer);
      this.#writes++;
      this.#bytesOut += buffer.length;
    }
    if (to === this.#sockets.length) this.#isAtIt = false;
    else setImmediate(() => this.#slice(to));
  }
}

let server: BareServer | undefined;
const opened = (): BareServer => {
  if (server === undefined) throw new Error('It has not been told what to do.');
  return server;
};

obey<BareServerOrders>({
  open: (plan) => {
    server = new BareServer(plan);
    return server.listen();
  },
  begin: () => {
    opened().begin();
    return null;
  },
  count: () => opened().count(),
  stop: () => {
    opened().stop();
    return null;
  },
});
