import { TokenBucket } from '../gateway/token-bucket.ts';
import type { Place } from '../store/store.ts';
import {
  EDIT_BURST,
  EDITS_PER_SECOND,
  EMOTE_BURST,
  EMOTES_PER_SECOND,
  LINE_BURST,
  LINES_PER_SECOND,
  MAX_SAME_LINES,
  PROFILE_BURST,
  PROFILES_PER_SECOND,
  SAME_LINE_MS,
} from './limits.ts';

/** What a player may do so and so often: a steady rate per second, and a burst. */
const RATES = {
  edits: { perSecond: EDITS_PER_SECOND, burst: EDIT_BURST },
  lines: { perSecond: LINES_PER_SECOND, burst: LINE_BURST },
  emotes: { perSecond: EMOTES_PER_SECOND, burst: EMOTE_BURST },
  profiles: { perSecond: PROFILES_PER_SECOND, burst: PROFILE_BURST },
} as const;

export type Allowance = keyof typeof RATES;

/**
 * One player's allowances, and where they are at home. An allowance begins, and begins full, when it is first drawn on:
 * most people most of the time do nothing but walk.
 */
export class Account {
  /** Requests that wait for the store. */
  underWay = 0;
  home: Place | undefined;
  /** When they may go home next, in ticks. */
  homeAt = 0;
  /** Of late: as many as LINES_PER_SECOND lets through in SAME_LINE_MS. */
  #said: { readonly line: string; readonly atMs: number }[] = [];
  readonly #buckets: { [A in Allowance]?: TokenBucket } = {};

  constructor(home?: Place) {
    this.home = home;
  }

  /** Whether a line is said once too often; if not, it counts as said. */
  isRepeated(text: string, nowMs: number): boolean {
    const line = text
      .normalize('NFKD')
      .replaceAll(/[\s\p{M}]/gu, '')
      .toLowerCase();
    this.#said = this.#said.filter(({ atMs }) => nowMs - atMs < SAME_LINE_MS);
    if (this.#said.filter((said) => said.line === line).length >= MAX_SAME_LINES) return true;
    this.#said.push({ line, atMs: nowMs });
    return false;
  }

  /** Draws on an allowance, or returns false when it is used up. */
  draw(allowance: Allowance, nowMs: number): boolean {
    let bucket = this.#buckets[allowance];
    if (bucket === undefined) {
      const { perSecond, burst } = RATES[allowance];
      bucket = new TokenBucket(perSecond, burst, nowMs);
      this.#buckets[allowance] = bucket;
    }
    return bucket.take(1, nowMs);
  }
}
