import { inShade, LAND, PALETTE } from './palette.ts';
import { drawPerson, FEET_X, FEET_Y } from './person-art.ts';
import { ink, Pixels } from './pixels.ts';
import { drawShadow } from './scenery-art.ts';

/** Sizes that the app's icon is asked for in. */
export type IconSize = 192 | 512 | 180;

/** Who stands on the icon, and facing where: the viewer. */
const LOOK = 0;
const FACING = 2;

const FLOWER = ['.p.', 'pyp', '.p.', '.d.'];
const TUFT = ['d...d', '.d.d.', '.ddd.'];

/**
 * The app's icon: somebody on the meadow where two borders of squares meet, drawn small and enlarged in whole pixels.
 * @param maskable fills every corner and keeps head and body in the middle, where no mask cuts; otherwise the corners
 * are rounded off, but not at size 180, whose device does that itself
 */
export function drawIcon(size: IconSize, maskable: boolean): Pixels {
  // 16 × 32, 6 × 32 and 5 × 36 pixels.
  const side = size === 180 ? 36 : 32;
  const small = drawScene(side, maskable);
  if (!maskable && size !== 180) roundCorners(small);
  return enlarged(small, size / side);
}

function drawScene(side: number, maskable: boolean): Pixels {
  const picture = new Pixels(side, side);
  // Head and body, not the feet, stand in the middle of what a mask leaves.
  const feetX = side / 2;
  const feetY = side / 2 + (maskable ? 14 : 12);
  const cornerX = feetX - 10;
  const cornerY = feetY - 5;
  picture.data.fill(ink(LAND.grass));
  picture.rect(cornerX, 0, side, cornerY, ink(LAND.grassLight));
  picture.rect(cornerX, 0, 1, side, ink(PALETTE.cream));
  picture.rect(0, cornerY, side, 1, ink(PALETTE.cream));
  const plants = { d: ink(LAND.tuft), p: ink(LAND.petalWhite), y: ink(LAND.petalYellow) };
  picture.stamp(TUFT, feetX + 8, feetY - 20, plants);
  picture.stamp(FLOWER, feetX + 9, feetY - 11, plants);
  picture.stamp(TUFT, feetX + 9, feetY - 2, plants);
  picture.stamp(FLOWER, feetX - 14, feetY - 1, plants);
  castShadow(picture, feetX, feetY);
  picture.blit(drawPerson(LOOK, FACING, 0), feetX - FEET_X, feetY - FEET_Y);
  return picture;
}

/** An icon shows nothing through: where the shadow of a person lies, the grass is a step darker. */
function castShadow(picture: Pixels, feetX: number, feetY: number): void {
  const shadow = drawShadow(16, 6);
  for (let y = 0; y < shadow.height; y++) {
    for (let x = 0; x < shadow.width; x++) {
      if (shadow.at(x, y) === 0) continue;
      const [atX, atY] = [feetX - 8 + x, feetY - 3 + y];
      const below = picture.at(atX, atY);
      if (below !== 0) picture.set(atX, atY, inShade(below));
    }
  }
}

/** How many pixels each row from the edge loses at its ends. */
const ROUNDING = [5, 3, 2, 1, 1] as const;

function roundCorners(picture: Pixels): void {
  const last = picture.height - 1;
  for (const [row, cut] of ROUNDING.entries()) {
    for (const y of [row, last - row]) {
      picture.rect(0, y, cut, 1, 0);
      picture.rect(picture.width - cut, y, cut, 1, 0);
    }
  }
}

function enlarged(small: Pixels, times: number): Pixels {
  const picture = new Pixels(small.width * times, small.height * times);
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) picture.rect(x * times, y * times, times, times, small.at(x, y));
  }
  return picture;
}
