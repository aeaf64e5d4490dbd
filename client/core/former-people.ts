import type { Replica } from './replica.ts';
import type { ShownPlayer } from './shown-player.ts';

/** After the first picture of a new session whoever was shown before and is not in it yet stays for so long, in ms. */
const GRACE_MS = 500;
/** Longer away than this nobody is kept: what was then says nothing of now (M4). */
const AWAY_MS = 5000;
/** Without any picture of the new session those of before go after this, in ms. */
const PATIENCE_MS = 3000;

/**
 * Those who were shown when the connection broke: they stay until the new session has its picture, which comes square
 * by square, so that nobody vanishes and comes back.
 */
export class FormerPeople {
  #replica: Replica | undefined;
  #untilMs = 0;
  #hasPicture = false;
  /** When the connection broke, until there is another. */
  #lostAtMs: number | undefined;

  /** The connection broke, or there is none yet. */
  lost(nowMs: number): void {
    this.#lostAtMs ??= nowMs;
  }

  /** A new session begins where another was. */
  keep(replica: Replica, nowMs: number): void {
    const awayMs = nowMs - (this.#lostAtMs ?? nowMs);
    this.#lostAtMs = undefined;
    if (awayMs > AWAY_MS) {
      this.#replica = undefined;
      return;
    }
    // Where session follows on session before there was a picture, those of the first are still the ones to show.
    if (this.#replica === undefined || replica.players.size > 0) this.#replica = replica;
    this.#untilMs = nowMs + PATIENCE_MS;
    this.#hasPicture = false;
  }

  /** A new session begins in another world. */
  forget(): void {
    this.#replica = undefined;
    this.#lostAtMs = undefined;
  }

  /** The new session has a picture of some square. */
  pictured(nowMs: number): void {
    if (this.#replica === undefined || this.#hasPicture) return;
    this.#hasPicture = true;
    this.#untilMs = nowMs + GRACE_MS;
  }

  update(nowMs: number): void {
    if (nowMs >= this.#untilMs) this.#replica = undefined;
  }

  /** Those who are not in the new session's picture. */
  *besides(present: Replica): Generator<ShownPlayer> {
    if (this.#replica === undefined) return;
    for (const player of this.#replica.players.values()) if (!present.players.has(player.id)) yield player;
  }
}
