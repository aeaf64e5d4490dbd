import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { redisErrorOf } from '../../server/store/redis-asker.ts';
import { connectRedisCommands, type RedisCommandLink } from '../../server/store/redis-commands.ts';
import { createRedisStore } from '../../server/store/redis-store.ts';
import { type Store, StoreError } from '../../server/store/store.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { until } from '../helpers/until.ts';
import { ADA } from './store-people.ts';
import { fill, recordsOf } from './store-records.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start(config: readonly string[] = []): Promise<RedisServer> {
  const server = await RedisServer.start({ config });
  ends.push(() => server.close());
  return server;
}

async function connect({ address }: RedisServer): Promise<{ readonly link: RedisCommandLink; readonly store: Store }> {
  const link = connectRedisCommands({ kind: 'server', address }, 'test');
  ends.unshift(() => link.close());
  await until('Redis is connected', () => link.trouble === undefined);
  return { link, store: createRedisStore(link.commands, 'test') };
}

const SQUARE = { sx: 0, sy: 0 };
const LINE = { player: 1, name: 'Ada', text: 'hello', atMs: 1 };

/** Everything that changes something. */
const changes = (store: Store): readonly (() => Promise<unknown>)[] => [
  () => store.takeIdBlock(0),
  () => store.signUp('new', 77, ADA),
  () => store.signIn('token-1'),
  () => store.rename(4_000_000_001, ADA),
  () => store.savePlace(4_000_000_001, { x: 1, y: 1 }),
  () => store.saveHome(4_000_000_001, { x: 1, y: 1 }),
  () => store.edit(SQUARE, 1, 1),
  () => store.claim(1, 'new gem', 4_000_000_001, 1, 0),
  () => store.say(SQUARE, LINE),
  () => store.saveWorldMs(9e9),
  () => store.take({ type: 'square', sx: 9, sy: 9, edits: { revision: 5, tiles: [] } }),
];

async function expectRefused(store: Store, code: StoreError['code']): Promise<void> {
  for (const change of changes(store)) {
    const outcome = await change().catch((error: unknown) => error);
    expect(outcome, String(change)).toMatchObject({ name: 'StoreError', code });
    expect((outcome as Error).message).toMatch(/^Redis/);
  }
}

describe('a Redis that refuses writes', () => {
  it('because it is full says so, changes nothing, and takes them again when it has room', async () => {
    const server = await start();
    const { store } = await connect(server);
    await fill(store);
    const before = await recordsOf(store);
    await server.command('CONFIG', 'SET', 'maxmemory', '1');
    await expectRefused(store, 'full');
    expect(await recordsOf(store)).toEqual(before);
    expect((await store.top(5)).length).toBe(5);
    await server.command('CONFIG', 'SET', 'maxmemory', '0');
    for (const change of changes(store)) await change();
  });

  it('in the middle of many has done each or left it', async () => {
    const server = await start();
    const { store } = await connect(server);
    await store.signUp('ada', 1, ADA);
    const used = Number(await server.info('memory', 'used_memory'));
    await server.command('CONFIG', 'SET', 'maxmemory', `${used + 3_000_000}`);
    let [acknowledged, refused] = [0, 0];
    await Promise.all(
      Array.from({ length: 20 }, async (_, writer) => {
        for (let i = 0; refused < 50; i++) {
          try {
            await store.claim(1, `${writer}:${i}`.padEnd(200, 'x'), 1, 1, 0);
            acknowledged++;
            await store.say({ sx: writer, sy: 0 }, LINE);
            await store.edit({ sx: writer, sy: 0 }, i % 1024, 1);
          } catch (error) {
            expect(error).toMatchObject({ name: 'StoreError', code: 'full' });
            refused++;
          }
        }
      }),
    );
    expect(acknowledged).toBeGreaterThan(100);
    expect((await store.rankOf(1))?.score).toBe(acknowledged);
    expect((await store.info()).gems).toBe(acknowledged);
    for (let sx = 0; sx < 20; sx++) {
      const { revision, tiles } = await store.editsOf({ sx, sy: 0 });
      expect(Math.max(0, ...tiles.map((tile) => tile.revision))).toBe(revision);
      const lines = await store.linesOf({ sx, sy: 0 }, 0);
      for (const [i, { id }] of lines.entries()) expect(id).toBe((lines[0]?.id ?? 0) + i);
    }
  });

  it('because it is a replica says so, and is read from', async () => {
    const [master, replica] = [await start(), await start()];
    await fill((await connect(master)).store);
    await replica.command('REPLICAOF', '127.0.0.1', `${master.port}`);
    const { store } = await connect(replica);
    await until('the replica is up to date', async () => (await store.info()).profiles === 30);
    await expectRefused(store, 'readonly');
    expect((await store.top(5)).length).toBe(5);
  });

  it('because it cannot save says so', async () => {
    const server = await start(['enable-protected-configs', 'yes']);
    const { store } = await connect(server);
    await fill(store);
    const gone = await mkdtemp(join(tmpdir(), 'flatlands-gone-'));
    await server.command('CONFIG', 'SET', 'dir', gone);
    await rm(gone, { recursive: true });
    await server.command('CONFIG', 'SET', 'save', '3600 1');
    await server.command('BGSAVE').catch(() => undefined);
    await until(
      'saving has failed',
      async () => (await server.info('persistence', 'rdb_last_bgsave_status')) === 'err',
    );
    await expectRefused(store, 'readonly');
    await server.command('CONFIG', 'SET', 'save', '');
    for (const change of changes(store)) await change();
  });

  it('because something else lies under its keys says so', async () => {
    const server = await start();
    const { store } = await connect(server);
    await server.command('SET', 'flatlands:test:{sq:0,0}:edits', 'something');
    await expect(store.edit(SQUARE, 1, 1)).rejects.toMatchObject({ name: 'StoreError', code: 'corrupt' });
  });

  it('because it is gone is unavailable, and comes back', async () => {
    const server = await start();
    const { link, store } = await connect(server);
    await server.kill();
    await until('that is noticed', () => link.trouble !== undefined);
    await expectRefused(store, 'unavailable');
    await expect(store.info()).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
    await expect(recordsOf(store)).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
    await server.restart();
    await until('it is back', () => link.trouble === undefined);
    for (const change of changes(store)) await change();
  });
});

describe('what Redis says when it does not do something', () => {
  it.each([
    ['OOM command not allowed when used memory > maxmemory', 'full'],
    ['MISCONF Errors writing to the AOF file: No space left on device', 'full'],
    ['MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.', 'readonly'],
    ["READONLY You can't write against a read only replica.", 'readonly'],
    ["NOPERM this user has no permissions to run the 'evalsha' command", 'readonly'],
    ['NOREPLICAS Not enough good replicas to write.', 'unavailable'],
    ['CLUSTERDOWN The cluster is down', 'unavailable'],
    ['LOADING Redis is loading the dataset in memory', 'unavailable'],
    ['Command timed out', 'unavailable'],
  ])('"%s" counts as %s', (said, code) => {
    const error = redisErrorOf(new Error(said));
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(said) });
  });
});
