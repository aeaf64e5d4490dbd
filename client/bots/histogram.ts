import { build } from 'hdr-histogram-js';

/** Values are kept as whole thousandths, to three digits. */
const SCALE = 1000;
/** Larger values, in the unit recorded, count as this one: a minute of latency is as bad as an hour. */
const MAX_VALUE = 60_000;

export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

export interface Percentiles extends Spread {
  readonly p90: number;
  readonly max: number;
}

/** A distribution in bounded memory (HDR histogram), of milliseconds or tiles. */
export class Distribution {
  readonly #histogram = build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_VALUE * SCALE,
    numberOfSignificantValueDigits: 3,
  });

  get count(): number {
    return this.#histogram.totalCount;
  }

  record(value: number): void {
    this.#histogram.recordValue(Math.round(Math.min(MAX_VALUE, Math.max(0, value)) * SCALE));
  }

  add(other: Distribution): void {
    this.#histogram.add(other.#histogram);
  }

  at(percentile: number): number {
    return this.#histogram.getValueAtPercentile(percentile) / SCALE;
  }
}
