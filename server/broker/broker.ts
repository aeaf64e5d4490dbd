/** One message for one channel. */
export interface Publication {
  readonly channel: string;
  readonly payload: Uint8Array;
}

export interface BrokerEvents {
  /** A message on a subscribed channel; the payload is not kept or changed by the broker afterwards. */
  message(channel: string, payload: Uint8Array): void;
  /**
   * The broker was away and is back, subscriptions included; what was published meanwhile may be lost.
   * @param wasLost whether a channel is one of those concerned; left out, all are
   */
  reconnected(wasLost?: (channel: string) => boolean): void;
}

/** How a broker is, for metrics and for whether a node is ready. */
export interface BrokerStatus {
  /** Every server is connected and answers, and every subscription asked for is in place. */
  readonly isConnected: boolean;
  /** A sentence on what went wrong last; undefined while connected. */
  readonly lastError: string | undefined;
  /** Messages that were not sent since the start, because the broker was away or too slow to take them. */
  readonly dropped: number;
  /** Bytes handed over that the broker has not confirmed yet. Bounded; past the bound messages are dropped. */
  readonly unconfirmedBytes: number;
  /** The same for one channel: the server that carries it is connected and answers, and what it lost is restored. */
  reaches(channel: string): boolean;
}

/** For a broker within the process, and for one that does not say. */
export const ALWAYS_WELL: BrokerStatus = {
  isConnected: true,
  lastError: undefined,
  dropped: 0,
  unconfirmedBytes: 0,
  reaches: () => true,
};

/**
 * The wire between nodes: channels that carry bytes. Every adapter guarantees:
 *
 * - **At most once.** A message is delivered once to every subscriber or not at all; nothing is stored.
 * - **Order.** What one publisher sends on one channel arrives in that order. Between channels, and between
 *   publishers, there is none.
 * - **Subscribed means subscribed.** Once `subscribe` has resolved, everything published on the channels from then
 *   on is delivered, this node's own messages included. When it rejects, none of its channels is subscribed.
 * - **Calls take effect in the order they were made.**
 * - **One call, one trip.** All channels of a call, all messages of a `publish`, go out together.
 * - **No re-entry.** `message` is never called from within `publish` or `subscribe`.
 */
export interface Broker {
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): Promise<void>;
  /** Hands the messages over and returns at once; the payloads must not be changed afterwards. */
  publish(messages: readonly Publication[]): void;
  /**
   * Whether anybody but this connection would get what it published on a channel now. A broker that cannot know leaves
   * it out, and everything is published.
   */
  isHeard?(channel: string): boolean;
  /** Ends the connection; nothing is delivered afterwards. */
  close(): Promise<void>;
  /** How it is at this moment; a broker without it is always well. */
  readonly status?: BrokerStatus;
}

/** Makes a node's connection to the broker. */
export type ConnectBroker = (events: BrokerEvents) => Broker;
