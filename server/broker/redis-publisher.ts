import type { Publication } from './broker.ts';
import { bytesOf, PublishBatch, type PublishCommand } from './publish-batch.ts';
import type { RedisAddress } from './redis-address.ts';
import { type ConnectionEvents, isRefusal, RedisConnection, sentenceOf } from './redis-connection.ts';
import { MAX_BATCH_MESSAGES } from './redis-limits.ts';

export interface PublisherOptions {
  readonly command: PublishCommand;
  readonly maxUnconfirmedBytes: number;
}

/**
 * The way out to one server: what is published in one call leaves in one write, in order, and is never waited for.
 * Nothing is kept for later: while the server is away, and past the limit of unconfirmed bytes, messages are dropped.
 */
export class RedisPublisher {
  readonly connection: RedisConnection;
  dropped = 0;
  /** Handed over since the connection stands, and not yet confirmed by the server. */
  unconfirmedBytes = 0;
  /** Why the server takes no publications, though it is connected. */
  refusal: string | undefined;
  readonly #options: PublisherOptions;
  /** The server keeps answers to itself when asked to. */
  #canBeSilent = false;
  /** It has taken publications on this connection, so that their answers need not be looked at any more. */
  #isTried = false;
  /** Counts the connections lost. */
  #epoch = 0;
  #drained: (() => void) | undefined;

  constructor(address: RedisAddress, options: PublisherOptions, events: ConnectionEvents) {
    this.#options = options;
    this.connection = new RedisConnection(address, 'publisher', {
      up: () => {
        this.#begin();
        events.up();
      },
      down: () => {
        this.#epoch++;
        this.#confirm(this.unconfirmedBytes);
        events.down();
      },
    });
  }

  publish(messages: readonly Publication[]): void {
    if (!this.connection.isReady) {
      this.dropped += messages.length;
      return;
    }
    for (let from = 0; from < messages.length; from += MAX_BATCH_MESSAGES) {
      this.#write(from === 0 && messages.length <= MAX_BATCH_MESSAGES ? messages : slice(messages, from));
    }
  }

  /** Ends when everything is confirmed, or lost. */
  async drained(): Promise<void> {
    if (this.unconfirmedBytes === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  #begin(): void {
    this.#canBeSilent = false;
    this.#isTried = false;
    this.refusal = undefined;
    // Some servers and access lists forbid it; they get every publication as a command of its own.
    this.connection.redis.client('REPLY', 'ON').then(
      () => {
        this.#canBeSilent = true;
      },
      () => undefined,
    );
  }

  #write(all: readonly Publication[]): void {
    const { messages, bytes } = this.#admit(all);
    if (messages.length === 0) return;
    this.unconfirmedBytes += bytes;
    const epoch = this.#epoch;
    const written =
      this.#canBeSilent && this.#isTried ? this.#writeSilently(messages) : this.#writeWithAnswers(messages);
    const confirm = (): void => {
      // What was lost with an earlier connection has been written off with it.
      if (this.#epoch === epoch) this.#confirm(bytes);
    };
    void written.then(confirm);
  }

  /** As many as fit under the limit; the rest is dropped. */
  #admit(all: readonly Publication[]): { messages: readonly Publication[]; bytes: number } {
    let bytes = 0;
    for (let i = 0; i < all.length; i++) {
      const size = bytesOf(all[i] as Publication);
      if (this.unconfirmedBytes + bytes + size > this.#options.maxUnconfirmedBytes) {
        this.dropped += all.length - i;
        return { messages: all.slice(0, i), bytes };
      }
      bytes += size;
    }
    return { messages: all, bytes };
  }

  async #writeSilently(messages: readonly Publication[]): Promise<void> {
    const batch = new PublishBatch(this.#options.command, messages);
    this.connection.redis.sendCommand(batch);
    try {
      await batch.promise;
    } catch (error) {
      // It was not even told to be silent: more answers are under way than anybody waits for.
      if (isRefusal(error)) this.connection.renew(error);
    }
  }

  /** One command each, still in one write: how a connection begins, for a server that refuses would not be noticed. */
  async #writeWithAnswers(messages: readonly Publication[]): Promise<void> {
    const { redis } = this.connection;
    redis.stream.cork();
    const answers = messages.map(({ channel, payload }) => {
      const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
      return this.#options.command === 'PUBLISH' ? redis.publish(channel, bytes) : redis.spublish(channel, bytes);
    });
    redis.stream.uncork();
    const refused = (await Promise.allSettled(answers)).filter((answer) => answer.status === 'rejected');
    const refusal = refused.find(({ reason }) => isRefusal(reason));
    this.dropped += refused.length;
    this.#isTried = refused.length === 0;
    this.refusal = refusal === undefined ? undefined : sentenceOf(refusal.reason);
  }

  #confirm(bytes: number): void {
    this.unconfirmedBytes -= bytes;
    if (this.unconfirmedBytes === 0) this.#drained?.();
  }
}

const slice = (messages: readonly Publication[], from: number): readonly Publication[] =>
  messages.slice(from, from + MAX_BATCH_MESSAGES);
