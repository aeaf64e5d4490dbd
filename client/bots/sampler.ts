import type { IntervalMeter } from './generator-meter.ts';
import type { IntervalTally } from './interval-tally.ts';
import { type ServerLoad, type Timeline, TimelineWriter } from './timeline.ts';

export interface SamplerSources {
  readonly interval: Pick<IntervalTally, 'take'>;
  readonly meter: Pick<IntervalMeter, 'take' | 'stop'>;
  /** Players in the world. */
  readonly players: () => number;
  /** Null where nobody knows. */
  readonly server: () => ServerLoad | null;
}

/** A stretch at the end that is shorter than this makes no sample of its own, in s. */
const LEAST_SECONDS = 0.2;

/** Takes a sample of a run every second. Has no timer of its own. */
export class Sampler {
  readonly #sources: SamplerSources;
  readonly #writer = new TimelineWriter();
  readonly #beganMs: number;
  #takenAtMs: number;

  /** Begins now: what was counted before belongs to no sample. */
  constructor(sources: SamplerSources, nowMs: number) {
    this.#sources = sources;
    this.#beganMs = nowMs;
    this.#takenAtMs = nowMs;
    sources.interval.take();
    sources.meter.take();
  }

  /** To be called often. */
  look(nowMs: number): void {
    if (nowMs - this.#takenAtMs >= this.#writer.stepSeconds * 1000) this.#take(nowMs);
  }

  /** Takes the last sample. */
  end(nowMs: number): void {
    if (nowMs - this.#takenAtMs >= LEAST_SECONDS * 1000) this.#take(nowMs);
    this.#sources.meter.stop();
  }

  /** All of it, with what was judged since the end: updates sent in the last seconds had their time until now. */
  finish(): Timeline {
    this.#writer.amend(this.#sources.interval.take());
    return this.#writer.timeline;
  }

  #take(nowMs: number): void {
    const { interval, meter, players, server } = this.#sources;
    this.#writer.add({
      atSeconds: (nowMs - this.#beganMs) / 1000,
      seconds: (nowMs - this.#takenAtMs) / 1000,
      players: players(),
      ...interval.take(),
      bots: meter.take(),
      server: server(),
    });
    this.#takenAtMs = nowMs;
  }
}
