import type { Store } from './store/store.ts';

/** Bounds in s: a store in the process answers within a millisecond, one over a network within some. */
export const STORE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** The same store, whose every answer, also a refusal, is timed. @param took takes the name of what was asked, and ms */
export function timedStore(
  store: Store,
  took: (operation: string, ms: number) => void,
  monotonic: () => number,
): Store {
  const timed = new Map<string | symbol, unknown>();
  return new Proxy(store, {
    get(target, name) {
      const known = timed.get(name);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const call = (...args: unknown[]): unknown => {
        const beganMs = monotonic();
        const outcome: unknown = Reflect.apply(value, target, args);
        if (outcome instanceof Promise) {
          const done = (): void => took(String(name), monotonic() - beganMs);
          outcome.then(done, done);
        }
        return outcome;
      };
      timed.set(name, call);
      return call;
    },
  });
}
