import { createWorldClock, type WorldClock } from '../shared/clock.ts';
import type { ConnectBroker } from './broker/broker.ts';
import { createMemoryBroker } from './broker/memory-broker.ts';
import { createRedisBroker } from './broker/redis-broker.ts';
import { createRedisClusterBroker } from './broker/redis-cluster-broker.ts';
import { createRedisShards } from './broker/redis-shards.ts';
import type { Config } from './config.ts';
import { createMemoryStore } from './store/memory-store.ts';
import { connectRedisCommands, type RedisTarget } from './store/redis-commands.ts';
import { createRedisStore } from './store/redis-store.ts';
import { openRedisWorld } from './store/redis-world.ts';
import type { Store } from './store/store.ts';
import { termsOf } from './store/world-terms.ts';

/** What stands behind a node: the wire to other nodes, what outlives a session, and the time. */
export interface Backing {
  readonly connectBroker: ConnectBroker;
  readonly store: Store;
  readonly clock: WorldClock;
  /** A node that starts waits so long for the others to say that they are there, in ms. */
  readonly rollCallMs: number;
  /** Flushes wait so long for those of other nodes, in ms. */
  readonly holdMs: number;
  /** A sentence on why players cannot be signed in or placed in time now; undefined while all is well. */
  trouble(): string | undefined;
  /** How far world time is from what it should be, as last measured, in ms. */
  offsetMs(): number;
  close(): Promise<void>;
}

export interface BackingOptions {
  readonly monotonic: () => number;
  /** Gives up waiting for Redis. */
  readonly signal: AbortSignal;
  /** Told while the start waits: a sentence on why it has to, as far as that is known. */
  readonly waiting: (trouble: () => string | undefined) => void;
  /** Another world goes by this name at the Redis now: the server has to stop, and why. */
  readonly disagreed: (sentence: string) => void;
}

/** More than a batch takes from node to node in one data centre, with the difference of two nodes' clocks. */
const HOLD_MS = 15;

/** Many times what a question and its answer take. */
const ROLL_CALL_MS = 150;

/**
 * Who has set up a world may have found a Redis that lost one: nodes that live are back within half a second, put their
 * record back and say which ids are taken.
 */
const NEW_WORLD_MS = 1_000;

/** Opens what the configuration asks for. Waits while Redis is away; rejects with a Disagreement, or when aborted. */
export async function openBacking(config: Config, options: BackingOptions): Promise<Backing> {
  const main = mainRedis(config);
  return main === undefined ? aloneBacking(options.monotonic) : await sharedBacking(config, main, options);
}

function aloneBacking(monotonic: () => number): Backing {
  const store = createMemoryStore();
  return {
    connectBroker: createMemoryBroker(),
    store,
    clock: createWorldClock(monotonic),
    rollCallMs: 0,
    holdMs: 0,
    trouble: () => undefined,
    offsetMs: () => 0,
    close: () => store.close(),
  };
}

/** Where the world's record and time are kept, and its players unless they have a Redis of their own. */
function mainRedis({ redis, redisCluster }: Config): RedisTarget | undefined {
  // By name: the list may be given in any order.
  const first = [...redis].sort((a, b) => (a.name < b.name ? -1 : 1))[0];
  if (first !== undefined) return { kind: 'server', address: first };
  const [seed, ...seeds] = redisCluster;
  return seed === undefined ? undefined : { kind: 'cluster', addresses: [seed, ...seeds] };
}

async function sharedBacking(config: Config, main: RedisTarget, options: BackingOptions): Promise<Backing> {
  const { monotonic, signal, waiting, disagreed } = options;
  const { world, storeRedis } = config;
  const commands = connectRedisCommands(main, 'world');
  const storeCommands =
    storeRedis === null ? commands : connectRedisCommands({ kind: 'server', address: storeRedis }, 'store');
  let refusal: string | undefined;
  const trouble = (): string | undefined => commands.trouble ?? refusal ?? storeCommands.trouble;
  const close = async (): Promise<void> => {
    await Promise.all([...new Set([commands, storeCommands])].map((connection) => connection.close()));
  };
  waiting(trouble);
  try {
    const agreed = await openRedisWorld({
      commands: commands.commands,
      world,
      terms: termsOf(config),
      monotonic,
      disagreed,
      waiting: (sentence) => {
        refusal = sentence;
      },
      signal,
    });
    refusal = undefined;
    return {
      connectBroker: connectBrokerOf(config),
      store: createRedisStore(storeCommands.commands, world),
      clock: agreed.clock,
      rollCallMs: agreed.isNew ? NEW_WORLD_MS : ROLL_CALL_MS,
      holdMs: HOLD_MS,
      trouble: () => trouble() ?? agreed.lastError,
      offsetMs: () => agreed.offsetMs,
      close: async () => {
        agreed.stop();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function connectBrokerOf({ redis, redisCluster }: Config): ConnectBroker {
  const [first, ...others] = redis;
  const [seed, ...seeds] = redisCluster;
  if (seed !== undefined) return createRedisClusterBroker([seed, ...seeds]);
  if (first === undefined) throw new Error('There is no Redis in the configuration.');
  return others.length === 0 ? createRedisBroker(first) : createRedisShards(redis);
}
