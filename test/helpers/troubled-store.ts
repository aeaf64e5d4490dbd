import { type Store, StoreError } from '../../server/store/store.ts';

/** The methods of a store that one waits for. */
export type StoreMethod = Exclude<keyof Store, 'records'>;

export interface StoreTroubles {
  /** How each call ends: with this error before it has done anything, or as it should when undefined. */
  readonly failure?: (method: StoreMethod) => StoreError | undefined;
  /** Waited for before a call does what it is to do, and again before it says so. */
  readonly delay?: (method: StoreMethod) => Promise<void>;
}

/** A real store with troubles in front of it: its calls take their time, or fail. */
export function troubledStore(inner: Store, { failure, delay }: StoreTroubles): Store {
  return new Proxy(inner, {
    get(target, property) {
      const method = Reflect.get(target, property) as unknown;
      if (typeof method !== 'function' || property === 'records' || property === 'close') return method;
      const name = property as StoreMethod;
      return async (...words: unknown[]): Promise<unknown> => {
        await delay?.(name);
        const error = failure?.(name);
        if (error !== undefined) throw error;
        const outcome: unknown = await Reflect.apply(method, target, words);
        await delay?.(name);
        return outcome;
      };
    },
  });
}

/** Failures that a test turns on and off: all methods, or some of them, fail with a code for as long as it is set. */
export class StoreBreakdown {
  code: StoreError['code'] | undefined;
  /** Which methods fail; all of them by default. */
  concerns: (method: StoreMethod) => boolean = () => true;
  /** How often a call has failed, by method. */
  readonly failed = new Map<StoreMethod, number>();

  readonly failure = (method: StoreMethod): StoreError | undefined => {
    if (this.code === undefined || !this.concerns(method)) return undefined;
    this.failed.set(method, (this.failed.get(method) ?? 0) + 1);
    return new StoreError(this.code, 'The test wants it so.');
  };

  begin(code: StoreError['code'], concerns: (method: StoreMethod) => boolean = () => true): void {
    this.code = code;
    this.concerns = concerns;
  }

  end(): void {
    this.code = undefined;
  }
}

/** Pauses on a test's clock, which `pump` ends when they are over. */
export class Pauses {
  readonly #now: () => number;
  #waiting: { readonly at: number; readonly end: () => void }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  for(ms: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ at: this.#now() + ms, end: resolve }));
  }

  pump(): void {
    const due = this.#waiting.filter(({ at }) => at <= this.#now()).sort((a, b) => a.at - b.at);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.#now());
    for (const { end } of due) end();
  }
}
