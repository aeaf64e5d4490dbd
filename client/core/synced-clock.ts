import type { Monotonic } from '../../shared/clock.ts';

/** Samples kept; the one with the shortest round trip is believed. */
const SAMPLES = 8;
/** How fast the clock is pulled towards the best sample: 2 % of elapsed time, so that it never runs backwards. */
const SLEW = 0.02;
/** A difference beyond this is stepped over instead, in ms. */
const STEP_MS = 1000;

interface Sample {
  readonly roundTripMs: number;
  readonly offsetMs: number;
}

/**
 * World time on a client: the local monotonic clock plus an offset learnt as in NTP (RFC 5905, section 8) from the
 * four times of a question and its answer, of several samples that with the least round trip.
 */
export class SyncedClock {
  readonly #monotonic: Monotonic;
  #samples: Sample[] = [];
  #offsetMs = 0;
  #slewedAt = 0;
  #pingMs: number | undefined;

  constructor(monotonic: Monotonic) {
    this.#monotonic = monotonic;
  }

  get isSynced(): boolean {
    return this.#samples.length > 0;
  }

  /** Round trip of the newest sample, in ms, without the time the server took. */
  get pingMs(): number | undefined {
    return this.#pingMs;
  }

  /** Forgets what was learnt: another server may keep another time. */
  reset(): void {
    this.#samples = [];
    this.#pingMs = undefined;
  }

  /** Takes in an answer: asked at the local time `sentAt`, received and sent on by the server at world times. */
  learn(sentAt: number, receivedMs: number, sentMs: number): void {
    const now = this.#monotonic();
    const wasSynced = this.isSynced;
    this.#pingMs = Math.max(0, now - sentAt - (sentMs - receivedMs));
    const offsetMs = (receivedMs - sentAt + (sentMs - now)) / 2;
    this.#samples.push({ roundTripMs: this.#pingMs, offsetMs });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    // What one direction's delay may explain is no reason to step: after a long stall that can be seconds.
    const unexplained = Math.abs(offsetMs - this.#offsetMs) > Math.max(STEP_MS, this.#pingMs);
    if (!wasSynced || unexplained) {
      this.#samples = this.#samples.slice(-1);
      this.#offsetMs = offsetMs;
      this.#slewedAt = now;
    }
  }

  /** World time now, in ms; never less than it said before, but for a step. */
  nowMs(): number {
    const now = this.#monotonic();
    if (this.#samples.length > 0) {
      const best = this.#samples.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a));
      const most = (now - this.#slewedAt) * SLEW;
      const wanted = best.offsetMs - this.#offsetMs;
      this.#offsetMs += Math.max(-most, Math.min(most, wanted));
    }
    this.#slewedAt = now;
    return now + this.#offsetMs;
  }
}
