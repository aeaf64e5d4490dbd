import { randomInt } from 'node:crypto';
import type { Broker, BrokerStatus, ConnectBroker } from '../../server/broker/broker.ts';
import { until } from './until.ts';

/** One node's connection to a broker that counts up on channels and notes what numbers it hears. */
export class BrokerPeer {
  readonly broker: Broker;
  /** The numbers that came, by sender and channel. */
  readonly heard = new Map<string, number[]>();
  /** What each `reconnected` was told: which channels may have missed something. */
  readonly reconnections: ((channel: string) => boolean)[] = [];
  readonly #id = randomInt(2 ** 32);
  readonly #next = new Map<string, number>();

  constructor(connect: ConnectBroker) {
    this.broker = connect({
      message: (channel, payload) => {
        const bytes = Buffer.from(payload.buffer, payload.byteOffset);
        const stream = `${bytes.readUInt32BE()} ${channel}`;
        const numbers = this.heard.get(stream) ?? [];
        this.heard.set(stream, numbers);
        numbers.push(bytes.readUInt32BE(4));
      },
      reconnected: (wasLost = () => true) => this.reconnections.push(wasLost),
    });
  }

  get status(): BrokerStatus {
    return this.broker.status as BrokerStatus;
  }

  /** Publishes the next number on every channel, in a payload of so many bytes. */
  count(channels: readonly string[], bytes = 8): void {
    this.broker.publish(
      channels.map((channel) => {
        const number = this.#next.get(channel) ?? 0;
        this.#next.set(channel, number + 1);
        const payload = Buffer.alloc(bytes);
        payload.writeUInt32BE(this.#id);
        payload.writeUInt32BE(number, 4);
        return { channel, payload };
      }),
    );
  }

  /** Counts every few ms until told to stop. */
  keepCounting(channels: readonly string[], everyMs = 5): { stop(): void } {
    const timer = setInterval(() => this.count(channels), everyMs);
    return { stop: () => clearInterval(timer) };
  }

  numbersOf(sender: BrokerPeer, channel: string): readonly number[] {
    return this.heard.get(`${sender.#id} ${channel}`) ?? [];
  }

  /** Waits until what `sender` publishes on the channels from now on is heard here, all of it. */
  async hearsEverythingFrom(sender: BrokerPeer, channels: readonly string[]): Promise<void> {
    const from = channels.map((channel) => sender.#next.get(channel) ?? 0);
    for (let i = 0; i < 20; i++) sender.count(channels);
    await until('the last number was heard', () =>
      channels.every((channel, i) => this.numbersOf(sender, channel).at(-1) === (from[i] as number) + 19),
    );
    for (const [i, channel] of channels.entries()) {
      const first = from[i] as number;
      const since = this.numbersOf(sender, channel).filter((number) => number >= first);
      if (since.length !== 20) throw new Error(`Of 20 numbers on ${channel} these came: ${since}`);
    }
  }

  get channelsHeard(): string[] {
    return [...new Set([...this.heard.keys()].map((stream) => stream.split(' ').slice(1).join(' ')))].sort();
  }

  /** Whether every sender's and channel's numbers came in order and none twice. */
  get isInOrder(): boolean {
    return [...this.heard.values()].every((numbers) =>
      numbers.every((number, i) => i === 0 || number > (numbers[i - 1] as number)),
    );
  }

  /** Whether one of the reconnections since the given one concerned the channel. */
  wasToldOf(channel: string, since = 0): boolean {
    return this.reconnections.slice(since).some((wasLost) => wasLost(channel));
  }
}
