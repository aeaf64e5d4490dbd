import type { ConnectBroker, Publication } from '../../server/broker/broker.ts';

export type BrokerCall =
  | { readonly kind: 'subscribe' | 'unsubscribe'; readonly channels: readonly string[] }
  | { readonly kind: 'publish'; readonly messages: readonly Publication[] };

/** A broker that notes what it is asked for and passes it on. */
export class SpyBroker {
  readonly calls: BrokerCall[] = [];
  /** How many subscriptions are to be refused from now on. */
  refusals = 0;
  readonly #connect: ConnectBroker;
  readonly #subscribed = new Set<string>();

  constructor(connect: ConnectBroker) {
    this.#connect = connect;
  }

  readonly connect: ConnectBroker = (events) => {
    const broker = this.#connect(events);
    return {
      subscribe: async (channels) => {
        this.calls.push({ kind: 'subscribe', channels });
        if (this.refusals > 0) {
          this.refusals--;
          throw new Error('refused');
        }
        for (const channel of channels) this.#subscribed.add(channel);
        await broker.subscribe(channels);
      },
      unsubscribe: async (channels) => {
        this.calls.push({ kind: 'unsubscribe', channels });
        for (const channel of channels) this.#subscribed.delete(channel);
        await broker.unsubscribe(channels);
      },
      publish: (messages) => {
        this.calls.push({ kind: 'publish', messages });
        broker.publish(messages);
      },
      close: () => broker.close(),
    };
  };

  /** The channels of squares that are subscribed now, sorted. */
  get squareChannels(): string[] {
    return [...this.#subscribed].filter((channel) => channel.includes(':sq:')).sort();
  }

  /** Takes what was noted since the last time. */
  take(): BrokerCall[] {
    return this.calls.splice(0);
  }
}
