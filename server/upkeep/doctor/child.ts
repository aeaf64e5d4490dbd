import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** It is killed when it has not ended so long after it was asked to, in ms. */
const STOP_MS = 5000;
/** Of what it says, the end is kept, in lines. */
const KEPT_LINES = 20;

/** A program of Node beside this one, which ends with this one at the latest. */
export class Child {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #listener: (line: string) => void;
  #hasEnded = false;
  #lines: string[] = [];

  /**
   * @param words for Node: flags, script, arguments @param env all of its environment
   * @param listener hears every line that it says, on either output
   */
  constructor(words: readonly string[], env: NodeJS.ProcessEnv, listener: (line: string) => void) {
    this.#listener = listener;
    const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => this.#hear(line));
    process.on('exit', this.#kill);
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.#hasEnded = true;
        process.off('exit', this.#kill);
        resolve();
      };
      child.once('close', end);
      child.once('error', end);
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The end of what it has said, on one line. */
  get lastWords(): string {
    return this.#lines.join(' ').replaceAll(/\s+/g, ' ').trim();
  }

  /** Resolves when it has ended by itself. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(this.#kill, STOP_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  #hear(line: string): void {
    this.#lines = [...this.#lines, line].slice(-KEPT_LINES);
    this.#listener(line);
  }

  readonly #kill = (): void => {
    this.#process.kill('SIGKILL');
  };
}
