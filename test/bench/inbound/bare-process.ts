import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The bare server, seen from the benchmark. */
export class BareProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(): Promise<BareProcess> {
    const child = fork(join(import.meta.dirname, 'bare-server.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    return new BareProcess(child, await answerOf(child));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** How many bytes it has read so far. */
  async bytes(): Promise<number> {
    const answer = answerOf(this.#child);
    this.#child.send('count');
    return answer;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}

async function answerOf(child: ChildProcess): Promise<number> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const ended = once(child, 'exit', { signal }).then(([code, killedBy]): number => {
      throw new Error(`The bare server ended with ${code ?? killedBy}.`);
    });
    return await Promise.race([once(child, 'message', { signal }).then(([said]) => said as number), ended]);
  } finally {
    over.abort();
  }
}
