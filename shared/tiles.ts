import { SPAWN_RADIUS_TILES, TILES_PER_SQUARE } from './constants.ts';

/** What people may set on a tile. The numbers travel and are kept: a kind is never given another one. */
export type TileGroup = 'paint' | 'wall' | 'floor' | 'flower';

export interface TileKind {
  /** u8, 1 to 255; 0 is the terrain's own ground. */
  readonly number: number;
  readonly group: TileGroup;
  /** In English, lower case. */
  readonly name: string;
}

/** The colours that paint and walls come in, in the order of their numbers. */
export const TILE_COLOURS = ['white', 'grey', 'black', 'red', 'orange', 'yellow', 'green', 'blue'] as const;
export type TileColour = (typeof TILE_COLOURS)[number];

/** The terrain's own ground: what a tile is set back to. */
export const BARE = 0;
const FIRST_PAINT = 1;
const FIRST_WALL = 17;
const FIRST_FLOOR = 33;
const FIRST_FLOWER = 41;

const FLOORS = ['path', 'planks'] as const;
const FLOWERS = ['red flowers', 'yellow flowers', 'blue flowers', 'white flowers'] as const;

const numbered = (group: TileGroup, first: number, names: readonly string[]): TileKind[] =>
  names.map((name, index) => ({ number: first + index, group, name }));

/** Every kind there is. */
export const TILE_KINDS: readonly TileKind[] = [
  ...numbered(
    'paint',
    FIRST_PAINT,
    TILE_COLOURS.map((colour) => `${colour} paint`),
  ),
  ...numbered(
    'wall',
    FIRST_WALL,
    TILE_COLOURS.map((colour) => `${colour} wall`),
  ),
  ...numbered('floor', FIRST_FLOOR, FLOORS),
  ...numbered('flower', FIRST_FLOWER, FLOWERS),
];

const BY_NUMBER = new Map(TILE_KINDS.map((kind) => [kind.number, kind]));

/** The kind of a number; undefined for BARE and for numbers that no kind has. */
export const tileKind = (number: number): TileKind | undefined => BY_NUMBER.get(number);

/** Whether a number is one that a tile may be set to. */
export const isTileKind = (number: number): boolean => number === BARE || BY_NUMBER.has(number);

/** Walls block; flowers leave the ground as it is; everything else covers it, and can be walked on. */
export function isBlockedTile(kind: number, isGroundBlocked: boolean): boolean {
  const group = BY_NUMBER.get(kind)?.group;
  if (group === 'wall') return true;
  return group === undefined || group === 'flower' ? isGroundBlocked : false;
}

/** Whether a tile may be set at all: the spawn area, with a rim of one tile, stays as it is. */
export const isBuildable = (tileX: number, tileY: number): boolean =>
  tileX * tileX + tileY * tileY > (SPAWN_RADIUS_TILES + 1) ** 2;

/** A tile as streams name it: in its square, row by row from the north-west, 0 to 1023. */
export function tileIndexOf(tileX: number, tileY: number): { sx: number; sy: number; tile: number } {
  const sx = Math.floor(tileX / TILES_PER_SQUARE);
  const sy = Math.floor(tileY / TILES_PER_SQUARE);
  return { sx, sy, tile: (tileY - sy * TILES_PER_SQUARE) * TILES_PER_SQUARE + (tileX - sx * TILES_PER_SQUARE) };
}

/** The absolute tile of an index in a square. */
export const tileAtIndex = (sx: number, sy: number, tile: number): { tileX: number; tileY: number } => ({
  tileX: sx * TILES_PER_SQUARE + (tile % TILES_PER_SQUARE),
  tileY: sy * TILES_PER_SQUARE + Math.floor(tile / TILES_PER_SQUARE),
});
