import { type LmdbStoreOptions, openLmdbStore } from '../../server/store/lmdb-store.ts';
import { type Store, StoreError } from '../../server/store/store.ts';
import type { StoreAnswer, StoreQuestion } from './store-process.ts';

/** Stores in a process of their own, asked by messages: see store-process.ts. */
const say = (answer: StoreAnswer): boolean => process.send?.(answer) ?? false;

const failureOf = (error: unknown): NonNullable<StoreAnswer['failure']> => ({
  code: error instanceof StoreError ? error.code : undefined,
  message: error instanceof Error ? error.message : String(error),
});

async function answer(store: Store, { method, args }: StoreQuestion): Promise<unknown> {
  if (method === 'open' || method === 'end') throw new Error('It is open.');
  if (method === 'records') return allOf(store.records());
  if (method === 'loggedSquares') return allOf(store.loggedSquares());
  return await (store[method] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
}

async function allOf<T>(some: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of some) all.push(each);
  return all;
}

const stores = new Map<number, Store>();

async function open(question: StoreQuestion): Promise<void> {
  stores.set(question.store, await openLmdbStore(question.args[0] as LmdbStoreOptions));
}

function end(how: unknown): void {
  if (how === 'exit') process.exit(3);
  setImmediate(() => {
    throw new Error('something went wrong');
  });
}

process.on('disconnect', () => process.exit());
process.on('message', (question: StoreQuestion) => {
  if (question.method === 'end') return end(question.args[0]);
  const store = stores.get(question.store);
  const answered = store === undefined ? open(question) : answer(store, question);
  answered.then(
    (value) => say({ n: question.n, value }),
    (error: unknown) => say({ n: question.n, failure: failureOf(error) }),
  );
});
