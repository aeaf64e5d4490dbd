import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Broker, ConnectBroker, Publication } from '../../../server/broker/broker.ts';
import type { Bus } from './bus.ts';

/** Half of what an adapter lets wait: a publisher that waits then has nothing dropped. In bytes. */
const MOST_WAITING = 2 << 20;

/**
 * One of the project's own adapters, behind a buffer as the game's flush is one: messages are collected up to so many,
 * or for so long, and then sent in one go.
 */
export class BufferedBus implements Bus {
  readonly burst: number;
  readonly #buffer: number;
  readonly #intervalMs: number;
  readonly #broker: Broker;
  #heard: (channel: string, payload: Uint8Array) => void = () => undefined;
  #collected: Publication[] = [];
  #since = 0;

  constructor(connect: ConnectBroker, buffer: number, intervalMs: number) {
    this.#buffer = buffer;
    this.#intervalMs = intervalMs;
    this.burst = Math.min(1000, buffer);
    this.#broker = connect({
      message: (channel, payload) => this.#heard(channel, payload),
      reconnected: () => undefined,
    });
  }

  get dropped(): number {
    return this.#broker.status?.dropped ?? 0;
  }

  async subscribe(channels: readonly string[], heard: (channel: string, payload: Uint8Array) => void): Promise<void> {
    this.#heard = heard;
    await this.#broker.subscribe(channels);
  }

  async unsubscribe(channels: readonly string[]): Promise<void> {
    await this.#broker.unsubscribe(channels);
  }

  publish(channel: string, payload: Uint8Array): void {
    if (this.#collected.length === 0) this.#since = performance.now();
    this.#collected.push({ channel, payload });
    if (this.#collected.length >= this.#buffer) this.#send();
  }

  async room(): Promise<void> {
    if (this.#collected.length > 0 && performance.now() - this.#since >= this.#intervalMs) this.#send();
    await nextTurn();
    while ((this.#broker.status?.unconfirmedBytes ?? 0) > MOST_WAITING) await pause(1);
  }

  async flush(): Promise<void> {
    this.#send();
  }

  async drain(): Promise<void> {
    this.#send();
    while ((this.#broker.status?.unconfirmedBytes ?? 0) > 0) await pause(1);
  }

  close(): Promise<void> {
    return this.#broker.close();
  }

  #send(): void {
    const collected = this.#collected;
    this.#collected = [];
    if (collected.length > 0) this.#broker.publish(collected);
  }
}
