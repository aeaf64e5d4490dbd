import { hashSlot } from './hash-slot.ts';
import type { RedisAddress } from './redis-address.ts';
import { type ConnectionEvents, RedisConnection } from './redis-connection.ts';
import { MAX_SUBSCRIBE_CHANNELS } from './redis-limits.ts';

/** Plain channels, or those of a cluster, each of which lives on the server that holds its hash slot. */
export type ChannelKind = 'plain' | 'sharded';

export interface SubscriberEvents extends ConnectionEvents {
  message(channel: string, payload: Uint8Array): void;
  /** The server has ended subscriptions of its own accord: their slot has moved. */
  bereft(): void;
}

/** The way in from one server. Which channels it is to bring, and to bring again, its owner knows. */
export class RedisSubscriber {
  readonly connection: RedisConnection;
  readonly #kind: ChannelKind;

  constructor(address: RedisAddress, kind: ChannelKind, events: SubscriberEvents) {
    this.#kind = kind;
    this.connection = new RedisConnection(address, 'subscriber', events);
    const { redis } = this.connection;
    redis.on(kind === 'plain' ? 'messageBuffer' : 'smessageBuffer', (channel: Buffer, payload: Buffer) =>
      events.message(channel.toString(), payload),
    );
    let isToldOf = false;
    redis.on('moved', () => {
      if (isToldOf) return;
      isToldOf = true;
      // One slot's channels go one by one.
      setImmediate(() => {
        isToldOf = false;
        events.bereft();
      });
    });
  }

  /** Sorts channels into groups that one command can take: of one hash slot in a cluster, and not too many. */
  group<T extends { readonly channel: string }>(subscriptions: Iterable<T>): T[][] {
    const open = new Map<number, T[]>();
    const groups: T[][] = [];
    for (const subscription of subscriptions) {
      const slot = this.#kind === 'plain' ? 0 : hashSlot(subscription.channel);
      const group = open.get(slot);
      if (group !== undefined && group.length < MAX_SUBSCRIBE_CHANNELS) group.push(subscription);
      else {
        const fresh = [subscription];
        open.set(slot, fresh);
        groups.push(fresh);
      }
    }
    return groups;
  }

  /** One command for a group; rejects with the server's refusal, or with another error when the connection was lost. */
  async subscribe(channels: readonly string[]): Promise<void> {
    const { redis } = this.connection;
    await (this.#kind === 'plain' ? redis.subscribe(...channels) : redis.ssubscribe(...channels));
  }

  /** Fulfilled when no message of the group comes any more, whyever. */
  async unsubscribe(channels: readonly string[]): Promise<void> {
    const { redis } = this.connection;
    try {
      await (this.#kind === 'plain' ? redis.unsubscribe(...channels) : redis.sunsubscribe(...channels));
    } catch {
      // The connection was lost, or the slot had moved away: either way the subscription is gone.
    }
  }

  /** Lets what is asked within `commands` leave in one write. */
  inOneWrite(commands: () => void): void {
    const { stream } = this.connection.redis;
    stream.cork();
    try {
      commands();
    } finally {
      stream.uncork();
    }
  }

  /** The channels that the server has confirmed and not taken back, on a cluster. */
  heldChannels(): ReadonlySet<string> {
    const subscribed = this.connection.redis.condition?.subscriber;
    return new Set(subscribed ? subscribed.channels('ssubscribe') : []);
  }
}
