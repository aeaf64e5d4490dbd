import type { Publication } from './broker.ts';
import type { RedisAddress } from './redis-address.ts';
import { CLOSE_MS } from './redis-limits.ts';
import { RedisPublisher } from './redis-publisher.ts';
import { type ChannelKind, RedisSubscriber } from './redis-subscriber.ts';

export interface LinkEvents {
  message(channel: string, payload: Uint8Array): void;
  /** The connection for subscriptions is new, and has none. */
  fresh(link: RedisLink): void;
  /** Both connections stand. */
  up(link: RedisLink): void;
  /** One of them was lost, and the subscriptions with it or not. */
  down(link: RedisLink, withSubscriptions: boolean): void;
  /** The server has ended some subscriptions: those it no longer holds. */
  bereft(link: RedisLink): void;
}

export interface LinkOptions {
  readonly kind: ChannelKind;
  readonly maxUnconfirmedBytes: number;
}

/** What this node has to do with one server: a connection to publish on and one to subscribe on. */
export class RedisLink {
  readonly name: string;
  readonly subscriber: RedisSubscriber;
  readonly publisher: RedisPublisher;

  constructor(address: RedisAddress, { kind, maxUnconfirmedBytes }: LinkOptions, events: LinkEvents) {
    this.name = address.name;
    const upWhenBoth = (): void => {
      if (this.isUp) events.up(this);
    };
    this.subscriber = new RedisSubscriber(address, kind, {
      message: events.message,
      up: () => {
        events.fresh(this);
        upWhenBoth();
      },
      down: () => events.down(this, true),
      bereft: () => events.bereft(this),
    });
    const command = kind === 'plain' ? 'PUBLISH' : 'SPUBLISH';
    this.publisher = new RedisPublisher(
      address,
      { command, maxUnconfirmedBytes },
      { up: upWhenBoth, down: () => events.down(this, false) },
    );
  }

  get isUp(): boolean {
    return this.subscriber.connection.isReady && this.publisher.connection.isReady;
  }

  /** Up, and the server answers and takes publications. */
  get isWell(): boolean {
    return this.trouble === undefined;
  }

  /** A sentence on why it is not well. */
  get trouble(): string | undefined {
    const { subscriber, publisher } = this;
    const trouble = subscriber.connection.trouble ?? publisher.connection.trouble ?? publisher.refusal;
    return trouble === undefined ? undefined : `${this.name}: ${trouble}`;
  }

  publish(messages: readonly Publication[]): void {
    this.publisher.publish(messages);
  }

  /** Ends both connections, after what was published has reached the server or a second has passed. */
  async close(): Promise<void> {
    const subscriberClosed = this.subscriber.connection.close();
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([this.publisher.drained(), enough]);
    clearTimeout(timer);
    await Promise.all([subscriberClosed, this.publisher.connection.close()]);
  }
}
