import { ALWAYS_WELL, type BrokerEvents, type ConnectBroker } from '../../server/broker/broker.ts';

export interface LossyBrokerOptions {
  /** Milliseconds of the test's clock. */
  readonly now: () => number;
  readonly random: () => number;
  /** Share of deliveries to other nodes that are lost; may change during a run. */
  readonly loss: () => number;
  /** Longest delay of a delivery, in ms; order per publisher, channel and subscriber is kept. */
  readonly maxDelayMs: number;
}

interface Delivery {
  readonly at: number;
  readonly channel: string;
  readonly payload: Uint8Array;
  readonly to: BrokerEvents;
}

/**
 * An in-process broker that loses and delays what it carries between nodes, and cuts single nodes off, all by a seed
 * and on the test's clock. It keeps the guarantees written on the interface: at most once, in order, and back with
 * `reconnected` after a cut.
 */
export class LossyBroker {
  dropped = 0;
  delivered = 0;
  readonly #options: LossyBrokerOptions;
  readonly #subscribers = new Map<string, Set<BrokerEvents>>();
  readonly #cutOff = new Set<BrokerEvents>();
  readonly #connections: BrokerEvents[] = [];
  readonly #lastAt = new Map<string, number>();
  #queue: Delivery[] = [];

  constructor(options: LossyBrokerOptions) {
    this.#options = options;
  }

  readonly connect: ConnectBroker = (events) => {
    const index = this.#connections.push(events) - 1;
    return {
      subscribe: async (channels) => {
        if (this.#cutOff.has(events)) throw new Error('cut off');
        for (const channel of channels) {
          const all = this.#subscribers.get(channel) ?? new Set();
          this.#subscribers.set(channel, all.add(events));
        }
      },
      unsubscribe: async (channels) => {
        for (const channel of channels) this.#subscribers.get(channel)?.delete(events);
      },
      publish: (messages) => {
        for (const { channel, payload } of messages) this.#publish(index, events, channel, payload);
      },
      status: {
        ...ALWAYS_WELL,
        reaches: () => !this.#cutOff.has(events),
      },
      close: async () => {
        for (const all of this.#subscribers.values()) all.delete(events);
      },
    };
  };

  /** Cuts the node that connected as the `index`-th off. */
  cut(index: number): void {
    this.#cutOff.add(this.#connections[index] as BrokerEvents);
  }

  /** Lets it back in. */
  mend(index: number): void {
    const events = this.#connections[index] as BrokerEvents;
    if (this.#cutOff.delete(events)) events.reconnected();
  }

  /** Delivers what is due. */
  pump(): void {
    const now = this.#options.now();
    const due = this.#queue.filter(({ at }) => at <= now);
    if (due.length === 0) return;
    this.#queue = this.#queue.filter(({ at }) => at > now);
    for (const { channel, payload, to } of due) {
      if (this.#subscribers.get(channel)?.has(to) !== true) continue;
      if (this.#cutOff.has(to)) {
        this.dropped++;
        continue;
      }
      this.delivered++;
      to.message(channel, payload);
    }
  }

  #publish(index: number, from: BrokerEvents, channel: string, payload: Uint8Array): void {
    const { now, random, loss, maxDelayMs } = this.#options;
    for (const to of this.#subscribers.get(channel) ?? []) {
      if (to !== from && (this.#cutOff.has(from) || random() < loss())) {
        this.dropped++;
        continue;
      }
      const lane = `${index} ${this.#connections.indexOf(to)} ${channel}`;
      const at = Math.max(now() + random() * maxDelayMs, this.#lastAt.get(lane) ?? 0);
      this.#lastAt.set(lane, at);
      this.#queue.push({ at, channel, payload, to });
    }
  }
}
