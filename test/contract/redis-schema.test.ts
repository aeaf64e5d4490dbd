import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBacking } from '../../server/backing.ts';
import { parseRedisAddress, type RedisAddress } from '../../server/broker/redis-address.ts';
import { connectRedisCommands, type RedisCommandLink } from '../../server/store/redis-commands.ts';
import { foreignRedisSchema, type RedisSchema, settleRedisSchema } from '../../server/store/redis-schema.ts';
import { Disagreement } from '../../server/store/world-terms.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { TEST_CONFIG } from '../helpers/shard.ts';
import { until } from '../helpers/until.ts';

let redis: RedisServer;
let link: RedisCommandLink;
let address: RedisAddress;
let worlds = 0;

beforeAll(async () => {
  redis = await RedisServer.start();
  address = parseRedisAddress(redis.url) as RedisAddress;
  link = connectRedisCommands({ kind: 'server', address }, 'test');
  await until('Redis is connected', () => link.trouble === undefined);
});
afterAll(async () => {
  await link.close();
  await redis.close();
});

const newWorld = (): string => `schema-${++worlds}`;
const keyOf = (world: string): string => `flatlands:${world}:schema`;

/** From 1 to 3; `log` says which steps were taken. */
const grown = (log: number[], fails = false): RedisSchema => ({
  version: 3,
  migrations: {
    1: async (commands, world) => {
      log.push(1);
      await commands.set(`flatlands:${world}:grown`, 'yes');
    },
    2: async () => {
      log.push(2);
      if (fails) throw new Error('it was cut short');
    },
  },
});

describe('the schema of a world in Redis', () => {
  it('is noted for a new world, and found again', async () => {
    const world = newWorld();
    expect(await foreignRedisSchema(link.commands, world), 'upkeep notes nothing').toBeUndefined();
    expect(await link.commands.get(keyOf(world))).toBeNull();
    expect(await settleRedisSchema(link.commands, world)).toBeUndefined();
    expect(await link.commands.get(keyOf(world))).toBe('1');
    expect(await settleRedisSchema(link.commands, world)).toBeUndefined();
    expect(await foreignRedisSchema(link.commands, world)).toBeUndefined();
  });

  it('of an older version is brought up to date, once', async () => {
    const world = newWorld();
    await settleRedisSchema(link.commands, world);
    const log: number[] = [];
    expect(await foreignRedisSchema(link.commands, world, grown(log))).toContain('start the server on it once');
    expect(await settleRedisSchema(link.commands, world, grown(log))).toBeUndefined();
    expect(await settleRedisSchema(link.commands, world, grown(log))).toBeUndefined();
    expect(log).toEqual([1, 2]);
    expect(await link.commands.get(keyOf(world))).toBe('3');
    expect(await link.commands.get(`flatlands:${world}:grown`)).toBe('yes');
  });

  it('that was cut short while it was brought up to date goes on from there', async () => {
    const world = newWorld();
    await settleRedisSchema(link.commands, world);
    const log: number[] = [];
    await expect(settleRedisSchema(link.commands, world, grown(log, true))).rejects.toThrow('cut short');
    expect(await link.commands.get(keyOf(world))).toBe('2');
    expect(await settleRedisSchema(link.commands, world, grown(log))).toBeUndefined();
    expect(log).toEqual([1, 2, 2]);
  });

  it('that is too old for any migration, or newer, is refused with a sentence and left as it is', async () => {
    const world = newWorld();
    await settleRedisSchema(link.commands, world);
    const lost: RedisSchema = { version: 3, migrations: { 2: async () => undefined } };
    expect(await settleRedisSchema(link.commands, world, lost)).toContain('too old for this one (schema 1)');
    await link.commands.set(keyOf(world), 9);
    const newer = 'written by a newer version of Flatlands (schema 9, this one knows 1)';
    expect(await settleRedisSchema(link.commands, world)).toContain(newer);
    expect(await foreignRedisSchema(link.commands, world)).toContain(newer);
    expect(await link.commands.get(keyOf(world))).toBe('9');
  });

  it('stops a server that is started on a newer one', async () => {
    const world = newWorld();
    await link.commands.set(keyOf(world), 9);
    const opening = openBacking(
      { ...TEST_CONFIG, world, redis: [address] },
      {
        monotonic: () => performance.now(),
        signal: new AbortController().signal,
        waiting: () => undefined,
        disagreed: () => undefined,
        storeFailed: () => undefined,
        sharedBy: 'test',
      },
    );
    await expect(opening).rejects.toThrow(Disagreement);
    await expect(opening).rejects.toThrow('newer version of Flatlands');
  });
});
