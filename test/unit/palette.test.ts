import { expect, test } from 'vitest';
import { paintBuilt } from '../../client/view/art/built-painter.ts';
import { drawEmote, drawEmoteBubble } from '../../client/view/art/emote-art.ts';
import { drawGemFrame, drawSpark, GEM_FRAMES } from '../../client/view/art/gem-art.ts';
import { GroundPainter, SQUARE_PIXELS, TILE_PIXELS } from '../../client/view/art/ground-painter.ts';
import { detailHash } from '../../client/view/art/ground-survey.ts';
import { drawIcon } from '../../client/view/art/icon-art.ts';
import { darkerOf, inShade, LAND, lighterOf, MARKS, PALETTE, type PaletteName } from '../../client/view/art/palette.ts';
import { DIRECTIONS, drawGhost, drawPerson, WALK_FRAMES } from '../../client/view/art/person-art.ts';
import { ink, Pixels, translucent } from '../../client/view/art/pixels.ts';
import {
  drawGlint,
  drawLantern,
  drawRing,
  drawRipple,
  drawShadow,
  drawTree,
  drawTreeShade,
  GLINT_FRAMES,
  RIPPLE_FRAMES,
  TREE_KINDS,
} from '../../client/view/art/scenery-art.ts';
import { DUST_FRAMES, drawDust, drawFootprint } from '../../client/view/art/step-art.ts';
import { drawCross, drawCursor, drawRemoval, drawTile, drawTileGhost } from '../../client/view/art/tile-art.ts';
import { drawWall, WALL_JOINS } from '../../client/view/art/wall-art.ts';
import { EMOTES, LOOKS, TILES_PER_SQUARE } from '../../shared/constants.ts';
import { createTerrain, GRASS, ROCK, SAND, WATER } from '../../shared/terrain.ts';
import { BARE, TILE_COLOURS, TILE_KINDS } from '../../shared/tiles.ts';

const NAMES = Object.keys(PALETTE) as PaletteName[];
const OPAQUE = new Set(NAMES.map((name) => ink(PALETTE[name])));

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const KINDS = [BARE, ...TILE_KINDS.map(({ number }) => number)];

/** Every picture but the ground, by name. */
function drawEverything(): Map<string, Pixels> {
  const pictures = new Map<string, Pixels>();
  const add = (name: string, count: number, draw: (index: number) => Pixels): void => {
    for (const index of range(count)) pictures.set(`${name} ${index}`, draw(index));
  };
  for (const look of range(LOOKS)) {
    for (const direction of DIRECTIONS.keys()) {
      add(`person ${look} ${DIRECTIONS[direction]}`, WALK_FRAMES, (frame) => drawPerson(look, direction, frame));
    }
  }
  add('ghost', 1, drawGhost);
  add('tree', TREE_KINDS, drawTree);
  add('tree shade', 1, drawTreeShade);
  for (const variant of TILE_COLOURS.keys()) add(`wall ${variant}`, WALL_JOINS, (joins) => drawWall(variant, joins));
  add('tile', KINDS.length, (index) => drawTile(KINDS[index] as number));
  const flat = TILE_KINDS.filter(({ group }) => group !== 'wall').map(({ number }) => number);
  add('tile to be', flat.length, (index) => drawTileGhost(flat[index] as number));
  for (const points of [1, 5, 25]) add(`gem ${points}`, GEM_FRAMES, (frame) => drawGemFrame(points, frame));
  add('spark', 2, (index) => drawSpark(index === 1));
  add('emote', EMOTES, drawEmote);
  add('bubble', EMOTES, drawEmoteBubble);
  add('glint', GLINT_FRAMES, drawGlint);
  add('ripple', RIPPLE_FRAMES, drawRipple);
  add('footprint', DIRECTIONS.length, drawFootprint);
  add('dust', DUST_FRAMES, drawDust);
  add('lantern', 1, drawLantern);
  add('shadow', 2, (index) => drawShadow(10 + 4 * index, 5 + 2 * index));
  add('cursor', 2, (index) => drawCursor(index === 0 ? MARKS.allowed : MARKS.refused));
  add('cross', 1, () => drawCross(MARKS.refused));
  add('removal', 1, drawRemoval);
  add('ring', 3, (index) => drawRing(16 + 4 * index, 8 + 2 * index, MARKS.allowed));
  for (const size of [180, 192, 512] as const) add(`icon ${size}`, 2, (index) => drawIcon(size, index === 1));
  return pictures;
}

function paintSquare(seed: number, sx: number, sy: number): Pixels {
  const picture = new Pixels(SQUARE_PIXELS, SQUARE_PIXELS);
  const painter = new GroundPainter();
  painter.begin(picture, createTerrain('meadows', seed), sx, sy);
  painter.paintRows(SQUARE_PIXELS);
  return picture;
}

/** Whether two pictures agree to the byte; an assertion on the arrays themselves takes seconds. */
const isSame = (a: Pixels, b: Pixels): boolean => a.width === b.width && Buffer.compare(a.bytes, b.bytes) === 0;

/** A square on which something stands on most tiles, mixed so that every kind has every other for a neighbour. */
function paintBuiltSquare(seed: number, sx: number, sy: number): Pixels {
  const picture = new Pixels(SQUARE_PIXELS, SQUARE_PIXELS);
  const terrain = createTerrain('meadows', seed);
  const kindAt = (x: number, y: number): number => KINDS[(detailHash(1, x, y) >>> 8) % KINDS.length] as number;
  for (const tile of range(TILES_PER_SQUARE * TILES_PER_SQUARE)) {
    const [column, row] = [tile % TILES_PER_SQUARE, Math.floor(tile / TILES_PER_SQUARE)];
    const [tileX, tileY] = [sx * TILES_PER_SQUARE + column, sy * TILES_PER_SQUARE + row];
    paintBuilt(picture, column * TILE_PIXELS, row * TILE_PIXELS, {
      kinds: range(9).map((at) => kindAt(tileX - 1 + (at % 3), tileY - 1 + Math.floor(at / 3))),
      ground: terrain.groundAt(tileX, tileY),
      hash: detailHash(seed, tileX, tileY),
      tileX,
      tileY,
    });
  }
  return picture;
}

/** The first square near the origin in which at least one tile in eight is of a kind of ground. */
function squareWith(seed: number, kind: number): readonly [sx: number, sy: number] {
  const terrain = createTerrain('meadows', seed);
  for (const at of range(900)) {
    const [sx, sy] = [(at % 30) - 15, Math.floor(at / 30) - 15];
    const tiles = range(64).filter(
      (tile) => terrain.groundAt(sx * 32 + 4 * (tile % 8), sy * 32 + 4 * Math.floor(tile / 8)) === kind,
    );
    if (tiles.length >= 8) return [sx, sy];
  }
  throw new Error(`Seed ${seed} has no square with ground ${kind}.`);
}

/** Colours of a picture that no colour of the palette is, at the alpha they have; a clear pixel is none. */
function strangers(picture: Pixels): string[] {
  const known = new Map<number, boolean>([[0, true]]);
  for (const colour of new Set(picture.data)) {
    const alpha = colour >>> 24;
    // Premultiplied channels are rounded, so a colour is compared as it would be at this alpha.
    known.set(colour, colour === 0 || NAMES.some((name) => translucent(PALETTE[name], alpha) === colour));
  }
  return [...known].filter(([, isKnown]) => !isKnown).map(([colour]) => (colour >>> 0).toString(16));
}

test('the palette has at most 32 colours, all different, and every step of a ramp stays in it', () => {
  expect(NAMES.length).toBeLessThanOrEqual(32);
  expect(OPAQUE.size).toBe(NAMES.length);
  const luma = (name: PaletteName): number => {
    const rgb = PALETTE[name];
    return 0.3 * (rgb >> 16) + 0.59 * ((rgb >> 8) & 0xff) + 0.11 * (rgb & 0xff);
  };
  for (const name of NAMES) {
    if (darkerOf(name) !== name) expect(luma(darkerOf(name)), `the shade of ${name}`).toBeLessThan(luma(name));
    if (lighterOf(name) !== name) expect(luma(lighterOf(name)), `the light of ${name}`).toBeGreaterThan(luma(name));
    expect(inShade(ink(PALETTE[name]))).toBe(ink(PALETTE[darkerOf(name)]));
  }
});

test('every picture is drawn in the colours of the palette, and twice the same', () => {
  const [first, second] = [drawEverything(), drawEverything()];
  expect(first.size).toBeGreaterThan(LOOKS * DIRECTIONS.length * WALK_FRAMES);
  for (const [name, picture] of first) {
    expect(strangers(picture), name).toEqual([]);
    expect(
      picture.data.some((colour) => colour !== 0),
      name,
    ).toBe(true);
    expect(isSame(second.get(name) as Pixels, picture), name).toBe(true);
  }
});

test.each([
  [7, GRASS],
  [7, SAND],
  [7, WATER],
  [7, ROCK],
  [20260101, WATER],
  [20260101, ROCK],
])('the ground of world %i around ground %i is painted in the palette, and twice the same', (seed, kind) => {
  const [sx, sy] = squareWith(seed, kind);
  const ground = paintSquare(seed, sx, sy);
  expect(strangers(ground)).toEqual([]);
  expect(ground.data.every((colour) => OPAQUE.has(colour))).toBe(true);
  expect(isSame(paintSquare(seed, sx, sy), ground)).toBe(true);
  const built = paintBuiltSquare(seed, sx, sy);
  expect(strangers(built)).toEqual([]);
  expect(isSame(paintBuiltSquare(seed, sx, sy), built)).toBe(true);
});

test('neighbouring kinds of ground have different colours at their border: water has foam, sand and rock a rim', () => {
  const [sx, sy] = squareWith(7, WATER);
  const shore = new Set(paintSquare(7, sx, sy).data);
  for (const name of ['waterFoam', 'waterShallow', 'waterDeep', 'sandEdge'] as const) {
    expect(shore.has(ink(LAND[name])), name).toBe(true);
  }
  const rocks = new Set(paintSquare(7, ...squareWith(7, ROCK)).data);
  for (const name of ['rockLight', 'rockFace', 'rockFoot'] as const)
    expect(rocks.has(ink(LAND[name])), name).toBe(true);
});
