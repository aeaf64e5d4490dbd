import { UNITS_PER_TILE } from '../shared/constants.ts';

/** A place in units. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** A person is in sight when this much of the screen's half is between, for their feet may be at its very edge. */
const IN_SIGHT = 0.97;

/**
 * The way to the nearest people, in tiles, when none are in sight; undefined while somebody is, or nobody is known.
 * @param screen in tiles, with oneself in the middle
 * @param told the tile of the nearest people, as the server tells it while it shows none
 */
export function wayToNearest(
  own: Place,
  people: Iterable<Place>,
  screen: { readonly width: number; readonly height: number },
  told: readonly [tileX: number, tileY: number] | undefined,
): Place | undefined {
  let nearest: Place | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const person of people) {
    const x = (person.x - own.x) / UNITS_PER_TILE;
    const y = (person.y - own.y) / UNITS_PER_TILE;
    if (Math.abs(x) <= (screen.width / 2) * IN_SIGHT && Math.abs(y) <= (screen.height / 2) * IN_SIGHT) return undefined;
    const distance = Math.hypot(x, y);
    if (distance >= least) continue;
    least = distance;
    nearest = { x, y };
  }
  if (nearest !== undefined || told === undefined) return nearest;
  return {
    x: told[0] - Math.floor(own.x / UNITS_PER_TILE),
    y: told[1] - Math.floor(own.y / UNITS_PER_TILE),
  };
}
