import type { RedisCommands } from './redis-commands.ts';
import { ID_BLOCK, type Store } from './store.ts';

/**
 * In one step, so that of several nodes that find the counter too low none raises it twice. Gives the first id.
 * KEYS: the counter. ARGV: the length of a block, the id that all are to lie above.
 */
const TAKE_BLOCK = `
local last = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), tonumber(ARGV[2]))
redis.call('SET', KEYS[1], string.format('%.0f', last + ARGV[1]))
return last + 1
`;

/**
 * The store that nodes on several machines share. A player is a hash under the id, a token a key that holds the id;
 * ids and generations are counted by Redis itself. A command that Redis does not answer in time rejects; whether it
 * took effect is then not known, and nothing here is harmed by it: an id or a generation is skipped.
 * @param redis is left open by `close`: who opened it ends it
 */
export function createRedisStore(redis: RedisCommands, world: string): Store {
  const prefix = `flatlands:${world}`;
  const tokenKey = (hash: string): string => `${prefix}:token:${hash}`;
  const playerKey = (id: number): string => `${prefix}:player:${id}`;

  return {
    takeIdBlock: async (above) => Number(await redis.eval(TAKE_BLOCK, 1, `${prefix}:ids`, ID_BLOCK, above)),
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
    close: async () => undefined,
  };
}
