import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLmdbStore } from '../../server/store/lmdb-store.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { connectRedisCommands, type RedisTarget } from '../../server/store/redis-commands.ts';
import { createRedisStore } from '../../server/store/redis-store.ts';
import type { Store } from '../../server/store/store.ts';
import { RedisCluster } from '../helpers/redis-cluster.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { until } from '../helpers/until.ts';
import { NEIGHBOUR, SQUARE } from './store-people.ts';
import { fill, recordsOf } from './store-records.ts';

const KINDS = ['memory', 'a folder', 'Redis', 'a Redis Cluster'] as const;
type Kind = (typeof KINDS)[number];

describe('a world', () => {
  const ends: (() => Promise<unknown>)[] = [];
  const openers = new Map<Kind, (name: string) => Promise<Store>>();

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flatlands-moves-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    openers.set('memory', async () => createMemoryStore());
    openers.set('a folder', async (name) => {
      const store = await openLmdbStore({ folder: join(folder, name), beside: true });
      ends.unshift(() => store.close());
      return store;
    });
    const [server, cluster] = await Promise.all([RedisServer.start(), RedisCluster.start()]);
    ends.push(
      () => server.close(),
      () => cluster.close(),
    );
    const open = async (target: RedisTarget) => {
      const link = connectRedisCommands(target, 'test');
      ends.unshift(() => link.close());
      await until('Redis is connected', () => link.trouble === undefined);
      return async (name: string) => createRedisStore(link.commands, name);
    };
    openers.set('Redis', await open({ kind: 'server', address: server.address }));
    openers.set('a Redis Cluster', await open({ kind: 'cluster', addresses: cluster.seeds }));
  });

  afterAll(async () => {
    for (const end of ends) await end();
  });

  const open = (kind: Kind, name: string): Promise<Store> => {
    const opener = openers.get(kind);
    if (opener === undefined) throw new Error(`There is no ${kind}.`);
    return opener(name);
  };

  const moves = KINDS.flatMap((from) => KINDS.map((to) => [from, to] as const));
  it.each(moves)('moves from %s to %s without a change', async (from, to) => {
    const name = `${KINDS.indexOf(from)}-${KINDS.indexOf(to)}`;
    const [source, target] = [await open(from, `from-${name}`), await open(to, `to-${name}`)];
    await fill(source);
    for await (const record of source.records()) await target.take(record);
    expect(await recordsOf(target)).toEqual(await recordsOf(source));
    expect(await target.info()).toEqual(await source.info());
    // And is the same world to those who live in it.
    expect(await target.top(100)).toEqual(await source.top(100));
    expect(await target.worldMs()).toBe(await source.worldMs());
    for (const square of [SQUARE, NEIGHBOUR]) {
      expect(await target.linesOf(square, 5)).toEqual(await source.linesOf(square, 5));
      expect((await target.edit(square, 9, 1))?.revision).toBe((await source.edit(square, 9, 1))?.revision);
    }
    for (const token of ['token-1', 'token-29']) expect(await target.signIn(token)).toEqual(await source.signIn(token));
    expect(await target.takeIdBlock(0)).toBe(await source.takeIdBlock(0));
  });
});
