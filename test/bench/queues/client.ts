import { Distribution } from '../../../client/bots/histogram.ts';
import type { Bus } from './bus.ts';
import { headOf, MessageWriter, wallMs } from './message.ts';

/** Of each so many messages the lag of one is recorded. */
const LAG_EVERY = 16;
/** Where subscribers say how many messages they have had. */
export const METRICS = 'metrics';

export interface Published {
  readonly sent: number;
  readonly dropped: number;
}

export interface Subscribed {
  readonly received: number;
  /** How many of each publisher's. */
  readonly byPublisher: readonly number[];
  /** Null when nothing came. */
  readonly lagMs: { readonly p50: number; readonly p99: number } | null;
}

/** Sends to channels chosen at random, as fast as the broker takes it, for so long. */
export async function publishFor(
  bus: Bus,
  {
    seconds,
    channels,
    size,
    index,
    random,
  }: {
    readonly seconds: number;
    readonly channels: readonly string[];
    readonly size: number;
    readonly index: number;
    readonly random: () => number;
  },
): Promise<Published> {
  const writer = new MessageWriter(size, index);
  const endMs = wallMs() + seconds * 1000;
  for (let nowMs = wallMs(); nowMs < endMs; nowMs = wallMs()) {
    for (let i = 0; i < bus.burst; i++) {
      bus.publish(channels[Math.floor(random() * channels.length)] as string, writer.next(nowMs));
    }
    await bus.room();
  }
  await bus.drain();
  return { sent: writer.count, dropped: bus.dropped };
}

/** Counts what comes, and says each second on the broker itself how much that was. */
export class Counter {
  readonly #lags = new Distribution();
  readonly #byPublisher: number[] = [];
  #received = 0;
  #told = 0;
  #timer: NodeJS.Timeout | undefined;

  static async on(bus: Bus, channels: readonly string[]): Promise<Counter> {
    const counter = new Counter();
    await bus.subscribe(channels, (_channel, payload) => counter.#hear(payload));
    return counter;
  }

  get received(): number {
    return this.#received;
  }

  /** Begins to say each second on METRICS how much came in it. */
  tellOn(bus: Bus, index: number): void {
    this.#timer = setInterval(() => {
      const count = this.#received - this.#told;
      this.#told = this.#received;
      bus.publish(METRICS, Buffer.from(JSON.stringify({ index, count })));
      void bus.drain();
    }, 1000);
  }

  stop(): Subscribed {
    clearInterval(this.#timer);
    const isAny = this.#lags.count > 0;
    return {
      received: this.#received,
      byPublisher: Array.from(this.#byPublisher, (count) => count ?? 0),
      lagMs: isAny ? { p50: this.#lags.at(50), p99: this.#lags.at(99) } : null,
    };
  }

  #hear(payload: Uint8Array): void {
    this.#received++;
    const { publisher, sentMs } = headOf(payload);
    this.#byPublisher[publisher] = (this.#byPublisher[publisher] ?? 0) + 1;
    if (this.#received % LAG_EVERY === 1) this.#lags.record(Math.max(0, wallMs() - sentMs));
  }
}
