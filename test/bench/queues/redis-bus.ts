import { setImmediate as nextTurn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Bus } from './bus.ts';

/** Commands whose answers are awaited at most: more would only wait in this process. */
const MOST_IN_FLIGHT = 10_000;
const BURST = 100;

/** Redis without the project's adapter: a PUBLISH for each message, awaited one by one, or not. */
export class RedisBus implements Bus {
  readonly burst: number;
  readonly dropped = 0;
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #isAwaited: boolean;
  #heard: (channel: string, payload: Uint8Array) => void = () => undefined;
  #inFlight = 0;
  #last: Promise<unknown> = Promise.resolve();
  #woken: (() => void) | undefined;

  constructor(url: string, isAwaited: boolean) {
    this.#isAwaited = isAwaited;
    this.burst = isAwaited ? 1 : BURST;
    this.#publisher = new Redis(url);
    this.#subscriber = new Redis(url);
    for (const redis of [this.#publisher, this.#subscriber]) redis.on('error', () => undefined);
    this.#subscriber.on('messageBuffer', (channel: Buffer, payload: Buffer) =>
      this.#heard(channel.toString('latin1'), payload),
    );
  }

  async subscribe(channels: readonly string[], heard: (channel: string, payload: Uint8Array) => void): Promise<void> {
    this.#heard = heard;
    await this.#subscriber.subscribe(...channels);
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    await this.#subscriber.unsubscribe(...channels);
  }

  publish(channel: string, payload: Uint8Array): void {
    this.#inFlight++;
    const done = (): void => {
      this.#inFlight--;
      if (this.#inFlight < MOST_IN_FLIGHT / 2) this.#woken?.();
    };
    this.#last = this.#publisher.publish(channel, payload as Buffer).then(done, done);
  }

  async room(): Promise<void> {
    if (this.#isAwaited) await this.#last;
    else if (this.#inFlight < MOST_IN_FLIGHT) await nextTurn();
    else await new Promise<void>((resolve) => (this.#woken = resolve));
  }

  async flush(): Promise<void> {
    if (this.#isAwaited) await this.#last;
  }

  async drain(): Promise<void> {
    await this.#last;
  }

  async close(): Promise<void> {
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
  }
}
