import { CONNECTS_AT_ONCE, CONNECTS_PER_SECOND, MAX_ADDRESSES } from './limits.ts';
import { TokenBucket } from './token-bucket.ts';

/** `crowded`: too many connections are open; `flood`: too many were opened in too short a time. */
export type Verdict = 'welcome' | 'crowded' | 'flood';

interface Entry {
  open: number;
  readonly bucket: TokenBucket;
}

/** How many connections each address has, and how fast it opens them. */
export class AddressDoor {
  /** In the order in which they were last heard of. */
  readonly #entries = new Map<string, Entry>();
  readonly #most: number;
  readonly #monotonic: () => number;

  /** @param most connections of one address; 0 for any number, and at any rate */
  constructor(most: number, monotonic: () => number) {
    this.#most = most;
    this.#monotonic = monotonic;
  }

  /** Addresses that are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /** Somebody connects; who is welcome counts until `left`. */
  arrive(key: string): Verdict {
    if (this.#most === 0) return 'welcome';
    const now = this.#monotonic();
    const entry = this.#entries.get(key) ?? {
      open: 0,
      bucket: new TokenBucket(CONNECTS_PER_SECOND, CONNECTS_AT_ONCE, now),
    };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#forget();
    if (!entry.bucket.take(1, now)) return 'flood';
    if (entry.open >= this.#most) return 'crowded';
    entry.open++;
    return 'welcome';
  }

  /** A connection that was welcome has ended. */
  left(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.open--;
  }

  /** Beyond the limit those not heard of for longest are forgotten, who have nothing open: they begin anew. */
  #forget(): void {
    if (this.#entries.size <= MAX_ADDRESSES) return;
    for (const [key, { open }] of this.#entries) {
      if (open > 0) continue;
      this.#entries.delete(key);
      return;
    }
  }
}
