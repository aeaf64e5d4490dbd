import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Bus } from './bus.ts';

const BURST = 100;
/** Messages that this process has not yet written at most: its client has a listener wait for each. */
const MOST_WAITING = 500;

export async function openMqttBus([url = '']: readonly string[]): Promise<Bus> {
  const { connectAsync } = await import('mqtt');
  const client = await connectAsync(url, { reconnectPeriod: 200 });
  client.on('error', () => undefined);
  let waiting = 0;
  let hear: (channel: string, payload: Uint8Array) => void = () => undefined;
  client.on('message', (channel, payload) => hear(channel, payload));
  const written = (): void => {
    waiting--;
  };
  return {
    burst: BURST,
    dropped: 0,
    subscribe: async (channels, heard) => {
      hear = heard;
      await client.subscribeAsync([...channels], { qos: 0 });
    },
    unsubscribe: async (channels) => {
      await client.unsubscribeAsync([...channels]);
    },
    publish: (channel, payload) => {
      waiting++;
      client.publish(channel, payload as Buffer, { qos: 0 }, written);
    },
    room: async () => {
      await nextTurn();
      while (waiting > MOST_WAITING) await nextTurn();
    },
    flush: async () => undefined,
    drain: async () => {
      while (waiting > 0) await pause(1);
    },
    close: async () => {
      await client.endAsync(true);
    },
  };
}
