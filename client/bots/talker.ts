import { EMOTES } from '../../shared/constants.ts';
import { exponential, type Random } from './random.ts';

/** What a talker wants to do. */
export type Utterance =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'emote'; readonly emote: number };

/** Time between two lines, in ms: at least so much, then exponential. */
export interface Talk {
  readonly leastMs: number;
  readonly meanExtraMs: number;
}

/** Something every 20 s, on average. */
export const NOW_AND_THEN: Talk = { leastMs: 2000, meanExtraMs: 18_000 };
/** Every 3 s: as fast as the server lets anybody talk for long. */
export const ALL_THE_TIME: Talk = { leastMs: 2000, meanExtraMs: 1000 };
/** The same between two emotes: 40 s. */
const LEAST_EMOTE_MS = 2000;
const MEAN_EMOTE_EXTRA_MS = 38_000;

const PHRASES = ['has seen a lot of grass', 'likes it here', 'wonders who built that', 'is on the way', 'says hello'];
/** One in so many lines tells what one does instead. */
const ME_LINES = 4;

/** Says something now and then. Every line has the bot's name and a counter in it, so that no two are alike. */
export class Talker {
  readonly #name: string;
  readonly #random: Random;
  readonly #talk: Talk;
  #lines = 0;
  #lineAtMs: number | undefined;
  #emoteAtMs: number | undefined;

  constructor(name: string, random: Random, talk = NOW_AND_THEN) {
    this.#name = name;
    this.#random = random;
    this.#talk = talk;
  }

  /** What is due, if anything; to be called often. */
  due(nowMs: number): Utterance | undefined {
    // The first ones come as if one had talked all along.
    const { leastMs, meanExtraMs } = this.#talk;
    this.#lineAtMs ??= nowMs + exponential(this.#random, leastMs + meanExtraMs);
    this.#emoteAtMs ??= nowMs + exponential(this.#random, LEAST_EMOTE_MS + MEAN_EMOTE_EXTRA_MS);
    if (nowMs >= this.#lineAtMs) {
      this.#lineAtMs = nowMs + leastMs + exponential(this.#random, meanExtraMs);
      return { kind: 'say', text: this.#line() };
    }
    if (nowMs < this.#emoteAtMs) return undefined;
    this.#emoteAtMs = nowMs + LEAST_EMOTE_MS + exponential(this.#random, MEAN_EMOTE_EXTRA_MS);
    return { kind: 'emote', emote: Math.floor(this.#random() * EMOTES) };
  }

  #line(): string {
    this.#lines++;
    const phrase = PHRASES[Math.floor(this.#random() * PHRASES.length)] as string;
    const isMe = this.#random() * ME_LINES < 1;
    return `${isMe ? '/me ' : `${this.#name} `}${phrase} (${this.#name}, ${this.#lines})`;
  }
}
