import { GRASS } from '../../../shared/terrain.ts';
import { paintBuilt } from './built-painter.ts';
import { LAND, SHADOW } from './palette.ts';
import { ink, Pixels, translucent } from './pixels.ts';
import { tileLook } from './tile-look.ts';
import { drawWallIcon } from './wall-art.ts';

/** Side of a tile's picture, in pixels. */
export const TILE_ICON = 16;

/** A hash whose tile shows most of what its kind has. */
const TYPICAL = 0x2b5d1c47;
const ALONE = (kind: number): readonly number[] => [0, 0, 0, 0, kind, 0, 0, 0, 0];

/** What one picks a kind by: the tile as it stands alone, walls from the front; the ground itself for BARE. */
export function drawTile(kind: number): Pixels {
  const look = tileLook(kind);
  if (look?.group === 'wall') return drawWallIcon(look.variant);
  const picture = new Pixels(TILE_ICON, TILE_ICON);
  if (look === undefined || look.group === 'flower') drawGrass(picture);
  paintBuilt(picture, 0, 0, { kinds: ALONE(kind), ground: GRASS, hash: TYPICAL, tileX: 0, tileY: 0 });
  return picture;
}

/** What is drawn of a kind that is not there yet: as `drawTile`, but flowers without ground, and nothing of BARE. */
export function drawTileGhost(kind: number): Pixels {
  const picture = new Pixels(TILE_ICON, TILE_ICON);
  paintBuilt(picture, 0, 0, { kinds: ALONE(kind), ground: GRASS, hash: TYPICAL, tileX: 0, tileY: 0 });
  return picture;
}

/** The outline of a tile, with a dark line around it so that it shows on any colour. Reaches a pixel over the tile. */
export function drawCursor(rgb: number): Pixels {
  const side = TILE_ICON + 2;
  const picture = new Pixels(side, side);
  frame(picture, 0, side, translucent(SHADOW, 130));
  frame(picture, 1, side - 2, ink(rgb));
  return picture;
}

/** The cross in the outline of a tile that cannot be set. */
export function drawCross(rgb: number): Pixels {
  const side = TILE_ICON + 2;
  const picture = new Pixels(side, side);
  for (let step = 5; step < side - 5; step++) {
    for (const x of [step, side - 1 - step]) picture.rect(x - (x * 2 < side ? 0 : 1), step, 2, 1, ink(rgb));
  }
  picture.outline(translucent(SHADOW, 130));
  return picture;
}

/** The mark of a tile that is about to be bare again: its dashed outline. */
export function drawRemoval(): Pixels {
  const picture = new Pixels(TILE_ICON, TILE_ICON);
  frame(picture, 0, TILE_ICON, ink(LAND.petalWhite));
  for (let y = 0; y < TILE_ICON; y++) {
    for (let x = 0; x < TILE_ICON; x++) {
      if (((x + y) >> 1) % 2 === 1 && picture.at(x, y) !== 0) picture.set(x, y, translucent(SHADOW, 150));
    }
  }
  return picture;
}

function drawGrass(picture: Pixels): void {
  picture.rect(0, 0, TILE_ICON, TILE_ICON, ink(LAND.grass));
  picture.stamp(['d...d', '.d.d.', '.ddd.'], 3, 4, { d: ink(LAND.tuft) });
  picture.stamp(['l...l', '.l.l.', '.d.d.'], 9, 9, { d: ink(LAND.tuft), l: ink(LAND.tuftLight) });
}

function frame(picture: Pixels, inset: number, side: number, colour: number): void {
  picture.rect(inset, inset, side, 1, colour);
  picture.rect(inset, inset + side - 1, side, 1, colour);
  picture.rect(inset, inset + 1, 1, side - 2, colour);
  picture.rect(inset + side - 1, inset + 1, 1, side - 2, colour);
}
