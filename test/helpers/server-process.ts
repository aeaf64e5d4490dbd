import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ensureBuilt } from '../../server/build/ensure-built.ts';
import { until } from './until.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The built server's program. */
export const SERVER = join(ROOT, 'dist/server/main.js');

/** Makes sure that what dist/ holds is built from the sources as they are. */
export async function ensureServerBuilt(): Promise<void> {
  const outcome = await ensureBuilt({ root: ROOT, force: false, say: () => undefined });
  if (outcome.kind === 'failed') throw new Error(outcome.why);
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  /** Variables besides this process' own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it is started; by default in the project's folder. */
  readonly cwd?: string;
  /** In a process group of its own, as a terminal would start it. */
  readonly ownGroup?: boolean;
}

/** A server in a process of its own, which keeps nothing without `--data`. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<ProcessEnd>;
  stdout = '';
  stderr = '';

  private constructor(command: string, args: readonly string[], options: ProcessOptions) {
    const { env = {}, cwd = ROOT, ownGroup = false } = options;
    this.child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FLATLANDS_DATA: 'none', ...env },
      detached: ownGroup,
    });
    this.child.stdout?.on('data', (data: Buffer) => {
      this.stdout += data.toString();
    });
    this.child.stderr?.on('data', (data: Buffer) => {
      this.stderr += data.toString();
    });
    this.ended = once(this.child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  /** Starts the built server with flags of its own, for the test that calls it, and waits until it is up. */
  static start(...flags: readonly string[]): Promise<ServerProcess> {
    return ServerProcess.startWith({}, ...flags);
  }

  static startWith(options: ProcessOptions, ...flags: readonly string[]): Promise<ServerProcess> {
    return ServerProcess.run(process.execPath, [SERVER, '--port', '0', '--log-level', 'warn', ...flags], options);
  }

  /** The same with its inspector open, to look at its memory. */
  static inspected(...flags: readonly string[]): Promise<ServerProcess> {
    const args = ['--inspect=127.0.0.1:0', SERVER, '--port', '0', '--log-level', 'warn', ...flags];
    return ServerProcess.run(process.execPath, args);
  }

  /** The same by another command, which is to start it. */
  static async run(command: string, args: readonly string[], options: ProcessOptions = {}): Promise<ServerProcess> {
    const server = ServerProcess.launch(command, args, options);
    await until('the server was up', () => {
      if (server.child.exitCode !== null) throw new Error(`it ended with ${server.child.exitCode}: ${server.stderr}`);
      return server.port > 0;
    });
    return server;
  }

  /** The same without waiting for it. */
  static launch(command: string, args: readonly string[], options: ProcessOptions = {}): ServerProcess {
    const server = new ServerProcess(command, args, options);
    onTestFinished(async () => {
      if (server.child.exitCode === null && server.child.signalCode === null) server.child.kill('SIGKILL');
      await server.ended;
    });
    return server;
  }

  get port(): number {
    return Number(/^Flatlands is up: http:\/\/\S+:(\d+)$/m.exec(this.stdout)?.[1] ?? 0);
  }

  /** Where the inspector of one that was started with it listens. */
  get inspectorUrl(): string {
    return /^Debugger listening on (ws:\S+)$/m.exec(this.stderr)?.[1] ?? '';
  }

  get http(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }
}
