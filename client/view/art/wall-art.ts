import { TILE_COLOURS } from '../../../shared/tiles.ts';
import { TILE_SHADES, type TileShades } from './palette.ts';
import { ink, Pixels } from './pixels.ts';

/** Height of a wall's front face, in pixels: its picture reaches so far above its tile. */
export const WALL_RISE = 11;
export const WALL_WIDTH = 16;
export const WALL_HEIGHT = WALL_WIDTH + WALL_RISE;

/** Sides on which a wall goes on in the same colour, as bits. */
export const JOIN_WEST = 1;
export const JOIN_EAST = 2;
export const JOIN_NORTH = 4;
export const JOIN_SOUTH = 8;
export const WALL_JOINS = 16;

/** Rows of the face where one course of stones ends, and where the joints of the courses lie. */
const COURSE_ROWS = 4;
const JOINTS: readonly (readonly number[])[] = [
  [4, 12],
  [0, 8],
  [4, 12],
];

/** The picture of a wall, its tile at the bottom. @param variant of the colours */
export function drawWall(variant: number, joins: number): Pixels {
  const picture = new Pixels(WALL_WIDTH, WALL_HEIGHT);
  drawBlock(picture, shadesOf(variant), joins, WALL_WIDTH);
  return picture;
}

/** A block that stands alone, cut to the height of a tile: its face, and a strip of its top. */
export function drawWallIcon(variant: number): Pixels {
  const picture = new Pixels(WALL_WIDTH, WALL_WIDTH);
  drawBlock(picture, shadesOf(variant), 0, WALL_WIDTH - WALL_RISE);
  return picture;
}

const shadesOf = (variant: number): TileShades =>
  TILE_SHADES[TILE_COLOURS[variant % TILE_COLOURS.length] as (typeof TILE_COLOURS)[number]];

function drawBlock(picture: Pixels, shades: TileShades, joins: number, depth: number): void {
  const [light, base, shade, deep] = [ink(shades.light), ink(shades.base), ink(shades.shade), ink(shades.deep)];
  const last = WALL_WIDTH - 1;
  picture.rect(0, 0, WALL_WIDTH, depth, base);
  drawFace(picture, depth, base, shade, deep);
  // Edges: lit towards the light, which comes from the upper left, and at the rim above the face.
  if ((joins & JOIN_SOUTH) === 0) picture.rect(0, depth - 1, WALL_WIDTH, 1, light);
  if ((joins & JOIN_EAST) === 0) {
    picture.rect(last, 0, 1, depth - 1, shade);
    picture.rect(last, depth, 1, WALL_RISE, deep);
  }
  if ((joins & JOIN_WEST) === 0) picture.rect(0, 0, 1, depth, light);
  if ((joins & JOIN_NORTH) === 0) picture.rect(0, 0, WALL_WIDTH, 1, light);
}

function drawFace(picture: Pixels, top: number, base: number, shade: number, deep: number): void {
  picture.rect(0, top, WALL_WIDTH, WALL_RISE, shade);
  for (let row = 0; row < WALL_RISE; row++) {
    const course = Math.floor(row / COURSE_ROWS);
    const y = top + row;
    if (row % COURSE_ROWS === COURSE_ROWS - 1) picture.rect(0, y, WALL_WIDTH, 1, deep);
    for (const x of JOINTS[course] as readonly number[]) {
      picture.set(x, y, deep);
      // The upper left corner of a stone catches a little light.
      if (row % COURSE_ROWS === 0) picture.rect(x + 1, y, 3, 1, base);
    }
  }
  picture.rect(0, top + WALL_RISE - 1, WALL_WIDTH, 1, deep);
}
