import { Cluster, type ClusterOptions, type Command, type Redis } from 'ioredis';
import type { RedisAddress } from '../broker/redis-address.ts';
import { closeRedis, openRedis, sentenceOf } from '../broker/redis-connection.ts';
import { CONNECT_MS, MAX_RETRY_MS, PING_MS, SILENT_MS } from '../broker/redis-limits.ts';

/** A command without an answer rejects after this, in ms; whether it took effect is then not known. */
export const COMMAND_MS = 2500;

/** One server, or some servers of one cluster: the others are found, and signed in to as to the first. */
export type RedisTarget =
  | { readonly kind: 'server'; readonly address: RedisAddress }
  | { readonly kind: 'cluster'; readonly addresses: readonly [RedisAddress, ...RedisAddress[]] };

/**
 * Where a world is kept of the servers that a command line names: of several the first by name, for the list may be
 * given in any order, else the cluster; undefined when none are named.
 */
export function redisTargetOf(
  servers: readonly RedisAddress[],
  cluster: readonly RedisAddress[],
): RedisTarget | undefined {
  const address = [...servers].sort((a, b) => (a.name < b.name ? -1 : 1))[0];
  if (address !== undefined) return { kind: 'server', address };
  const [seed, ...seeds] = cluster;
  return seed === undefined ? undefined : { kind: 'cluster', addresses: [seed, ...seeds] };
}

/** What is asked of Redis: a server's client and a cluster's have it alike. Every command's keys share a slot. */
export type RedisCommands = Pick<
  Redis,
  | 'get'
  | 'set'
  | 'del'
  | 'hmget'
  | 'hset'
  | 'hincrby'
  | 'hlen'
  | 'zcard'
  | 'zrem'
  | 'zrangebyscore'
  | 'smembers'
  | 'eval'
  | 'evalsha'
  | 'scan'
>;

/** Those among which the keys are spread, to be scanned one by one. */
export const mastersOf = (commands: RedisCommands): readonly Pick<Redis, 'scan'>[] =>
  commands instanceof Cluster ? commands.nodes('master') : [commands];

export interface RedisCommandLink {
  /** They reject at once while there is no connection, when it is lost under them, and after `COMMAND_MS`. */
  readonly commands: RedisCommands;
  /** A sentence on why it is not well, or undefined when it is. */
  readonly trouble: string | undefined;
  /** Ends it, whatever its state; commands in flight reject. */
  close(): Promise<void>;
}

/**
 * Connects for commands, at once and for ever. No command waits for a connection that is lost, and none is sent twice.
 * Servers are asked how they are every second, so that one's silence is noticed while nobody wants anything of it.
 * @param role part of the name under which the connection appears in `CLIENT LIST`
 */
export function connectRedisCommands(target: RedisTarget, role: string): RedisCommandLink {
  return target.kind === 'server' ? new ServerLink(target.address, role) : new ClusterLink(target.addresses, role);
}

/** What both kinds of link have in common: how they are. */
abstract class Link implements RedisCommandLink {
  abstract readonly commands: RedisCommands;
  protected isClosed = false;
  #isReady = false;
  #isProbing = false;
  /** What went wrong with the connection, until it stands again. */
  #lastError: string | undefined;
  /** What the last probe of a standing connection met with. */
  #refusal: string | undefined;
  readonly #probes = setInterval(() => void this.#probe(), PING_MS).unref();

  get trouble(): string | undefined {
    if (this.isClosed) return 'closed';
    if (this.#isReady) return this.#refusal;
    return this.#lastError ?? 'not connected yet';
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.#probes);
    await this.end();
  }

  /** Rejects with what is wrong, or takes longer than `COMMAND_MS`. */
  protected abstract probe(): Promise<void>;
  protected abstract end(): Promise<void>;

  protected up(): void {
    this.#isReady = true;
    this.#lastError = undefined;
    this.#refusal = undefined;
  }

  protected down(): void {
    this.#isReady = false;
    this.#lastError ??= 'the connection was closed';
  }

  protected failed(server: string, error: unknown): void {
    this.#lastError = `${server}: ${sentenceOf(error)}`;
  }

  async #probe(): Promise<void> {
    if (!this.#isReady || this.#isProbing) return;
    this.#isProbing = true;
    try {
      await this.probe();
      this.#refusal = undefined;
    } catch (error) {
      this.#refusal = sentenceOf(error);
    } finally {
      this.#isProbing = false;
    }
  }
}

class ServerLink extends Link {
  readonly commands: Redis;
  readonly #name: string;
  #retry: NodeJS.Timeout | undefined;

  constructor(address: RedisAddress, role: string) {
    super();
    this.#name = address.name;
    this.commands = openRedis(address, role, { commandTimeout: COMMAND_MS, retryStrategy: retryDelayMs });
    this.commands.on('error', (error) => this.failed(this.#name, error));
    this.commands.on('ready', () => this.up());
    this.commands.on('close', () => this.down());
    // The library gives up on an address that it cannot even try; such a thing may pass.
    this.commands.on('end', () => {
      if (!this.isClosed) this.#retry = setTimeout(() => this.commands.connect().catch(() => undefined), MAX_RETRY_MS);
    });
  }

  protected async probe(): Promise<void> {
    await this.commands.ping().catch((error: unknown) => {
      throw new Error(`${this.#name}: ${sentenceOf(error)}`);
    });
  }

  protected async end(): Promise<void> {
    clearTimeout(this.#retry);
    await closeRedis(this.commands);
  }
}

class ClusterLink extends Link {
  readonly commands: Cluster;

  constructor(addresses: readonly [RedisAddress, ...RedisAddress[]], role: string) {
    super();
    this.commands = new StrictCluster(
      addresses.map(({ options: { db: _db, path: _path, ...options } }) => options),
      clusterOptions(addresses[0], role),
    );
    this.commands.on('node error', (error, server) => this.failed(String(server), error));
    // It says that all servers have failed, and each has said why.
    this.commands.on('error', () => undefined);
    this.commands.on('ready', () => this.up());
    this.commands.on('close', () => this.down());
  }

  protected async probe(): Promise<void> {
    await Promise.all(
      this.commands.nodes('master').map(async (redis) => {
        const name = `${redis.options.host}:${redis.options.port}`;
        const info = await redis.cluster('INFO').catch((error: unknown) => {
          throw new Error(`${name}: ${sentenceOf(error)}`);
        });
        if (!String(info).includes('cluster_state:ok')) throw new Error(`${name}: the cluster is down`);
      }),
    );
  }

  protected async end(): Promise<void> {
    const servers = this.commands.nodes();
    // First the whole, else it takes the end of its last server for an outage.
    this.commands.disconnect();
    await Promise.all(servers.map(closeRedis));
  }
}

/**
 * The library's client for a cluster, which without its queues refuses the second command on a new connection while
 * the first one has it made. So it has them, and what must not wait in them is refused here.
 */
class StrictCluster extends Cluster {
  override sendCommand(command: Command, ...rest: [Parameters<Cluster['sendCommand']>[1]?, unknown?]): unknown {
    if (command.isSettled) return command.promise;
    command.setTimeout(COMMAND_MS);
    if (this.status !== 'ready' && command.name !== 'cluster') command.reject(new Error('The cluster is away.'));
    else super.sendCommand(command, ...rest);
    return command.promise;
  }
}

/** As in `openRedis`: nothing repeated, silence is death. */
function clusterOptions({ options }: RedisAddress, role: string) {
  const { host: _host, port: _port, path: _path, db: _db, ...signIn } = options;
  return {
    clusterRetryStrategy: retryDelayMs,
    // Zero means that such an error is handed on at once; the slots are asked for anew with the next "MOVED".
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: CONNECT_MS,
    // Names stay names: certificates are made out to them.
    dnsLookup: (name, found) => found(null, name),
    redisOptions: {
      ...signIn,
      connectionName: `flatlands-${role}`,
      disableClientInfo: true,
      commandTimeout: COMMAND_MS,
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      disconnectTimeout: MAX_RETRY_MS,
      maxLoadingRetryTime: MAX_RETRY_MS,
      replyMapping: 'legacy',
    },
  } satisfies ClusterOptions;
}

/** 50 ms, doubled up to `MAX_RETRY_MS`, between half and all of it, so that many nodes do not come at once. */
const retryDelayMs = (attempt: number): number =>
  Math.min(25 * 2 ** Math.min(attempt, 10), MAX_RETRY_MS) * (0.5 + Math.random() / 2);
