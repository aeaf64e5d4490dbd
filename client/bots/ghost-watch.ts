import { UNITS_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import type { Budgets } from './budgets.ts';
import type { Participant, Stray } from './participant.ts';

/** A player who ought not to be in a picture, and for how long they have been out of reach, in patient ms. */
export interface Ghost {
  readonly player: Participant;
  readonly forMs: number;
}

/**
 * Looks for players who are shown although the square they are in has been beyond the leave margin for too long, or
 * although they have left the world.
 */
export class GhostWatch {
  readonly #byId: ReadonlyMap<number, Participant>;
  readonly #budgets: Budgets;

  constructor(byId: ReadonlyMap<number, Participant>, budgets: Budgets) {
    this.#byId = byId;
    this.#budgets = budgets;
  }

  /** The ghosts that a picture has had for just too long: each is returned once, until it is in order again. */
  look(observer: Participant, patientMs: number): Ghost[] {
    const ghosts: Ghost[] = [];
    for (const id of observer.shown) {
      const player = this.#byId.get(id);
      if (player === undefined || player === observer) continue;
      const isOutside = player.isPlaced && this.#isSquareOutside(player, observer, observer.x, observer.y);
      const stray = observer.strays.get(id);
      if (player.isPresent && !isOutside) observer.strays.delete(id);
      else if (stray === undefined) {
        observer.strays.set(id, { sinceMs: player.isPresent ? patientMs : player.leftMs, isGhost: false });
      } else if (!stray.isGhost && this.#isGhost(player, observer, stray, patientMs)) {
        stray.isGhost = true;
        ghosts.push({ player, forMs: patientMs - stray.sinceMs });
      }
    }
    return ghosts;
  }

  /** Whether a stray has been one for too long. */
  #isGhost(player: Participant, observer: Participant, stray: Stray, patientMs: number): boolean {
    const { goneAfterMs, droppedGoneAfterMs } = this.#budgets;
    if (!player.isPresent) return patientMs - player.leftMs > (player.isDropped ? droppedGoneAfterMs : goneAfterMs);
    if (patientMs - stray.sinceMs <= this.#budgets.ghostAfterMs) return false;
    // The player may have come from one square out of reach into another that was in reach until a moment ago.
    const sinceMs = observer.path.lastMs - this.#budgets.ghostAfterMs;
    return observer.path.everySince(sinceMs, (x, y) => this.#isSquareOutside(player, observer, x, y));
  }

  /** Whether the square that the player is in lies wholly beyond the leave margin of a screen around (x, y). */
  #isSquareOutside(player: Participant, observer: Participant, x: number, y: number): boolean {
    const { width, height } = observer.setup.screen;
    const reachX = (width / 2 + this.#budgets.leaveMarginTiles) * UNITS_PER_TILE;
    const reachY = (height / 2 + this.#budgets.leaveMarginTiles) * UNITS_PER_TILE;
    return isBeyond(player.x, x, reachX) || isBeyond(player.y, y, reachY);
  }
}

/** Along one axis: whether the whole square around `place` is further than `reach` from `centre`, and not just so. */
function isBeyond(place: number, centre: number, reach: number): boolean {
  const start = Math.floor(place / UNITS_PER_SQUARE) * UNITS_PER_SQUARE;
  const end = start + UNITS_PER_SQUARE;
  return start > centre + reach + UNITS_PER_TILE || end < centre - reach - UNITS_PER_TILE;
}
