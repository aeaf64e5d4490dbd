import { describe, expect, it, onTestFinished } from 'vitest';
import { forgetOldLines } from '../../server/old-lines.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import type { Store } from '../../server/store/store.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { until } from '../helpers/until.ts';

const SQUARE = { sx: 3, sy: -4 };
const DAY_MS = 86_400_000;
const NOW_MS = 1_800_000_000_000;

/** A store in which something was said so many days before now. */
async function storeWith(...days: readonly number[]): Promise<Store> {
  const store = createMemoryStore();
  for (const each of days) {
    await store.say(SQUARE, { player: 1, name: 'Ada', text: `${each}`, atMs: NOW_MS - each * DAY_MS });
  }
  return store;
}

const textsOf = async (store: Store): Promise<string> =>
  (await store.linesOf(SQUARE, 0)).map(({ text }) => text).join(' ');

describe('lines of chat', () => {
  it('that are older than the days they are kept are forgotten when the server starts', async () => {
    const store = await storeWith(40, 7.1, 6.9, 0);
    await startTestApp({ chatDays: 7 }, { store, wallMs: () => NOW_MS });
    await until('the old ones are gone', async () => (await textsOf(store)) === '6.9 0');
  });

  it('are looked through again and again, also after a failure', async () => {
    const memory = await storeWith(1, 0);
    let nowMs = NOW_MS;
    let isFull = false;
    const failures: unknown[] = [];
    const forgetLines = async (beforeMs: number): Promise<void> => {
      if (isFull) throw new Error('full');
      await memory.forgetLines(beforeMs);
    };
    const store = { ...memory, forgetLines };
    const failed = (error: unknown): void => void failures.push(error);
    onTestFinished(forgetOldLines({ store, days: 2, wallMs: () => nowMs, failed, lookMs: 5 }));
    expect(await textsOf(store)).toBe('1 0');
    nowMs += 1.5 * DAY_MS;
    await until('the first is gone', async () => (await textsOf(store)) === '0');
    isFull = true;
    await until('it has failed', () => failures.length > 1);
    isFull = false;
    nowMs += DAY_MS;
    await until('the other is gone', async () => (await textsOf(store)) === '');
  });
});
