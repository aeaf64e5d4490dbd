/** How often what the plots show is noted, and for how long it is shown, in ms. */
export const SAMPLE_MS = 250;
export const SHOWN_MS = 30_000;
/** What comes in and goes out is averaged over so many samples, for frames come in lumps. */
const RATE_SAMPLES = 4;
/** Gaps between frames that are kept for one sample: far more than a server sends. */
const MAX_GAPS = 500;

/** What a client says of its connection. The counts are from its start. */
export interface LinkFigures {
  readonly pingMs: number | undefined;
  readonly playbackDelayMs: number;
  readonly counters: {
    readonly corrections: number;
    readonly framesIn: number;
    readonly bytesIn: number;
    readonly bytesOut: number;
  };
}

/** One sample; what is not known is null. */
export interface LinkSample {
  readonly pingMs: number | null;
  /** Between two frames from the server: the middle one, and the longest; without a frame the one that goes on. */
  readonly gapMs: number | null;
  readonly longestGapMs: number | null;
  readonly inPerSecond: number | null;
  readonly outPerSecond: number | null;
  readonly framesPerSecond: number | null;
  readonly playbackDelayMs: number;
  /** Since the meter was started. */
  readonly corrections: number;
}

interface Count {
  readonly atMs: number;
  readonly counters: LinkFigures['counters'];
}

/** Notes four times a second how the connection fares. Times are of one clock, in ms. */
export class LinkMeter {
  /** When the samples shown were taken, in seconds, and the samples. */
  readonly times: number[] = [];
  readonly samples: LinkSample[] = [];
  #gaps: number[] = [];
  #heardAtMs: number | undefined;
  /** Of the last samples, what was counted by then. */
  #counts: Count[] = [];
  #correctionsBefore: number | undefined;

  get latest(): LinkSample | undefined {
    return this.samples.at(-1);
  }

  /** Begins anew. */
  restart(): void {
    this.times.length = 0;
    this.samples.length = 0;
    this.#gaps = [];
    this.#heardAtMs = undefined;
    this.#counts = [];
    this.#correctionsBefore = undefined;
  }

  /** A frame has arrived from the server. */
  frame(nowMs: number): void {
    if (this.#heardAtMs !== undefined && this.#gaps.length < MAX_GAPS) this.#gaps.push(nowMs - this.#heardAtMs);
    this.#heardAtMs = nowMs;
  }

  /** Takes a sample when it is time to, and returns whether it did. */
  sample({ pingMs, playbackDelayMs, counters }: LinkFigures, nowMs: number): boolean {
    const last = this.#counts.at(-1);
    if (last !== undefined && nowMs - last.atMs < SAMPLE_MS) return false;
    this.#counts.push({ atMs: nowMs, counters: { ...counters } });
    if (this.#counts.length > RATE_SAMPLES + 1) this.#counts.shift();
    this.#correctionsBefore ??= counters.corrections;
    this.times.push(nowMs / 1000);
    this.samples.push({
      pingMs: pingMs ?? null,
      ...this.#takeGaps(nowMs),
      ...this.#rates(),
      playbackDelayMs,
      corrections: counters.corrections - this.#correctionsBefore,
    });
    // One from before stays, or the lines would begin inside the plot.
    while ((this.times[1] ?? Number.POSITIVE_INFINITY) < (nowMs - SHOWN_MS) / 1000) {
      this.times.shift();
      this.samples.shift();
    }
    return true;
  }

  #takeGaps(nowMs: number): Pick<LinkSample, 'gapMs' | 'longestGapMs'> {
    const gaps = this.#gaps.sort((a, b) => a - b);
    this.#gaps = [];
    const goesOnMs = this.#heardAtMs === undefined ? 0 : nowMs - this.#heardAtMs;
    if (gaps.length === 0 && goesOnMs > SAMPLE_MS) gaps.push(goesOnMs);
    return { gapMs: gaps[gaps.length >> 1] ?? null, longestGapMs: gaps.at(-1) ?? null };
  }

  #rates(): Pick<LinkSample, 'inPerSecond' | 'outPerSecond' | 'framesPerSecond'> {
    const [first, last] = [this.#counts[0], this.#counts.at(-1)];
    if (first === undefined || last === undefined || first === last) {
      return { inPerSecond: null, outPerSecond: null, framesPerSecond: null };
    }
    const seconds = (last.atMs - first.atMs) / 1000;
    const rate = (of: 'bytesIn' | 'bytesOut' | 'framesIn'): number =>
      (last.counters[of] - first.counters[of]) / seconds;
    return { inPerSecond: rate('bytesIn'), outPerSecond: rate('bytesOut'), framesPerSecond: rate('framesIn') };
  }
}
