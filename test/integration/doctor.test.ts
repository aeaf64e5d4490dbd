import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureBuilt } from '../../server/build/ensure-built.ts';
import type { Finding } from '../../server/upkeep/doctor/findings.ts';
import { ownFolder } from '../helpers/own-folder.ts';
import { type ProgramResult, runProgram } from '../helpers/program.ts';
import { RedisCluster } from '../helpers/redis-cluster.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { until } from '../helpers/until.ts';

const ROOT = join(import.meta.dirname, '../..');
const COMMAND = [process.execPath, '--import', 'tsx', join(ROOT, 'server/upkeep/doctor/main.ts')] as const;
/** A machine of any size is fit for so few. */
const SMALL = ['--port', '0', '--max-sessions', '20'] as const;
const DURABLE = ['appendonly', 'yes', 'appendfsync', 'always'];

function doctor(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ProgramResult> {
  const [node, ...rest] = COMMAND;
  return runProgram(node, [...rest, ...args], { cwd: ROOT, env: { ...process.env, ...env } });
}

interface Outcome {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly changes: readonly Finding[];
  readonly estimate: { readonly players: number; readonly perCore: number } | null;
}

const read = ({ stdout }: ProgramResult): Outcome => JSON.parse(stdout) as Outcome;

/** What is not as it should be, as `verdict area`. */
const troublesOf = ({ findings }: Outcome, area: Finding['area']): string[] =>
  findings.flatMap((finding) => (finding.area === area && finding.verdict !== 'ok' ? [finding.verdict] : []));

async function startRedis(...config: readonly string[]): Promise<RedisServer> {
  const server = await RedisServer.start({ config });
  onTestFinished(() => server.close());
  return server;
}

/** Takes connections, and says nothing. */
async function silentServer(): Promise<number> {
  const server: Server = createServer();
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe('a good host', () => {
  it('is told so, line by line, and nothing is left behind', async () => {
    const [redis, temporary] = [await startRedis(...DURABLE), ownFolder()];
    const { code, stdout, stderr } = await doctor(['--quick', ...SMALL, '--redis', redis.url], { TMPDIR: temporary });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const name = `127.0.0.1:${redis.port}`;
    expect(stdout).toMatch(/^ok {7}node {5}Node \d+\.\d+\.\d+ runs; 20\.19 or later is asked for\.$/m);
    for (const words of [
      `${name} runs Redis`,
      `${name} answers within`,
      `${name} keeps 32 MB for a subscriber that lags`,
      `The clock of ${name} is that of this machine`,
      `${name} has the maxmemory-policy noeviction`,
      `${name} has on its disk what it acknowledges`,
    ]) {
      expect(stdout).toMatch(new RegExp(`^ok {7}redis {4}${words}`, 'm'));
    }
    expect(stdout).toMatch(/^Ready/m);
    expect(stdout).not.toMatch(/^problem/m);
    expect(await redis.command('DBSIZE')).toBe('0');
    expect(readdirSync(temporary).filter((file) => file.startsWith('flatlands-'))).toEqual([]);
  });

  it('may keep its world in a folder that is yet to be made', async () => {
    const folder = ownFolder();
    const data = join(folder, 'data');
    const result = await doctor(['--quick', '--json', ...SMALL, '--data', data]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const outcome = read(result);
    expect(outcome).toMatchObject({ ok: true, estimate: null });
    expect(outcome.findings.map(({ found }) => found)).toContain(`The folder ${data} can be written to.`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('may not let the doctor see the settings of Redis', async () => {
    const redis = await startRedis(...DURABLE);
    await redis.command('ACL', 'SETUSER', 'node', 'on', '>secret', '~*', '&*', '+@all', '-config');
    const url = `redis://node:secret@127.0.0.1:${redis.port}`;
    const result = await doctor(['--quick', '--json', ...SMALL, '--redis', url]);
    expect(result.code).toBe(0);
    expect(troublesOf(read(result), 'redis')).toEqual(['unknown', 'unknown']);
    expect(result.stdout).toContain('CONFIG GET is not allowed');
    expect(result.stdout).not.toContain('secret');
  });

  it('may have a cluster that is whole', async () => {
    const cluster = await RedisCluster.start();
    onTestFinished(() => cluster.close());
    const args = ['--quick', ...SMALL, '--redis-cluster', cluster.masters[1]?.url ?? ''];
    const whole = await doctor(args);
    expect(whole.code).toBe(0);
    expect(whole.stdout).toContain('All 16384 hash slots of the cluster are held, by 3 masters.');
    for (const { port } of cluster.masters) expect(whole.stdout).toContain(`127.0.0.1:${port} runs Redis`);

    await cluster.masters[1]?.command('CLUSTER', 'DELSLOTS', '8000');
    const holed = await doctor(args);
    expect(holed.code).toBe(1);
    expect(holed.stdout).toContain('1 of 16384 hash slots of the cluster are held by nobody.');
  });
});

describe('a bad host', () => {
  it('is told all that is wrong, and what to change', async () => {
    const redis = await startRedis();
    await redis.command('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 1mb 512kb 60');
    await redis.command('CONFIG', 'SET', 'maxmemory', '64mb');
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const port = await silentServer();
    const flags = ['--quick', '--json', '--max-sessions', '5000', '--host', '127.0.0.1', '--port', `${port}`];
    const web = ['--origin', 'http://play.example,https://*.example'];
    const limited = ['-c', 'ulimit -n 256 && exec "$@"', 'sh', ...COMMAND, ...flags, ...web, '--redis', redis.url];
    const result = await runProgram('sh', limited, { cwd: ROOT });
    expect(result.code).toBe(1);
    const outcome = read(result);
    expect(outcome.ok).toBe(false);
    expect(outcome.changes.map(({ area }) => area)).toEqual(['files', 'port', 'redis']);
    expect(outcome.findings).toEqual(
      expect.arrayContaining([
        {
          area: 'files',
          verdict: 'problem',
          found:
            'A process may have 256 files open (256 at most), and --max-sessions 5000 with --queue 1000 takes 6200.',
          advice:
            'Raise the limit ("ulimit -n 6200", for systemd LimitNOFILE=6200), or give --max-sessions 56 --queue 0.',
        },
        {
          area: 'port',
          verdict: 'problem',
          found: expect.stringMatching(
            new RegExp(`^Somebody listens on port ${port} of 127\\.0\\.0\\.1: .+ \\(process ${process.pid}\\)\\.$`),
          ),
          advice: 'End that, or choose another port with --port.',
        },
        expect.objectContaining({ verdict: 'warning', found: expect.stringContaining('keeps 1 MB for a subscriber') }),
        expect.objectContaining({ verdict: 'problem', found: expect.stringContaining('maxmemory-policy allkeys-lru') }),
        expect.objectContaining({ verdict: 'warning', found: expect.stringContaining('appendonly no') }),
      ]),
    );
    expect(troublesOf(outcome, 'origins')).toEqual(['warning', 'warning']);
  });

  it('is told which Redis is away, silent or closed to it, and soon', async () => {
    const closed = await startRedis();
    await closed.command('CONFIG', 'SET', 'requirepass', 'secret');
    const silent = await silentServer();
    const urls = ['redis://127.0.0.1:1', `redis://127.0.0.1:${silent}`, closed.url];
    const startedAt = performance.now();
    const { code, stdout } = await doctor(['--quick', ...SMALL, '--redis', urls.join(',')]);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^problem {2}redis {4}127\.0\.0\.1:1 cannot be used: connect ECONNREFUSED/m);
    expect(stdout).toMatch(new RegExp(`^problem {2}redis {4}127\\.0\\.0\\.1:${silent} cannot be used: .+`, 'm'));
    expect(stdout).toMatch(
      new RegExp(`^problem {2}redis {4}127\\.0\\.0\\.1:${closed.port} cannot be used: .*NOAUTH`, 'm'),
    );
    expect(stdout).toMatch(/^Not ready: 3 problems/m);
  });

  it('is told of a wrong flag', async () => {
    expect(await doctor(['--port', 'x'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('a trial load', () => {
  beforeAll(async () => {
    expect(await ensureBuilt({ root: ROOT, force: false, say: () => undefined })).not.toMatchObject({ kind: 'failed' });
  }, 120_000);

  const trial = (seconds: number): string[] => [
    ...SMALL,
    '--data',
    'none',
    '--players',
    '12',
    '--seconds',
    `${seconds}`,
  ];

  it('is carried by a server of its own, and says how many players to expect', async () => {
    const temporary = ownFolder();
    // What the host has set for the server is not for the trial: it would share or keep it.
    const env = { TMPDIR: temporary, FLATLANDS_MAX_SESSIONS: '2' };
    const result = await doctor([...trial(3), '--json'], env);
    expect(result.stderr).toMatch(/^12\/12 players · measuring/m);
    const outcome = read(result);
    expect(result.code).toBe(0);
    expect(outcome.findings.filter(({ area }) => area === 'trial').map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
    expect(outcome.estimate?.perCore).toBeGreaterThan(12);
    expect(outcome.estimate?.players).toBeLessThanOrEqual(20);
    expect(readdirSync(temporary).filter((file) => file.startsWith('flatlands-'))).toEqual([]);
  });

  it('that is stopped leaves nothing running', async () => {
    const [node, ...rest] = COMMAND;
    const temporary = ownFolder();
    const child = spawn(node, [...rest, ...trial(60)], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr.on('data', (data) => (said += data));
    await until('the load was on', () => said.includes('measuring'), 25_000);
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
    expect(children.length).toBeGreaterThanOrEqual(2);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([143, null]);
    expect(said).toContain('Stopped.');
    // The compiler's own process notices a moment later that nobody wants it any more.
    await until('nobody was left', () => children.every((pid) => !existsSync(`/proc/${pid}`)));
    expect(readdirSync(temporary).filter((file) => file.startsWith('flatlands-'))).toEqual([]);
  }, 60_000);
});
