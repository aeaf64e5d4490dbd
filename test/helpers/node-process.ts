import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onCore } from './cores.ts';
import { until } from './until.ts';

const ROOT = join(import.meta.dirname, '../..');
const SERVER = join(ROOT, 'dist/server/main.js');
/** Node as `npm start` calls it. */
const NODE = [process.execPath, ...flagsOfStart()];
const START_MS = 20_000;
const STOP_MS = 5000;

/** The built server in a process of its own, which ends with this one at the latest; it keeps nothing without `--data`. */
export class NodeProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #said = '';

  /** @param command what runs a program of Node */
  private constructor([file = '', ...words]: readonly string[], flags: readonly string[]) {
    const port = flags.includes('--port') ? [] : ['--port', '0'];
    this.#child = spawn(file, [...words, SERVER, ...port, '--host', '127.0.0.1', ...flags], {
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
  static start(...flags: readonly string[]): Promise<NodeProcess> {
    return NodeProcess.startWith([], ...flags);
  }

  /** The same with flags for Node itself. */
  static startWith(nodeFlags: readonly string[], ...flags: readonly string[]): Promise<NodeProcess> {
    return NodeProcess.#start([...NODE, ...nodeFlags], flags);
  }

  /** The same on one core alone, with all its threads; anywhere without one. */
  static startOn(core: number | undefined, ...flags: readonly string[]): Promise<NodeProcess> {
    return NodeProcess.#start(onCore(core, NODE), flags);
  }

  /** The same with its inspector open. */
  static startInspectedOn(core: number | undefined, ...flags: readonly string[]): Promise<NodeProcess> {
    return NodeProcess.#start(onCore(core, [...NODE, '--inspect=127.0.0.1:0']), flags);
  }

  static async #start(command: readonly string[], flags: readonly string[]): Promise<NodeProcess> {
    const node = new NodeProcess(command, flags);
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

  /** Begins to start one, and kills it with kill -9 so long after, in ms, wherever it has got to by then. */
  static async startAndKill(afterMs: number, ...flags: readonly string[]): Promise<void> {
    await new NodeProcess(NODE, flags).killAfter(afterMs);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get port(): number {
    return Number(/^Flatlands is up: http:\/\/\S+:(\d+)$/m.exec(this.#said)?.[1] ?? 0);
  }

  /** Where its inspector listens, given `--inspect`. @throws Error when it does not */
  get inspectorUrl(): string {
    const url = /^Debugger listening on (ws:\S+)$/m.exec(this.#said)?.[1];
    if (url === undefined) throw new Error('The server was started without its inspector.');
    return url;
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

  /** kill -9 after so long, in ms, unless it has ended by then; waits until it is gone. */
  async killAfter(ms: number): Promise<void> {
    const timer = setTimeout(this.#kill, ms);
    await this.#exited;
    clearTimeout(timer);
  }

  /** Has it begin to stop. */
  terminate(): void {
    this.#child.kill('SIGTERM');
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

  /** SIGTERM, and as long as it takes. @throws Error when it does not end in good order */
  async drain(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== 0)
      throw new Error(`A server that was to drain ended with ${exitCode ?? signalCode}: ${this.#said}`);
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };
}

function flagsOfStart(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const flags = /^exec node (.*) dist\/server\/main\.js$/.exec(scripts.start)?.[1];
  if (flags === undefined) throw new Error(`"${scripts.start}" does not start the server as expected.`);
  return flags.split(' ');
}
