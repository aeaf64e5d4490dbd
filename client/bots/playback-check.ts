import { UNITS_PER_TILE } from '../../shared/constants.ts';
import type { Distribution } from './histogram.ts';
import type { Participant } from './participant.ts';

/** A mover's own word on where it was is awaited for so long: its acknowledgements take a while. */
const CERTAIN_AFTER_MS = 1000;
/** Further claims wait in vain: they are dropped, and the error is measured on fewer. */
const MAX_CLAIMS = 8192;

/** Where a picture showed a player, in units, as of a world time. */
interface Claim {
  readonly player: Participant;
  readonly worldMs: number;
  readonly x: number;
  readonly y: number;
  readonly dueMs: number;
}

/** Compares where others are shown with where they were at that time, as soon as that is certain. */
export class PlaybackCheck {
  readonly #errors: Distribution;
  #claims: Claim[] = [];

  /** @param errors takes the distances, in tiles */
  constructor(errors: Distribution) {
    this.#errors = errors;
  }

  claim(player: Participant, worldMs: number, x: number, y: number, nowMs: number): void {
    if (this.#claims.length >= MAX_CLAIMS) return;
    this.#claims.push({ player, worldMs, x, y, dueMs: nowMs + CERTAIN_AFTER_MS });
  }

  /** Settles the claims that are due. */
  settle(nowMs: number): void {
    let done = 0;
    for (const { player, worldMs, x, y, dueMs } of this.#claims) {
      if (dueMs > nowMs) break;
      done++;
      const truth = player.path.at(worldMs);
      if (truth !== undefined) this.#errors.record(Math.hypot(x - truth.x, y - truth.y) / UNITS_PER_TILE);
    }
    if (done > 0) this.#claims = this.#claims.slice(done);
  }
}
