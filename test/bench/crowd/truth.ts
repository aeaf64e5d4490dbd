import { ENTER_MARGIN_TILES, UNITS_PER_TILE } from '../../../shared/constants.ts';
import { squareIndexOf, squareKey, squaresOf, squaresOnScreen } from '../../../shared/grid.ts';
import type { Own } from '../../../shared/protocol.ts';
import type { CrowdPlayer } from './crowd-player.ts';
import { type Crowding, SCREEN } from './orders.ts';

/** Somebody whose picture is compared. */
export type Onlooker = Pick<CrowdPlayer, 'id' | 'settled' | 'replica'>;

/** What is seen by people who all stand, compared with where they are. */
export interface Verdict extends Crowding {
  /** Sentences on what is not as it has to be, none when all is well. */
  readonly wrong: readonly string[];
}

/**
 * Compares everybody's picture with where everybody says they are: whoever stands in a square of one's interest is
 * shown, at their newest rev and in their very place, nobody else is, and the interest covers the screen.
 */
export function judge(players: readonly Onlooker[]): Verdict {
  const wrong: string[] = [];
  const truth = new Map<number, Own>();
  for (const { id, settled } of players) {
    if (id === undefined || settled === undefined) wrong.push('Somebody has no answer yet.');
    else truth.set(id, settled);
  }
  if (wrong.length > 0) return { wrong, onScreen: 0, inInterest: 0 };
  let onScreen = 0;
  let inInterest = 0;
  for (const viewer of players) {
    const { id: viewerId, settled, replica } = viewer;
    if (viewerId === undefined || settled === undefined) continue;
    const { x, y } = settled;
    for (const { sx, sy } of squaresOf(squaresOnScreen(x, y, SCREEN.width, SCREEN.height, ENTER_MARGIN_TILES))) {
      if (!replica.squares.has(squareKey(sx, sy))) wrong.push(`${viewerId} was not told of the square ${sx},${sy}.`);
    }
    for (const [id, own] of truth) {
      if (id !== viewerId && isOnScreen(own, settled)) onScreen++;
      const mustBeSeen = replica.squares.has(squareKey(squareIndexOf(own.x), squareIndexOf(own.y)));
      const shown = replica.players.get(id);
      if (!mustBeSeen) {
        if (shown !== undefined) wrong.push(`${viewerId} is shown ${id}, who is elsewhere.`);
        continue;
      }
      if (id !== viewerId) inInterest++;
      if (shown?.square === undefined) wrong.push(`${viewerId} is not shown ${id}.`);
      else if (!isAt(shown.occupant, own)) wrong.push(`${viewerId} is shown an earlier ${id}.`);
    }
    for (const id of replica.players.keys())
      if (!truth.has(id)) wrong.push(`${viewerId} is shown ${id}, who has left.`);
  }
  return { wrong, onScreen: onScreen / players.length, inInterest: inInterest / players.length };
}

const isOnScreen = (own: Own, viewer: Own): boolean =>
  Math.abs(own.x - viewer.x) <= (SCREEN.width / 2) * UNITS_PER_TILE &&
  Math.abs(own.y - viewer.y) <= (SCREEN.height / 2) * UNITS_PER_TILE;

const isAt = (shown: { rev: number; motion: { x: number; y: number } }, own: Own): boolean =>
  shown.rev === own.rev && shown.motion.x === own.x && shown.motion.y === own.y;
