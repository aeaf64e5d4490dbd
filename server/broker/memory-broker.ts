import { ALWAYS_WELL, type Broker, type BrokerEvents, type ConnectBroker, type Publication } from './broker.ts';

/**
 * The in-process broker: every connection made through the returned function shares its channels. Messages are
 * delivered in a microtask after `publish`, in order.
 */
export function createMemoryBroker(): ConnectBroker {
  const subscribers = new Map<string, Set<BrokerEvents>>();
  let queue: Publication[] = [];

  const deliver = (): void => {
    const messages = queue;
    queue = [];
    for (const { channel, payload } of messages) {
      for (const events of subscribers.get(channel) ?? []) events.message(channel, payload);
    }
  };

  return (events): Broker => {
    const own = new Set<string>();

    const leave = (channel: string): void => {
      own.delete(channel);
      const all = subscribers.get(channel);
      all?.delete(events);
      if (all?.size === 0) subscribers.delete(channel);
    };

    return {
      subscribe: async (channels) => {
        for (const channel of channels) {
          own.add(channel);
          const all = subscribers.get(channel);
          if (all === undefined) subscribers.set(channel, new Set([events]));
          else all.add(events);
        }
      },
      unsubscribe: async (channels) => channels.forEach(leave),
      publish: (messages) => {
        if (messages.length === 0) return;
        if (queue.length === 0) queueMicrotask(deliver);
        for (const message of messages) queue.push(message);
      },
      isHeard: (channel) => {
        const all = subscribers.get(channel);
        return all !== undefined && (all.size > 1 || !all.has(events));
      },
      close: async () => {
        for (const channel of [...own]) leave(channel);
      },
      status: ALWAYS_WELL,
    };
  };
}
