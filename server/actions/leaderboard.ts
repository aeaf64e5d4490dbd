import { BOARD_LENGTH } from '../../shared/constants.ts';
import type { Ranked, Store } from '../store/store.ts';
import type { Actor } from './actor.ts';

export interface LeaderboardOptions {
  readonly store: Store;
  readonly failed: (error: unknown) => void;
}

/** Keeps those who look at the leaderboard up to date. */
export class Leaderboard {
  readonly #options: LeaderboardOptions;
  /** Who looks, and what they were told last. */
  readonly #watchers = new Map<Actor, string>();
  #isReading = false;

  constructor(options: LeaderboardOptions) {
    this.#options = options;
  }

  watch(actor: Actor, isShown: boolean): void {
    this.#watchers.delete(actor);
    if (!isShown) return;
    this.#watchers.set(actor, '');
    void this.settle();
  }

  gone(actor: Actor): void {
    this.#watchers.delete(actor);
  }

  /** Tells everybody who looks what has changed. To be called every two seconds or so. */
  async settle(): Promise<void> {
    if (this.#isReading || this.#watchers.size === 0) return;
    this.#isReading = true;
    try {
      const top = await this.#options.store.top(BOARD_LENGTH);
      const ranks = new Map(top.map(({ player }, index) => [player, index + 1]));
      const whole = JSON.stringify(top);
      for (const [actor, told] of [...this.#watchers]) await this.#tell(actor, told, top, ranks, whole);
    } catch (error) {
      this.#options.failed(error);
      // Whoever waits is told in the next round: a store that fails at once would be asked for ever.
      return;
    } finally {
      this.#isReading = false;
    }
    // Who came while this was under way has been told nothing yet.
    if ([...this.#watchers.values()].includes('')) void this.settle();
  }

  async #tell(
    actor: Actor,
    told: string,
    top: readonly Ranked[],
    ranks: ReadonlyMap<number, number>,
    whole: string,
  ): Promise<void> {
    const { id } = actor.player;
    const rank = ranks.get(id);
    const own =
      rank === undefined
        ? ((await this.#options.store.rankOf(id)) ?? { score: 0, rank: 0 })
        : { rank, score: (top[rank - 1] as Ranked).score };
    const news = `${whole} ${own.score} ${own.rank}`;
    if (news === told || !this.#watchers.has(actor)) return;
    this.#watchers.set(actor, news);
    actor.tell({ type: 'board', rows: top, ...own });
  }
}
