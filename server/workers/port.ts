import { type AddressInfo, createServer } from 'node:net';

/**
 * The port that workers are to share, found by taking it for a moment: what stands in the way is met once and not by
 * every worker, and 0 becomes a port that stays the same when all workers have to be replaced.
 * @throws the system's error when it cannot be taken
 */
export function findPort(host: string, port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      const address = server.address() as AddressInfo;
      server.close(() => resolve(address.port));
    });
  });
}
