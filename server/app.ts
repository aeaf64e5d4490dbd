import { randomBytes } from 'node:crypto';
import type { AddressInfo, BlockList } from 'node:net';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { WorldClock } from '../shared/clock.ts';
import { createTerrain } from '../shared/terrain.ts';
import { type Backing, openBacking } from './backing.ts';
import type { ConnectBroker } from './broker/broker.ts';
import { watchBroker } from './broker-watch.ts';
import type { Config } from './config.ts';
import { drain } from './drain.ts';
import { FilterFile } from './filter-file.ts';
import { blockListOf, senderOf } from './gateway/client-address.ts';
import { startGateway } from './gateway/gateway.ts';
import { addGovernorMetrics } from './governor-metrics.ts';
import type { Readiness } from './http/health.ts';
import { Metrics, type MetricsPage } from './http/metrics.ts';
import { createHttp, type HttpOptions } from './http/server.ts';
import { LoadGovernor } from './load-governor.ts';
import { addLoopMetrics, startLoopDelay } from './loop-delay.ts';
import { RuleBook, ruleWords } from './moderation/rule-book.ts';
import { Node } from './node.ts';
import { addNodeMetrics } from './node-metrics.ts';
import { moderationOf, type NodeModeration } from './node-moderation.ts';
import { type NodeSurvey, surveyOf } from './node-survey.ts';
import { NoticeBoard } from './notice-board.ts';
import { forgetOldLines } from './old-lines.ts';
import type { Store } from './store/store.ts';
import { STORE_BUCKETS, timedStore } from './store-latency.ts';
import { StoreTrouble } from './store-trouble.ts';
import { startTicker } from './ticker.ts';

export interface AppOptions {
  /** The built client. */
  readonly clientDir?: string;
  readonly logger?: NonNullable<HttpOptions['logger']>;
  /** For several nodes in one process, instead of what the configuration asks for; the app closes none of it. */
  readonly connectBroker?: ConnectBroker;
  readonly store?: Store;
  /** World time, for such nodes to agree on; by default it begins with the app. */
  readonly clock?: WorldClock;
  readonly monotonic?: () => number;
  /** The time of day, in ms since 1970: what was said is kept by it. */
  readonly wallMs?: () => number;
  /** What the processes have in common that share the configured folder; by default nobody shares it. */
  readonly sharedBy?: string;
  /** Makes what `/metrics` answers with out of the app's own metrics; called once, before the app listens. */
  readonly shareMetrics?: (own: Metrics) => MetricsPage;
  /** Ends a start that waits for Redis, or for the folder. */
  readonly signal?: AbortSignal;
  /** Somebody who may asks for the server to drain. */
  readonly drainAsked?: () => void;
  /** The server has to stop, and why: a sentence. */
  readonly failed?: (sentence: string) => void;
}

/** A running server. */
export interface App {
  readonly port: number;
  /** ws://HOST:PORT/ws, for clients on this machine. */
  readonly url: string;
  readonly node: Node;
  /**
   * Has the players go to other nodes, where there are any, for as long as is configured at most, then stops. A `stop`
   * meanwhile cuts that short.
   */
  drain(): Promise<void>;
  /** Reads the words that are not for here again. @throws StartFailure when that fails; then they are as before */
  reload(): void;
  /** Closes every session with `goingAway`, then everything else; done within five seconds. */
  stop(): Promise<void>;
}

/**
 * Starts a server; rejects when the port is taken, when another world goes by this name, with a StoreError when the
 * folder cannot be had, or when aborted. While Redis is away it waits: `/healthz` and `/readyz` answer from the beginning, players come in once it is there.
 */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  const start = new Start(config, options);
  try {
    return await start.run();
  } catch (error) {
    // Why it could not start matters more than what went wrong after that.
    await start.undo().catch((failure) => options.logger?.error(failure, 'a part of the start could not be undone'));
    throw error;
  }
}

/** A start in its steps, each with how to take it back. */
class Start {
  readonly #config: Config;
  readonly #options: AppOptions;
  readonly #monotonic: () => number;
  readonly #wallMs: () => number;
  readonly #metrics = new Metrics();
  readonly #governor: LoadGovernor;
  readonly #storeTrouble: StoreTrouble;
  readonly #storeFailed: (error: unknown) => void;
  /** How to take back what has been done, the last first. */
  readonly #undo: (() => Promise<void> | void)[] = [];
  #readiness: () => Readiness = () => ({ ready: false, why: 'starting' });
  #survey: NodeSurvey | undefined;
  readonly #filter: FilterFile;
  readonly #rules: RuleBook;
  readonly #board = new NoticeBoard();
  #moderation: NodeModeration | undefined;

  constructor(config: Config, options: AppOptions) {
    this.#config = config;
    this.#options = options;
    this.#governor = new LoadGovernor(config.flushMs);
    this.#filter = new FilterFile(config.filter);
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#wallMs = options.wallMs ?? Date.now;
    this.#rules = new RuleBook(this.#wallMs);
    const { logger } = options;
    this.#storeTrouble = new StoreTrouble(this.#monotonic, logger);
    const failures = this.#metrics.counter('flatlands_store_failures_total', 'What the store did not do when asked.');
    // Whether the store is well is said once, by the readiness and a line in the log; not with every player.
    this.#storeFailed = (error) => {
      failures.inc();
      this.#storeTrouble.failed(error);
      logger?.debug(error, 'the store failed');
    };
  }

  async run(): Promise<App> {
    const { logger } = this.#options;
    const signal = this.#options.signal ?? new AbortController().signal;
    const metrics = this.#metrics;
    const closes = metrics.counter('flatlands_refusals_total', 'Connections and sessions ended by this node.', [
      'code',
    ]);
    const closed = (code: number): void => closes.inc({ code });
    const trustedProxies = blockListOf(this.#config.trustedProxies) as BlockList;
    const http = await createHttp({
      clientDir: resolve(this.#options.clientDir ?? 'dist/client'),
      ready: () => this.#readiness(),
      metrics: this.#options.shareMetrics?.(metrics) ?? metrics,
      admin: {
        token: this.#config.adminToken,
        topology: () => this.#survey?.topology(),
        drain: this.#config.adminWrites ? this.#options.drainAsked : undefined,
        monotonic: this.#monotonic,
        moderation: {
          moderator: () => this.#moderation?.moderator,
          isWritable: this.#config.adminWrites,
          addressOf: ({ socket, headers }) => senderOf(socket.remoteAddress, headers, trustedProxies).address,
          wallMs: this.#wallMs,
        },
        board: this.#board,
        boardOpened: () => void this.#postTopology(),
      },
      logger,
    });
    this.#undo.push(() => http.close());
    let node: Node | undefined;
    const gateway = startGateway({
      server: http.server,
      origins: this.#config.origins,
      trustedProxies,
      connectionsPerAddress: this.#config.connectionsPerAddress,
      monotonic: this.#monotonic,
      isDirect: this.#config.writes === 'direct',
      banned: (address) => {
        const ban = this.#rules.addressBanOf(address);
        return ban === undefined ? undefined : ruleWords(ban);
      },
      isOpen: () => node !== undefined,
      connect: (link) => (node as Node).connect(link),
      refused: closed,
    });
    metrics.gauge('flatlands_filter_entries', 'Words that are not for here.', () => this.#filter.current.size, 'max');
    metrics.gauge('flatlands_addresses', 'Addresses whose connections are counted.', () => gateway.addresses);
    this.#undo.push(() => gateway.stop());
    await http.listen({ port: this.#config.port, host: this.#config.host });

    const backing = await this.#back(signal);
    this.#undo.push(() => backing.close());
    const latency = metrics.histogram(
      'flatlands_store_seconds',
      'How long the store took to answer, by what it was asked.',
      'operation',
      STORE_BUCKETS,
    );
    const store = timedStore(
      backing.store,
      (operation, ms) => latency.observe({ operation }, ms / 1000),
      this.#monotonic,
    );
    const starting = this.#node({ ...backing, store }, closed);
    this.#undo.push(() => starting.stop());
    await this.#startNode(starting, backing, signal);
    addNodeMetrics(metrics, starting);
    addGovernorMetrics(metrics, this.#governor);
    const loopDelay = startLoopDelay();
    this.#undo.push(() => loopDelay.stop());
    addLoopMetrics(metrics, loopDelay);
    this.#survey = surveyOf(starting, {
      world: { name: this.#config.world, terrain: this.#config.terrain, seed: this.#config.seed },
      host: this.#config.host,
      port: (http.server.address() as AddressInfo).port,
      governor: this.#governor,
      loopDelay,
      monotonic: this.#monotonic,
    });
    metrics.gauge(
      'flatlands_world_offset_seconds',
      'World time here against that of Redis.',
      () => backing.offsetMs() / 1000,
    );
    const moderation = await moderationOf(starting, {
      store,
      rules: this.#rules,
      board: this.#board,
      wallMs: this.#wallMs,
      monotonic: this.#monotonic,
      storeFailed: this.#storeFailed,
    });
    this.#moderation = moderation;
    this.#undo.push(() => moderation.stop());
    const posts = setInterval(() => void this.#postTopology(), POST_MS).unref();
    this.#undo.push(() => clearInterval(posts));
    this.#undo.push(startTicker(backing.clock, () => starting.advance()));
    this.#undo.push(watchBroker(() => starting.grid.brokerStatus, logger));
    this.#undo.push(this.#forgetOldLines(backing.store));
    node = starting;
    this.#readiness = () => {
      const why = starting.grid.brokerStatus.lastError ?? backing.trouble() ?? this.#storeTrouble.sentence;
      return why === undefined ? { ready: true } : { ready: false, why };
    };

    const { port } = http.server.address() as AddressInfo;
    const draining = new AbortController();
    let stopping: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      draining.abort();
      this.#readiness = () => ({ ready: false, why: 'stopping' });
      node = undefined;
      stopping ??= this.undo();
      return stopping;
    };
    return {
      port,
      url: `ws://127.0.0.1:${port}/ws`,
      node: starting,
      drain: async () => {
        this.#readiness = () => ({ ready: false, why: 'draining' });
        const withinMs = this.#config.drainSeconds * 1000;
        await drain({ node: starting, withinMs, monotonic: this.#monotonic, signal: draining.signal });
        await stop();
      },
      reload: () => this.#filter.reload(),
      stop,
    };
  }

  /** For those who look on, as long as there are any. */
  async #postTopology(): Promise<void> {
    if (this.#board.watchers === 0) return;
    await this.#moderation?.lookBeside();
    const topology = await this.#survey?.topology();
    if (topology !== undefined) this.#board.post('topology', topology);
  }

  /** Takes back whatever has been done, all of it also when a part of that fails. */
  async undo(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#undo.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** What stands behind the node: as given, or as configured. */
  async #back(signal: AbortSignal): Promise<Backing> {
    const { connectBroker, store, clock, logger, failed } = this.#options;
    const given = {
      ...(connectBroker === undefined ? {} : { connectBroker }),
      ...(store === undefined ? {} : { store }),
      ...(clock === undefined ? {} : { clock }),
    };
    let isWaiting = true;
    const opening = openBacking(this.#config, {
      monotonic: this.#monotonic,
      sharedBy: this.#options.sharedBy ?? randomBytes(16).toString('base64url'),
      signal,
      storeFailed: this.#storeFailed,
      waiting: (trouble) => {
        const why = (): string => `waiting for Redis: ${trouble() ?? 'connecting'}`;
        this.#readiness = () => ({ ready: false, why: why() });
        const timer = setTimeout(() => isWaiting && logger?.warn(why()), SAY_AFTER_MS).unref();
        this.#undo.push(() => clearTimeout(timer));
      },
      disagreed: (sentence) => failed?.(sentence),
    });
    try {
      return { ...(await opening), ...given };
    } finally {
      isWaiting = false;
    }
  }

  #forgetOldLines(store: Store): () => void {
    return forgetOldLines({ store, days: this.#config.chatDays, wallMs: this.#wallMs, failed: this.#storeFailed });
  }

  #node(backing: Backing, closed: (code: number) => void): Node {
    const { logger } = this.#options;
    const config = this.#config;
    return new Node({
      name: randomBytes(6).toString('base64url'),
      world: config.world,
      channelSquares: config.channelSquares,
      terrain: createTerrain(config.terrain, config.seed),
      openSpawn: config.openSpawn,
      flushMs: config.flushMs,
      holdMs: backing.holdMs,
      defer: setImmediate,
      governor: this.#governor,
      maxSessions: config.maxSessions,
      queue: config.queue,
      gems: config.gems,
      wallMs: this.#wallMs,
      clock: backing.clock,
      monotonic: this.#monotonic,
      random: Math.random,
      filter: () => this.#filter.current,
      newToken: () => randomBytes(18).toString('base64url'),
      connectBroker: backing.connectBroker,
      store: backing.store,
      brokerFailed: (error) => logger?.warn(error, 'the broker refused; what it was asked for is tried again'),
      storeFailed: this.#storeFailed,
      surveyed: (message) => this.#survey?.receive(message),
      ordered: (message) => this.#moderation?.receive(message),
      rules: this.#rules,
      sessionFailed: (error) => logger?.error(error, 'a session failed'),
      closed,
    });
  }

  /** Waits until the broker listens for the node, or the start is aborted. */
  async #startNode(node: Node, backing: Backing, signal: AbortSignal): Promise<void> {
    this.#readiness = () => {
      const trouble = node.grid.brokerStatus.lastError ?? backing.trouble() ?? 'subscribing';
      return { ready: false, why: `waiting for Redis: ${trouble}` };
    };
    const stop = (): void => void node.stop();
    signal.addEventListener('abort', stop);
    try {
      await node.start();
      await pause(backing.rollCallMs, undefined, { signal });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

/** How all nodes are is posted this often, in ms. */
const POST_MS = 2_000;
/** A start that waits for longer than this says so in the log, in ms. */
const SAY_AFTER_MS = 2_000;
