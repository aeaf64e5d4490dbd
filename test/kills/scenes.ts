import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRedisAddress, type RedisAddress } from '../../server/broker/redis-address.ts';
import type { StorePlace } from '../../server/upkeep/store-place.ts';
import { NodeProcess } from '../helpers/node-process.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { until } from '../helpers/until.ts';

/** A world of one server process and what keeps it, one of which is killed. */
export interface Scene {
  /** Of the server that is there now. */
  readonly url: string;
  readonly place: StorePlace;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts again what was killed, where it was; resolves when players can be served. */
  restart(): Promise<void>;
  /** Ends every process and takes the folders away. */
  close(): Promise<void>;
}

export interface Victim {
  readonly name: string;
  readonly store: 'lmdb' | 'redis';
  /** What is done, for the table. */
  readonly what: string;
  /** Whether players keep their connections. */
  readonly serverLives: boolean;
  readonly open: () => Promise<Scene>;
}

/** Most gems in a square, which the check reckons with too. */
export const MOST_GEMS = 32;
const WORLD = 'kills';
const FLAGS = ['--open-spawn', '--terrain', 'flat', '--gems', `${MOST_GEMS}`, '--world', WORLD, '--log-level', 'fatal'];
const READY_MS = 15_000;

const startNode = (...flags: readonly string[]): Promise<NodeProcess> => NodeProcess.start(...FLAGS, ...flags);

async function onFolder(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'flatlands-kills-'));
  const data = ['--data', folder];
  let node = await startNode(...data);
  const port = ['--port', `${node.port}`];
  return {
    url: node.url,
    place: { kind: 'lmdb', folder, world: WORLD },
    kill: () => node.kill(),
    restart: async () => {
      node = await startNode(...data, ...port);
    },
    close: async () => {
      await node.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whatever Redis has said yes to is on its disk. */
const startRedis = (): Promise<RedisServer> =>
  RedisServer.start({ config: ['appendonly', 'yes', 'appendfsync', 'always'] });

const placeOf = ({ url }: RedisServer): StorePlace => ({
  kind: 'redis',
  target: { kind: 'server', address: parseRedisAddress(url) as RedisAddress },
  world: WORLD,
});

async function onRedis(isRedisKilled: boolean): Promise<Scene> {
  const redis = await startRedis();
  const flags = ['--redis', redis.url];
  let node = await startNode(...flags).catch(async (error: unknown) => {
    await redis.close();
    throw error;
  });
  const { url, port } = node;
  const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  return {
    url,
    place: placeOf(redis),
    kill: () => (isRedisKilled ? redis.kill() : node.kill()),
    restart: async () => {
      if (isRedisKilled) await redis.restart();
      else node = await startNode(...flags, '--port', `${port}`);
      await until('the server was ready', isReady, READY_MS);
    },
    close: async () => {
      await node.close();
      await redis.close();
    },
  };
}

export const VICTIMS: readonly Victim[] = [
  {
    name: 'lmdb-server',
    store: 'lmdb',
    what: 'kill -9 of the server, world in LMDB',
    serverLives: false,
    open: onFolder,
  },
  {
    name: 'redis-server',
    store: 'redis',
    what: 'kill -9 of the server, world in Redis',
    serverLives: false,
    open: () => onRedis(false),
  },
  {
    name: 'redis-itself',
    store: 'redis',
    what: 'kill -9 of Redis (appendonly yes, appendfsync always), the server goes on',
    serverLives: true,
    open: () => onRedis(true),
  },
];
