import { onTestFinished } from 'vitest';
import type { App, AppOptions } from '../../server/app.ts';
import type { Config } from '../../server/config.ts';
import { startShard } from './shard.ts';

/** Starts a server without obstacles for the test that calls it, and stops it when that is over. */
export async function startTestApp(config: Partial<Config> = {}, options: AppOptions = {}): Promise<App> {
  const app = await startShard({ terrain: 'flat', ...config }, options);
  onTestFinished(() => app.stop());
  return app;
}
