import { Redis } from 'ioredis';
import { createRedisStore } from '../../server/store/redis-store.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { describeStore } from './store-contract.ts';

describeStore('the store in Redis', async () => {
  const server = await RedisServer.start();
  return {
    connect: async () => createRedisStore(new Redis(server.address.options), 'test'),
    close: () => server.close(),
  };
});
