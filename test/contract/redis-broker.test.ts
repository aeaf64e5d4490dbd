import { afterAll, beforeAll, describe } from 'vitest';
import type { ConnectBroker } from '../../server/broker/broker.ts';
import { createRedisBroker } from '../../server/broker/redis-broker.ts';
import { createRedisClusterBroker } from '../../server/broker/redis-cluster-broker.ts';
import { createRedisShards } from '../../server/broker/redis-shards.ts';
import { RedisCluster } from '../helpers/redis-cluster.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { describeBroker } from './broker-contract.ts';

/** Runs the contract on servers that are started once. */
function describeOn<T extends { close(): Promise<void> }>(
  name: string,
  start: () => Promise<T>,
  connectTo: (servers: T) => ConnectBroker,
): void {
  describe(name, () => {
    let servers: T;
    beforeAll(async () => {
      servers = await start();
    });
    afterAll(() => servers.close());
    describeBroker(name, async () => ({ connect: connectTo(servers), close: async () => undefined }));
  });
}

describeOn(
  'one Redis over TCP',
  () => RedisServer.start(),
  ({ address }) => createRedisBroker(address),
);

describeOn(
  'one Redis on a unix socket',
  () => RedisServer.start({ unixSocket: true }),
  ({ address }) => createRedisBroker(address),
);

describeOn(
  'one Redis over TLS',
  () => RedisServer.start({ tls: true }),
  ({ address }) => createRedisBroker(address),
);

describeOn(
  'a Redis that answers every publication, because it may not be asked to keep silent',
  async () => {
    const server = await RedisServer.start();
    await server.command('ACL', 'SETUSER', 'default', '-client|reply');
    return server;
  },
  ({ address }) => createRedisBroker(address),
);

describeOn(
  'three independent Redis servers',
  async () => {
    const servers = await Promise.all([RedisServer.start(), RedisServer.start(), RedisServer.start()]);
    return {
      addresses: servers.map(({ address }) => address),
      close: async () => {
        await Promise.all(servers.map((server) => server.close()));
      },
    };
  },
  ({ addresses }) => createRedisShards(addresses),
);

describeOn(
  'a Redis Cluster of three masters',
  () => RedisCluster.start(),
  ({ seeds }) => createRedisClusterBroker(seeds),
);
