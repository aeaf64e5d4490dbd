import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, OrderName, Orders } from './orders.ts';

/** Those who sit, seen from the benchmark. One order at a time. */
export class SittersProcess {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'program.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  /** Gives an order and waits for what comes of it; rejects with what went wrong. */
  async tell<N extends OrderName>(name: N, takes: Orders[N]['takes']): Promise<Orders[N]['gives']> {
    const over = new AbortController();
    const { signal } = over;
    try {
      if (this.#hasEnded) throw new Error(`"${name}": those who sit are gone.`);
      this.#child.send({ name, takes });
      const answer = once(this.#child, 'message', { signal }).then(([said]) => said as Answer);
      const ended = once(this.#child, 'exit', { signal }).then(([code, killedBy]): Answer => {
        return { kind: 'failed', why: `Those who sit ended with ${code ?? killedBy}.` };
      });
      const first = await Promise.race([answer, ended]);
      if (first.kind === 'failed') throw new Error(`"${name}": ${first.why}`);
      return first.gives as Orders[N]['gives'];
    } finally {
      over.abort();
    }
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Ends it, whatever it is at. */
  async close(): Promise<void> {
    if (this.#hasEnded) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
