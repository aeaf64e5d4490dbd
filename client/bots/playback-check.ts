import { UNITS_PER_TILE } from '../../shared/constants.ts';
import type { Distribution } from './histogram.ts';
import type { Participant, Sighting } from './participant.ts';

/** A mover's own word on where it was is awaited for so long: its acknowledgements take a while. */
const CERTAIN_AFTER_MS = 1000;
/** Further claims wait in vain: they are dropped, and the error is measured on fewer. */
const MAX_CLAIMS = 8192;
/** Whoever is shown further than this from where they were, though all news of them has come, is misplaced. */
const MISPLACED_TILES = 1;
/** … when it is so twice in a row. */
const MISPLACED_CLAIMS = 2;
/** What has come takes effect after the playback delay, and is blended in for so long, in ms. */
const BLENDED_MS = 250;

/** Where a picture showed a player, in units. */
export interface Claim {
  readonly player: Participant;
  readonly sighting: Sighting;
  readonly x: number;
  readonly y: number;
  /** The world time that was shown, in ms, and the one that it was. */
  readonly shownMs: number;
  readonly worldMs: number;
  /** Whether the picture knows all that is built. */
  readonly isGroundWhole: boolean;
}

export interface PlaybackEvents {
  /** Takes distances, in tiles, from where the player was at the world time that was shown. */
  readonly errors: Distribution;
  /** So far, in tiles, had the player got by then from where they were shown. */
  stale(claim: Claim, tiles: number): void;
  /** A player has been shown that far from their place, in tiles, though the picture knew all that there was to know. */
  misplaced(claim: Claim, tiles: number): void;
}

interface Waiting extends Claim {
  readonly dueMs: number;
  readonly knowsAll: boolean;
}

/** Compares where others are shown with where they were at that time, as soon as that is certain. */
export class PlaybackCheck {
  readonly #events: PlaybackEvents;
  #claims: Waiting[] = [];

  constructor(events: PlaybackEvents) {
    this.#events = events;
  }

  claim(claim: Claim, nowMs: number): void {
    if (this.#claims.length >= MAX_CLAIMS) return;
    this.#claims.push({ ...claim, knowsAll: knowsAll(claim, nowMs), dueMs: nowMs + CERTAIN_AFTER_MS });
  }

  /** Settles the claims that are due. */
  settle(nowMs: number): void {
    let done = 0;
    for (const claim of this.#claims) {
      if (claim.dueMs > nowMs) break;
      done++;
      this.#settle(claim);
    }
    if (done > 0) this.#claims = this.#claims.slice(done);
  }

  #settle(claim: Waiting): void {
    const { player, sighting, shownMs, worldMs } = claim;
    const now = player.path.at(worldMs);
    if (now !== undefined) this.#events.stale(claim, tilesBetween(claim, now));
    const then = player.path.at(shownMs);
    if (then === undefined) return;
    const error = tilesBetween(claim, then);
    this.#events.errors.record(error);
    const isOff = claim.knowsAll && !sighting.isRetired && error > MISPLACED_TILES;
    sighting.misplacedClaims = isOff ? sighting.misplacedClaims + 1 : 0;
    // A fault that lasts is counted once.
    if (sighting.misplacedClaims === MISPLACED_CLAIMS) this.#events.misplaced(claim, error);
  }
}

/**
 * Whether the picture has been as far as the player is for long enough to show it: what it lacks is missed, or late, and
 * not misplaced.
 */
function knowsAll({ player, sighting, shownMs, worldMs, isGroundWhole }: Claim, nowMs: number): boolean {
  const { unacknowledged, lastPair } = player;
  // Of whoever has just come nobody knows yet as of which pair they are where they say.
  if (unacknowledged.length > 0 || lastPair === undefined || !isGroundWhole) return false;
  const reachedMs = sighting.reachedAt(lastPair);
  return reachedMs !== undefined && nowMs - reachedMs > worldMs - shownMs + BLENDED_MS;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const tilesBetween = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y) / UNITS_PER_TILE;
