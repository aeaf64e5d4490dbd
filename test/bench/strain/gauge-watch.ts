import { setTimeout as pause } from 'node:timers/promises';
import { metricOf } from '../fan-out/server-metrics.ts';

export type GaugeName = `flatlands_${string}`;

/** What a server said of itself at a moment. */
export interface Sample<N extends GaugeName> {
  /** When its answer came, by the monotonic clock, in ms: a server without time to spare may be long about it. */
  readonly atMs: number;
  readonly values: Readonly<Record<N, number>>;
}

/** An answer that takes longer is given up, in ms. */
const PATIENCE_MS = 5000;

/** Looks at some metrics of a server again and again, one look after the other, until it is stopped. */
export class GaugeWatch<N extends GaugeName> {
  /** Between two looks, in ms. */
  everyMs: number;
  readonly #port: number;
  readonly #names: readonly N[];
  readonly #stopped = new AbortController();
  readonly #watching: Promise<void>;
  readonly #samples: Sample<N>[] = [];

  /** @param everyMs to answer costs a server with thousands of sessions some ms each time */
  constructor(port: number, names: readonly N[], everyMs = 250) {
    this.everyMs = everyMs;
    this.#port = port;
    this.#names = names;
    this.#watching = this.#watch();
    // What went wrong is told by `stop`.
    this.#watching.catch(() => undefined);
  }

  get samples(): readonly Sample<N>[] {
    return this.#samples;
  }

  get latest(): Sample<N> | undefined {
    return this.#samples.at(-1);
  }

  /** Rejects when the server does not know one of the metrics. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const begunMs = performance.now();
      const sample = await this.#look();
      if (sample !== undefined) this.#samples.push(sample);
      const restMs = Math.max(0, this.everyMs - (performance.now() - begunMs));
      await pause(restMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Undefined where no answer came in time. @throws Error when the server does not know one of the metrics */
  async #look(): Promise<Sample<N> | undefined> {
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const page = await fetch(`http://127.0.0.1:${this.#port}/metrics`, { signal })
      .then((response) => response.text())
      .catch(() => undefined);
    return page === undefined ? undefined : { atMs: performance.now(), values: gaugesOf(page, this.#names) };
  }
}

/** Metrics without labels from a page. @throws Error when one of them is not there */
export function gaugesOf<N extends GaugeName>(page: string, names: readonly N[]): Record<N, number> {
  const values: Partial<Record<N, number>> = {};
  for (const name of names) {
    const value = metricOf(page, name);
    if (value === undefined) throw new Error(`The server has no metric ${name}.`);
    values[name] = value;
  }
  return values as Record<N, number>;
}

/** The most that a gauge showed; 0 where nothing was seen. */
export const mostOf = <N extends GaugeName>(samples: readonly Sample<N>[], name: N): number =>
  samples.reduce((most, { values }) => Math.max(most, values[name]), 0);
