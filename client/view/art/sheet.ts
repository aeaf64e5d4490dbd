import { EMOTES, LOOKS } from '../../../shared/constants.ts';
import { TILE_COLOURS, TILE_KINDS } from '../../../shared/tiles.ts';
import { drawEmoteBubble } from './emote-art.ts';
import { drawGemFrame, drawSpark, GEM_FRAMES } from './gem-art.ts';
import { LAND, PALETTE } from './palette.ts';
import { DIRECTIONS, drawGhost, drawPerson, WALK_FRAMES } from './person-art.ts';
import { ink, Pixels } from './pixels.ts';
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
} from './scenery-art.ts';
import { DUST_FRAMES, drawDust, drawFootprint } from './step-art.ts';
import { drawCross, drawCursor, drawRemoval, drawTileGhost } from './tile-art.ts';
import { isWall } from './tile-look.ts';
import { drawWall, WALL_JOINS } from './wall-art.ts';

/** Where a picture lies in the sheet, in pixels from its upper left corner. */
export type Frame = readonly [x: number, y: number, width: number, height: number];

/** All pictures in one. Equal pictures lie in the same place. */
export interface Sheet {
  readonly pixels: Pixels;
  /** By name: what it is and its numbers, as `wall/3/7`. */
  readonly frames: Readonly<Record<string, Frame>>;
}

/** What gems score. */
const GEM_POINTS = [1, 5, 25] as const;
/** Rings of the marker at the place one walks to, by width, from wide to narrow. */
const TARGET_RINGS = [24, 20, 16] as const;

const SHEET_WIDTH = 512;
/** Clear pixels between pictures. */
const GAP = 1;

type Named = readonly [name: string, picture: Pixels];

/** Draws every picture of the scene but ground and labels. The same every time. */
export function drawSheet(): Sheet {
  const pictures = [...drawAll()];
  // The tall ones first, so that rows are filled with pictures of about one height; else in the order drawn.
  pictures.sort(([, a], [, b]) => b.height - a.height);
  return pack(pictures);
}

function* drawAll(): Iterable<Named> {
  yield* drawPeople();
  yield* drawLand();
  yield* drawMarks();
  yield* series('emote', EMOTES, drawEmoteBubble);
  for (const points of GEM_POINTS) {
    yield* series(`gem/${points}`, GEM_FRAMES, (frame) => drawGemFrame(points, frame));
  }
  yield ['gem-shadow', drawShadow(10, 5)];
  yield ['spark/bright', drawSpark(false)];
  yield ['spark/spent', drawSpark(true)];
  // Larger than a pixel, so that stretching never reaches a neighbour.
  yield ['white', drawFilled(4, 4, 0xffffff)];
}

function* drawPeople(): Iterable<Named> {
  for (let look = 0; look < LOOKS; look++) {
    for (let direction = 0; direction < DIRECTIONS.length; direction++) {
      yield* series(`person/${look}/${direction}`, WALK_FRAMES, (frame) => drawPerson(look, direction, frame));
    }
  }
  yield ['person-ghost', drawGhost()];
  yield ['shadow', drawShadow(14, 7)];
  yield* series('footprint', DIRECTIONS.length, drawFootprint);
  yield* series('dust', DUST_FRAMES, drawDust);
}

function* drawLand(): Iterable<Named> {
  yield* series('tree', TREE_KINDS, drawTree);
  yield ['tree-shade', drawTreeShade()];
  yield* series('glint', GLINT_FRAMES, drawGlint);
  yield* series('ripple', RIPPLE_FRAMES, drawRipple);
  yield ['lantern', drawLantern()];
  for (const variant of TILE_COLOURS.keys()) {
    yield* series(`wall/${variant}`, WALL_JOINS, (joins) => drawWall(variant, joins));
  }
}

function* drawMarks(): Iterable<Named> {
  for (const { number } of TILE_KINDS) if (!isWall(number)) yield [`tile-ghost/${number}`, drawTileGhost(number)];
  yield ['cursor/allowed', drawCursor(LAND.petalWhite)];
  yield ['cursor/refused', drawCursor(PALETTE.red)];
  yield ['cursor/cross', drawCross(PALETTE.red)];
  yield ['removal', drawRemoval()];
  yield ['own-ring', drawRing(20, 10, LAND.petalWhite)];
  yield* series('target-ring', TARGET_RINGS.length, (index) => {
    const width = TARGET_RINGS[index] as number;
    return drawRing(width, width / 2, LAND.petalWhite);
  });
}

/** Pictures NAME/0, NAME/1, … */
function* series(name: string, count: number, draw: (index: number) => Pixels): Iterable<Named> {
  for (let index = 0; index < count; index++) yield [`${name}/${index}`, draw(index)];
}

/** Puts pictures side by side in rows. */
function pack(pictures: readonly Named[]): Sheet {
  const frames: Record<string, Frame> = {};
  const placed = new Map<string, Frame>();
  const places: (readonly [Pixels, Frame])[] = [];
  let [x, y, rowHeight] = [GAP, GAP, 0];
  for (const [name, picture] of pictures) {
    if (name in frames) throw new Error(`There are two pictures named ${name}.`);
    const content = `${picture.width} ${picture.data.join()}`;
    const before = placed.get(content);
    if (before !== undefined) {
      frames[name] = before;
      continue;
    }
    if (x + picture.width + GAP > SHEET_WIDTH) {
      y += rowHeight + GAP;
      [x, rowHeight] = [GAP, 0];
    }
    const frame: Frame = [x, y, picture.width, picture.height];
    frames[name] = frame;
    placed.set(content, frame);
    places.push([picture, frame]);
    x += picture.width + GAP;
    rowHeight = Math.max(rowHeight, picture.height);
  }
  const pixels = new Pixels(SHEET_WIDTH, y + rowHeight + GAP);
  for (const [picture, [left, top]] of places) pixels.blit(picture, left, top);
  return { pixels, frames };
}

function drawFilled(width: number, height: number, rgb: number): Pixels {
  const picture = new Pixels(width, height);
  picture.data.fill(ink(rgb));
  return picture;
}
