import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { onCore } from '../../helpers/cores.ts';

/** What a program can be told to do, by name: with what, and what it answers. All of it passes as JSON. */
export type OrdersLike<O> = { readonly [N in keyof O]: { readonly takes: unknown; readonly gives: unknown } };

interface Order {
  readonly id: number;
  readonly name: string;
  readonly takes: unknown;
}

/** What the program says of an order: news as long as it is at it, then how it ended. */
type Word =
  | { readonly kind: 'news'; readonly id: number; readonly news: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly gives: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string };

interface Waiting {
  readonly name: string;
  readonly news: (news: unknown) => void;
  readonly done: (gives: unknown) => void;
  readonly failed: (error: Error) => void;
}

/** A program of a benchmark in a process of its own, on a core of its own, which does what it is told. */
export class PinnedProgram<O extends OrdersLike<O>> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #orders = 0;

  /** @param core where it runs, with all its threads; anywhere when not given */
  constructor(file: string, core: number | undefined) {
    const [execPath = '', ...execArgv] = onCore(core, [process.execPath]);
    this.#child = fork(file, { execPath, execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (word: Word) => this.#hear(word));
    this.#child.on('exit', (code, signal) => this.#giveUp(`${file} ended with ${code ?? signal}.`));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Gives an order and waits for what comes of it; rejects with what went wrong. Several may be under way. */
  tell<N extends keyof O & string>(
    name: N,
    takes: O[N]['takes'],
    news: (news: unknown) => void = () => undefined,
  ): Promise<O[N]['gives']> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) {
        reject(new Error(`"${name}": the program has ended.`));
        return;
      }
      const id = ++this.#orders;
      this.#waiting.set(id, { name, news, done: (gives) => resolve(gives as O[N]['gives']), failed: reject });
      this.#child.send({ id, name, takes } satisfies Order);
    });
  }

  /** Ends it, whatever it is at. */
  async close(): Promise<void> {
    if (this.#hasEnded) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #hear(word: Word): void {
    const waiting = this.#waiting.get(word.id);
    if (waiting === undefined) return;
    if (word.kind === 'news') {
      waiting.news(word.news);
      return;
    }
    this.#waiting.delete(word.id);
    if (word.kind === 'done') waiting.done(word.gives);
    else waiting.failed(new Error(word.why));
  }

  #giveUp(why: string): void {
    for (const { name, failed } of this.#waiting.values()) failed(new Error(`"${name}": ${why}`));
    this.#waiting.clear();
  }
}

/** What a program does on each of its orders; `say` tells news of it meanwhile. */
export type Handlers<O extends OrdersLike<O>> = {
  readonly [N in keyof O]: (
    takes: O[N]['takes'],
    say: (news: unknown) => void,
  ) => Promise<O[N]['gives']> | O[N]['gives'];
};

/** The program's side: obeys the process that started it, and ends with it. */
export function obey<O extends OrdersLike<O>>(handlers: Handlers<O>): void {
  const say = (word: Word): void => {
    process.send?.(word);
  };
  const carryOut = async ({ id, name, takes }: Order): Promise<void> => {
    try {
      const handler = handlers[name as keyof O];
      const gives = await handler(takes as O[keyof O]['takes'], (news) => say({ kind: 'news', id, news }));
      say({ kind: 'done', id, gives });
    } catch (error) {
      say({ kind: 'failed', id, why: error instanceof Error ? error.message : String(error) });
    }
  };
  process.on('message', (order: Order) => void carryOut(order));
  process.on('disconnect', () => process.exit());
  // It may have gone while this one was loading.
  if (!process.connected) process.exit();
  // A Ctrl-C reaches the whole group; the process that started this one decides when it ends.
  process.on('SIGINT', () => undefined);
}
