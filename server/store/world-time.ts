import { setTimeout as pause } from 'node:timers/promises';
import type { WorldClock } from '../../shared/clock.ts';
import type { Store } from './store.ts';

/** World time is saved so often, in ms. */
export const SAVE_MS = 2000;
/** The last save is waited for so long, in ms: the margin makes up for it. */
const LAST_SAVE_MS = 1000;
/** World time goes on so far from what was saved last, in ms: more than passes between two saves on a slow disk. */
export const MARGIN_MS = 10_000;

/** Where a world goes on, in ms: after anything that its nodes have lived through, however they ended; 0 for a new one. */
export async function resumedMs(store: Store): Promise<number> {
  const savedMs = await store.worldMs();
  return savedMs === 0 ? 0 : savedMs + MARGIN_MS;
}

/**
 * Saves world time every few seconds.
 * @param failed called with what went wrong; it is tried again
 * @returns how to stop, saving it once more
 */
export function keepWorldTime(
  store: Store,
  clock: WorldClock,
  failed: (error: unknown) => void,
  everyMs = SAVE_MS,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const save = (): Promise<void> => store.saveWorldMs(clock.nowMs()).catch(failed);
  const saveLater = (): void => {
    timer = setTimeout(async () => {
      await save();
      if (!isStopped) saveLater();
    }, everyMs).unref();
  };
  saveLater();
  return async () => {
    if (isStopped) return;
    isStopped = true;
    clearTimeout(timer);
    const enough = new AbortController();
    await Promise.race([save(), pause(LAST_SAVE_MS, undefined, { signal: enough.signal }).catch(() => undefined)]);
    enough.abort();
  };
}
