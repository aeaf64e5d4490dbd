import { setImmediate as nextTurn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Publication } from '../../server/broker/broker.ts';
import type { RedisAddress } from '../../server/broker/redis-address.ts';
import { createRedisBroker } from '../../server/broker/redis-broker.ts';
import { squareChannel } from '../../shared/grid.ts';
import { BrokerPeer } from '../helpers/broker-peer.ts';
import type { RedisServer } from '../helpers/redis-server.ts';
import { until } from '../helpers/until.ts';

/** One way of publishing: what it costs, and how many a core could do if it did nothing else. */
export interface PublishCost {
  readonly nodeMicros: number;
  readonly redisMicros: number;
  readonly perSecondPerCore: number;
}

export interface PublishCosts {
  /** One `PUBLISH` after the other, each awaited. */
  readonly awaited: PublishCost;
  /** The same messages through the adapter, so many in a call. */
  readonly adapter: PublishCost;
  /** Publications per second and core of the adapter, of the awaited taken as one. */
  readonly ratio: number;
}

export interface PublishCostOptions {
  readonly server: RedisServer;
  readonly messages: number;
  /** In one call of `publish`: what a node's flush brings together. */
  readonly messagesPerCall: number;
}

/** A batch of one player's change of heading is about so long. */
const PAYLOAD_BYTES = 60;
/** So far the adapter may be ahead of Redis, well below where it drops. */
const MAX_AHEAD_BYTES = 1 << 20;

/** Measures both ways in one run, on channels of squares that nobody is subscribed to. */
export async function measurePublishing(options: PublishCostOptions): Promise<PublishCosts> {
  const messages = Array.from({ length: options.messages }, (_, i): Publication => {
    const channel = squareChannel('bench', i % 300, -(i % 77));
    return { channel, payload: Buffer.alloc(PAYLOAD_BYTES, i) };
  });
  const { address } = options.server;
  // The first round warms up.
  await publishAwaited(address, messages.slice(0, 2000), options);
  await publishThroughAdapter(address, messages, options);
  const awaited = await publishAwaited(address, messages, options);
  const adapter = await publishThroughAdapter(address, messages, options);
  return { awaited, adapter, ratio: adapter.perSecondPerCore / awaited.perSecondPerCore };
}

async function publishAwaited(
  { options }: RedisAddress,
  messages: readonly Publication[],
  { server }: PublishCostOptions,
): Promise<PublishCost> {
  const redis = new Redis({ ...options, replyMapping: 'legacy' });
  await redis.ping();
  const cost = await costOf(server, messages.length, async () => {
    for (const { channel, payload } of messages) await redis.publish(channel, payload as Buffer);
  });
  await redis.quit();
  return cost;
}

async function publishThroughAdapter(
  address: RedisAddress,
  messages: readonly Publication[],
  { server, messagesPerCall }: PublishCostOptions,
): Promise<PublishCost> {
  const peer = new BrokerPeer(createRedisBroker(address));
  await until('it was connected', () => peer.status.isConnected);
  const cost = await costOf(server, messages.length, async () => {
    for (let from = 0; from < messages.length; from += messagesPerCall) {
      peer.broker.publish(messages.slice(from, from + messagesPerCall));
      while (peer.status.unconfirmedBytes > MAX_AHEAD_BYTES) await nextTurn();
    }
    while (peer.status.unconfirmedBytes > 0) await nextTurn();
  });
  const { dropped } = peer.status;
  await peer.broker.close();
  if (dropped > 0) throw new Error(`${dropped} messages were dropped.`);
  return cost;
}

/** Processor time of both sides, divided by the messages that Redis has really been given. */
async function costOf(server: RedisServer, messages: number, work: () => Promise<void>): Promise<PublishCost> {
  const [publishedBefore, redisBefore] = [await publishCalls(server), await redisMicros(server)];
  const nodeBefore = process.cpuUsage();
  await work();
  const node = process.cpuUsage(nodeBefore);
  const redis = (await redisMicros(server)) - redisBefore;
  const published = (await publishCalls(server)) - publishedBefore;
  if (published !== messages) throw new Error(`Redis was given ${published} of ${messages} messages.`);
  const nodeMicros = (node.user + node.system) / messages;
  return { nodeMicros, redisMicros: redis / messages, perSecondPerCore: 1e6 / nodeMicros };
}

async function publishCalls(server: RedisServer): Promise<number> {
  return Number(/calls=(\d+)/.exec((await server.info('commandstats', 'cmdstat_publish')) ?? '')?.[1] ?? 0);
}

async function redisMicros(server: RedisServer): Promise<number> {
  const seconds = [await server.info('cpu', 'used_cpu_user'), await server.info('cpu', 'used_cpu_sys')];
  return seconds.reduce((sum, text) => sum + Number(text) * 1e6, 0);
}
