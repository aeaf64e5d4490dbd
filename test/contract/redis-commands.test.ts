import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashSlot } from '../../server/broker/hash-slot.ts';
import { neighbourOf, type RedisAddress } from '../../server/broker/redis-address.ts';
import {
  COMMAND_MS,
  connectRedisCommands,
  type RedisCommandLink,
  type RedisTarget,
} from '../../server/store/redis-commands.ts';
import { RedisCluster } from '../helpers/redis-cluster.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { until } from '../helpers/until.ts';

/** No server of these tests takes longer to be back in use than this, in ms. */
const BACK_MS = 10_000;
/** A replica takes its dead master's place within this, in ms. */
const FAILOVER_MS = 20_000;
/** What "at once" means for something that waits for no server, in ms. */
const AT_ONCE_MS = 400;

interface Servers {
  readonly target: RedisTarget;
  /** The one that holds the key "ada". */
  readonly holder: RedisServer;
  readonly all: readonly RedisServer[];
  close(): Promise<void>;
}

async function startOne(): Promise<Servers> {
  const server = await RedisServer.start();
  const target = { kind: 'server', address: server.address } as const;
  return { target, holder: server, all: [server], close: () => server.close() };
}

async function startCluster(): Promise<Servers> {
  const cluster = await RedisCluster.start();
  const target = { kind: 'cluster', addresses: cluster.seeds } as const;
  return { target, holder: await cluster.masterOf('ada'), all: cluster.masters, close: () => cluster.close() };
}

const timed = async (promise: Promise<unknown>): Promise<{ readonly error: unknown; readonly ms: number }> => {
  const before = performance.now();
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, ms: performance.now() - before };
};

/** Repeats a command until it is answered, as everybody does who uses them. */
async function untilAnswered<T>(ask: () => Promise<T>, timeoutMs = BACK_MS): Promise<T> {
  let answer: { readonly value: T } | undefined;
  return await until(
    'a command is answered',
    () => {
      ask().then(
        (value) => {
          answer = { value };
        },
        () => undefined,
      );
      return answer;
    },
    timeoutMs,
  ).then(({ value }) => value);
}

for (const [name, start] of [
  ['one server', startOne],
  ['a cluster', startCluster],
] as const) {
  describe(`commands to ${name}`, () => {
    let servers: Servers;
    let link: RedisCommandLink;
    const isWell = (): Promise<unknown> => until('all is well', () => link.trouble === undefined, BACK_MS);
    const answered = (): Promise<unknown> => untilAnswered(() => link.commands.hset('ada', 'x', 1));

    beforeAll(async () => {
      servers = await start();
    });
    beforeEach(() => {
      link = connectRedisCommands(servers.target, 'test');
    });
    afterEach(() => link.close());
    afterAll(() => servers.close());

    it('are answered once it is well, many at once too', async () => {
      expect(link.trouble).toBe('not connected yet');
      await isWell();
      const counted = await Promise.all(
        Array.from({ length: 200 }, (_, i) => link.commands.hincrby(`counter ${i % 10}`, 'n', 1)),
      );
      expect(Math.max(...counted)).toBe(20);
    });

    it('reject at once while it is away, with a sentence on why, and are answered when it is back', async () => {
      await isWell();
      await Promise.all(servers.all.map((server) => server.kill()));
      await until('trouble is known', () => link.trouble?.includes(`127.0.0.1:${servers.all[0]?.port}`) === true);
      const { error, ms } = await timed(link.commands.get('ada'));
      expect(error).toBeInstanceOf(Error);
      expect(ms).toBeLessThan(AT_ONCE_MS);
      await Promise.all(servers.all.map((server) => server.restart()));
      await isWell();
      await answered();
    });

    it('in flight reject when the server dies', async () => {
      await isWell();
      await answered();
      process.kill(servers.holder.pid, 'SIGSTOP');
      const lost = timed(link.commands.get('ada'));
      await servers.holder.kill();
      const { error, ms } = await lost;
      expect(error).toBeInstanceOf(Error);
      expect(ms).toBeLessThan(COMMAND_MS);
      await servers.holder.restart();
      await answered();
      await isWell();
    });

    it('reject in bounded time when the server falls silent, and that is known without a command', async () => {
      await isWell();
      await answered();
      process.kill(servers.holder.pid, 'SIGSTOP');
      const { error, ms } = await timed(link.commands.get('ada'));
      expect(error).toBeInstanceOf(Error);
      expect(ms).toBeGreaterThan(COMMAND_MS / 2);
      expect(ms).toBeLessThan(COMMAND_MS + 500);
      await until('the silence is noticed', () => link.trouble !== undefined);
      process.kill(servers.holder.pid, 'SIGCONT');
      await answered();
      await isWell();
    });

    it('end quickly when they are closed, whatever the state', async () => {
      // Right after the beginning.
      expect((await timed(link.close())).ms).toBeLessThan(AT_ONCE_MS);
      // Well, with a command in flight to a silent server.
      link = connectRedisCommands(servers.target, 'test');
      await isWell();
      await answered();
      process.kill(servers.holder.pid, 'SIGSTOP');
      const lost = timed(link.commands.get('ada'));
      expect((await timed(link.close())).ms).toBeLessThan(1000);
      expect((await lost).error).toBeInstanceOf(Error);
      expect((await timed(link.commands.get('ada'))).ms).toBeLessThan(AT_ONCE_MS);
      expect(link.trouble).toBe('closed');
      // Never connected, between two attempts and within one.
      await Promise.all(servers.all.map((server) => server.kill()));
      for (let after = 0; after < 6; after++) {
        link = connectRedisCommands(servers.target, 'test');
        const from = performance.now();
        await until('it has tried for a while', () => performance.now() - from >= after * 60);
        expect((await timed(link.close())).ms).toBeLessThan(AT_ONCE_MS);
      }
      await Promise.all(servers.all.map((server) => server.restart()));
    });

    it('wait for a server that is not up yet', async () => {
      await link.close();
      await Promise.all(servers.all.map((server) => server.kill()));
      link = connectRedisCommands(servers.target, 'test');
      await until('it has been tried', () => link.trouble?.startsWith('127.0.0.1:') === true);
      await Promise.all(servers.all.map((server) => server.restart()));
      await isWell();
      await answered();
    });

    it('sign in with a password, and say so when it is wrong', async () => {
      await link.close();
      for (const server of servers.all) await server.command('CONFIG', 'SET', 'requirepass', 'secret');
      link = connectRedisCommands(servers.target, 'test');
      await until('it has been refused', () => link.trouble?.includes('NOAUTH') === true);
      expect(link.trouble).not.toContain('secret');
      await link.close();
      link = connectRedisCommands(withPassword(servers.target, 'secret'), 'test');
      await isWell();
      await answered();
    });
  });
}

describe('commands to a cluster', () => {
  it('follow a key that moves, and a replica that takes the place of a dead master', async () => {
    const cluster = await RedisCluster.start({ replicas: 1, nodeTimeoutMs: 1000 });
    const link = connectRedisCommands({ kind: 'cluster', addresses: [cluster.seeds[0]] }, 'test');
    try {
      await until('all is well', () => link.trouble === undefined);
      const [first] = cluster.masters as [RedisServer];
      const [, second, third] = cluster.masters as [RedisServer, RedisServer, RedisServer];
      const moving = await keyAt(cluster, second);
      await cluster.migrate(hashSlot(moving), second, third);
      expect(await link.commands.set(moving, 'moved')).toBe('OK');
      const key = await keyAt(cluster, first);
      await link.commands.set(key, 'before');
      // WAIT speaks of what its own connection has written, and this is another.
      await until('the replica has it', async () => {
        const offset = await first.info('replication', 'master_repl_offset');
        return (await first.info('replication', 'slave0'))?.includes(`offset=${offset},`);
      });
      await first.kill();
      expect(await untilAnswered(() => link.commands.get(key), FAILOVER_MS)).toBe('before');
      await until('all is well', () => link.trouble === undefined);
    } finally {
      await link.close();
      await cluster.close();
    }
  });
});

/** Some key that a master holds. */
async function keyAt(cluster: RedisCluster, master: RedisServer): Promise<string> {
  for (let i = 0; ; i++) if ((await cluster.masterOf(`key ${i}`)) === master) return `key ${i}`;
}

function withPassword(target: RedisTarget, password: string): RedisTarget {
  const signedIn = ({ name, options }: RedisAddress): RedisAddress => ({ name, options: { ...options, password } });
  if (target.kind === 'server') return { kind: 'server', address: signedIn(target.address) };
  const [first] = target.addresses;
  const { host = '', port = 0 } = first.options;
  return { kind: 'cluster', addresses: [neighbourOf(signedIn(first), host, port)] };
}
