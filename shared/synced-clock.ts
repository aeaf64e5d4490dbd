import type { Monotonic, WorldClock } from './clock.ts';

/** Samples kept; the one with the shortest round trip is believed. */
const SAMPLES = 8;
/** A client's clock is pulled towards the best sample by 2 % of elapsed time, so that it never runs backwards. */
const CLIENT_SLEW = 0.02;
/** A difference beyond this is stepped over instead, in ms. */
const STEP_MS = 1000;

interface Sample {
  readonly roundTripMs: number;
  readonly offsetMs: number;
}

export interface SyncedClockOptions {
  /** How fast the clock is pulled towards the best sample, as a share of elapsed time, below 1. */
  readonly slew?: number;
  /** Whether it may step backwards too; a clock that may not never says less than it said before. */
  readonly mayStepBack?: boolean;
}

/**
 * World time by somebody else's clock: the local monotonic clock plus an offset learnt as in NTP (RFC 5905, section 8)
 * from the four times of a question and its answer, of several samples that with the least round trip. A client learns
 * it from its node, a node from Redis. The options' defaults are a client's.
 */
export class SyncedClock implements WorldClock {
  readonly #monotonic: Monotonic;
  readonly #slew: number;
  readonly #mayStepBack: boolean;
  #samples: Sample[] = [];
  /** Of the samples, the one that is believed. */
  #best: Sample | undefined;
  #isSynced = false;
  #offsetMs = 0;
  #slewedAt = 0;
  #pingMs: number | undefined;
  #saidMs = Number.NEGATIVE_INFINITY;

  constructor(monotonic: Monotonic, options: SyncedClockOptions = {}) {
    this.#monotonic = monotonic;
    this.#slew = options.slew ?? CLIENT_SLEW;
    this.#mayStepBack = options.mayStepBack ?? true;
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Round trip of the newest sample, in ms, without the time the other end took. */
  get pingMs(): number | undefined {
    return this.#pingMs;
  }

  /** Forgets what was learnt: another server may keep another time. */
  reset(): void {
    this.#isSynced = false;
    this.#samples = [];
    this.#best = undefined;
    this.#pingMs = undefined;
  }

  /** Forgets the samples, for the other end reckons anew; time goes on and is pulled towards the next answers. */
  relearn(): void {
    this.#samples = [];
    this.#best = undefined;
  }

  /** Takes in an answer: asked at the local time `sentAt`, received and sent on by the other end at world times. */
  learn(sentAt: number, receivedMs: number, sentMs: number): void {
    const now = this.#monotonic();
    this.#pingMs = Math.max(0, now - sentAt - (sentMs - receivedMs));
    const offsetMs = (receivedMs - sentAt + (sentMs - now)) / 2;
    this.#samples.push({ roundTripMs: this.#pingMs, offsetMs });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    // What one direction's delay may explain is no reason to step: after a long stall that can be seconds.
    const unexplained = Math.abs(offsetMs - this.#offsetMs) > Math.max(STEP_MS, this.#pingMs);
    if (!this.#isSynced || unexplained) {
      this.#samples = this.#samples.slice(-1);
      if (!this.#isSynced || this.#mayStepBack || offsetMs > this.#offsetMs) {
        this.#offsetMs = offsetMs;
        this.#slewedAt = now;
      }
      this.#isSynced = true;
    }
    this.#best = this.#samples.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a));
  }

  /** World time now, in ms; never less than it said before, but for a step back where that may be. */
  nowMs(): number {
    const now = this.#monotonic();
    if (this.#best !== undefined) {
      const most = (now - this.#slewedAt) * this.#slew;
      const wanted = this.#best.offsetMs - this.#offsetMs;
      this.#offsetMs += Math.max(-most, Math.min(most, wanted));
    }
    this.#slewedAt = now;
    const nowMs = now + this.#offsetMs;
    if (this.#mayStepBack) return nowMs;
    this.#saidMs = Math.max(this.#saidMs, nowMs);
    return this.#saidMs;
  }
}
