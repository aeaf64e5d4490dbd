import { setTimeout as pause } from 'node:timers/promises';

/** Between two looks at a condition, in ms. */
const LOOK_EVERY_MS = 5;

/**
 * Waits for a condition and gives what it gave: anything but undefined and false.
 * @throws Error that names the condition when it has not come true in time
 */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 8000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`);
    await pause(LOOK_EVERY_MS);
  }
}
