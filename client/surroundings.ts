import { UNITS_PER_TILE } from '../shared/constants.ts';
import { squareIndexOf } from '../shared/grid.ts';
import { signed } from './figures.ts';
import { bearing } from './ui/compass.ts';

/** A place in units. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** What is around somebody. */
export interface Surroundings {
  readonly own: Place;
  readonly people: Iterable<Place & { readonly name: string | undefined }>;
  readonly gems: Iterable<{ readonly tileX: number; readonly tileY: number }>;
  /** The tile of the nearest people, told while nobody is in the picture. */
  readonly company: readonly [tileX: number, tileY: number] | undefined;
}

/** People named one by one: more would be a list that nobody listens to. */
const NAMED = 3;

interface Way {
  readonly tiles: number;
  readonly words: string;
}

/** Where one is, and who and what is near: in words, for those who do not see it. */
export function describeSurroundings({ own, people, gems, company }: Surroundings): string {
  const sentences = [`You are in square ${squareWords(own)}.`];
  const near = [...people]
    .map(({ name, x, y }) => ({ name: name ?? 'Somebody', way: wayTo(own, x, y) }))
    .sort((a, b) => a.way.tiles - b.way.tiles);
  const named = near.slice(0, NAMED).map(({ name, way }) => `${name} ${way.words}`);
  if (near.length > NAMED) named.push(`${near.length - NAMED} more`);
  if (near.length > 0) sentences.push(`${counted(near.length, 'player')} near: ${listed(named)}.`);
  else if (company === undefined) sentences.push('Nobody is near.');
  else sentences.push(`Nobody is near; the nearest people are ${middleWay(own, ...company).words}.`);
  const [gem] = [...gems].map(({ tileX, tileY }) => middleWay(own, tileX, tileY)).sort((a, b) => a.tiles - b.tiles);
  if (gem !== undefined) sentences.push(`The nearest gem is ${gem.words}.`);
  return sentences.join(' ');
}

/** The square that a place is in, as people write it. */
export const squareWords = ({ x, y }: Place): string => `${signed(squareIndexOf(x))}, ${signed(squareIndexOf(y))}`;

/** A number of things: "1 square", "3 squares". */
export const counted = (count: number, thing: string): string => (count === 1 ? `1 ${thing}` : `${count} ${thing}s`);

/** How far and which way a place in units is. */
function wayTo(own: Place, x: number, y: number): Way {
  const [dx, dy] = [(x - own.x) / UNITS_PER_TILE, (y - own.y) / UNITS_PER_TILE];
  const tiles = Math.round(Math.hypot(dx, dy));
  return { tiles, words: tiles === 0 ? 'right here' : `${counted(tiles, 'tile')} ${bearing(dx, dy)}` };
}

const middleWay = (own: Place, tileX: number, tileY: number): Way =>
  wayTo(own, (tileX + 0.5) * UNITS_PER_TILE, (tileY + 0.5) * UNITS_PER_TILE);

function listed(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
