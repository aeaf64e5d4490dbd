import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import type { Store } from '../../server/store/store.ts';
import { keepWorldTime, MARGIN_MS, resumedMs, SAVE_MS } from '../../server/store/world-time.ts';
import { until } from '../helpers/until.ts';

const EVERY_MS = 10;
const failed = (error: unknown): void => {
  throw error;
};

/** A clock that shows what it was set to. */
const handClock = (): { ms: number; nowMs(): number } => ({
  ms: 1,
  nowMs() {
    return this.ms;
  },
});

describe('world time', () => {
  it('begins at 0 in a new world, and goes on later than an earlier node can have got', async () => {
    const store = createMemoryStore();
    expect(await resumedMs(store)).toBe(0);
    await store.saveWorldMs(70_000.5);
    expect(await resumedMs(store)).toBe(70_000.5 + MARGIN_MS);
    expect(MARGIN_MS).toBeGreaterThan(2 * SAVE_MS);
  });

  it('is saved again and again, and once more at the end', async () => {
    const store = createMemoryStore();
    const clock = handClock();
    const stop = keepWorldTime(store, clock, failed, EVERY_MS);
    for (clock.ms = 100; clock.ms <= 300; clock.ms += 100) {
      await until(`${clock.ms} is saved`, async () => (await store.worldMs()) === clock.ms);
    }
    clock.ms = 1000;
    await stop();
    expect(await store.worldMs()).toBe(1000);
  });

  it('is saved again after a failure, which is told of', async () => {
    const memory = createMemoryStore();
    let isFull = true;
    const saveWorldMs = async (ms: number): Promise<void> => {
      if (isFull) throw new Error('full');
      await memory.saveWorldMs(ms);
    };
    const failures: unknown[] = [];
    const stop = keepWorldTime({ ...memory, saveWorldMs }, handClock(), (error) => failures.push(error), EVERY_MS);
    await until('it has been tried three times', () => failures.length >= 3);
    isFull = false;
    await until('it is saved', async () => (await memory.worldMs()) === 1);
    await stop();
  });

  it('does not hold up the end when the store does not answer', async () => {
    const silent: Store = { ...createMemoryStore(), saveWorldMs: () => new Promise<void>(() => undefined) };
    const since = performance.now();
    await keepWorldTime(silent, handClock(), failed)();
    expect(performance.now() - since).toBeLessThan(3000);
  });
});
