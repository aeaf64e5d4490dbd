import { PALETTE, SHADOW } from './palette.ts';
import { Pixels, translucent } from './pixels.ts';

/** Side of the picture of a footprint, whose middle is where the foot came down. */
export const FOOTPRINT_SIDE = 6;
/** How many steps a puff of dust has. */
export const DUST_FRAMES = 4;
export const DUST_WIDTH = 12;
export const DUST_HEIGHT = 8;

// s where the sole pressed, h the heel, w the sand that was pushed up behind it.
const PRINT_NORTH = ['......', '..ss..', '..ss..', '......', '..hh..', '..ww..'];
const PRINT_EAST = ['......', '......', '.h.ss.', 'wh.ss.', '......', '......'];
const PRINT_NORTH_EAST = ['......', '...ss.', '...ss.', '..s...', '.h....', 'w.....'];

/** One foot's print in sand. @param heading8 0–7, clockwise from east, as DIRECTIONS */
export function drawFootprint(heading8: number): Pixels {
  const picture = new Pixels(FOOTPRINT_SIDE, FOOTPRINT_SIDE);
  const inks = { s: translucent(SHADOW, 78), h: translucent(SHADOW, 60), w: translucent(PALETTE.cream, 84) };
  const isDiagonal = heading8 % 2 === 1;
  const isUpright = heading8 === 2 || heading8 === 6;
  const rows = isDiagonal ? PRINT_NORTH_EAST : isUpright ? PRINT_NORTH : PRINT_EAST;
  const isSouthwards = heading8 >= 1 && heading8 <= 3;
  const isWestwards = heading8 >= 3 && heading8 <= 5;
  picture.stamp(isSouthwards ? [...rows].reverse() : rows, 0, 0, inks);
  if (!isWestwards) return picture;
  const mirrored = new Pixels(FOOTPRINT_SIDE, FOOTPRINT_SIDE);
  mirrored.blit(picture, 0, 0, true);
  return mirrored;
}

/** Little clouds, each by its middle and its radii. */
type Cloud = readonly [x: number, y: number, rx: number, ry: number];
const PUFFS: readonly (readonly Cloud[])[] = [
  [[6, 6, 2, 1.5]],
  [
    [4, 5.5, 2.5, 2],
    [8, 6, 2.5, 1.5],
  ],
  [
    [3, 4.5, 2.5, 2],
    [9, 5, 2.5, 2],
    [6, 6.5, 1.5, 1],
  ],
  [
    [2, 3, 1.5, 1.5],
    [10, 3.5, 1.5, 1.5],
    [6, 2.5, 1, 1],
  ],
];
const PUFF_ALPHAS = [170, 140, 100, 56] as const;

/** A puff of dust under a foot that comes down: it opens, rises and is gone. The ground is the picture's lower edge. */
export function drawDust(frame: number): Pixels {
  const picture = new Pixels(DUST_WIDTH, DUST_HEIGHT);
  const step = frame % DUST_FRAMES;
  const alpha = PUFF_ALPHAS[step] as number;
  const [body, light] = [translucent(PALETTE.peach, alpha), translucent(PALETTE.cream, alpha)];
  for (const [x, y, rx, ry] of PUFFS[step] as readonly Cloud[]) {
    picture.ellipse(x, y, rx, ry, body);
    picture.ellipse(x - 0.5, y - 0.5, rx - 1, ry - 1, light);
  }
  return picture;
}
