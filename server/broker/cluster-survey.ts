import type { Redis } from 'ioredis';
import { neighbourOf, type RedisAddress } from './redis-address.ts';
import { closeRedis, openRedis, sentenceOf } from './redis-connection.ts';
import { MAX_RETRY_MS, SURVEY_MS } from './redis-limits.ts';

/** A run of hash slots, bounds inclusive, and the server that holds them. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
  readonly server: RedisAddress;
}

export interface SurveyEvents {
  surveyed(ranges: readonly SlotRange[]): void;
}

/** A second answer is not asked for sooner than this after the last one, in ms. */
const HASTE_MS = 100;

/**
 * Asks one server of a cluster after another, until one answers, which server holds which slots; then the same one
 * once a second. Every server that was ever named may be asked, so a cluster can move away from where it was met.
 */
export class ClusterSurvey {
  trouble: string | undefined = 'the cluster has not been asked yet';
  readonly #events: SurveyEvents;
  /** Whom to ask, the next one first. */
  #candidates: RedisAddress[];
  readonly #seeds: readonly RedisAddress[];
  #asked: RedisAddress;
  #redis: Redis | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;
  #isClosed = false;

  constructor(seeds: readonly [RedisAddress, ...RedisAddress[]], events: SurveyEvents) {
    this.#events = events;
    this.#seeds = seeds;
    this.#candidates = [...seeds];
    this.#asked = seeds[0];
    this.#meet();
  }

  /** Asks again without waiting for its time. */
  hasten(): void {
    if (this.#redis?.status === 'ready' && !this.#isAsking) this.#askIn(HASTE_MS);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#redis !== undefined) await closeRedis(this.#redis);
  }

  #meet(): void {
    const address = this.#candidates.shift() as RedisAddress;
    this.#candidates.push(address);
    this.#asked = address;
    const redis = openRedis(address, 'survey', { retryStrategy: () => null });
    this.#redis = redis;
    redis.on('error', (error) => {
      this.trouble = `${address.name}: ${sentenceOf(error)}`;
    });
    redis.on('ready', () => void this.#ask());
    redis.on('end', () => {
      if (this.#isClosed) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#meet(), MAX_RETRY_MS / 2);
    });
  }

  #askIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    const redis = this.#redis;
    if (redis === undefined || this.#isAsking) return;
    this.#isAsking = true;
    try {
      const [slots, info] = await Promise.all([redis.cluster('SLOTS'), redis.cluster('INFO')]);
      const ranges = readSlots(slots, this.#asked);
      if (this.#isClosed) return;
      this.trouble = undefined;
      this.#remember(ranges);
      this.#events.surveyed(ranges);
      // One that is cut off from the others answers too, with what it knew before.
      if (String(info).includes('cluster_state:ok')) this.#askIn(SURVEY_MS);
      else this.#askAnother();
    } catch (error) {
      this.trouble = `${this.#asked.name}: ${sentenceOf(error)}`;
      this.#askAnother();
    } finally {
      this.#isAsking = false;
    }
  }

  /** The end of the connection brings the next candidate. */
  #askAnother(): void {
    this.#redis?.disconnect();
  }

  /** All servers that hold slots now, and those that were given, each once. */
  #remember(ranges: readonly SlotRange[]): void {
    const all = new Map([...ranges.map(({ server }) => server), ...this.#seeds].map((server) => [server.name, server]));
    all.delete(this.#asked.name);
    this.#candidates = [...all.values(), this.#asked];
  }
}

/** Reads the answer to CLUSTER SLOTS; a server that does not name its own host is where it was asked. */
function readSlots(reply: unknown, asked: RedisAddress): SlotRange[] {
  if (!Array.isArray(reply)) throw new Error('The answer to CLUSTER SLOTS cannot be read.');
  if (reply.length === 0) throw new Error('This server knows of no hash slots: it belongs to no cluster.');
  return reply.map((entry: unknown) => {
    const [first, last, master] = Array.isArray(entry) ? entry : [];
    const [host, port] = Array.isArray(master) ? master : [];
    if (typeof first !== 'number' || typeof last !== 'number' || typeof port !== 'number') {
      throw new Error('The answer to CLUSTER SLOTS cannot be read.');
    }
    const isNamed = typeof host === 'string' && host !== '' && host !== '?';
    return { first, last, server: neighbourOf(asked, isNamed ? host : (asked.options.host ?? ''), port) };
  });
}
