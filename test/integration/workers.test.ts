import { readdirSync, readFileSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Comeback } from '../../server/workers/comeback.ts';
import { CLOSE } from '../../shared/closing.ts';
import type { Welcome } from '../../shared/protocol.ts';
import { ownFolder } from '../helpers/own-folder.ts';
import { runProgram } from '../helpers/program.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { ensureServerBuilt, type ProcessOptions, SERVER, ServerProcess } from '../helpers/server-process.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';
import { ownRedis } from '../helpers/world-of-nodes.ts';

beforeAll(ensureServerBuilt);

/** Whether a process still does anything: an orphan that has ended may wait long for somebody to ask how. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const untilGone = (pids: readonly number[]): Promise<unknown> =>
  until(`${pids.join(', ')} were gone`, () => !pids.some(isAlive));

/** Workers in front of their shared Redis. */
class Shard {
  readonly server: ServerProcess;
  /** For the temporary files, so that what is left there is seen; holds the private Redis' folder. */
  readonly folder: string;

  private constructor(server: ServerProcess, folder: string) {
    this.server = server;
    this.folder = folder;
  }

  static async start(workers: number, flags: readonly string[] = [], options: ProcessOptions = {}): Promise<Shard> {
    const folder = ownFolder();
    const env = { TMPDIR: folder };
    const all = ['--workers', `${workers}`, '--terrain', 'flat', '--open-spawn', ...flags];
    return new Shard(await ServerProcess.startWith({ env, ...options }, ...all), folder);
  }

  /** What a metric says of each worker that answered, by slot. */
  async metric(name: string): Promise<Map<number, number>> {
    // A connection of its own, not one kept with a worker that may be dead; and not for ever with one that hangs.
    const headers = { connection: 'close' };
    const signal = AbortSignal.timeout(3000);
    const text = await (await fetch(`${this.server.http}/metrics`, { headers, signal })).text();
    const samples = text.matchAll(new RegExp(`^${name}{worker="(\\d+)"} (\\S+)$`, 'gm'));
    return new Map([...samples].map(([, slot, value]) => [Number(slot), Number(value)]));
  }

  /** Waits for what a metric says of the workers. */
  async untilMetric(name: string, condition: (values: Map<number, number>) => boolean): Promise<Map<number, number>> {
    let values = new Map<number, number>();
    await expect
      .poll(
        async () => {
          values = await this.metric(name).catch(() => new Map());
          return condition(values);
        },
        { timeout: 8000 },
      )
      .toBe(true);
    return values;
  }

  /** The workers' processes, by slot. */
  async pids(): Promise<Map<number, number>> {
    return this.untilMetric('flatlands_worker_pid', (pids) => pids.size > 1);
  }

  /** The private Redis' folder; undefined when there is none. */
  get redisFolder(): string | undefined {
    const [name] = readdirSync(this.folder).filter((entry) => entry.startsWith('flatlands-workers-'));
    return name === undefined ? undefined : join(this.folder, name);
  }

  async redisPid(): Promise<number> {
    const socket = join(this.redisFolder ?? '', 'redis.sock');
    const { stdout } = await runProgram('redis-cli', ['-s', socket, 'INFO', 'server']);
    return Number(/^process_id:(\d+)/m.exec(stdout)?.[1] ?? 0);
  }

  /** So many players who stand together; connections are dealt out in turn, so each worker gets some. */
  async players(count: number): Promise<Walker[]> {
    const walkers: Walker[] = [];
    for (let i = 0; i < count; i++) walkers.push(await Walker.join(this.server.url, { at: [i, 0], name: `W${i}` }));
    return walkers;
  }
}

async function seeEachOther(walkers: readonly Walker[]): Promise<void> {
  for (const walker of walkers) await walker.sees(...walkers.filter((other) => other !== walker));
}

/** Everybody turns, and all others see it. */
async function turnsAreSeen(walkers: readonly Walker[], heading: number): Promise<void> {
  for (const [i, walker] of walkers.entries()) {
    const marks = walkers.map(({ sights }) => sights.length);
    await walker.turn(heading + i);
    for (const [j, watcher] of walkers.entries()) {
      if (watcher !== walker) await watcher.sawTurn(walker.id, heading + i, marks[j]);
    }
  }
}

/** Who is joined now after having lost the connection. */
const isBack = ({ client, endings }: Walker): boolean => endings.length > 0 && client.state.phase === 'joined';

describe('a shard of two workers', () => {
  it('shows players of both to each other, and its metrics tell the workers apart', async () => {
    const shard = await Shard.start(2);
    expect(shard.server.stdout).toMatch(/^Flatlands is up: \S+\n2 workers share it\.\n$/);
    const walkers = await shard.players(4);
    expect([...(await shard.metric('flatlands_players')).entries()]).toEqual([
      [1, 2],
      [2, 2],
    ]);
    await seeEachOther(walkers);
    await turnsAreSeen(walkers, 10);
    for (const { client, endings } of walkers) {
      expect(endings).toEqual([]);
      expect(client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
    }

    const response = await fetch(`${shard.server.http}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const lines = (await response.text()).split('\n').filter((line) => line !== '');
    const samples = lines.filter((line) => !line.startsWith('#'));
    for (const sample of samples) expect(sample).toMatch(/^flatlands_\w+{worker="[12]"[^}]*} \S+$/);
    const heads = lines.filter((line) => line.startsWith('#')).map((line) => line.split(' ').slice(0, 3).join(' '));
    expect(new Set(heads).size).toBe(heads.length);
    expect((await fetch(`${shard.server.http}/readyz`)).status).toBe(200);
    expect(shard.server.stderr).toBe('');
  });

  it('keeps its Redis to itself: no port, and a folder for its user alone', async () => {
    const shard = await Shard.start(2);
    const folder = shard.redisFolder ?? '';
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const socket = join(folder, 'redis.sock');
    expect(statSync(socket).mode & 0o777).toBe(0o700);
    const { stdout } = await runProgram('redis-cli', ['-s', socket, 'CONFIG', 'GET', '*']);
    const settings = stdout.split('\n');
    const setting = (name: string): string | undefined => settings[settings.indexOf(name) + 1];
    expect([setting('port'), setting('tls-port'), setting('save'), setting('appendonly')]).toEqual([
      '0',
      '0',
      '',
      'no',
    ]);
  });

  it('replaces a worker that is killed, and its players come back as who they were', async () => {
    const shard = await Shard.start(2);
    const walkers = await shard.players(6);
    await seeEachOther(walkers);
    const ids = walkers.map(({ id }) => id);
    const before = await shard.pids();

    process.kill(before.get(1) as number, 'SIGKILL');
    await until('some lost their connection and are back', () => walkers.filter(isBack).length === 3, 20_000);
    const after = await shard.untilMetric('flatlands_worker_pid', (pids) => pids.size === 2);
    expect(after.get(1)).not.toBe(before.get(1));
    expect(after.get(2)).toBe(before.get(2));
    expect(await shard.metric('flatlands_worker_restarts_total')).toEqual(
      new Map([
        [1, 1],
        [2, 0],
      ]),
    );
    expect(shard.server.stdout).toMatch(
      /"level":40.*"worker":1.*"signal":"SIGKILL".*"a worker ended, and is replaced"/,
    );

    expect(walkers.map(({ id }) => id)).toEqual(ids);
    await seeEachOther(walkers);
    await turnsAreSeen(walkers, 30);
    // Not taken in by the survivor alone: the replacement serves again.
    const late = await shard.players(2);
    await shard.untilMetric(
      'flatlands_players',
      (players) => players.size === 2 && [...players.values()].every(Boolean),
    );
    await seeEachOther([...walkers, ...late]);
  });

  it('comes back on the same port when all workers are killed at once', async () => {
    const shard = await Shard.start(2);
    const walkers = await shard.players(2);
    const before = [...(await shard.pids()).values()];
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await until('both are back', () => walkers.every(isBack), 20_000);
    await seeEachOther(walkers);
    const after = await shard.pids();
    expect([...after.values()].some((pid) => before.includes(pid))).toBe(false);
  });

  it('starts its private Redis again when that is killed, and the pictures heal', async () => {
    const shard = await Shard.start(2);
    const walkers = await shard.players(4);
    await seeEachOther(walkers);
    const pid = await shard.redisPid();
    const folder = shard.redisFolder;
    process.kill(pid, 'SIGKILL');
    await until('the loss was logged', () => shard.server.stdout.includes('the private redis-server ended'));
    await expect.poll(() => shard.redisPid(), { timeout: 8000 }).toBeGreaterThan(0);
    expect(await shard.redisPid()).not.toBe(pid);
    await shard.untilMetric(
      'flatlands_broker_connected',
      (connected) => connected.size === 2 && [...connected.values()].every((value) => value === 1),
    );
    expect(shard.redisFolder).toBe(folder);
    await turnsAreSeen(walkers, 50);
    for (const { endings } of walkers) expect(endings).toEqual([]);
    // The newcomers' ids come from a counter that has begun anew.
    await seeEachOther([...walkers, ...(await shard.players(2))]);
  });
});

describe('a shard of two workers on a folder', () => {
  it('keeps who was there and how late it is, whatever is killed', async () => {
    const flags = ['--data', join(ownFolder(), 'data')];
    const people: Welcome[] = [];
    let lastTick = -1;
    for (let round = 0; round < 3; round++) {
      const shard = await Shard.start(2, flags, { ownGroup: true });
      const { url, child, ended } = shard.server;
      const ticks = async (): Promise<number[]> => [...(await shard.metric('flatlands_tick')).values()];
      expect(Math.min(...(await ticks()))).toBeGreaterThan(lastTick);
      const join = async (token: string | null): Promise<Welcome> => (await RawClient.join(url, { token })).welcome;
      // Dealt out in turn, so that nobody comes back by the same worker twice.
      for (const [i, { id, token, generation }] of people.entries()) {
        people[i] = await join(token);
        expect(people[i]).toMatchObject({ id, token, generation: generation + 1 });
      }
      for (let i = 0; i < 3; i++) people.push(await join(null));
      expect(new Set(people.map(({ id }) => id)).size).toBe(people.length);
      lastTick = Math.max(...(await ticks()));
      if (round === 0) child.kill('SIGTERM');
      else process.kill(-(child.pid as number), 'SIGKILL');
      await ended;
      expect(shard.server.stderr).toBe('');
    }
  });

  it('knows who comes back later when its private Redis has been killed', async () => {
    const shard = await Shard.start(2, ['--data', ownFolder()]);
    const { url } = shard.server;
    const { client, welcome } = await RawClient.join(url);
    await client.close();
    const pid = await shard.redisPid();
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => shard.redisPid(), { timeout: 8000 }).toBeGreaterThan(0);
    await shard.untilMetric(
      'flatlands_broker_connected',
      (connected) => connected.size === 2 && [...connected.values()].every((value) => value === 1),
    );
    for (const generation of [2, 3]) {
      const { welcome: again } = await RawClient.join(url, { token: welcome.token });
      expect(again).toMatchObject({ id: welcome.id, generation });
    }
  });

  it('shares it with its own workers alone', async () => {
    const data = ownFolder();
    const shard = await Shard.start(2, ['--data', data]);
    const flags = ['--port', '0', '--workers', '2', '--terrain', 'flat', '--log-level', 'warn', '--data', data];
    const { code, signal, stdout, stderr } = await runProgram(process.execPath, [SERVER, ...flags]);
    expect({ code, signal, stdout }).toEqual({ code: 1, signal: null, stdout: '' });
    expect(stderr).toMatch(/^The folder [^\n]* is in use by another server[^\n]*\.\n$/);
    const before = await shard.pids();
    process.kill(before.get(1) as number, 'SIGKILL');
    await shard.untilMetric('flatlands_worker_pid', (pids) => pids.size === 2 && pids.get(1) !== before.get(1));
    // It says who it is before it takes players: the folder has to be opened first.
    await shard.untilMetric('flatlands_squares_subscribed', (squares) => squares.size === 2);
    for (let i = 0; i < 2; i++) await RawClient.join(shard.server.url);
  });
});

describe('a shard of workers over the Redis that is given', () => {
  it('shares the world there with any other node, and starts none of its own', async () => {
    const redis = await ownRedis();
    const shard = await Shard.start(2, ['--redis', redis.url]);
    const other = await ServerProcess.start('--redis', redis.url, '--terrain', 'flat', '--open-spawn');
    expect(shard.redisFolder).toBeUndefined();
    await expect
      .poll(() => shard.metric('flatlands_other_nodes'))
      .toEqual(
        new Map([
          [1, 2],
          [2, 2],
        ]),
      );
    const walkers = [...(await shard.players(2)), await Walker.join(other.url, { at: [2, 2] })];
    await seeEachOther(walkers);
    await turnsAreSeen(walkers, 20);
    expect(shard.server.stderr + other.stderr).toBe('');
  });
});

describe('a shard of workers ends', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s with a goodbye and status 0, within five seconds, and leaves nothing behind',
    async (signal) => {
      const shard = await Shard.start(2, [], { ownGroup: true });
      const walkers = await shard.players(4);
      const { server } = shard;
      const pids = [...(await shard.pids()).values(), await shard.redisPid()];
      const since = performance.now();
      // Ctrl-C reaches the whole group; who stops a service may mean its first process only.
      if (signal === 'SIGINT') process.kill(-(server.child.pid as number), signal);
      else server.child.kill(signal);
      expect(await server.ended).toEqual({ code: 0, signal: null });
      expect(performance.now() - since).toBeLessThan(5000);
      expect(pids.filter(isAlive)).toEqual([]);
      expect(readdirSync(shard.folder)).toEqual([]);
      expect(server.stdout.split('\n').filter((line) => line.startsWith('{'))).toEqual([]);
      expect(server.stderr).toBe('');
      for (const { endings } of walkers) expect(endings[0]?.code).toBe(CLOSE.goingAway.code);
    },
  );

  it('on SIGTERM while its workers wait for a Redis that is away', async () => {
    const redis = await ownRedis();
    await redis.kill();
    const flags = ['--port', '0', '--workers', '2', '--log-level', 'warn', '--redis', redis.url];
    const server = ServerProcess.launch(process.execPath, [SERVER, ...flags]);
    await until('both waited', () => server.stdout.match(/waiting for Redis/g)?.length === 2);
    expect(server.port).toBe(0);
    const since = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(5000);
    expect(server.stderr).toBe('');
  });

  it('on SIGTERM within the five seconds when a worker hangs, for which the metrics do not wait either', async () => {
    const shard = await Shard.start(2);
    const pids = await shard.pids();
    process.kill(pids.get(2) as number, 'SIGSTOP');
    await shard.untilMetric('flatlands_tick', (ticks) => ticks.size === 1 && ticks.has(1));
    const since = performance.now();
    shard.server.child.kill('SIGTERM');
    expect(await shard.server.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - since).toBeLessThan(5000);
    expect([...pids.values()].filter(isAlive)).toEqual([]);
  });

  it('when its first process is killed, with a goodbye, and clears up', async () => {
    const shard = await Shard.start(2);
    const walkers = await shard.players(4);
    const pids = [...(await shard.pids()).values(), await shard.redisPid()];
    shard.server.child.kill('SIGKILL');
    await untilGone(pids);
    await until('the folder was gone', () => readdirSync(shard.folder).length === 0);
    for (const { endings } of walkers) expect(endings[0]?.code).toBe(CLOSE.goingAway.code);
    await shard.server.ended;
    expect(shard.server.stderr).toBe('');
  });
});

describe('a shard of workers that cannot start', () => {
  const start = (flags: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runProgram(process.execPath, [SERVER, '--port', '0', '--workers', '3', '--log-level', 'warn', ...flags], {
      env: { ...process.env, FLATLANDS_DATA: 'none', ...env },
    });

  it('for want of a Redis says what to do, in one sentence, and exits with 1', async () => {
    const folder = ownFolder();
    const { code, stdout, stderr } = await start([], { PATH: folder, TMPDIR: folder });
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr:
        '--workers needs a Redis: install redis-server (on Debian: apt-get install redis-server), or give --redis URL.\n',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('because its port is in use says so once and exits with 1', async () => {
    const holder = createServer();
    onTestFinished(() => {
      holder.close();
    });
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const args = ['--workers', '3', '--port', `${port}`, '--host', '127.0.0.1', '--data', 'none'];
    const { code, stdout, stderr } = await runProgram(process.execPath, [SERVER, ...args]);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} is in use: choose another with --port.\n`,
    });
  });

  it('because another world goes by its name says so once and exits with 1', async () => {
    const redis = await ownRedis();
    await ServerProcess.start('--redis', redis.url, '--seed', '1');
    const { code, stdout, stderr } = await start(['--redis', redis.url, '--seed', '2']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^[^\n]*--seed[^\n]*\.\n$/);
  });
});

describe('what ends', () => {
  it('is started again at once, and after growing pauses when it keeps ending within ten seconds', () => {
    const comeback = new Comeback();
    const soon = Array.from({ length: 8 }, () => comeback.pauseMs(500));
    expect(soon).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(comeback.pauseMs(10_000)).toBe(0);
    expect(comeback.pauseMs(9_999)).toBe(1000);
  });
});
