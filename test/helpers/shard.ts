import { join } from 'node:path';
import { type App, type AppOptions, startApp } from '../../server/app.ts';
import { ensureBuilt } from '../../server/build/ensure-built.ts';
import type { Config } from '../../server/config.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What tests start from: a free port on this machine alone, nothing kept and nothing logged. */
export const TEST_CONFIG: Config = {
  port: 0,
  host: '127.0.0.1',
  world: 'test',
  seed: 7,
  terrain: 'meadows',
  openSpawn: true,
  gems: 2,
  flushMs: 100,
  writes: 'direct',
  maxSessions: 1000,
  queue: 0,
  drainSeconds: 10,
  origins: [],
  trustedProxies: [],
  connectionsPerAddress: 64,
  data: null,
  chatDays: 30,
  redis: [],
  redisCluster: [],
  storeRedis: null,
  channelSquares: 1,
  workers: 1,
  filter: null,
  adminToken: null,
  adminWrites: false,
  logLevel: 'silent',
  logFormat: 'json',
};

/** A server in this process, real but for its logs. */
export const startShard = (config: Partial<Config> = {}, options: AppOptions = {}): Promise<App> =>
  startApp({ ...TEST_CONFIG, ...config }, options);

/** The same with the browser client, built from what is there now. */
export async function startShardWithClient(config: Partial<Config> = {}): Promise<App> {
  const outcome = await ensureBuilt({ root: ROOT, force: false, say: () => undefined });
  if (outcome.kind === 'failed') throw new Error(outcome.why);
  return startShard(config, { clientDir: join(ROOT, 'dist/client') });
}
