import { DEFAULTS } from '../../../client/bots/options.ts';
import { ENTER_MARGIN_TILES, TILES_PER_SQUARE } from '../../../shared/constants.ts';

/** Everybody's screen, in tiles. */
const SCREEN = DEFAULTS.screen;

/**
 * How far an interest reaches beyond screen and margin on average: whole squares, and some that are kept for a while
 * by whoever walks to and fro.
 */
const KEPT_TILES = 6;
/** The sides of an interest in tiles, on average: what touches a square has all of it. */
const WIDTH = SCREEN.width + 2 * ENTER_MARGIN_TILES + TILES_PER_SQUARE + KEPT_TILES;
const HEIGHT = SCREEN.height + 2 * ENTER_MARGIN_TILES + TILES_PER_SQUARE + KEPT_TILES;

/**
 * The share of a region `side` tiles long that a window of `window` tiles covers along one axis, on average over all
 * places of its middle in the region: less than its length, for at the edges there is nothing to see.
 */
function covered(window: number, side: number): number {
  const half = Math.min(1, window / (2 * side));
  return 1 - (1 - half) ** 2;
}

/** How many others are in an interest, on average, when so many players are spread over so many tiles each. */
export function othersInInterest(players: number, tilesEach: number): number {
  const side = Math.sqrt(players * tilesEach);
  return (players - 1) * covered(WIDTH, side) * covered(HEIGHT, side);
}

/**
 * Tiles for each of so many players so that about so many others are in each interest: however few they are, with the
 * edges of their region taken into account.
 * @throws RangeError when there are not so many others
 */
export function tilesEachFor(players: number, others: number): number {
  if (others >= players - 1) throw new RangeError(`${players} players cannot have ${others} others around each`);
  let low = 0.01;
  let high = (WIDTH * HEIGHT) / Math.max(0.01, others);
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (othersInInterest(players, middle) > others) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
