import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseRedisAddress, type RedisAddress } from '../../server/broker/redis-address.ts';
import { runProgram } from './program.ts';

export interface RedisServerOptions {
  /** Listens on a unix socket only; by default on a free port of 127.0.0.1. */
  readonly unixSocket?: boolean;
  /** Takes TLS connections only on its port. */
  readonly tls?: boolean;
  /** Flags of redis-server besides, without the dashes: `['cluster-enabled', 'yes']`. */
  readonly config?: readonly string[];
}

/** A certificate for 127.0.0.1, signed by itself and trusted by nobody but these tests. */
const CERTIFICATE = join(import.meta.dirname, 'tls/server.crt');
const KEY = join(import.meta.dirname, 'tls/server.key');

/**
 * Ports from here on have a free one 10,000 above them, where a cluster's servers talk to each other. All of them lie
 * below those that Linux gives away by itself (from 32,768): while a server is down, nobody else comes by its port.
 */
const LOWEST_PORT = 10_000;
const PORTS = 12_000;
const BUS_OFFSET = 10_000;
const MAX_ATTEMPTS = 3;

/** What redis-cli says when the server has cut its connection. */
const WAS_KILLED = /reset by peer|closed the connection|Broken pipe/i;
const MAX_COMMAND_ATTEMPTS = 5;

/**
 * A redis-server of the tests' own, in a folder of its own, that keeps nothing on disk. It ends with `close`, and
 * also when this process does, however that happens.
 */
export class RedisServer {
  readonly port: number;
  readonly folder: string;
  readonly #isTls: boolean;
  readonly #config: readonly string[];
  #child: ChildProcess | undefined;
  #guard: ChildProcess | undefined;

  private constructor(folder: string, port: number, { tls = false, config = [] }: RedisServerOptions) {
    this.folder = folder;
    this.port = port;
    this.#isTls = tls;
    this.#config = config;
  }

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    for (let attempt = 1; ; attempt++) {
      const folder = await mkdtemp(join(tmpdir(), 'flatlands-redis-'));
      const port = options.unixSocket === true ? 0 : await freePort();
      const server = new RedisServer(folder, port, options);
      try {
        await server.restart();
        return server;
      } catch (error) {
        await server.close();
        // Somebody else may have taken the port since it was found free.
        if (attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  get url(): string {
    if (this.port === 0) return `unix:${this.#socket}`;
    return `${this.#isTls ? 'rediss' : 'redis'}://127.0.0.1:${this.port}`;
  }

  get address(): RedisAddress {
    const address = parseRedisAddress(this.url) as RedisAddress;
    if (!this.#isTls) return address;
    return { ...address, options: { ...address.options, tls: { ca: readFileSync(CERTIFICATE) } } };
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get #socket(): string {
    return join(this.folder, 'redis.sock');
  }

  /** Starts it again where it was, and waits until it answers. */
  async restart(): Promise<void> {
    const tls = ['--tls-cert-file', CERTIFICATE, '--tls-key-file', KEY, '--tls-auth-clients', 'no'];
    const port = this.#isTls ? ['--port', '0', '--tls-port', `${this.port}`, ...tls] : ['--port', `${this.port}`];
    const place = [...port, '--bind', '127.0.0.1', '--unixsocket', this.#socket, '--dir', this.folder];
    const rest = ['--save', '', '--appendonly', 'no', '--enable-debug-command', 'yes', '--loglevel', 'warning'];
    const config = this.#config.map((word, i) => (i % 2 === 0 ? `--${word}` : word));
    const child = spawn('redis-server', [...place, ...rest, ...config], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (said += data));
    this.#child = child;
    await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error))]);
    // It reads to the end of its input, which comes when this process ends, and clears up then.
    const clearUp = 'read _; kill -9 "$0"; rm -rf "$1"';
    const guard = ['-c', clearUp, `${child.pid}`, this.folder];
    this.#guard = spawn('sh', guard, { stdio: ['pipe', 'ignore', 'ignore'] });
    for (let attempt = 0; ; attempt++) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}: ${said}`);
      const { stdout } = await runProgram('redis-cli', ['-s', this.#socket, 'PING']);
      if (stdout.trim() === 'PONG') return;
      if (attempt > 400) throw new Error(`redis-server did not come up: ${said}`);
      await pause(20);
    }
  }

  /** Runs a command and gives what redis-cli prints. */
  async command(...words: readonly string[]): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const { stdout, stderr } = await runProgram('redis-cli', ['-s', this.#socket, ...words]);
      // Tests kill connections of every kind, and one of them may be that of another command of theirs.
      if (WAS_KILLED.test(stderr) && attempt < MAX_COMMAND_ATTEMPTS) continue;
      const text = stdout.trim();
      if (stderr !== '' || /^(ERR|NOAUTH|NOPERM|WRONG\w*|MOVED|CLUSTERDOWN)\b/.test(text)) {
        throw new Error(`${words.join(' ')}: ${text} ${stderr}`);
      }
      return text;
    }
  }

  /** A line of INFO. */
  async info(section: string, field: string): Promise<string | undefined> {
    const lines = (await this.command('INFO', section)).split(/\r?\n/);
    return lines.find((line) => line.startsWith(`${field}:`))?.slice(field.length + 1);
  }

  /** kill -9, and waits until it is gone. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async close(): Promise<void> {
    await this.#end('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    }
    this.#guard?.kill('SIGKILL');
    this.#guard = undefined;
  }
}

/** A port that is free now, and the one for the cluster's bus too. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
    if ((await isFree(port)) && (await isFree(port + BUS_OFFSET))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
