import { expect, test } from 'vitest';
import { AROUND, paintBuilt } from '../../client/view/art/built-painter.ts';
import { drawEmote, drawEmoteBubble, EMOTE_NAMES, EMOTE_SIDE } from '../../client/view/art/emote-art.ts';
import { drawGem, drawGemFrame, GEM_FRAMES } from '../../client/view/art/gem-art.ts';
import { Pixels } from '../../client/view/art/pixels.ts';
import { drawTile, TILE_ICON } from '../../client/view/art/tile-art.ts';
import { covers, isWall, tileLook } from '../../client/view/art/tile-look.ts';
import {
  drawWall,
  JOIN_EAST,
  JOIN_SOUTH,
  WALL_HEIGHT,
  WALL_JOINS,
  WALL_WIDTH,
} from '../../client/view/art/wall-art.ts';
import { EMOTES } from '../../shared/constants.ts';
import { GRASS, WATER } from '../../shared/terrain.ts';
import { BARE, TILE_COLOURS, TILE_KINDS } from '../../shared/tiles.ts';

const TILE = 16;
const [RED_PAINT, RED_WALL, PATH, PLANKS, RED_FLOWERS] = [4, 20, 33, 34, 41] as const;
const ALL = TILE * TILE;

interface Setting {
  readonly around?: number;
  readonly north?: number;
  readonly west?: number;
  readonly ground?: number;
  readonly hash?: number;
  readonly tileX?: number;
}

/** Paints a tile among neighbours that are all `around` but for those named. */
function painted(kind: number, setting: Setting = {}): Pixels {
  const kinds = new Array<number>(9).fill(setting.around ?? BARE);
  kinds[AROUND.own] = kind;
  if (setting.north !== undefined) kinds[AROUND.north] = setting.north;
  if (setting.west !== undefined) kinds[AROUND.west] = setting.west;
  const picture = new Pixels(TILE, TILE);
  const { ground = GRASS, hash = 12345, tileX = 3 } = setting;
  paintBuilt(picture, 0, 0, { kinds, ground, hash, tileX, tileY: -7 });
  return picture;
}

const inked = (picture: Pixels): number => picture.data.reduce((count, colour) => count + (colour === 0 ? 0 : 1), 0);
const isOpaque = (colour: number): boolean => colour >>> 24 === 255;
const row = (picture: Pixels, y: number): number[] => [
  ...picture.data.subarray(y * picture.width, (y + 1) * picture.width),
];

test('every kind has a picture of one tile, and no two are alike', () => {
  const numbers = [BARE, ...TILE_KINDS.map(({ number }) => number)];
  const pictures = numbers.map((number) => drawTile(number));
  for (const { width, height } of pictures) expect([width, height]).toEqual([TILE_ICON, TILE_ICON]);
  expect(new Set(pictures.map(({ data }) => data.join()))).toHaveProperty('size', numbers.length);
});

test('everything but flowers covers the ground, and only walls are walls', () => {
  for (const { number, group } of TILE_KINDS) {
    expect(covers(number)).toBe(group !== 'flower');
    expect(isWall(number)).toBe(group === 'wall');
  }
  expect([covers(BARE), isWall(BARE), tileLook(BARE)]).toEqual([false, false, undefined]);
});

test('a kind that nobody knows yet is drawn as the ground is', () => {
  expect(tileLook(255)).toBeUndefined();
  expect(covers(255)).toBe(false);
  expect(inked(painted(255))).toBe(0);
});

test('a tile looks the same whenever it is painted', () => {
  for (const { number } of TILE_KINDS) expect(painted(number).data).toEqual(painted(number).data);
});

test('paint among its own colour leaves next to nothing of the land, and alone it frays at every edge', () => {
  expect(inked(painted(RED_PAINT, { around: RED_PAINT }))).toBeGreaterThan(0.93 * ALL);
  const alone = painted(RED_PAINT);
  for (const edge of [row(alone, 0), row(alone, TILE - 1)])
    expect(edge.filter((colour) => colour === 0).length).toBeGreaterThan(2);
  expect(isOpaque(alone.at(8, 8))).toBe(true);
});

test('paint joins what covers its neighbours, whichever kind that is', () => {
  for (const neighbour of [RED_PAINT + 1, PATH, PLANKS, RED_WALL]) {
    const gaps = row(painted(RED_PAINT, { around: neighbour }), TILE - 1).filter((colour) => colour === 0);
    expect(gaps.length).toBeLessThan(4);
  }
});

test('over water paint, path and planks leave no hole but at rounded corners', () => {
  for (const kind of [RED_PAINT, PATH, PLANKS]) {
    expect(inked(painted(kind, { ground: WATER }))).toBeGreaterThanOrEqual(ALL - 4 * 3);
    expect(inked(painted(kind, { ground: WATER, around: kind }))).toBe(ALL);
  }
});

test('the side of a floor shows in the water below it, not on land, and not below another floor', () => {
  for (const floor of [RED_PAINT, PATH, PLANKS]) {
    expect(inked(painted(BARE, { north: floor, ground: WATER }))).toBeGreaterThan(TILE);
    expect(inked(painted(BARE, { north: floor, ground: GRASS }))).toBe(0);
    expect(painted(PLANKS, { north: floor, ground: WATER }).data).toEqual(painted(PLANKS, { north: PLANKS }).data);
  }
  expect(inked(painted(BARE, { north: RED_FLOWERS, ground: WATER }))).toBe(0);
});

test('flowers leave most of the ground to be seen, and grow differently from tile to tile', () => {
  const beds = [1, 0x12345678, 0x9abcdef0, 0x0f1e2d3c].map((hash) => painted(RED_FLOWERS, { hash }));
  for (const bed of beds) {
    expect(inked(bed)).toBeGreaterThan(20);
    expect(inked(bed)).toBeLessThan(ALL / 2);
  }
  expect(new Set(beds.map(({ data }) => data.join())).size).toBe(beds.length);
});

test('a wall casts a shadow on the ground below it and to its right, and darkens what is built there', () => {
  const below = painted(BARE, { north: RED_WALL });
  expect(inked(below)).toBeGreaterThan(TILE);
  for (const colour of below.data) expect(isOpaque(colour)).toBe(false);
  const beside = painted(BARE, { west: RED_WALL });
  expect(beside.at(0, TILE - 1)).not.toBe(0);
  expect(beside.at(TILE - 1, 4)).toBe(0);
  const lit = painted(PLANKS, { around: PLANKS });
  const shaded = painted(PLANKS, { around: PLANKS, north: RED_WALL });
  expect(shaded.at(8, 0)).not.toBe(lit.at(8, 0));
  expect(shaded.at(8, 12)).toBe(lit.at(8, 12));
});

test('below a wall nothing is painted, for its block hides the tile', () => {
  expect(inked(painted(RED_WALL, { north: RED_WALL }))).toBe(0);
  for (let joins = 0; joins < WALL_JOINS; joins++) expect(inked(drawWall(3, joins))).toBe(WALL_WIDTH * WALL_HEIGHT);
});

test('walls have an edge where they end, and none where they go on', () => {
  for (const variant of TILE_COLOURS.keys()) {
    const [alone, joined] = [drawWall(variant, 0), drawWall(variant, JOIN_EAST | JOIN_SOUTH)];
    const middle = 6;
    expect(alone.at(WALL_WIDTH - 1, middle)).not.toBe(alone.at(middle, middle));
    expect(row(joined, WALL_WIDTH - 1).slice(1)).not.toEqual(row(alone, WALL_WIDTH - 1).slice(1));
    expect(joined.at(WALL_WIDTH - 1, middle)).not.toBe(alone.at(WALL_WIDTH - 1, middle));
  }
});

test('gems of the three worths differ in colour and grow with it, and their glint keeps their shape', () => {
  const gems = [1, 5, 25].map((points) => drawGem(points));
  const sizes = gems.map(({ width, height }) => width * height);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  expect(new Set(sizes).size).toBe(3);
  for (const points of [1, 5, 25]) {
    for (let frame = 1; frame < GEM_FRAMES; frame++) {
      expect(inked(drawGemFrame(points, frame))).toBe(inked(drawGem(points)));
      expect(drawGemFrame(points, frame).data).not.toEqual(drawGem(points).data);
    }
  }
});

test('there is a name and a picture for every emote', () => {
  expect(EMOTE_NAMES).toHaveLength(EMOTES);
  const pictures = EMOTE_NAMES.map((_, emote) => drawEmote(emote));
  for (const picture of pictures) {
    expect([picture.width, picture.height]).toEqual([EMOTE_SIDE, EMOTE_SIDE]);
    expect(inked(picture)).toBeGreaterThan(20);
  }
  expect(new Set(pictures.map(({ data }) => data.join())).size).toBe(EMOTES);
  for (const [emote, picture] of pictures.entries()) {
    const bubble = drawEmoteBubble(emote);
    for (let y = 0; y < EMOTE_SIDE; y++) {
      for (let x = 0; x < EMOTE_SIDE; x++) {
        if (picture.at(x, y) !== 0) expect(bubble.at(x + 3, y + 2)).toBe(picture.at(x, y));
      }
    }
  }
});
