import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openLmdbStore } from '../store/lmdb-store.ts';
import { connectRedisCommands, type RedisCommandLink, type RedisTarget } from '../store/redis-commands.ts';
import { foreignRedisSchema } from '../store/redis-schema.ts';
import { createRedisStore } from '../store/redis-store.ts';
import type { Store } from '../store/store.ts';
import { UpkeepFailure } from './failure.ts';

/** Where a world is kept. */
export type StorePlace =
  | { readonly kind: 'lmdb'; readonly folder: string; readonly world: string }
  | { readonly kind: 'redis'; readonly target: RedisTarget; readonly world: string };

export interface OpenOptions {
  /** Makes a store where there is none. */
  readonly mayMake: boolean;
  readonly signal: AbortSignal;
}

/** Redis has so long to answer, in ms; a shard waits for ever, but nobody waits so long for an answer to a command. */
const CONNECT_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 20;

/** Where it is, for a host to read; without user and password. */
export function placeName(place: StorePlace): string {
  if (place.kind === 'lmdb') return place.folder;
  const { target } = place;
  return target.kind === 'server' ? target.address.name : target.addresses.map(({ name }) => name).join(', ');
}

/**
 * Opens the store beside whoever else has it open, and closes it on every way out.
 * @throws UpkeepFailure or StoreError with a sentence for the host
 */
export async function withStore<T>(
  place: StorePlace,
  options: OpenOptions,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  return place.kind === 'lmdb'
    ? await withFolder(place.folder, options, use)
    : await withRedis(place.target, place.world, options, use);
}

async function withFolder<T>(folder: string, { mayMake }: OpenOptions, use: (store: Store) => Promise<T>): Promise<T> {
  if (!mayMake && !hasStore(folder)) {
    throw new UpkeepFailure(`There is no world in the folder ${folder}: give the --data of a shard.`);
  }
  const store = await openLmdbStore({ folder, beside: true });
  return await closing(store, use);
}

/** What cannot be looked at may be one: whoever opens it will say what is the matter. */
function hasStore(folder: string): boolean {
  try {
    statSync(join(folder, 'data.mdb'));
    return true;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

async function withRedis<T>(
  target: RedisTarget,
  world: string,
  { signal }: OpenOptions,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const link = connectRedisCommands(target, 'upkeep');
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= link.close();
    return closed;
  };
  // Who asks for a stop waits for no answer.
  signal.addEventListener('abort', close);
  try {
    await connected(link, signal);
    const foreign = await foreignRedisSchema(link.commands, world);
    if (foreign !== undefined) throw new UpkeepFailure(foreign);
    return await closing(createRedisStore(link.commands, world), use);
  } finally {
    signal.removeEventListener('abort', close);
    await close();
  }
}

async function connected(link: RedisCommandLink, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + CONNECT_WITHIN_MS;
  for (let trouble = link.trouble; trouble !== undefined; trouble = link.trouble) {
    if (performance.now() > deadline) throw new UpkeepFailure(`Redis cannot be reached: ${trouble}.`);
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function closing<T>(store: Store, use: (store: Store) => Promise<T>): Promise<T> {
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
