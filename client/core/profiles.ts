import { MAX_WHO_IDS } from '../../shared/constants.ts';
import type { Profile } from '../../shared/protocol.ts';

/** Profiles kept besides those of players who are shown; the longest known go first. */
const MAX_KEPT = 2000;
/** Between two questions, and before one is asked again, in ms. */
const ASK_EVERY_MS = 200;
const ASK_AGAIN_MS = 3000;

/** Names by player, asked for when a version is not known. */
export class ProfileBook {
  readonly #known = new Map<number, Profile>();
  /** Who is shown: their names are needed, and only theirs. */
  readonly #shown = new Set<number>();
  /** Who has been met without a profile of this version, and when they were asked for. */
  readonly #missing = new Map<number, { readonly version: number; askedAt: number }>();
  #nextAskAt = 0;

  learn(profiles: readonly Profile[]): void {
    for (const profile of profiles) {
      this.#known.delete(profile.id);
      this.#known.set(profile.id, profile);
      if (this.#missing.get(profile.id)?.version === profile.version) this.#missing.delete(profile.id);
    }
    for (const id of this.#known.keys()) {
      if (this.#known.size <= MAX_KEPT) break;
      if (!this.#shown.has(id)) this.#known.delete(id);
    }
  }

  nameOf(id: number): string | undefined {
    return this.#known.get(id)?.name;
  }

  /** Somebody is shown whose profile has this version. */
  meet(id: number, version: number): void {
    this.#shown.add(id);
    if (this.#known.get(id)?.version === version) return;
    this.#missing.set(id, { version, askedAt: Number.NEGATIVE_INFINITY });
    for (const oldest of this.#missing.keys()) {
      if (this.#missing.size <= MAX_KEPT) break;
      this.#missing.delete(oldest);
    }
  }

  /** Somebody is no longer shown: whoever they are can wait. */
  part(id: number): void {
    this.#shown.delete(id);
    this.#missing.delete(id);
  }

  /** Nobody is shown any longer: another session begins. */
  partAll(): void {
    this.#shown.clear();
    this.#missing.clear();
  }

  /** The ids to ask for now: at most one question's worth, none too soon after the last. */
  wanted(nowMs: number): number[] {
    if (this.#missing.size === 0 || nowMs < this.#nextAskAt) return [];
    const ids: number[] = [];
    for (const [id, missing] of this.#missing) {
      if (nowMs - missing.askedAt < ASK_AGAIN_MS) continue;
      missing.askedAt = nowMs;
      ids.push(id);
      if (ids.length === MAX_WHO_IDS) break;
    }
    this.#nextAskAt = nowMs + ASK_EVERY_MS;
    return ids;
  }
}
