import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** It has nothing to save, so it is not waited for much longer than it takes to end, in ms. */
const STOP_MS = 300;
/** Of what it says, the end is kept, in characters. */
const KEPT_OUTPUT = 2_000;

/**
 * Reads to the end of its input, which comes when this process ends in whatever way, and clears up then. Signals that
 * are sent to the whole group are not for it.
 */
const GUARD = `trap '' HUP INT TERM; read _; kill "$0"; rm -rf "$1"`;

/** How a redis-server ended. */
export interface RedisEnd {
  /** There is no such program to be started. */
  readonly isMissing: boolean;
  /** A signal, an exit code or the system's error. */
  readonly how: string;
  /** The last line of what it said, which may be empty. */
  readonly lastWords: string;
}

export const socketIn = (folder: string): string => join(folder, 'redis.sock');

/**
 * A redis-server, from its start to its end: listens on a socket in a folder and nowhere else, keeps nothing on disk.
 * Should this process end without stopping it, it ends too, and the folder goes.
 */
export class RedisProcess {
  readonly ended: Promise<RedisEnd>;
  readonly #child: ChildProcess;
  readonly #guard: ChildProcess | undefined;
  #output = '';

  constructor(folder: string) {
    const place = ['--port', '0', '--unixsocket', socketIn(folder), '--unixsocketperm', '700', '--dir', folder];
    const rest = ['--save', '', '--appendonly', 'no', '--loglevel', 'warning'];
    // In a group of its own: Ctrl-C in a terminal is not to end it before the nodes have said goodbye.
    const child = spawn('redis-server', [...place, ...rest], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        this.#output = `${this.#output}${data}`.slice(-KEPT_OUTPUT);
      });
    }
    this.ended = this.#end();
    if (child.pid === undefined) return;
    const guard = spawn('sh', ['-c', GUARD, `${child.pid}`, folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    // Without a shell there is no guard, and nothing else is lost.
    guard.on('error', () => undefined);
    guard.stdin.on('error', () => undefined);
    this.#guard = guard;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    this.#child.kill('SIGTERM');
    await this.ended;
    clearTimeout(timer);
  }

  async #end(): Promise<RedisEnd> {
    const child = this.#child;
    const end = await new Promise<Pick<RedisEnd, 'isMissing' | 'how'>>((resolve) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        const isMissing = error.code === 'ENOENT' || error.code === 'EACCES';
        if (child.pid === undefined) resolve({ isMissing, how: error.message });
      });
      child.on('close', (code, signal) => resolve({ isMissing: false, how: signal ?? `exit code ${code}` }));
    });
    // Its process id may soon be somebody else's.
    this.#guard?.kill('SIGKILL');
    return { ...end, lastWords: this.#output.trimEnd().split('\n').at(-1) ?? '' };
  }
}
