import { setTimeout as pause } from 'node:timers/promises';
import { NodeProcess } from '../helpers/node-process.ts';
import { runProgram } from '../helpers/program.ts';
import { RedisCluster } from '../helpers/redis-cluster.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { TcpProxy } from '../helpers/tcp-proxy.ts';

/** A world of several nodes, real processes all, and one thing that can go wrong with it. */
export interface Scene {
  /** ws://127.0.0.1:PORT/ws of every node. */
  readonly urls: readonly string[];
  /** Breaks it, and resolves when nothing is broken any more, though nothing need be healed yet. */
  readonly breakIt: () => Promise<void>;
  /** Ends every process. */
  readonly close: () => Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** What is done, for the table. */
  readonly what: string;
  /** From breaking it on everything has to be healed within this, in s. */
  readonly windowSeconds: number;
  /** Redis has no more what it had: nobody builds or talks then, for that would be lost as it is meant to be. */
  readonly losesThings?: true;
  /** It is no fault but what a host does: nothing may be wrong meanwhile either. */
  readonly isOrderly?: true;
  readonly open: () => Promise<Scene>;
}

const FLAGS = ['--open-spawn', '--log-level', 'error', '--world', 'chaos'];
const RESTART_MS = 2000;
const REDIS_DOWN_MS = 1000;
const SLEEP_SECONDS = 3;
const CUT_MS = 10_000;
const MOVED_SLOTS = 1500;

const startNode = (...flags: readonly string[]): Promise<NodeProcess> => NodeProcess.start(...FLAGS, ...flags);

/** Things that are closed together, the last first, also when the start of one of them fails. */
class Belongings {
  readonly #closers: (() => Promise<void>)[] = [];

  own<T extends { close(): Promise<void> }>(thing: T): T {
    this.#closers.push(() => thing.close());
    return thing;
  }

  readonly close = async (): Promise<void> => {
    for (const close of this.#closers.splice(0).reverse()) await close();
  };
}

/** Opens a scene; whatever was started is closed again when that fails. */
async function scene(open: (own: Belongings) => Promise<Omit<Scene, 'close'>>): Promise<Scene> {
  const own = new Belongings();
  try {
    return { ...(await open(own)), close: own.close };
  } catch (error) {
    await own.close();
    throw error;
  }
}

/** Three nodes on one Redis. */
async function threeNodes(own: Belongings): Promise<{ redis: RedisServer; nodes: NodeProcess[] }> {
  const redis = own.own(await RedisServer.start());
  const nodes: NodeProcess[] = [];
  for (let i = 0; i < 3; i++) nodes.push(own.own(await startNode('--redis', redis.url)));
  return { redis, nodes };
}

/** Three nodes on a cluster of three masters. */
async function threeNodesOnCluster(
  own: Belongings,
  replicas: number,
): Promise<{ cluster: RedisCluster; urls: string[] }> {
  const cluster = own.own(await RedisCluster.start({ nodeTimeoutMs: 1000, replicas }));
  const seeds = cluster.masters.map(({ url }) => url).join(',');
  const urls: string[] = [];
  for (let i = 0; i < 3; i++) urls.push(own.own(await startNode('--redis-cluster', seeds)).url);
  return { cluster, urls };
}

const urlsOf = (nodes: readonly NodeProcess[]): string[] => nodes.map(({ url }) => url);

export const FAULTS: readonly Fault[] = [
  {
    name: 'node-killed',
    what: `kill -9 of one node of three, started again after ${RESTART_MS / 1000} s`,
    windowSeconds: 16,
    open: () =>
      scene(async (own) => {
        const { redis, nodes } = await threeNodes(own);
        const [victim] = nodes as [NodeProcess];
        const port = String(victim.port);
        const breakIt = async (): Promise<void> => {
          await victim.kill();
          await pause(RESTART_MS);
          own.own(await startNode('--redis', redis.url, '--port', port));
        };
        return { urls: urlsOf(nodes), breakIt };
      }),
  },
  {
    name: 'rolling-restart',
    what: 'SIGTERM to one node of two, which is started again, then to the other',
    isOrderly: true,
    windowSeconds: 20,
    open: () =>
      scene(async (own) => {
        const redis = own.own(await RedisServer.start());
        const nodes: NodeProcess[] = [];
        for (let i = 0; i < 2; i++) nodes.push(own.own(await startNode('--redis', redis.url)));
        const breakIt = async (): Promise<void> => {
          for (const node of nodes) {
            await node.drain();
            own.own(await startNode('--redis', redis.url, '--port', String(node.port)));
          }
        };
        return { urls: urlsOf(nodes), breakIt };
      }),
  },
  {
    name: 'redis-killed',
    what: `kill -9 of Redis, started again empty after ${REDIS_DOWN_MS / 1000} s`,
    losesThings: true,
    windowSeconds: 10,
    open: () =>
      scene(async (own) => {
        const { redis, nodes } = await threeNodes(own);
        const breakIt = async (): Promise<void> => {
          await redis.kill();
          await pause(REDIS_DOWN_MS);
          await redis.restart();
        };
        return { urls: urlsOf(nodes), breakIt };
      }),
  },
  {
    name: 'client-kill',
    what: 'CLIENT KILL of every connection to Redis',
    windowSeconds: 8,
    open: () =>
      scene(async (own) => {
        const { redis, nodes } = await threeNodes(own);
        const breakIt = async (): Promise<void> => {
          await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
          await redis.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        };
        return { urls: urlsOf(nodes), breakIt };
      }),
  },
  {
    name: 'redis-asleep',
    what: `DEBUG SLEEP ${SLEEP_SECONDS}: Redis is there and does not answer`,
    windowSeconds: 11,
    open: () =>
      scene(async (own) => {
        const { redis, nodes } = await threeNodes(own);
        const breakIt = async (): Promise<void> => {
          await redis.command('DEBUG', 'SLEEP', String(SLEEP_SECONDS));
        };
        return { urls: urlsOf(nodes), breakIt };
      }),
  },
  {
    name: 'master-killed',
    what: 'kill -9 of a cluster master, whose replica takes over',
    losesThings: true,
    windowSeconds: 14,
    open: () =>
      scene(async (own) => {
        const { cluster, urls } = await threeNodesOnCluster(own, 1);
        return { urls, breakIt: () => (cluster.masters[0] as RedisServer).kill() };
      }),
  },
  {
    name: 'slots-migrate',
    what: `${MOVED_SLOTS} hash slots of a cluster move to another master, with their keys`,
    windowSeconds: 20,
    open: () =>
      scene(async (own) => {
        const { cluster, urls } = await threeNodesOnCluster(own, 0);
        const [from, to] = cluster.masters as [RedisServer, RedisServer];
        const breakIt = async (): Promise<void> => {
          const [fromId, toId] = await Promise.all([from, to].map((server) => server.command('CLUSTER', 'MYID')));
          const what = ['--cluster-slots', `${MOVED_SLOTS}`, '--cluster-from', `${fromId}`, '--cluster-to', `${toId}`];
          const place = `127.0.0.1:${from.port}`;
          const { code, stdout } = await runProgram('redis-cli', [
            '--cluster',
            'reshard',
            place,
            ...what,
            '--cluster-yes',
          ]);
          if (code !== 0) throw new Error(`The slots did not move: ${stdout.slice(-500)}`);
        };
        return { urls, breakIt };
      }),
  },
  {
    name: 'node-cut-off',
    what: `one node of three is cut off from Redis for ${CUT_MS / 1000} s, silently`,
    windowSeconds: 20,
    open: () =>
      scene(async (own) => {
        const redis = own.own(await RedisServer.start());
        const proxy = own.own(await TcpProxy.start(redis.port));
        const nodes = [own.own(await startNode('--redis', `redis://127.0.0.1:${proxy.port}`))];
        for (let i = 0; i < 2; i++) nodes.push(own.own(await startNode('--redis', redis.url)));
        const breakIt = async (): Promise<void> => {
          proxy.cut();
          await pause(CUT_MS);
          proxy.mend();
        };
        return { urls: urlsOf(nodes), breakIt };
      }),
  },
];
