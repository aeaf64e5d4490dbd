import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createWorldClock, type WorldClock } from '../shared/clock.ts';
import { createTerrain } from '../shared/terrain.ts';
import type { ConnectBroker } from './broker/broker.ts';
import { createMemoryBroker } from './broker/memory-broker.ts';
import type { Config } from './config.ts';
import { startGateway } from './gateway/gateway.ts';
import { Metrics } from './http/metrics.ts';
import { createHttp, type HttpOptions } from './http/server.ts';
import { Node } from './node.ts';
import { addNodeMetrics } from './node-metrics.ts';
import { createMemoryStore } from './store/memory-store.ts';
import type { Store } from './store/store.ts';
import { startTicker } from './ticker.ts';

export interface AppOptions {
  /** The built client. */
  readonly clientDir?: string;
  readonly logger?: NonNullable<HttpOptions['logger']>;
  /** For several nodes in one process. */
  readonly connectBroker?: ConnectBroker;
  readonly store?: Store;
  readonly monotonic?: () => number;
  /** World time, for several nodes in one process to agree on; by default it begins with the app. */
  readonly clock?: WorldClock;
}

/** A running server. */
export interface App {
  readonly port: number;
  /** ws://HOST:PORT/ws, for clients on this machine. */
  readonly url: string;
  readonly node: Node;
  /** Closes every session with `goingAway`, then everything else; done within five seconds. */
  stop(): Promise<void>;
}

/** Starts a server; rejects when the port is taken. */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  const monotonic = options.monotonic ?? (() => performance.now());
  const clock = options.clock ?? createWorldClock(monotonic);
  const store = options.store ?? createMemoryStore();
  const metrics = new Metrics();
  const closes = metrics.counter('flatlands_refusals_total', 'Connections and sessions ended by this node.', ['code']);
  const closed = (code: number): void => closes.inc({ code });
  const node = new Node({
    name: randomBytes(6).toString('base64url'),
    world: config.world,
    terrain: createTerrain(config.terrain, config.seed),
    openSpawn: config.openSpawn,
    flushMs: config.flushMs,
    maxSessions: config.maxSessions,
    clock,
    monotonic,
    random: Math.random,
    newToken: () => randomBytes(18).toString('base64url'),
    connectBroker: options.connectBroker ?? createMemoryBroker(),
    store,
    brokerFailed: (error) => options.logger?.warn(error, 'the broker failed; what it was asked for is tried again'),
    sessionFailed: (error) => options.logger?.error(error, 'a session failed'),
    closed,
  });
  let readiness: { ready: boolean; why?: string } = { ready: false, why: 'starting' };
  addNodeMetrics(metrics, node);
  const http = await createHttp({
    clientDir: resolve(options.clientDir ?? 'dist/client'),
    ready: () => readiness,
    metrics,
    logger: options.logger,
  });
  await node.start();
  const gateway = startGateway({
    server: http.server,
    origins: config.origins,
    connect: (link) => node.connect(link),
    refused: closed,
  });
  try {
    await http.listen({ port: config.port, host: config.host });
  } catch (error) {
    await node.stop();
    await http.close();
    throw error;
  }
  const stopTicker = startTicker(clock, () => node.advance());
  readiness = { ready: true };

  const { port } = http.server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    readiness = { ready: false, why: 'stopping' };
    stopTicker();
    await node.stop();
    await gateway.stop();
    await http.close();
    await store.close();
  };
  let stopping: Promise<void> | undefined;
  return {
    port,
    url: `ws://127.0.0.1:${port}/ws`,
    node,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
