import type { App } from '../../server/app.ts';
import { createMemoryBroker } from '../../server/broker/memory-broker.ts';
import type { Config } from '../../server/config.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { createWorldClock } from '../../shared/clock.ts';
import { startTestApp } from './test-app.ts';

/** Several servers in this process that share one world: one in-process broker, one store, one clock. */
export function startNodes(count: number, config: Partial<Config> = {}): Promise<App[]> {
  const shared = {
    connectBroker: createMemoryBroker(),
    store: createMemoryStore(),
    clock: createWorldClock(() => performance.now()),
  };
  return Promise.all(Array.from({ length: count }, () => startTestApp(config, shared)));
}
