import type { Redis } from 'ioredis';
import { ID_BLOCK, type Store } from './store.ts';

/** What the store needs of ioredis: a server's client and a cluster's have it alike. Every command names one key. */
export type RedisCommands = Pick<Redis, 'incrby' | 'set' | 'get' | 'hincrby' | 'hmget' | 'hset' | 'quit'>;

/**
 * The store that nodes on several machines share. A player is a hash under the id, a token a key that holds the id;
 * ids and generations are counted by Redis itself. A command that Redis does not answer in time rejects; whether it
 * took effect is then not known, and nothing here is harmed by it: an id or a generation is skipped.
 */
export function createRedisStore(redis: RedisCommands, world: string): Store {
  const prefix = `flatlands:${world}`;
  const tokenKey = (hash: string): string => `${prefix}:token:${hash}`;
  const playerKey = (id: number): string => `${prefix}:player:${id}`;

  return {
    takeIdBlock: async () => (await redis.incrby(`${prefix}:ids`, ID_BLOCK)) - ID_BLOCK + 1,
    signUp: async (tokenHash, id) => {
      // The player first: a token never leads to nobody.
      await redis.hset(playerKey(id), 'generation', 1);
      await redis.set(tokenKey(tokenHash), id);
    },
    signIn: async (tokenHash) => {
      const text = await redis.get(tokenKey(tokenHash));
      if (text === null) return undefined;
      const id = Number(text);
      const generation = await redis.hincrby(playerKey(id), 'generation', 1);
      const [x, y] = await redis.hmget(playerKey(id), 'x', 'y');
      const hasPlace = typeof x === 'string' && typeof y === 'string';
      return { id, generation, place: hasPlace ? { x: Number(x), y: Number(y) } : undefined };
    },
    savePlace: async (id, { x, y }) => {
      await redis.hset(playerKey(id), 'x', x, 'y', y);
    },
    close: async () => {
      await redis.quit();
    },
  };
}
