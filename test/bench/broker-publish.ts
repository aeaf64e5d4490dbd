import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Publication } from '../../server/broker/broker.ts';
import { createRedisBroker } from '../../server/broker/redis-broker.ts';
import { squareChannel } from '../../shared/grid.ts';
import { BrokerPeer } from '../helpers/broker-peer.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { until } from '../helpers/until.ts';
import { atLeast, type Benchmark, type BenchmarkOptions, type Row } from './benchmark.ts';
import { cpuMicrosOf } from './cpu-time.ts';
import { medianOf } from './median.ts';

/** What one way of publishing costs, per publication, in µs of processor time. */
interface PublishCost {
  readonly nodeMicros: number;
  readonly redisMicros: number;
}

/** One `PUBLISH` after the other, each awaited; and through the adapter, by how many it is given in one flush. */
interface Round {
  readonly awaited: PublishCost;
  readonly adapter: ReadonlyMap<number, PublishCost>;
}

/** A batch of one player's change of heading is about so long. */
const PAYLOAD_BYTES = 60;
/** Squares in which a node's players did something between two flushes: a few dozen people, and some thousand. */
const PER_FLUSH = [10, 250] as const;
/** Below this, writing each message by itself would do about as well. */
const RATIO_BAR = { 10: 2, 250: 4 } as const;
/** So far the adapter may be ahead of Redis, well below where it drops. */
const MAX_AHEAD_BYTES = 1 << 20;

export const brokerPublish: Benchmark = {
  name: 'broker-publish',
  about: 'publishing through the Redis adapter against one awaited PUBLISH per event',
  run: measurePublishing,
};

/** Measures all ways in turn, several times, on channels of squares that nobody is subscribed to. */
export async function measurePublishing({ quick, say }: BenchmarkOptions): Promise<readonly Row[]> {
  const [count, rounds] = quick ? [5000, 3] : [20_000, 7];
  const messages = Array.from({ length: count }, (_, i): Publication => {
    const channel = squareChannel('bench', i % 300, -(i % 77));
    return { channel, payload: Buffer.alloc(PAYLOAD_BYTES, i) };
  });
  say(`${rounds} rounds of ${count} publications each way`);
  const server = await RedisServer.start();
  try {
    // The first round warms up.
    await measureRound(server, messages);
    const measured: Round[] = [];
    for (let i = 0; i < rounds; i++) measured.push(await measureRound(server, messages));
    return rowsOf(measured);
  } finally {
    await server.close();
  }
}

async function measureRound(server: RedisServer, messages: readonly Publication[]): Promise<Round> {
  const awaited = await publishAwaited(server, messages);
  const adapter = new Map<number, PublishCost>();
  for (const perFlush of PER_FLUSH) adapter.set(perFlush, await publishThroughAdapter(server, messages, perFlush));
  return { awaited, adapter };
}

function rowsOf(rounds: readonly Round[]): Row[] {
  const rows = costRows('awaited PUBLISH', (round) => round.awaited, rounds);
  const ratios: Row[] = [];
  for (const perFlush of PER_FLUSH) {
    const costOf = (round: Round): PublishCost => round.adapter.get(perFlush) as PublishCost;
    rows.push(...costRows(`adapter, ${perFlush} a flush`, costOf, rounds));
    ratios.push(
      atLeast(RATIO_BAR[perFlush], {
        name: `adapter, ${perFlush} a flush, against awaited: publications per second and core`,
        value: medianOf(rounds, (round) => round.awaited.nodeMicros / costOf(round).nodeMicros),
        unit: '×',
      }),
    );
  }
  return [...rows, ...ratios];
}

function costRows(way: string, costOf: (round: Round) => PublishCost, rounds: readonly Round[]): Row[] {
  const nodeMicros = medianOf(rounds, (round) => costOf(round).nodeMicros);
  const redisMicros = medianOf(rounds, (round) => costOf(round).redisMicros);
  return [
    { name: `${way}: node CPU per publication`, value: nodeMicros, unit: 'µs' },
    { name: `${way}: Redis CPU per publication`, value: redisMicros, unit: 'µs' },
    { name: `${way}: publications per second and core`, value: 1e6 / nodeMicros, unit: '1/s' },
  ];
}

async function publishAwaited(server: RedisServer, messages: readonly Publication[]): Promise<PublishCost> {
  const redis = new Redis({ ...server.address.options, replyMapping: 'legacy' });
  try {
    await redis.ping();
    return await costOf(server, messages.length, async () => {
      for (const { channel, payload } of messages) await redis.publish(channel, payload as Buffer);
    });
  } finally {
    redis.disconnect();
  }
}

async function publishThroughAdapter(
  server: RedisServer,
  messages: readonly Publication[],
  perFlush: number,
): Promise<PublishCost> {
  const peer = new BrokerPeer(createRedisBroker(server.address));
  try {
    await until('it was connected', () => peer.status.isConnected);
    const cost = await costOf(server, messages.length, async () => {
      for (let from = 0; from < messages.length; from += perFlush) {
        peer.broker.publish(messages.slice(from, from + perFlush));
        // Flushes of a node do not come in one turn of its event loop either.
        await nextTurn();
        while (peer.status.unconfirmedBytes > MAX_AHEAD_BYTES) await pause(1);
      }
      // Idle, for looking again and again would be counted as its cost.
      while (peer.status.unconfirmedBytes > 0) await pause(1);
    });
    if (peer.status.dropped > 0) throw new Error(`${peer.status.dropped} messages were dropped.`);
    return cost;
  } finally {
    await peer.broker.close();
  }
}

/** Processor time of both sides, divided by the messages that Redis has really been given. */
async function costOf(server: RedisServer, messages: number, work: () => Promise<void>): Promise<PublishCost> {
  const publishedBefore = await publishCalls(server);
  const redisBefore = cpuMicrosOf(server.pid);
  const nodeBefore = process.cpuUsage();
  await work();
  const node = process.cpuUsage(nodeBefore);
  const redisMicros = cpuMicrosOf(server.pid) - redisBefore;
  const published = (await publishCalls(server)) - publishedBefore;
  if (published !== messages) throw new Error(`Redis was given ${published} of ${messages} messages.`);
  return { nodeMicros: (node.user + node.system) / messages, redisMicros: redisMicros / messages };
}

async function publishCalls(server: RedisServer): Promise<number> {
  return Number(/calls=(\d+)/.exec((await server.info('commandstats', 'cmdstat_publish')) ?? '')?.[1] ?? 0);
}
