import { createWorldClock, type WorldClock } from '../shared/clock.ts';
import type { ConnectBroker } from './broker/broker.ts';
import { createMemoryBroker } from './broker/memory-broker.ts';
import { createRedisBroker } from './broker/redis-broker.ts';
import { createRedisClusterBroker } from './broker/redis-cluster-broker.ts';
import { createRedisShards } from './broker/redis-shards.ts';
import type { Config } from './config.ts';
import { openLmdbStore } from './store/lmdb-store.ts';
import { createMemoryStore } from './store/memory-store.ts';
import { connectRedisCommands, type RedisTarget, redisTargetOf } from './store/redis-commands.ts';
import { settleRedisSchema } from './store/redis-schema.ts';
import { createRedisStore } from './store/redis-store.ts';
import { openRedisWorld } from './store/redis-world.ts';
import type { Store } from './store/store.ts';
import { Disagreement, termsOf } from './store/world-terms.ts';
import { keepWorldTime, resumedMs } from './store/world-time.ts';

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
  /** The same for all processes that share the folder. */
  readonly sharedBy: string;
  /** Gives up waiting for Redis, or for the folder. */
  readonly signal: AbortSignal;
  /** Told while the start waits: a sentence on why it has to, as far as that is known. */
  readonly waiting: (trouble: () => string | undefined) => void;
  /** Another world goes by this name at the Redis now: the server has to stop, and why. */
  readonly disagreed: (sentence: string) => void;
  /** World time could not be saved; it is tried again. */
  readonly storeFailed: (error: unknown) => void;
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

/** A start that is aborted waits so long for a folder that is being opened, in ms. */
const GIVE_UP_MS = 2_000;

/**
 * Opens what the configuration asks for. Waits while Redis is away; rejects with a Disagreement, with a StoreError, or
 * when aborted, and then nothing is open.
 */
export async function openBacking(config: Config, options: BackingOptions): Promise<Backing> {
  const folder = await openFolder(config, options);
  try {
    // The world's record and time are kept there, and all else unless a folder or another Redis has it.
    const main = redisTargetOf(config.redis, config.redisCluster);
    if (main !== undefined) return await sharedBacking(config, main, folder, options);
    return await aloneBacking(folder ?? createMemoryStore(), options);
  } catch (error) {
    await folder?.close();
    throw error;
  }
}

/** Undefined where no folder keeps the world. */
async function openFolder({ data, world, seed, terrain }: Config, options: BackingOptions): Promise<Store | undefined> {
  if (data === null) return undefined;
  const { sharedBy, signal } = options;
  signal.throwIfAborted();
  const opening = openLmdbStore({ folder: data, terms: { world, seed, terrain }, sharedBy });
  return await unlessAborted(opening, signal);
}

/** A store that is opened after all when nobody wants it any more is closed again. */
function unlessAborted(opening: Promise<Store>, signal: AbortSignal): Promise<Store> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const abort = (): void => {
      timer = setTimeout(() => reject(signal.reason), GIVE_UP_MS);
    };
    signal.addEventListener('abort', abort, { once: true });
    const opened = async (store: Store): Promise<void> => {
      if (!signal.aborted) return resolve(store);
      await store.close();
      throw signal.reason;
    };
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    opening.then(opened).catch(reject).finally(over);
  });
}

async function aloneBacking(store: Store, { monotonic, storeFailed }: BackingOptions): Promise<Backing> {
  const clock = createWorldClock(monotonic, await resumedMs(store));
  // Before anybody comes in: also a world that ends at once has had its time.
  await store.saveWorldMs(clock.nowMs());
  const stopKeeping = keepWorldTime(store, clock, storeFailed);
  return {
    connectBroker: createMemoryBroker(),
    store,
    clock,
    rollCallMs: 0,
    holdMs: 0,
    trouble: () => undefined,
    offsetMs: () => 0,
    close: async () => {
      await stopKeeping();
      await store.close();
    },
  };
}

/** @param folder keeps the world, in place of Redis */
async function sharedBacking(
  config: Config,
  main: RedisTarget,
  folder: Store | undefined,
  options: BackingOptions,
): Promise<Backing> {
  const { monotonic, signal, waiting, disagreed, storeFailed } = options;
  const { world, storeRedis } = config;
  const commands = connectRedisCommands(main, 'world');
  const storeCommands =
    storeRedis === null ? commands : connectRedisCommands({ kind: 'server', address: storeRedis }, 'store');
  const store = folder ?? createRedisStore(storeCommands.commands, world);
  let refusal: string | undefined;
  const trouble = (): string | undefined => commands.trouble ?? refusal ?? storeCommands.trouble;
  const close = async (): Promise<void> => {
    await Promise.all([...new Set([commands, storeCommands])].map((connection) => connection.close()));
  };
  waiting(trouble);
  try {
    // Redis is asked in turn with all else, and again when it is away; a folder is there, or the start has failed.
    const folderMs = folder === undefined ? undefined : await resumedMs(folder);
    const agreed = await openRedisWorld({
      commands: commands.commands,
      world,
      terms: termsOf(config),
      monotonic,
      startMs: async () => {
        if (folderMs !== undefined) return folderMs;
        const refused = await settleRedisSchema(storeCommands.commands, world);
        if (refused !== undefined) throw new Disagreement(refused);
        return await resumedMs(store);
      },
      disagreed,
      waiting: (sentence) => {
        refusal = sentence;
      },
      signal,
    });
    refusal = undefined;
    await folder?.saveWorldMs(agreed.clock.nowMs());
    const stopKeeping = keepWorldTime(store, agreed.clock, storeFailed);
    return {
      connectBroker: connectBrokerOf(config),
      store,
      clock: agreed.clock,
      rollCallMs: agreed.isNew ? NEW_WORLD_MS : ROLL_CALL_MS,
      holdMs: HOLD_MS,
      trouble: () => trouble() ?? agreed.lastError,
      offsetMs: () => agreed.offsetMs,
      close: async () => {
        await stopKeeping();
        agreed.stop();
        await Promise.all([close(), folder?.close()]);
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
