import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LmdbStoreOptions } from '../../server/store/lmdb-store.ts';
import { type SquareAddress, type Store, StoreError, type StoreRecord } from '../../server/store/store.ts';

export interface StoreQuestion {
  readonly n: number;
  /** Which of the process's stores. */
  readonly store: number;
  readonly method: keyof Store | 'open' | 'end';
  readonly args: readonly unknown[];
}

export interface StoreAnswer {
  readonly n: number;
  readonly value?: unknown;
  readonly failure?: { readonly code: StoreError['code'] | undefined; readonly message: string };
}

const MAIN = join(import.meta.dirname, 'store-process-main.ts');

const METHODS: readonly (keyof Store)[] = [
  ...(['takeIdBlock', 'signUp', 'signIn', 'rename', 'savePlace', 'saveHome', 'edit', 'editsOf', 'editLog'] as const),
  ...(['rules', 'setRule', 'audit', 'audited', 'notice', 'setNotice'] as const),
  ...(['claim', 'claimed', 'top', 'rankOf', 'say', 'linesOf', 'forgetLines'] as const),
  ...(['worldMs', 'saveWorldMs', 'info', 'take', 'forget', 'close'] as const),
];

interface Asked {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A process that opens stores in folders; it ends with this one at the latest. */
export class StoreProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #asked = new Map<number, Asked>();
  #said = '';
  #questions = 0;
  #stores = 0;

  /** @param limits the size of files that it may make, in bytes; a full disk, where no disk can be made full */
  constructor(limits: { readonly maxFileBytes?: number } = {}) {
    const { maxFileBytes } = limits;
    const limit = maxFileBytes === undefined ? 'unlimited' : Math.floor(maxFileBytes / 512);
    const program = `ulimit -f ${limit}; exec "$@"`;
    this.#child = spawn('sh', ['-c', program, 'sh', process.execPath, '--import', 'tsx', MAIN], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (data) => (this.#said += data));
    this.#exited = once(this.#child, 'close');
    this.#child.on('message', (answer: StoreAnswer) => this.#answered(answer));
    this.#child.on('exit', (code, signal) => {
      const error = new Error(`The stores' process has ended (${code ?? signal}): ${this.#said}`);
      for (const { reject } of this.#asked.values()) reject(error);
      this.#asked.clear();
    });
  }

  /** Null while it runs, and after a signal. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** @throws what opening it throws there */
  async open(options: LmdbStoreOptions): Promise<Store> {
    this.#stores++;
    const store = this.#stores;
    await this.#ask(store, 'open', [options]);
    const ask = (method: keyof Store, args: readonly unknown[]): Promise<unknown> => this.#ask(store, method, args);
    async function* records(): AsyncGenerator<StoreRecord> {
      yield* (await ask('records', [])) as readonly StoreRecord[];
    }
    async function* loggedSquares(): AsyncGenerator<readonly SquareAddress[]> {
      yield* (await ask('loggedSquares', [])) as readonly (readonly SquareAddress[])[];
    }
    const methods = METHODS.map((method) => [method, (...args: readonly unknown[]) => ask(method, args)] as const);
    return { ...(Object.fromEntries(methods) as unknown as Store), records, loggedSquares };
  }

  /** Lets it end by itself, in the middle of everything, and waits until it is gone; gives what it said. */
  async end(how: 'exit' | 'throw'): Promise<string> {
    void this.#ask(0, 'end', [how]).catch(() => undefined);
    await this.#exited;
    return this.#said;
  }

  /** kill -9, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #ask(store: number, method: StoreQuestion['method'], args: readonly unknown[]): Promise<unknown> {
    this.#questions++;
    const n = this.#questions;
    return new Promise((resolve, reject) => {
      this.#asked.set(n, { resolve, reject });
      this.#child.send({ n, store, method, args } satisfies StoreQuestion, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  #answered({ n, value, failure }: StoreAnswer): void {
    const asked = this.#asked.get(n);
    this.#asked.delete(n);
    if (failure === undefined) asked?.resolve(value);
    else
      asked?.reject(
        failure.code === undefined ? new Error(failure.message) : new StoreError(failure.code, failure.message),
      );
  }
}
