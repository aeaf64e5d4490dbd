import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';

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

/** A distribution in bounded memory (HDR histogram), of milliseconds, tiles or bytes. */
export class Distribution {
  readonly #histogram = build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_VALUE * SCALE,
    numberOfSignificantValueDigits: 3,
  });

  /**
   * What `encode` wrote; counts and percentiles come back exactly.
   * @throws Error when the text is nothing of the kind
   */
  static decode(text: string): Distribution {
    const distribution = new Distribution();
    // A decoded histogram may have another range, so its counts go into one of our own.
    distribution.#histogram.add(decodeFromCompressedBase64(text, 32));
    return distribution;
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  record(value: number, count = 1): void {
    const scaled = Math.round(Math.min(MAX_VALUE, Math.max(0, value)) * SCALE);
    if (count === 1) this.#histogram.recordValue(scaled);
    else this.#histogram.recordValueWithCount(scaled, count);
  }

  add(other: Distribution): void {
    this.#histogram.add(other.#histogram);
  }

  at(percentile: number): number {
    return this.#histogram.getValueAtPercentile(percentile) / SCALE;
  }

  /** As if nothing had been recorded. */
  reset(): void {
    this.#histogram.reset();
  }

  /** HdrHistogram's own V2 format, compressed and in base64; of thousandths. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }
}

/** A distribution whose every value is recorded in another one as well, which somebody else may reset. */
export class EchoedDistribution extends Distribution {
  readonly #echo: Distribution;

  constructor(echo: Distribution) {
    super();
    this.#echo = echo;
  }

  override record(value: number, count = 1): void {
    super.record(value, count);
    this.#echo.record(value, count);
  }
}
