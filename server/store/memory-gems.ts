import { MAX_CLAIMS } from './memory-limits.ts';
import { type Store, StoreError } from './store.ts';

/** Who has which gem, and how many, in the in-process store. */
export class MemoryGems {
  /** By period, gem to player. */
  readonly claims = new Map<number, Map<string, number>>();
  readonly scores = new Map<number, number>();
  #keepFrom = Number.NEGATIVE_INFINITY;
  readonly #nameOf: (player: number) => string;

  /** @param nameOf gives an empty text for who is not known */
  constructor(nameOf: (player: number) => string) {
    this.#nameOf = nameOf;
  }

  get count(): number {
    let count = 0;
    for (const gems of this.claims.values()) count += gems.size;
    return count;
  }

  readonly methods: Pick<Store, 'claim' | 'claimed' | 'top' | 'rankOf'> = {
    claim: async (period, gem, player, points, keepFrom) => {
      this.#clear(keepFrom);
      if (period < this.#keepFrom || this.claims.get(period)?.has(gem) === true) return undefined;
      this.take(period, gem, player);
      const score = (this.scores.get(player) ?? 0) + points;
      this.scores.set(player, score);
      return score;
    },
    claimed: async (period, gems) => {
      const taken = this.claims.get(period);
      return new Set(gems.filter((gem) => taken?.has(gem)));
    },
    top: async (count) =>
      [...this.scores]
        .sort(([a, scoreA], [b, scoreB]) => scoreB - scoreA || a - b)
        .slice(0, Math.max(count, 0))
        .map(([player, score]) => ({ player, name: this.#nameOf(player), score })),
    rankOf: async (player) => {
      const score = this.scores.get(player);
      if (score === undefined) return undefined;
      let rank = 1;
      for (const [other, theirs] of this.scores) if (theirs > score || (theirs === score && other < player)) rank++;
      return { score, rank };
    },
  };

  take(period: number, gem: string, player: number): void {
    const gems = this.claims.get(period) ?? new Map<string, number>();
    if (!gems.has(gem) && this.count >= MAX_CLAIMS) {
      const sentence = `This server keeps its world in memory, and ${MAX_CLAIMS} claimed gems are all it takes`;
      throw new StoreError('full', `${sentence}: give it a folder with --data.`);
    }
    this.claims.set(period, gems.set(gem, player));
  }

  #clear(keepFrom: number): void {
    if (keepFrom <= this.#keepFrom) return;
    this.#keepFrom = keepFrom;
    for (const period of this.claims.keys()) if (period < keepFrom) this.claims.delete(period);
  }
}
