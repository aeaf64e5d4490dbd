import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConnectBroker } from '../../server/broker/broker.ts';
import { hashSlot } from '../../server/broker/hash-slot.ts';
import { createRedisBroker } from '../../server/broker/redis-broker.ts';
import { createRedisClusterBroker } from '../../server/broker/redis-cluster-broker.ts';
import { createRedisShards } from '../../server/broker/redis-shards.ts';
import { BrokerPeer } from '../helpers/broker-peer.ts';
import { RedisCluster } from '../helpers/redis-cluster.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { until } from '../helpers/until.ts';

/** Seeds that are always run; one that ever failed stays. */
const SEEDS = [1, 2];
const fresh = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const STEPS = 250;
const CHANNELS = Array.from({ length: 40 }, (_, i) => `flatlands:test:sq:${i},${-i}`);

interface Scene {
  readonly connect: ConnectBroker;
  readonly servers: readonly RedisServer[];
  /** How a server lists its channels. */
  readonly listing: 'CHANNELS' | 'SHARDCHANNELS';
  /** Something that must do no harm. */
  readonly disturb: (random: () => number) => Promise<unknown>;
}

/** Subscribes and unsubscribes at random, disturbed; in the end the servers must hold exactly what is wanted. */
async function shuffle(seed: number, { connect, servers, listing, disturb }: Scene): Promise<void> {
  const random = seededRandom(seed);
  const peer = new BrokerPeer(connect);
  onTestFinished(() => peer.broker.close());
  const wanted = new Set<string>();
  const calls: Promise<unknown>[] = [];
  for (let step = 0; step < STEPS; step++) {
    const share = random() ** 2;
    const some = CHANNELS.filter(() => random() < share);
    if (random() < 0.5) {
      for (const channel of some) wanted.add(channel);
      calls.push(peer.broker.subscribe(some));
    } else {
      for (const channel of some) wanted.delete(channel);
      calls.push(peer.broker.unsubscribe(some));
    }
    peer.count(CHANNELS);
    const chance = random();
    if (chance < 0.1) calls.push(disturb(random));
    else if (chance < 0.4) await calls.at(-1);
    else if (chance < 0.6) await new Promise((resolve) => setTimeout(resolve, random() * 5));
  }
  await Promise.all(calls);
  await until('it was connected', () => peer.status.isConnected);
  const want = [...wanted].sort();
  // A connection that was killed may take Redis a moment to forget.
  let held: string[] = [];
  for (let attempt = 0; attempt < 100 && held.join() !== want.join(); attempt++) {
    const lists = await Promise.all(servers.map((server) => server.command('PUBSUB', listing)));
    held = lists.flatMap((list) => list.split('\n').filter((line) => line !== '')).sort();
  }
  expect(held, `seed ${seed}`).toEqual(want);
  await peer.hearsEverythingFrom(peer, want);
  expect(peer.isInOrder, `seed ${seed}`).toBe(true);
}

describe.each([...SEEDS, fresh])('subscriptions at random, seed %i', (seed) => {
  it('stay what is wanted on one server whose connections are killed', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.close());
    await shuffle(seed, {
      connect: createRedisBroker(server.address),
      servers: [server],
      listing: 'CHANNELS',
      disturb: (random) => server.command('CLIENT', 'KILL', 'TYPE', random() < 0.7 ? 'pubsub' : 'normal'),
    });
  });

  it('stay what is wanted on three servers of which one after the other is killed and started again', async () => {
    const servers = await Promise.all([RedisServer.start(), RedisServer.start(), RedisServer.start()]);
    onTestFinished(async () => {
      await Promise.all(servers.map((server) => server.close()));
    });
    let previous: Promise<void> = Promise.resolve();
    await shuffle(seed, {
      connect: createRedisShards(servers.map(({ address }) => address)),
      servers,
      listing: 'CHANNELS',
      disturb: (random) => {
        const server = servers[Math.floor(random() * servers.length)] as RedisServer;
        previous = previous.then(() => server.kill()).then(() => server.restart());
        return previous;
      },
    });
  });

  it('stay what is wanted on a cluster whose slots migrate and whose connections are killed', async () => {
    const cluster = await RedisCluster.start();
    onTestFinished(() => cluster.close());
    let previous: Promise<unknown> = Promise.resolve();
    await shuffle(seed, {
      connect: createRedisClusterBroker(cluster.seeds),
      servers: cluster.masters,
      listing: 'SHARDCHANNELS',
      disturb: (random) => {
        const channel = CHANNELS[Math.floor(random() * CHANNELS.length)] as string;
        const to = cluster.masters[Math.floor(random() * cluster.masters.length)] as RedisServer;
        const kills = random() < 0.3;
        previous = previous.then(async () => {
          if (kills) return to.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
          const from = await cluster.masterOf(channel);
          if (from !== to) await cluster.migrate(hashSlot(channel), from, to);
          return undefined;
        });
        return previous;
      },
    });
  });
});
