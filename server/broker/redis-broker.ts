import type { Broker, BrokerEvents, BrokerStatus, ConnectBroker, Publication } from './broker.ts';
import { bytesOf } from './publish-batch.ts';
import type { RedisAddress } from './redis-address.ts';
import { CLOSE_MS, MAX_UNCONFIRMED_BYTES, START_MS } from './redis-limits.ts';
import { type LinkEvents, RedisLink } from './redis-link.ts';
import type { RedisPublisher } from './redis-publisher.ts';
import { RedisSubscriptions } from './redis-subscriptions.ts';

export interface RedisBrokerOptions {
  /** Per server; past it messages are dropped. */
  readonly maxUnconfirmedBytes?: number;
}

/** Which server carries which channel. */
export interface Routing {
  readonly links: readonly RedisLink[];
  /** Undefined while no server is known to carry the channel. */
  linkFor(channel: string): RedisLink | undefined;
  /** A sentence on why servers are not known. */
  readonly trouble: string | undefined;
  /** A server says that it does not carry a channel, or not now. */
  putOff(link: RedisLink, refusal: string): void;
  close(): Promise<void>;
}

export interface RoutingEvents extends LinkEvents {
  /** `linkFor` answers differently from now on. */
  rerouted(): void;
  /** A link carries nothing any more and is being closed. */
  retired(link: RedisLink): void;
}

/** Makes the connections of a broker; must not call back from within. */
export type StartRouting = (events: RoutingEvents, maxUnconfirmedBytes: number) => Routing;

/** Everything on one server: TCP, TLS or unix socket. */
export function createRedisBroker(address: RedisAddress, options: RedisBrokerOptions = {}): ConnectBroker {
  return routedBroker(options, (events, maxUnconfirmedBytes) => {
    const link = new RedisLink(address, { kind: 'plain', maxUnconfirmedBytes }, events);
    return fixedRouting([link], () => link);
  });
}

/** A broker over Redis, with a routing of any kind. Connects at once and for ever; errors are in its status. */
export function routedBroker(options: RedisBrokerOptions, start: StartRouting): ConnectBroker {
  return (events) => new RedisBroker(events, start, options.maxUnconfirmedBytes ?? MAX_UNCONFIRMED_BYTES);
}

/** Servers that are given and stay. */
export function fixedRouting(links: readonly RedisLink[], linkFor: (channel: string) => RedisLink): Routing {
  return {
    links,
    linkFor,
    trouble: undefined,
    putOff: () => undefined,
    close: async () => {
      await Promise.all(links.map((link) => link.close()));
    },
  };
}

/**
 * A broker over any number of Redis servers. The guarantees of the interface while a server is away: `subscribe`
 * waits until it is back (and rejects only when the server itself refuses, or at the close), `publish` drops and
 * counts, and once everything of that server is in place again `reconnected` is called for its channels.
 */
class RedisBroker implements Broker {
  readonly #events: BrokerEvents;
  readonly #maxBytes: number;
  readonly #routing: Routing;
  readonly #subscriptions: RedisSubscriptions;
  /** What may have been missed, by the link that has to be in order before it is told: all its channels, or some. */
  readonly #missed = new Map<RedisLink, 'all' | Set<string>>();
  readonly #met = new WeakSet<RedisLink>();
  /** Published before the first connections stood; undefined from then on. */
  #held: Publication[] | undefined = [];
  #heldBytes = 0;
  #startTimer: NodeJS.Timeout;
  /** Called once what was held has been sent. */
  #whenStarted: (() => void) | undefined;
  /** Messages dropped for want of a server, and by servers that are no longer there. */
  #dropped = 0;
  #closing: Promise<void> | undefined;

  constructor(events: BrokerEvents, start: StartRouting, maxBytes: number) {
    this.#events = events;
    this.#maxBytes = maxBytes;
    this.#routing = start(
      {
        message: (channel, payload) => this.#message(channel, payload),
        fresh: (link) => this.#subscriptions.fresh(link),
        up: (link) => this.#up(link),
        down: (link, withSubscriptions) => this.#down(link, withSubscriptions),
        bereft: (link) => this.#subscriptions.bereft(link),
        rerouted: () => this.#subscriptions.rerouted(),
        retired: (link) => {
          this.#missed.delete(link);
          this.#dropped += link.publisher.dropped;
        },
      },
      maxBytes,
    );
    this.#subscriptions = new RedisSubscriptions({
      linkFor: (channel) => this.#routing.linkFor(channel),
      putOff: (link, refusal) => this.#routing.putOff(link, refusal),
      interrupted: (link, channel) => this.#interrupted(link, channel),
      // Never from within a call of the node's own.
      complete: (link) => queueMicrotask(() => this.#tellReconnected(link)),
    });
    this.#startTimer = setTimeout(() => this.#started(), START_MS);
  }

  get status(): BrokerStatus {
    const lastError = this.#trouble();
    return {
      isConnected: lastError === undefined,
      lastError,
      dropped: this.#dropped + this.#sum(({ dropped }) => dropped),
      unconfirmedBytes: this.#heldBytes + this.#sum(({ unconfirmedBytes }) => unconfirmedBytes),
      reaches: (channel) => this.#reaches(channel),
    };
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    if (this.#closing !== undefined) throw closedError();
    await this.#subscriptions.subscribe(channels);
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    await this.#subscriptions.unsubscribe(channels);
  }

  publish(messages: readonly Publication[]): void {
    if (this.#closing !== undefined) return;
    if (this.#held === undefined) this.#send(messages);
    else this.#hold(this.#held, messages);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** What is held goes out first if its connections stand within `CLOSE_MS`; each link then waits for its own. */
  async #close(): Promise<void> {
    this.#subscriptions.close(closedError());
    if (this.#heldBytes > 0) {
      clearTimeout(this.#startTimer);
      this.#startTimer = setTimeout(() => this.#started(), CLOSE_MS);
      await new Promise<void>((resolve) => {
        this.#whenStarted = resolve;
      });
    }
    this.#started();
    await this.#routing.close();
  }

  #message(channel: string, payload: Uint8Array): void {
    if (this.#closing === undefined && this.#subscriptions.has(channel)) this.#events.message(channel, payload);
  }

  // Publishing ------------------------------------------------------------------------------------

  #send(messages: readonly Publication[]): void {
    const [only, another] = this.#routing.links;
    if (only !== undefined && another === undefined) {
      only.publish(messages);
      return;
    }
    const byLink = new Map<RedisLink, Publication[]>();
    for (const message of messages) {
      const link = this.#routing.linkFor(message.channel);
      const list = link && byLink.get(link);
      if (link === undefined) this.#dropped++;
      else if (list === undefined) byLink.set(link, [message]);
      else list.push(message);
    }
    for (const [link, list] of byLink) link.publish(list);
  }

  #hold(held: Publication[], messages: readonly Publication[]): void {
    for (const message of messages) {
      const size = bytesOf(message);
      if (this.#heldBytes + size > this.#maxBytes) {
        this.#dropped++;
        continue;
      }
      this.#heldBytes += size;
      held.push(message);
    }
  }

  /** The first connections stand, or have taken too long: what is published goes where it can from now on. */
  #started(): void {
    clearTimeout(this.#startTimer);
    const held = this.#held;
    this.#held = undefined;
    this.#heldBytes = 0;
    if (held !== undefined && held.length > 0) this.#send(held);
    this.#whenStarted?.();
  }

  // Connections -----------------------------------------------------------------------------------

  #up(link: RedisLink): void {
    const isStarting = this.#held !== undefined;
    if (!this.#met.has(link)) {
      this.#met.add(link);
      // A server that comes late has missed what was published for it.
      if (!isStarting) this.#missed.set(link, 'all');
    }
    const { trouble, links } = this.#routing;
    if (isStarting && trouble === undefined && links.every(({ isUp }) => isUp)) this.#started();
    this.#tellReconnected(link);
  }

  #down(link: RedisLink, withSubscriptions: boolean): void {
    this.#missed.set(link, 'all');
    if (withSubscriptions) this.#subscriptions.lost(link);
  }

  #interrupted(link: RedisLink, channel: string): void {
    const missed = this.#missed.get(link);
    if (missed === undefined) this.#missed.set(link, new Set([channel]));
    else if (missed !== 'all') missed.add(channel);
  }

  #tellReconnected(link: RedisLink): void {
    const missed = this.#missed.get(link);
    const isInOrder = link.isUp && this.#subscriptions.isComplete(link);
    if (this.#closing !== undefined || missed === undefined || !isInOrder) return;
    this.#missed.delete(link);
    this.#events.reconnected(
      missed === 'all' ? (channel) => this.#routing.linkFor(channel) === link : (channel) => missed.has(channel),
    );
  }

  #reaches(channel: string): boolean {
    const link = this.#routing.linkFor(channel);
    if (link === undefined || !link.isWell) return false;
    const missed = this.#missed.get(link);
    return missed === undefined || (missed !== 'all' && !missed.has(channel));
  }

  #trouble(): string | undefined {
    const { trouble, links } = this.#routing;
    if (trouble !== undefined) return trouble;
    for (const link of links) if (!link.isWell) return link.trouble;
    const isRestoring = this.#missed.size > 0;
    return this.#subscriptions.trouble ?? (isRestoring ? 'subscriptions are being restored' : undefined);
  }

  #sum(of: (publisher: RedisPublisher) => number): number {
    return this.#routing.links.reduce((sum, { publisher }) => sum + of(publisher), 0);
  }
}

const closedError = (): Error => new Error('The broker is closed.');
