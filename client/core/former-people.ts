import type { Replica } from './replica.ts';
import type { ShownPlayer } from './shown-player.ts';
import type { SquarePicture } from './square-picture.ts';

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
  /** Whether a new session has begun whose picture is not complete yet. */
  #isSettling = false;
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
    this.#untilMs = nowMs + PATIENCE_MS;
    this.#hasPicture = false;
    this.#isSettling = true;
    if (awayMs > AWAY_MS) this.#replica = undefined;
    // Where session follows on session before there was a picture, those of the first are still the ones to show.
    else if (this.#replica === undefined || replica.players.size > 0) this.#replica = replica;
  }

  /** A new session begins in another world. */
  forget(): void {
    this.#replica = undefined;
    this.#lostAtMs = undefined;
    this.#isSettling = false;
  }

  /** The new session has a picture of some square. */
  pictured(nowMs: number): void {
    if (!this.#isSettling || this.#hasPicture) return;
    this.#hasPicture = true;
    this.#untilMs = nowMs + GRACE_MS;
  }

  /** Returns whether the new session has just come into its own: nothing of before is to be shown from now on. */
  update(nowMs: number): boolean {
    if (!this.#isSettling || nowMs < this.#untilMs) return false;
    this.#replica = undefined;
    this.#isSettling = false;
    return true;
  }

  /** Squares that are not in the new session's picture. */
  *squaresBesides(present: Replica): Generator<SquarePicture> {
    if (this.#replica === undefined) return;
    for (const [key, square] of this.#replica.squares) if (!present.squares.has(key)) yield square;
  }

  /** Whether anybody of before may still be shown. */
  get isAnybody(): boolean {
    return this.#replica !== undefined;
  }

  /** Those who are not in the new session's picture. */
  *besides(present: Replica): Generator<ShownPlayer> {
    if (this.#replica === undefined) return;
    for (const player of this.#replica.players.values()) if (!present.players.has(player.id)) yield player;
  }
}
