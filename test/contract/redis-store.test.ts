import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedisCommands, type RedisCommandLink, type RedisTarget } from '../../server/store/redis-commands.ts';
import { createRedisStore } from '../../server/store/redis-store.ts';
import { RedisCluster } from '../helpers/redis-cluster.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { until } from '../helpers/until.ts';
import { describeStore } from './store-contract.ts';

async function connect(target: RedisTarget): Promise<RedisCommandLink> {
  const link = connectRedisCommands(target, 'test');
  await until('Redis is connected', () => link.trouble === undefined);
  return link;
}

/** Runs the contract on servers that are started once, in one world after another. */
function describeOn<T extends { close(): Promise<void> }>(
  name: string,
  start: () => Promise<T>,
  targetOf: (servers: T) => RedisTarget,
): void {
  describe(name, () => {
    let servers: T;
    let worlds = 0;
    beforeAll(async () => {
      servers = await start();
    });
    afterAll(() => servers.close());

    describeStore(name, async () => {
      const links: RedisCommandLink[] = [];
      const world = `test-${++worlds}`;
      return {
        connect: async () => {
          const link = await connect(targetOf(servers));
          links.push(link);
          return createRedisStore(link.commands, world);
        },
        close: async () => {
          await Promise.all(links.map((link) => link.close()));
        },
      };
    });

    it('closing a store leaves the connection to whoever else uses it', async () => {
      const link = await connect(targetOf(servers));
      try {
        const [first, second] = [createRedisStore(link.commands, 'one'), createRedisStore(link.commands, 'two')];
        await second.signUp('ada', 1, { name: 'Ada', look: 1 });
        await first.close();
        expect(await second.signIn('ada')).toMatchObject({ id: 1, generation: 2 });
      } finally {
        await link.close();
      }
    });

    it('ids go on where an earlier version has counted them to', async () => {
      const link = await connect(targetOf(servers));
      try {
        await link.commands.set('flatlands:grown:ids', 3000);
        expect(await createRedisStore(link.commands, 'grown').takeIdBlock(0)).toBe(3001);
      } finally {
        await link.close();
      }
    });
  });
}

describeOn(
  'the store in Redis',
  () => RedisServer.start(),
  ({ address }) => ({ kind: 'server', address }),
);

describeOn(
  'the store in a Redis Cluster of three masters',
  () => RedisCluster.start(),
  ({ seeds }) => ({ kind: 'cluster', addresses: seeds }),
);
