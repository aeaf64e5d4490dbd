import { assertNever } from '../../../shared/protocol.ts';
import type { Headwear, PersonInks } from './looks.ts';
import type { Pixels } from './pixels.ts';

/** The five ways to face that are drawn; the other three are mirrored. */
export type Facing = 'south' | 'southEast' | 'east' | 'northEast' | 'north';

// h hair, k its shine, H its shade, s skin, S its shade, e eye, r cheek.
const HEADS: Readonly<Record<Facing, readonly string[]>> = {
  south: [
    '..hhhhhh..',
    '.hkkhhhhh.',
    'hkkhhhhhhh',
    'hhhhhhhhhh',
    'hHhhsshhHh',
    'hHssssssHh',
    'Hsesssses.',
    '.sesssses.',
    '.rssssssr.',
    '..SssssS..',
  ],
  southEast: [
    '..hhhhhh..',
    '.hkkhhhhh.',
    'hkkhhhhhhh',
    'hhhhhhhhhh',
    'hhhHhhssHh',
    'hhHHssssss',
    'hHHSssesse',
    '.HHSssesse',
    '..SSrsssss',
    '...SSssss.',
  ],
  east: [
    '..hhhhhh..',
    '.hkkhhhhh.',
    'hkkhhhhhhh',
    'hhhhhhhhhh',
    'hhhhhHhhss',
    'hhhhHHssss',
    'HhhhHSssess',
    '.HHHSsssess',
    '.HHSSsrsss',
    '...SSssss.',
  ],
  northEast: [
    '..hhhhhh..',
    '.hkkhhhhh.',
    'hkkhhhhhhh',
    'hhhhhhhhhh',
    'hhhhhhhhhh',
    'hhhhhhhHss',
    'HhhhhhHSss',
    '.HhhhhHHSs',
    '.HHhhhHHSr',
    '..HHHHHSS.',
  ],
  north: [
    '..hhhhhh..',
    '.hkkhhhhh.',
    'hkkhhhhhhh',
    'hhhhhhhhhh',
    'hhhhhhhhhh',
    'hhhhhhhhhh',
    'Hhhhhhhhhh',
    '.HhhhhhhH.',
    '.HHhhhhHH.',
    '..HHHHHH..',
  ],
};

/** Where the brim of a cap begins beside the head's left edge, and how wide it is. */
const BRIMS: Readonly<Record<Facing, readonly [from: number, width: number]>> = {
  south: [2, 6],
  southEast: [4, 7],
  east: [6, 6],
  northEast: [8, 3],
  north: [0, 0],
};
/** How far a bun is from the head's left edge: behind, as far as that is to be seen. */
const BUN_AT: Readonly<Record<Facing, number>> = { south: 3, southEast: 2, east: 0, northEast: 2, north: 3 };

/** Draws a head with hair and hat, its upper left corner at (x, y); reaches 2 pixels over it and to both sides. */
export function drawHead(
  picture: Pixels,
  facing: Facing,
  x: number,
  y: number,
  wear: Headwear,
  inks: PersonInks,
): void {
  const rows = HEADS[facing];
  // Where there is a hat, it is drawn as the hair is.
  const hatted = { ...inks, h: inks.t, H: inks.T, k: inks.u };
  switch (wear) {
    case 'short':
      picture.stamp(rows, x, y, inks);
      return;
    case 'hood':
      picture.stamp(rows, x, y, hatted);
      return;
    case 'long':
      drawLongHair(picture, facing, x, y, inks);
      return;
    case 'bun':
      picture.stamp(['khhh', 'hhhh'], x + BUN_AT[facing], y - 2, inks);
      picture.stamp(rows, x, y, inks);
      return;
    case 'cap': {
      picture.stamp(rows, x, y, inks);
      picture.stamp(rows.slice(0, 4), x, y, hatted);
      picture.rect(x, y + 3, 10, 1, inks.T);
      const [from, width] = BRIMS[facing];
      picture.rect(x + from, y + 4, width, 1, inks.T);
      return;
    }
    case 'straw':
      picture.stamp(rows, x, y, inks);
      picture.stamp(rows.slice(0, 3), x, y - 1, hatted);
      picture.rect(x, y + 2, 10, 1, inks.n);
      picture.rect(x - 2, y + 3, 14, 1, inks.t);
      picture.rect(x - 1, y + 4, 12, 1, inks.T);
      return;
    default:
      assertNever(wear);
  }
}

/** Hair over the shoulders: beside the face in front, over the back from behind. */
function drawLongHair(picture: Pixels, facing: Facing, x: number, y: number, inks: PersonInks): void {
  if (facing === 'north' || facing === 'northEast') picture.rect(x + 1, y + 9, 8, 4, inks.h);
  else if (facing === 'east') picture.rect(x, y + 6, 3, 7, inks.H);
  else if (facing === 'southEast') picture.rect(x, y + 6, 2, 7, inks.H);
  else {
    picture.rect(x, y + 6, 1, 6, inks.H);
    picture.rect(x + 9, y + 6, 1, 6, inks.H);
  }
  picture.stamp(HEADS[facing], x, y, inks);
  if (facing === 'north') picture.rect(x + 2, y + 12, 6, 1, inks.H);
  if (facing === 'northEast') picture.rect(x + 1, y + 12, 6, 1, inks.H);
}
