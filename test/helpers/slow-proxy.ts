import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a page and a server as a long line does: everything arrives, in order, a while later. */
export class SlowProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(port: number, delayMs: number) {
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        const later = (act: () => void): void => {
          setTimeout(() => {
            if (!to.destroyed) act();
          }, delayMs);
        };
        from.setNoDelay(true);
        from.on('data', (bytes) => later(() => to.write(bytes)));
        from.on('end', () => later(() => to.end()));
        from.on('error', () => from.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          later(() => to.destroy());
        });
      }
    });
  }

  /**
   * Listens on a free port, for a server on a port of 127.0.0.1.
   * @param delayMs each way
   */
  static async start(port: number, delayMs: number): Promise<SlowProxy> {
    const proxy = new SlowProxy(port, delayMs);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
