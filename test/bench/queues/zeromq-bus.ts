import type { Bus } from './bus.ts';

/** Messages that wait at most in a socket, each way; what comes when a subscriber's are full is dropped, by ZeroMQ. */
export const HIGH_WATER_MARK = 100_000;

/** ZeroMQ through a forwarder, which takes what is pushed and publishes it: see forwarder-program.ts. */
export async function openZeroMqBus([pushTo = '', subscribeTo = '']: readonly string[]): Promise<Bus> {
  const { Push, Subscriber } = await import('zeromq');
  const push = new Push({ sendHighWaterMark: HIGH_WATER_MARK, linger: 5000 });
  const subscriber = new Subscriber({ receiveHighWaterMark: HIGH_WATER_MARK });
  push.connect(pushTo);
  let last: Promise<void> = Promise.resolve();
  let listening: Promise<void> | undefined;
  return {
    // One send at a time is what the socket takes; it resolves at once while there is room.
    burst: 1,
    dropped: 0,
    subscribe: async (channels, heard) => {
      subscriber.subscribe(...channels);
      if (listening !== undefined) return;
      subscriber.connect(subscribeTo);
      listening = (async () => {
        for await (const [channel, payload] of subscriber) {
          if (channel !== undefined && payload !== undefined) heard(channel.toString('latin1'), payload);
        }
      })();
      listening.catch(() => undefined);
    },
    unsubscribe: async (channels) => subscriber.unsubscribe(...channels),
    publish: (channel, payload) => {
      last = push.send([channel, payload as Buffer]);
    },
    room: () => last,
    flush: () => last,
    drain: () => last,
    close: async () => {
      subscriber.close();
      push.close();
      await listening?.catch(() => undefined);
    },
  };
}
