import { Redis, type RedisOptions, ReplyError } from 'ioredis';
import type { RedisAddress } from './redis-address.ts';
import { CONNECT_MS, MAX_RETRY_MS, PING_MS, SILENT_MS, STALLED_MS } from './redis-limits.ts';

export interface ConnectionEvents {
  /** A new connection stands, signed in; the server knows nothing of the one before. */
  up(): void;
  /** It is lost; commands in flight have failed, and nothing is sent again by itself. */
  down(): void;
}

/**
 * One connection to one server, made again for ever. Every new one starts from nothing: what is to be restored, and
 * what is to be forgotten, its owner decides. A server that falls silent is noticed by a ping a second.
 */
export class RedisConnection {
  readonly redis: Redis;
  isReady = false;
  /** What went wrong last, until the next connection stands. */
  lastError: string | undefined;
  readonly #events: ConnectionEvents;
  readonly #pings: NodeJS.Timeout;
  #retry: NodeJS.Timeout | undefined;
  #unansweredSince: number | undefined;
  /** How the last ping was refused: a server may be there and yet do nothing ("BUSY"). */
  #refusal: string | undefined;
  #isClosed = false;

  constructor(address: RedisAddress, role: string, events: ConnectionEvents) {
    this.#events = events;
    this.redis = openRedis(address, role, { retryStrategy: retryDelayMs });
    this.redis.on('error', (error) => {
      this.lastError = sentenceOf(error);
    });
    this.redis.on('ready', () => this.#up());
    this.redis.on('close', () => this.#down());
    this.redis.on('end', () => this.#ended());
    this.#pings = setInterval(() => this.#ping(), PING_MS).unref();
  }

  /** Connected, and the server answers. */
  get isWell(): boolean {
    return this.isReady && this.#silentMs < STALLED_MS && this.#refusal === undefined;
  }

  /** Why it is not well. */
  get trouble(): string | undefined {
    if (this.isWell) return undefined;
    if (!this.isReady) return this.lastError ?? 'not connected yet';
    return this.#refusal ?? `no answer for ${Math.round(this.#silentMs / 1000)} s`;
  }

  /** Gives this connection up for another: what comes in on it cannot be trusted any more. */
  renew(error: Error): void {
    this.redis.stream.destroy(error);
  }

  /** Ends it, after what has been written; nothing is called afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.isReady = false;
    clearInterval(this.#pings);
    clearTimeout(this.#retry);
    await closeRedis(this.redis);
  }

  get #silentMs(): number {
    return this.#unansweredSince === undefined ? 0 : performance.now() - this.#unansweredSince;
  }

  #up(): void {
    if (this.#isClosed) return;
    this.isReady = true;
    this.lastError = undefined;
    this.#events.up();
  }

  #down(): void {
    this.#unansweredSince = undefined;
    if (this.#isClosed || !this.isReady) return;
    this.isReady = false;
    this.lastError ??= 'the connection was closed';
    this.#events.down();
  }

  /** The library gives up on an address that it cannot even try; such a thing may pass, and for ever means for ever. */
  #ended(): void {
    if (this.#isClosed) return;
    this.#retry = setTimeout(() => this.redis.connect().catch(() => undefined), MAX_RETRY_MS);
  }

  #ping(): void {
    if (!this.isReady || this.#unansweredSince !== undefined) return;
    this.#unansweredSince = performance.now();
    this.redis.ping().then(
      () => this.#answered(undefined),
      (error: unknown) => this.#answered(isRefusal(error) ? error.message : undefined),
    );
  }

  #answered(refusal: string | undefined): void {
    this.#unansweredSince = undefined;
    this.#refusal = refusal;
  }
}

/** The server's answer to a command, as against a connection that was lost under it. */
export const isRefusal = (error: unknown): error is Error => error instanceof ReplyError;

/**
 * A client of the library that queues nothing, repeats nothing and restores nothing by itself, and that takes a
 * server for dead which leaves a command unanswered for `SILENT_MS`.
 */
export function openRedis(address: RedisAddress, role: string, options: RedisOptions): Redis {
  return new Redis({
    ...address.options,
    connectionName: `flatlands-${role}`,
    disableClientInfo: true,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    // Not "retry at most never" but "fail what was in flight as soon as the connection is lost".
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    disconnectTimeout: MAX_RETRY_MS,
    maxLoadingRetryTime: MAX_RETRY_MS,
    ...options,
    replyMapping: 'legacy',
  });
}

/** Ends a client and waits until its socket is closed. */
export async function closeRedis(redis: Redis): Promise<void> {
  const hasSocket = redis.status === 'connecting' || redis.status === 'connect' || redis.status === 'ready';
  const ended = hasSocket ? new Promise<void>((resolve) => redis.once('end', resolve)) : undefined;
  redis.disconnect();
  await ended;
}

/** 50 ms, doubled up to `MAX_RETRY_MS`, between half and all of it, so that many nodes do not come at once. */
const retryDelayMs = (attempt: number): number =>
  Math.min(25 * 2 ** Math.min(attempt, 10), MAX_RETRY_MS) * (0.5 + Math.random() / 2);

/** Some errors of the network have no message, only a code. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
