import {
  MAX_SCREEN_HEIGHT_TILES,
  MAX_SCREEN_WIDTH_TILES,
  MAX_SQUARE,
  MIN_SCREEN_TILES,
  MIN_SQUARE,
  UNITS_PER_SQUARE,
  UNITS_PER_TILE,
} from './constants.ts';

/** A square of the grid, 32 × 32 tiles; `sx` and `sy` are int32. */
export interface Square {
  readonly sx: number;
  readonly sy: number;
}

/** A rectangle of squares, bounds inclusive. */
export interface SquareRect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** `"X,Y"`: names a square in maps and in channel names. */
export type SquareKey = `${number},${number}`;

/** Smallest and largest coordinate of the world, in units: the edge of the world lies just beyond. */
export const MIN_UNITS = MIN_SQUARE * UNITS_PER_SQUARE;
export const MAX_UNITS = (MAX_SQUARE + 1) * UNITS_PER_SQUARE - 1;

/** The tile or square index that holds a coordinate. Division, never shifts: coordinates exceed 32 bits. */
export const tileOf = (units: number): number => Math.floor(units / UNITS_PER_TILE);
export const squareIndexOf = (units: number): number => Math.floor(units / UNITS_PER_SQUARE);

/** The first unit of a square along one axis. */
export const squareOrigin = (index: number): number => index * UNITS_PER_SQUARE;

export const squareKey = (sx: number, sy: number): SquareKey => `${sx},${sy}`;

export function parseSquareKey(key: string): Square {
  const comma = key.indexOf(',');
  return { sx: Number(key.slice(0, comma)), sy: Number(key.slice(comma + 1)) };
}

/** True when the point lies in the world. */
export const inWorld = (x: number, y: number): boolean =>
  x >= MIN_UNITS && x <= MAX_UNITS && y >= MIN_UNITS && y <= MAX_UNITS;

/** The broker channel of a square; `world` matches `WORLD_NAME`. */
export const squareChannel = (world: string, sx: number, sy: number): string => `flatlands:${world}:sq:${sx},${sy}`;

/** What a world may be called: it is part of channel names. */
export const WORLD_NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);

/** The screen that counts for a claimed one: whole tiles within the cap (G1). */
export function clampScreen(widthTiles: number, heightTiles: number): { width: number; height: number } {
  return {
    width: clamp(Math.ceil(widthTiles), MIN_SCREEN_TILES, MAX_SCREEN_WIDTH_TILES),
    height: clamp(Math.ceil(heightTiles), MIN_SCREEN_TILES, MAX_SCREEN_HEIGHT_TILES),
  };
}

/**
 * The squares touched by a screen of `widthTiles` × `heightTiles` centred on (x, y) units and grown by
 * `marginTiles` on every side; cut at the edge of the world.
 */
export function squaresOnScreen(
  x: number,
  y: number,
  widthTiles: number,
  heightTiles: number,
  marginTiles: number,
): SquareRect {
  const halfWidth = (widthTiles / 2 + marginTiles) * UNITS_PER_TILE;
  const halfHeight = (heightTiles / 2 + marginTiles) * UNITS_PER_TILE;
  return {
    left: clamp(squareIndexOf(x - halfWidth), MIN_SQUARE, MAX_SQUARE),
    top: clamp(squareIndexOf(y - halfHeight), MIN_SQUARE, MAX_SQUARE),
    right: clamp(squareIndexOf(x + halfWidth), MIN_SQUARE, MAX_SQUARE),
    bottom: clamp(squareIndexOf(y + halfHeight), MIN_SQUARE, MAX_SQUARE),
  };
}

export const rectContains = (rect: SquareRect, sx: number, sy: number): boolean =>
  sx >= rect.left && sx <= rect.right && sy >= rect.top && sy <= rect.bottom;

export const sameRect = (a: SquareRect, b: SquareRect): boolean =>
  a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom;

/** The squares of a rectangle, row by row. */
export function* squaresOf(rect: SquareRect): Generator<Square> {
  for (let sy = rect.top; sy <= rect.bottom; sy++) {
    for (let sx = rect.left; sx <= rect.right; sx++) yield { sx, sy };
  }
}

/**
 * A neighbour as one byte: 0 is "no neighbour", 1–9 number the 3 × 3 block around a square row by row
 * (so 5, the square itself, never occurs). Squares that do not touch have the code 0.
 */
export function neighbourCode(from: Square, to: Square): number {
  const dx = to.sx - from.sx;
  const dy = to.sy - from.sy;
  if (Math.abs(dx) > 1 || Math.abs(dy) > 1 || (dx === 0 && dy === 0)) return 0;
  return dx + 2 + 3 * (dy + 1);
}

/** The square that `neighbourCode` named, or undefined for 0. */
export function neighbourOf(square: Square, code: number): Square | undefined {
  if (code === 0) return undefined;
  const index = code - 1;
  return { sx: square.sx + (index % 3) - 1, sy: square.sy + Math.floor(index / 3) - 1 };
}
