/** A connection to a broker, with the one interface that all brokers of the comparison are used by. */
export interface Bus {
  /** How many messages are handed over between two looks at whether there is room. */
  readonly burst: number;
  /** Messages that this side has given up for want of room. */
  readonly dropped: number;
  /** @param heard called with every message of these channels, which is not kept afterwards */
  subscribe(channels: readonly string[], heard: (channel: string, payload: Uint8Array) => void): Promise<void>;
  unsubscribe(channels: readonly string[]): Promise<void>;
  publish(channel: string, payload: Uint8Array): void;
  /** Resolves when more may be published. */
  room(): Promise<void>;
  /** Sends what has been collected, if anything is; resolves when that has been handed over. */
  flush(): Promise<void>;
  /** Resolves when all that was published is on its way. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** The brokers of the comparison, in the order of the table. */
export const BROKERS = [
  'redis-awaited',
  'redis-unbuffered',
  'redis-buffered',
  'redis-cluster',
  'zeromq',
  'nats',
  'mqtt',
  'memory',
] as const;
export type BrokerName = (typeof BROKERS)[number];

export const isBroker = (name: string): name is BrokerName => BROKERS.some((one) => one === name);

/** Where a broker listens: URLs, as its clients take them. */
export interface BusPlace {
  readonly broker: BrokerName;
  readonly urls: readonly string[];
  /** Messages that are collected at most before they are sent, and for how long at most, in ms; of buffered ones. */
  readonly buffer: number;
  readonly intervalMs: number;
}
