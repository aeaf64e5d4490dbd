import type { BrokerEvents, ConnectBroker, Publication } from '../../server/broker/broker.ts';

interface Call {
  readonly kind: 'subscribe' | 'unsubscribe';
  readonly channels: readonly string[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A broker whose answers come when the test gives them: nothing is delivered and no call resolves by itself. */
export class HandBroker {
  /** All calls for subscriptions, in order, and those that wait for their answer. */
  readonly calls: Pick<Call, 'kind' | 'channels'>[] = [];
  readonly published: Publication[][] = [];
  /** The channels that are subscribed now. */
  readonly subscribed = new Set<string>();
  events: BrokerEvents = { message: () => undefined, reconnected: () => undefined };
  #waiting: Call[] = [];

  readonly connect: ConnectBroker = (events) => {
    this.events = events;
    return {
      subscribe: (channels) => this.#call('subscribe', channels),
      unsubscribe: (channels) => this.#call('unsubscribe', channels),
      publish: (messages) => void this.published.push([...messages]),
      close: async () => undefined,
    };
  };

  /** Lets the oldest calls that wait succeed, or fail with an error. */
  async answer(error?: Error): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { kind, channels, resolve, reject } of waiting) {
      if (error !== undefined) {
        // "When it rejects, none of its channels is subscribed."
        if (kind === 'subscribe') for (const channel of channels) this.subscribed.delete(channel);
        reject(error);
        continue;
      }
      for (const channel of channels) {
        if (kind === 'subscribe') this.subscribed.add(channel);
        else this.subscribed.delete(channel);
      }
      resolve();
    }
    for (let i = 0; i < 4; i++) await Promise.resolve();
  }

  /** Takes the calls noted since the last time, as texts. */
  take(): string[] {
    return this.calls.splice(0).map(({ kind, channels }) => `${kind} ${channels.join(' ')}`);
  }

  /** Takes what was published since the last time. */
  takePublished(): Publication[] {
    return this.published.splice(0).flat();
  }

  #call(kind: Call['kind'], channels: readonly string[]): Promise<void> {
    this.calls.push({ kind, channels });
    return new Promise((resolve, reject) => this.#waiting.push({ kind, channels, resolve, reject }));
  }
}
