import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from './until.ts';

const ROOT = join(import.meta.dirname, '../..');
const SERVER = join(ROOT, 'dist/server/main.js');
const START_MS = 20_000;
const STOP_MS = 5000;

/** The built server in a process of its own, which ends with this one at the latest; it keeps nothing without `--data`. */
export class NodeProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #said = '';

  private constructor(flags: readonly string[]) {
    const port = flags.includes('--port') ? [] : ['--port', '0'];
    this.#child = spawn(process.execPath, [SERVER, ...port, '--host', '127.0.0.1', ...flags], {
      cwd: ROOT,
      env: { ...process.env, FLATLANDS_DATA: 'none' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.#said += data.toString();
      });
    }
    this.#exited = once(this.#child, 'exit');
    process.on('exit', this.#kill);
    this.#child.on('exit', () => process.off('exit', this.#kill));
  }

  /** Starts one and waits until it takes players. */
  static async start(...flags: readonly string[]): Promise<NodeProcess> {
    const node = new NodeProcess(flags);
    try {
      const isUp = (): boolean => {
        node.assertAlive();
        return node.port > 0;
      };
      await until('the server was up', isUp, START_MS);
    } catch (error) {
      await node.close();
      throw error;
    }
    return node;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get port(): number {
    return Number(/^Flatlands is up: http:\/\/\S+:(\d+)$/m.exec(this.#said)?.[1] ?? 0);
  }

  /** @throws Error with what the server said when it has ended */
  assertAlive(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) {
      throw new Error(`A server ended with ${exitCode ?? signalCode}: ${this.#said}`);
    }
  }

  /** ws://127.0.0.1:PORT/ws */
  get url(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  /** kill -9, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#kill();
    await this.#exited;
  }

  /** Lets it say goodbye, and waits until it is gone. */
  async close(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(this.#kill, STOP_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };
}
