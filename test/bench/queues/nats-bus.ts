import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Bus } from './bus.ts';

const BURST = 500;
/** So many bursts between two rounds to the server and back: what waits in this process is bounded. */
const BURSTS_A_ROUND = 10;

export async function openNatsBus([url = '']: readonly string[]): Promise<Bus> {
  const { connect } = await import('@nats-io/transport-node');
  const connection = await connect({ servers: url, maxReconnectAttempts: -1 });
  const subscriptions = new Map<string, { unsubscribe(): void }>();
  let bursts = 0;
  return {
    burst: BURST,
    dropped: 0,
    subscribe: async (channels, heard) => {
      for (const channel of channels) {
        const callback = (_error: unknown, { subject, data }: { subject: string; data: Uint8Array }): void =>
          heard(subject, data);
        subscriptions.set(channel, connection.subscribe(channel, { callback }));
      }
      await connection.flush();
    },
    unsubscribe: async (channels) => {
      for (const channel of channels) subscriptions.get(channel)?.unsubscribe();
    },
    publish: (channel, payload) => connection.publish(channel, payload),
    room: async () => {
      bursts++;
      if (bursts % BURSTS_A_ROUND === 0) await connection.flush();
      else await nextTurn();
    },
    flush: async () => undefined,
    drain: () => connection.flush(),
    close: () => connection.close(),
  };
}
