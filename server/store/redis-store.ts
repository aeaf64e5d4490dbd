import { RedisAsker } from './redis-asker.ts';
import type { RedisCommands } from './redis-commands.ts';
import { redisGems } from './redis-gems.ts';
import { redisOrder } from './redis-order.ts';
import { redisPlayers } from './redis-players.ts';
import { redisRecords } from './redis-records.ts';
import { redisSquares } from './redis-squares.ts';
import type { Store } from './store.ts';

/**
 * The store that nodes on several machines share. What has to happen in one step is a script, or one command, on keys
 * of one slot. A command that Redis does not answer in time rejects; whether it took effect is then not known.
 * @param redis is left open by `close`: who opened it ends it
 */
export function createRedisStore(redis: RedisCommands, world: string): Store {
  const asker = new RedisAsker(redis, world);
  return {
    ...redisPlayers(asker),
    ...redisSquares(asker),
    ...redisGems(asker),
    ...redisOrder(asker),
    ...redisRecords(asker),
    close: async () => undefined,
  };
}
