import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ConnectBroker } from '../../server/broker/broker.ts';
import { hashSlot } from '../../server/broker/hash-slot.ts';
import { createRedisBroker } from '../../server/broker/redis-broker.ts';
import { createRedisClusterBroker } from '../../server/broker/redis-cluster-broker.ts';
import { START_MS } from '../../server/broker/redis-limits.ts';
import { createRedisShards } from '../../server/broker/redis-shards.ts';
import { BrokerPeer } from '../helpers/broker-peer.ts';
import { RedisCluster, type RedisClusterOptions } from '../helpers/redis-cluster.ts';
import { RedisServer, type RedisServerOptions } from '../helpers/redis-server.ts';
import { until } from '../helpers/until.ts';

const peers: BrokerPeer[] = [];

afterEach(async () => {
  await Promise.all(peers.splice(0).map(({ broker }) => broker.close()));
});

const join = (connect: ConnectBroker): BrokerPeer => {
  const peer = new BrokerPeer(connect);
  peers.push(peer);
  return peer;
};

const oneServer = async (options?: RedisServerOptions): Promise<RedisServer> => {
  const server = await RedisServer.start(options);
  onTestFinished(() => server.close());
  return server;
};

const oneCluster = async (options?: RedisClusterOptions): Promise<RedisCluster> => {
  const cluster = await RedisCluster.start(options);
  onTestFinished(() => cluster.close());
  return cluster;
};

const isWell = (peer: BrokerPeer) => () => peer.status.isConnected;

/** Two nodes that hear each other on both channels. */
async function twoPeers(connect: ConnectBroker, channels: readonly string[]): Promise<[BrokerPeer, BrokerPeer]> {
  const [a, b] = [join(connect), join(connect)];
  await Promise.all([a.broker.subscribe(channels), b.broker.subscribe(channels)]);
  await Promise.all([until('a was connected', isWell(a)), until('b was connected', isWell(b))]);
  await a.hearsEverythingFrom(b, channels);
  return [a, b];
}

describe('one Redis that comes and goes', () => {
  it('is back by itself after kill -9 and a restart, tells so, and has kept nothing meanwhile', async () => {
    const server = await oneServer();
    const [a, b] = await twoPeers(createRedisBroker(server.address), ['x', 'y']);
    const counting = b.keepCounting(['x', 'y']);
    await server.kill();
    await until('both noticed', () => !a.status.isConnected && !b.status.isConnected);
    expect(b.status.lastError).toMatch(/^127\.0\.0\.1:\d+: .*(closed|ECONNREFUSED)/);
    expect(b.status.reaches('x')).toBe(false);
    const droppedBefore = b.status.dropped;
    for (let i = 0; i < 100; i++) b.count(['x'], 100_000);
    expect(b.status.dropped - droppedBefore).toBeGreaterThanOrEqual(100);
    expect(b.status.unconfirmedBytes).toBe(0);

    await server.restart();
    await until('both were told', () => a.wasToldOf('x') && b.wasToldOf('x'));
    counting.stop();
    await a.hearsEverythingFrom(b, ['x', 'y']);
    await b.hearsEverythingFrom(a, ['x', 'y']);
    expect(a.isInOrder).toBe(true);
    expect(a.status).toMatchObject({ isConnected: true, lastError: undefined });
  });

  it('lets subscriptions wait while it is away, and withdrawn ones be', async () => {
    const server = await oneServer();
    const [a, b] = await twoPeers(createRedisBroker(server.address), ['x']);
    await server.kill();
    await until('a noticed', () => !a.status.isConnected);
    const late = a.broker.subscribe(['late', 'withdrawn']);
    await a.broker.unsubscribe(['withdrawn', 'x']);
    await server.restart();
    await late;
    await until('b was back', isWell(b));
    b.count(['withdrawn', 'x']);
    await a.hearsEverythingFrom(b, ['late']);
    expect(a.channelsHeard).toEqual(['late', 'x']);
    expect(await server.command('PUBSUB', 'NUMSUB', 'x')).toBe('x\n1');
  });

  it.each(['pubsub', 'normal'])('heals after CLIENT KILL TYPE %s', async (type) => {
    const server = await oneServer();
    const [a, b] = await twoPeers(createRedisBroker(server.address), ['x', 'y']);
    const counting = b.keepCounting(['x', 'y']);
    for (let round = 1; round <= 3; round++) {
      expect(Number(await server.command('CLIENT', 'KILL', 'TYPE', type))).toBeGreaterThanOrEqual(2);
      await until('both were told', () => a.reconnections.length >= round && b.reconnections.length >= round);
    }
    counting.stop();
    await a.hearsEverythingFrom(b, ['x', 'y']);
    await b.hearsEverythingFrom(a, ['x', 'y']);
    expect(a.isInOrder).toBe(true);
    expect(a.wasToldOf('y')).toBe(true);
  });

  it('drops what a Redis that stands still has no room for, says that it is away, and goes on after it', async () => {
    const server = await oneServer();
    const limit = 300_000;
    const [a, b] = await twoPeers(createRedisBroker(server.address, { maxUnconfirmedBytes: limit }), ['x']);
    const asleep = server.command('DEBUG', 'SLEEP', '3');
    await pause(100);
    let most = 0;
    const counting = setInterval(() => {
      b.count(Array(20).fill('x'), 1000);
      most = Math.max(most, b.status.unconfirmedBytes);
    }, 5);
    await until('b found it silent', () => !b.status.isConnected);
    expect(b.status.lastError).toMatch(/no answer for \d s/);
    expect(b.status.reaches('x')).toBe(false);
    await asleep;
    await until('b found it well', isWell(b));
    clearInterval(counting);
    expect(most).toBeGreaterThan(limit * 0.9);
    expect(most).toBeLessThanOrEqual(limit);
    expect(b.status.dropped).toBeGreaterThan(1000);
    await a.hearsEverythingFrom(b, ['x']);
    expect(a.isInOrder).toBe(true);
    // Nothing was lost but what was dropped: the connections stand.
    expect(b.reconnections.length).toBe(0);
    await until('everything was confirmed', () => b.status.unconfirmedBytes === 0);
  });

  it('gives up a connection on which nothing is answered any more, and makes another', async () => {
    const server = await oneServer();
    const [a, b] = await twoPeers(createRedisBroker(server.address), ['x']);
    process.kill(server.pid, 'SIGSTOP');
    await until('a gave it up', () => a.status.lastError?.includes('no answer') === false, 15_000);
    process.kill(server.pid, 'SIGCONT');
    await until('both were told', () => a.wasToldOf('x') && b.wasToldOf('x'));
    await a.hearsEverythingFrom(b, ['x']);
  });

  it('begins anew with a Redis that answers every command with an error for a while', async () => {
    const server = await oneServer({ config: ['busy-reply-threshold', '50'] });
    const [a, b] = await twoPeers(createRedisBroker(server.address), ['x']);
    const counting = b.keepCounting(['x', 'x', 'x']);
    const script = server.command('EVAL', 'while true do end', '0').catch((error: unknown) => String(error));
    await until('b noticed', () => b.status.lastError?.includes('BUSY'));
    await server.command('SCRIPT', 'KILL');
    expect(await script).toMatch(/killed/i);
    await until('both were well', () => a.status.isConnected && b.status.isConnected);
    counting.stop();
    await a.hearsEverythingFrom(b, ['x']);
    await b.hearsEverythingFrom(a, ['x']);
    expect(a.isInOrder).toBe(true);
  });

  it('may be unreachable at the start: nothing fails, subscriptions wait, and what is published late is not', async () => {
    const server = await oneServer();
    await server.kill();
    const [a, b] = [join(createRedisBroker(server.address)), join(createRedisBroker(server.address))];
    const subscribed = Promise.all([a.broker.subscribe(['x']), b.broker.subscribe(['x'])]);
    for (let i = 0; i < 100; i++) b.count(['x'], 100_000);
    expect(b.status.unconfirmedBytes).toBeLessThanOrEqual(4 << 20);
    await until('it said why', () => a.status.lastError?.includes('ECONNREFUSED'));
    await until('nothing was kept', () => b.status.unconfirmedBytes === 0 && b.status.dropped === 100, START_MS * 2);
    await server.restart();
    await subscribed;
    await until('both were told that they had missed something', () => a.wasToldOf('x') && b.wasToldOf('x'));
    await a.hearsEverythingFrom(b, ['x']);
    expect(a.isInOrder).toBe(true);
    expect(a.numbersOf(b, 'x')[0]).toBe(100);
  });

  it('is told nothing at an ordinary start, and gets what was published before the connection stood', async () => {
    const server = await oneServer();
    const a = join(createRedisBroker(server.address));
    await a.broker.subscribe(['x']);
    const b = join(createRedisBroker(server.address));
    b.count(['x', 'x', 'x']);
    await until('all came', () => a.numbersOf(b, 'x').length === 3);
    expect(a.numbersOf(b, 'x')).toEqual([0, 1, 2]);
    expect(b.status.dropped).toBe(0);
    expect([...a.reconnections, ...b.reconnections]).toEqual([]);
  });

  it('can be closed while it is away, and tells those who wait', async () => {
    const server = await oneServer();
    await server.kill();
    const a = join(createRedisBroker(server.address));
    const waiting = a.broker.subscribe(['x']);
    const refused = expect(waiting).rejects.toThrow('The broker is closed.');
    await a.broker.close();
    await refused;
    await expect(a.broker.subscribe(['x'])).rejects.toThrow('The broker is closed.');
  });
});

describe('a Redis that refuses', () => {
  it('rejects a subscription, none of whose channels is subscribed then', async () => {
    const server = await oneServer();
    await server.command('ACL', 'SETUSER', 'default', 'resetchannels', '&open*');
    const a = join(createRedisBroker(server.address));
    await expect(a.broker.subscribe(['open', 'closed'])).rejects.toThrow(/NOPERM/);
    await until('it was taken back', isWell(a));
    expect(await server.command('PUBSUB', 'CHANNELS')).toBe('');
    await a.broker.subscribe(['open']);
    await a.hearsEverythingFrom(a, ['open']);
  });

  it('is named in the status when it does not let the node in, and used as soon as it does', async () => {
    const server = await oneServer();
    await server.command('CONFIG', 'SET', 'requirepass', 'secret');
    const a = join(createRedisBroker(server.address));
    const subscribed = a.broker.subscribe(['x']);
    await until('it said why', () => a.status.lastError?.includes('NOAUTH'));
    await server.command('-a', 'secret', '--no-auth-warning', 'CONFIG', 'SET', 'requirepass', '');
    await subscribed;
    await until('it was well', isWell(a));
    await a.hearsEverythingFrom(a, ['x']);
  });

  it('is named in the status when it takes no publications', async () => {
    const server = await oneServer();
    const a = join(createRedisBroker(server.address));
    await server.command('ACL', 'SETUSER', 'default', 'resetchannels', '&open*');
    await a.broker.subscribe(['open']);
    a.count(['closed', 'open']);
    await until('it said why', () => a.status.lastError?.includes('NOPERM'));
    expect(a.status.dropped).toBe(1);
    a.count(['open']);
    await until('it was well again', isWell(a));
    await a.hearsEverythingFrom(a, ['open']);
  });
});

describe('what Redis sees', () => {
  it('gets a call of 2,500 messages in three batches, subscriptions in one command, and no patterns', async () => {
    const server = await oneServer();
    const channels = Array.from({ length: 500 }, (_, i) => `flatlands:test:sq:${i},${-i}`);
    const [a, b] = await twoPeers(createRedisBroker(server.address), channels);
    const calls = async (command: string): Promise<number> =>
      Number(/^calls=(\d+)/.exec((await server.info('commandstats', `cmdstat_${command}`)) ?? '')?.[1] ?? 0);
    expect(await calls('subscribe')).toBe(2);
    const [published, batched] = [await calls('publish'), await calls('client|reply')];
    const messages = channels.flatMap((channel) => Array(5).fill(channel));
    b.count(messages);
    await until('all came', () => a.numbersOf(b, channels.at(-1) as string).at(-1) === 24);
    expect((await calls('publish')) - published).toBe(messages.length);
    expect((await calls('client|reply')) - batched).toBe(3 * 2);
    expect(await calls('psubscribe')).toBe(0);
    await a.broker.unsubscribe(channels);
    await b.broker.unsubscribe(channels);
    expect(await server.command('PUBSUB', 'CHANNELS')).toBe('');
    expect(await calls('unsubscribe')).toBe(2);
  });
});

describe('several servers', () => {
  it('lose only what one of them carries when it is killed, and tell of that alone', async () => {
    const servers = await Promise.all([oneServer(), oneServer(), oneServer()]);
    const channels = Array.from({ length: 60 }, (_, i) => `flatlands:test:sq:${i},0`);
    const [a, b] = await twoPeers(createRedisShards(servers.map(({ address }) => address)), channels);
    await servers[0].kill();
    await until('both noticed', () => !a.status.isConnected && !b.status.isConnected);
    const there = channels.filter((channel) => b.status.reaches(channel));
    const gone = channels.filter((channel) => !b.status.reaches(channel));
    expect(gone.length).toBeGreaterThan(5);
    expect(there.length).toBeGreaterThan(20);
    await a.hearsEverythingFrom(b, there);
    await servers[0].restart();
    await until('both were told', () => a.reconnections.length > 0 && b.reconnections.length > 0);
    expect(channels.filter((channel) => a.wasToldOf(channel))).toEqual(gone);
    await a.hearsEverythingFrom(b, channels);
    expect(a.isInOrder).toBe(true);
  });
});

describe('a Redis Cluster', () => {
  it('heals when slots migrate under load, and tells of their channels alone', async () => {
    const cluster = await oneCluster();
    const channels = Array.from({ length: 200 }, (_, i) => `flatlands:test:sq:${i},7`);
    const [a, b] = await twoPeers(createRedisClusterBroker(cluster.seeds), channels);
    const counting = b.keepCounting(channels);
    const moved = channels.slice(0, 10);
    for (const channel of moved) {
      const from = await cluster.masterOf(channel);
      const to = cluster.masters[(cluster.masters.indexOf(from) + 1) % 3] as RedisServer;
      await cluster.migrate(hashSlot(channel), from, to);
    }
    await until('both were told', () => moved.every((channel) => a.wasToldOf(channel) && b.wasToldOf(channel)));
    counting.stop();
    await until('both were connected', () => a.status.isConnected && b.status.isConnected);
    await a.hearsEverythingFrom(b, channels);
    expect(a.isInOrder).toBe(true);
    const slots = new Set(moved.map(hashSlot));
    expect(channels.filter((channel) => a.wasToldOf(channel) && !slots.has(hashSlot(channel)))).toEqual([]);
  });

  it('follows a slot that moves away and back at once', async () => {
    const cluster = await oneCluster();
    const [a, b] = await twoPeers(createRedisClusterBroker(cluster.seeds), ['x']);
    const from = await cluster.masterOf('x');
    const to = cluster.masters.find((server) => server !== from) as RedisServer;
    for (let round = 0; round < 3; round++) {
      await cluster.migrate(hashSlot('x'), from, to);
      await cluster.migrate(hashSlot('x'), to, from);
    }
    await until('both were told', () => a.wasToldOf('x') && b.wasToldOf('x'));
    await until('both were connected', () => a.status.isConnected && b.status.isConnected);
    await pause(200);
    await a.hearsEverythingFrom(b, ['x']);
  });

  it('brings a node that only publishes on a slot after it within seconds', async () => {
    const cluster = await oneCluster();
    const connect = createRedisClusterBroker(cluster.seeds);
    const [a, b] = [join(connect), join(connect)];
    await a.broker.subscribe(['x']);
    await until('b was connected', isWell(b));
    const from = await cluster.masterOf('x');
    await cluster.migrate(hashSlot('x'), from, cluster.masters.find((server) => server !== from) as RedisServer);
    const counting = b.keepCounting(['x']);
    await until('a was told', () => a.wasToldOf('x'));
    const heard = a.numbersOf(b, 'x').length;
    await until('b had followed', () => a.numbersOf(b, 'x').length > heard + 10);
    counting.stop();
    await a.hearsEverythingFrom(b, ['x']);
  });

  it('goes on with the replica of a master that is killed', async () => {
    const cluster = await oneCluster({ nodeTimeoutMs: 1000, replicas: 1 });
    const [victim] = cluster.masters as [RedisServer];
    const channels = Array.from({ length: 60 }, (_, i) => `flatlands:test:sq:${i},9`);
    const [a, b] = await twoPeers(createRedisClusterBroker(cluster.seeds), channels);
    const counting = b.keepCounting(channels);
    await victim.kill();
    await until('both noticed', () => !a.status.isConnected && !b.status.isConnected);
    const gone = channels.filter((channel) => !a.status.reaches(channel));
    expect(gone.length).toBeGreaterThan(5);
    const isHealed = (peer: BrokerPeer) => peer.status.isConnected && gone.every((channel) => peer.wasToldOf(channel));
    await until('the replica had taken over', () => isHealed(a) && isHealed(b), 20_000);
    counting.stop();
    await a.hearsEverythingFrom(b, channels);
    expect(a.isInOrder).toBe(true);
  });

  it('may be unreachable at the start', async () => {
    const cluster = await oneCluster();
    await Promise.all(cluster.masters.map((server) => server.kill()));
    const connect = createRedisClusterBroker(cluster.seeds);
    const [a, b] = [join(connect), join(connect)];
    const subscribed = a.broker.subscribe(['x', 'y', 'z']);
    await until('it said why', () => a.status.lastError?.includes('ECONNREFUSED'));
    await Promise.all(cluster.masters.map((server) => server.restart()));
    await subscribed;
    await until('both were connected', () => a.status.isConnected && b.status.isConnected);
    await a.hearsEverythingFrom(b, ['x', 'y', 'z']);
  });
});
