import { onTestFinished } from 'vitest';
import type { App } from '../../server/app.ts';
import { createMemoryBroker } from '../../server/broker/memory-broker.ts';
import { parseRedisAddress, type RedisAddress } from '../../server/broker/redis-address.ts';
import type { Config } from '../../server/config.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { createWorldClock } from '../../shared/clock.ts';
import { RedisCluster } from './redis-cluster.ts';
import { RedisServer } from './redis-server.ts';
import { startTestApp } from './test-app.ts';

/** Several servers in this process that share one world: one in-process broker, one store, one clock. */
export function startNodes(count: number, config: Partial<Config> = {}): Promise<App[]> {
  const shared = {
    connectBroker: createMemoryBroker(),
    store: createMemoryStore(),
    clock: createWorldClock(() => performance.now()),
  };
  return Promise.all(Array.from({ length: count }, () => startTestApp(config, shared)));
}

/** Starts nodes of one world, for the test that calls it. */
export type StartNodes = (count: number, config?: Partial<Config>) => Promise<App[]>;

const addressOf = (url: string): RedisAddress => parseRedisAddress(url) as RedisAddress;

/** The ways in which nodes share a world over Redis, each as its flags would have it, on servers of the test's own. */
export const SHARED_WORLDS: Readonly<Record<string, StartNodes>> = {
  'one Redis': async (count, config) => {
    const redis = await ownRedis();
    return startMany(count, { ...config, redis: [addressOf(redis.url)] });
  },
  'three Redis servers': async (count, config) => {
    const servers = await Promise.all([ownRedis(), ownRedis(), ownRedis()]);
    return startMany(count, { ...config, redis: servers.map(({ url }) => addressOf(url)) });
  },
  'a Redis Cluster': async (count, config) => {
    const cluster = await RedisCluster.start();
    onTestFinished(() => cluster.close());
    return startMany(count, { ...config, redisCluster: cluster.seeds });
  },
};

/** A Redis server for the test that calls it. */
export async function ownRedis(): Promise<RedisServer> {
  const server = await RedisServer.start();
  onTestFinished(() => server.close());
  return server;
}

const startMany = (count: number, config: Partial<Config>): Promise<App[]> =>
  Promise.all(Array.from({ length: count }, () => startTestApp(config)));
