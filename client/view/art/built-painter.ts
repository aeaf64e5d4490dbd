import { latticeHash, WATER } from '../../../shared/terrain.ts';
import { TILE_COLOURS } from '../../../shared/tiles.ts';
import { createWobble, NOISE_SIDE } from './field.ts';
import { paintBlossoms, paintPlankSide, paintPlanks, paintStones } from './floor-art.ts';
import { FLOORS, inShade, SHADOW, TILE_SHADES } from './palette.ts';
import { ink, type Pixels, translucent } from './pixels.ts';
import { covers, isWall, tileLook } from './tile-look.ts';

/** Pixels along one side of a tile's picture. */
const TILE = 16;
/** Where the neighbours of a tile stand in TileAround.kinds, row by row from the north-west. */
export const AROUND = { northWest: 0, north: 1, northEast: 2, west: 3, own: 4, east: 5, south: 7 } as const;

/** A tile to be painted, and what its picture depends on. */
export interface TileAround {
  /** The kinds of the tile and the eight around it, row by row. */
  readonly kinds: ArrayLike<number>;
  /** The terrain's own ground in the tile. */
  readonly ground: number;
  /** A number that belongs to the tile: what varies from tile to tile follows from it. */
  readonly hash: number;
  /** The tile, reckoned in tiles from anywhere that stays the same: grain runs on from tile to tile. */
  readonly tileX: number;
  readonly tileY: number;
}

/** The shades of something that covers the ground in a layer: what it is worn to, and its rim. */
interface Layer {
  readonly light: number;
  readonly base: number;
  readonly shade: number;
  readonly deep: number;
  /** How far its open edges are eaten away. */
  readonly raggedness: number;
}

const PAINTS: readonly Layer[] = TILE_COLOURS.map((colour) => {
  const { light, base, shade, deep } = TILE_SHADES[colour];
  return { light: ink(light), base: ink(base), shade: ink(shade), deep: ink(deep), raggedness: 24 };
});
const EARTH: Layer = {
  light: ink(FLOORS.earthLight),
  base: ink(FLOORS.earth),
  shade: ink(FLOORS.earthDark),
  deep: ink(FLOORS.earthEdge),
  raggedness: 62,
};
/** The order of FLOORS in shared/tiles.ts. */
const PATH = 0;

/** How dark a wall's shadow is where it falls: near the wall, and where it fades. */
const SHADOW_DARK = 92;
const SHADOW_FAINT = 46;
const SHADOW_DEPTH = 4;
const SHADOW_WIDTH = 3;

const WOBBLE = createWobble((x, y) => latticeHash(0x6275, x, y));

/**
 * Paints what is built flat on a tile, its upper left corner at (x, y), where the picture is clear; whatever stays
 * clear shows the land below.
 */
export function paintBuilt(picture: Pixels, x: number, y: number, around: TileAround): void {
  const kind = around.kinds[AROUND.own] as number;
  // Its block hides all of the tile.
  if (isWall(kind)) return;
  const look = tileLook(kind);
  if (look?.group === 'paint') paintLayer(picture, x, y, around, PAINTS[look.variant] as Layer);
  else if (look?.group === 'flower') paintBlossoms(picture, x, y, look.variant, around.hash);
  else if (look?.group === 'floor' && look.variant === PATH) {
    paintLayer(picture, x, y, around, EARTH);
    paintStones(picture, x, y, around.hash);
  } else if (look?.group === 'floor') paintPlanks(picture, x, y, around);
  if (!covers(kind) && around.ground === WATER) paintOverhang(picture, x, y, around.kinds);
  castShadows(picture, x, y, around.kinds);
}

function paintLayer(picture: Pixels, x: number, y: number, around: TileAround, layer: Layer): void {
  const { kinds, ground, tileX, tileY } = around;
  const isOpen = (at: number): boolean => !covers(kinds[at] as number);
  const [north, west, east, south] = [AROUND.north, AROUND.west, AROUND.east, AROUND.south];
  const open = { north: isOpen(north), west: isOpen(west), east: isOpen(east), south: isOpen(south) };
  const afloat = ground === WATER;
  for (let row = 0; row < TILE; row++) {
    const noiseRow = wrap(tileY * TILE + row) * NOISE_SIDE;
    for (let column = 0; column < TILE; column++) {
      const noiseColumn = wrap(tileX * TILE + column);
      const noise = WOBBLE[noiseRow + noiseColumn] as number;
      const edge = edgeDistance(open, column, row);
      const fray = edge * 42 + 0.6 * noise;
      // Over water it keeps its edges, but for the corners.
      if (afloat ? edge < 0 : fray < layer.raggedness) continue;
      const grain = (latticeHash(0x6772, noiseColumn, noiseRow) >>> 24) - 128;
      // Worn through here and there, where nothing but land is below.
      if (!afloat && noise < -72 && grain > 100) continue;
      const tone = noise + 0.3 * grain;
      let colour = tone > 92 ? layer.light : tone < -92 ? layer.shade : layer.base;
      if (!afloat && fray < layer.raggedness + 26 && edge < 3) colour = layer.shade;
      if (afloat && edge < 1) colour = layer.shade;
      picture.set(x + column, y + row, neighbourPaint(kinds, column, row, grain) ?? colour);
    }
  }
}

/** Along another colour some pixels are the neighbour's: the two were laid by hand. */
function neighbourPaint(kinds: ArrayLike<number>, column: number, row: number, grain: number): number | undefined {
  if (grain < 40) return undefined;
  const at =
    row === 0
      ? AROUND.north
      : row === TILE - 1
        ? AROUND.south
        : column === 0
          ? AROUND.west
          : column === TILE - 1
            ? AROUND.east
            : AROUND.own;
  if (kinds[at] === kinds[AROUND.own]) return undefined;
  const look = tileLook(kinds[at] as number);
  return look?.group === 'paint' ? PAINTS[look.variant]?.base : undefined;
}

/** How far a pixel lies from the nearest open edge, in pixels; corners between two open edges are rounded. */
function edgeDistance(
  open: { readonly north: boolean; readonly west: boolean; readonly east: boolean; readonly south: boolean },
  column: number,
  row: number,
): number {
  const fromX = Math.min(open.west ? column : TILE, open.east ? TILE - 1 - column : TILE);
  const fromY = Math.min(open.north ? row : TILE, open.south ? TILE - 1 - row : TILE);
  const near = Math.min(fromX, fromY);
  if (fromX > 3 || fromY > 3) return near;
  return Math.min(near, 4 - Math.hypot(3.5 - fromX, 3.5 - fromY));
}

const wrap = (pixel: number): number => ((pixel % NOISE_SIDE) + NOISE_SIDE) % NOISE_SIDE;

/** Below a floor on the water its side is seen, and its shadow on the waves. */
function paintOverhang(picture: Pixels, x: number, y: number, kinds: ArrayLike<number>): void {
  const kind = kinds[AROUND.north] as number;
  const look = tileLook(kind);
  if (look === undefined || !covers(kind) || isWall(kind)) return;
  if (look.group === 'floor' && look.variant !== PATH) {
    paintPlankSide(picture, x, y);
    return;
  }
  const { deep } = look.group === 'paint' ? (PAINTS[look.variant] as Layer) : EARTH;
  const left = covers(kinds[AROUND.northWest] as number) ? 0 : 1;
  const width = TILE - left - (covers(kinds[AROUND.northEast] as number) ? 0 : 1);
  picture.rect(x + left, y, width, 2, deep);
  picture.rect(x + left, y + 2, width, 1, inShade(deep));
  picture.rect(x + left, y + 3, width, 2, translucent(SHADOW, SHADOW_FAINT));
}

/** The shadows that walls to the north and west cast here: down and to the right, as everything's. */
function castShadows(picture: Pixels, x: number, y: number, kinds: ArrayLike<number>): void {
  const north = isWall(kinds[AROUND.north] as number);
  const west = isWall(kinds[AROUND.west] as number);
  const northWest = isWall(kinds[AROUND.northWest] as number);
  for (let row = 0; row < TILE; row++) {
    for (let column = 0; column < TILE; column++) {
      const below = row < SHADOW_DEPTH && (north ? northWest || column >= row : northWest && column < SHADOW_WIDTH);
      const beside = column < SHADOW_WIDTH && (west ? northWest || row >= column : false);
      if (!below && !beside) continue;
      const inner = (below && row < SHADOW_DEPTH - 1) || (beside && column < SHADOW_WIDTH - 1);
      shade(picture, x + column, y + row, inner ? SHADOW_DARK : SHADOW_FAINT);
    }
  }
}

/** Darkens a pixel, or the land below where it is clear. On what is built, the faint rim is every other pixel. */
function shade(picture: Pixels, x: number, y: number, darkness: number): void {
  const colour = picture.at(x, y);
  if (colour === 0) picture.set(x, y, translucent(SHADOW, darkness));
  else if (darkness === SHADOW_DARK || ((x + y) & 1) === 0) picture.set(x, y, inShade(colour));
}
