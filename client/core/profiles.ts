import { MAX_WHO_IDS } from '../../shared/constants.ts';
import type { Profile } from '../../shared/protocol.ts';

/** Profiles kept; the longest unseen go first. */
const MAX_KEPT = 2000;
/** Between two questions, and before one is asked again, in ms. */
const ASK_EVERY_MS = 200;
const ASK_AGAIN_MS = 3000;

/** Names by player, asked for when a version is not known. */
export class ProfileBook {
  readonly #known = new Map<number, Profile>();
  readonly #askedAt = new Map<number, number>();
  #nextAskAt = 0;

  learn(profiles: readonly Profile[]): void {
    for (const profile of profiles) {
      this.#known.delete(profile.id);
      this.#known.set(profile.id, profile);
      this.#askedAt.delete(profile.id);
    }
    for (const id of this.#known.keys()) {
      if (this.#known.size <= MAX_KEPT) break;
      this.#known.delete(id);
    }
  }

  nameOf(id: number): string | undefined {
    return this.#known.get(id)?.name;
  }

  /** The ids to ask for now: at most one question's worth, none too soon after the last. */
  wanted(players: Iterable<{ readonly id: number; readonly profileVersion: number }>, nowMs: number): number[] {
    if (nowMs < this.#nextAskAt) return [];
    const ids: number[] = [];
    for (const { id, profileVersion } of players) {
      if (this.#known.get(id)?.version === profileVersion) continue;
      const askedAt = this.#askedAt.get(id);
      if (askedAt !== undefined && nowMs - askedAt < ASK_AGAIN_MS) continue;
      this.#askedAt.set(id, nowMs);
      ids.push(id);
      if (ids.length === MAX_WHO_IDS) break;
    }
    this.#nextAskAt = nowMs + ASK_EVERY_MS;
    if (this.#askedAt.size > MAX_KEPT) this.#askedAt.clear();
    return ids;
  }
}
