import { createHash } from 'node:crypto';
import { sentenceOf } from '../broker/redis-connection.ts';
import { mastersOf, type RedisCommands } from './redis-commands.ts';
import { StoreError } from './store.ts';

/** Keys looked at by Redis in one step of a scan. */
const SCAN_KEYS = 500;

/** A script that Redis runs in one step; all its keys share a slot. */
export class RedisScript {
  readonly text: string;
  readonly hash: string;

  constructor(text: string) {
    this.text = text;
    this.hash = createHash('sha1').update(text).digest('hex');
  }
}

/** Asks Redis for the store: what goes wrong comes as a StoreError. */
export class RedisAsker {
  /** Begins all keys of the world. */
  readonly prefix: string;
  readonly #redis: RedisCommands;

  constructor(redis: RedisCommands, world: string) {
    this.#redis = redis;
    this.prefix = `flatlands:${world}`;
  }

  async ask<T>(command: (redis: RedisCommands) => Promise<T>): Promise<T> {
    try {
      return await command(this.#redis);
    } catch (error) {
      throw redisErrorOf(error);
    }
  }

  /** By its hash, which every server knows after the first time. */
  run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.ask(async (redis) => {
      try {
        return await redis.evalsha(script.hash, keys.length, ...keys, ...args);
      } catch (error) {
        if (!sentenceOf(error).includes('NOSCRIPT')) throw error;
        return await redis.eval(script.text, keys.length, ...keys, ...args);
      }
    });
  }

  /**
   * All keys of a kind, some at a time, each once; those that come or go meanwhile may be among them or not.
   * @param pattern of what follows the prefix, in which `*` stands for anything
   * @returns what follows the prefix
   */
  async *scan(pattern: string): AsyncGenerator<readonly string[]> {
    const seen = new Set<string>();
    const skip = this.prefix.length;
    for (const master of mastersOf(this.#redis)) {
      let cursor = '0';
      do {
        const [next, keys] = await this.ask(() =>
          master.scan(cursor, 'MATCH', `${this.prefix}${pattern}`, 'COUNT', SCAN_KEYS),
        );
        cursor = next;
        const fresh = keys.filter((key) => !seen.has(key));
        for (const key of fresh) seen.add(key);
        if (fresh.length > 0) yield fresh.map((key) => key.slice(skip));
      } while (cursor !== '0');
    }
  }
}

/** The texts of a list that a script gave; null where there was nothing. */
export function textsOf(reply: unknown): (string | null)[] {
  if (!Array.isArray(reply)) throw new StoreError('unavailable', 'The answer of Redis cannot be read.');
  return reply.map((each) => (each === null ? null : String(each)));
}

/** What Redis says, as a sentence for the host. */
export function redisErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const said = sentenceOf(error);
  const [code, sentence] = kindOf(said);
  return new StoreError(code, `${sentence}: ${said}`, { cause: error });
}

function kindOf(said: string): readonly [StoreError['code'], string] {
  if (/\bOOM\b/.test(said)) return ['full', 'Redis is full; give it more memory (maxmemory)'];
  if (/No space left|disk is full/i.test(said)) return ['full', "Redis' disk is full; make room on it"];
  if (/\bREADONLY\b/.test(said)) return ['readonly', 'Redis is a read-only replica; name its master'];
  if (/\bMISCONF\b/.test(said)) return ['readonly', 'Redis cannot save to its disk and takes no writes; see its log'];
  if (/\b(NOPERM|NOAUTH|WRONGPASS)\b/.test(said)) return ['readonly', 'Redis does not allow this; see its users'];
  if (/\bWRONGTYPE\b/.test(said)) return ['corrupt', "Redis holds something else under the world's keys"];
  return ['unavailable', 'Redis cannot be used now'];
}
