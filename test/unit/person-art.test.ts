import { expect, test } from 'vitest';
import { drawIcon } from '../../client/view/art/icon-art.ts';
import { LAND, PALETTE } from '../../client/view/art/palette.ts';
import {
  DIRECTIONS,
  drawGhost,
  drawPerson,
  FEET_X,
  FEET_Y,
  PERSON_HEIGHT,
  PERSON_WIDTH,
  WALK_FRAMES,
} from '../../client/view/art/person-art.ts';
import { ink, type Pixels } from '../../client/view/art/pixels.ts';
import { drawLantern, drawRipple, RIPPLE_FRAMES } from '../../client/view/art/scenery-art.ts';
import { DUST_FRAMES, drawDust, drawFootprint } from '../../client/view/art/step-art.ts';
import { LOOKS } from '../../shared/constants.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const [EAST, SOUTH_EAST, SOUTH, SOUTH_WEST, WEST, NORTH_WEST, NORTH, NORTH_EAST] = range(8) as [
  ...[number, number, number, number, number, number, number, number],
];
const [STANDING, RIGHT_FOOT, PASSING, LEFT_FOOT] = range(WALK_FRAMES) as [number, number, number, number];

const inked = ({ data }: Pixels): number => data.reduce((count, colour) => count + (colour === 0 ? 0 : 1), 0);
const mirrored = (picture: Pixels): number[] =>
  range(picture.width * picture.height).map((at) =>
    picture.at(picture.width - 1 - (at % picture.width), Math.floor(at / picture.width)),
  );
const differing = (a: Pixels, b: Pixels): number =>
  a.data.reduce((count, colour, at) => count + (colour === b.data[at] ? 0 : 1), 0);
/** The colours of a picture, in how many pixels each. */
function shares({ data }: Pixels): Map<number, number> {
  const counts = new Map<number, number>();
  for (const colour of data) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  return counts;
}
/** The lowest row of a column that is drawn. */
const lowest = (picture: Pixels, column: number): number =>
  Math.max(...range(picture.height).filter((y) => picture.at(column, y) !== 0));

test('in every look the eight directions are told apart at a glance, diagonals from their neighbours too', () => {
  for (const look of range(LOOKS)) {
    for (const direction of DIRECTIONS.keys()) {
      const here = drawPerson(look, direction, STANDING);
      const next = drawPerson(look, (direction + 1) % 8, STANDING);
      expect([here.width, here.height]).toEqual([PERSON_WIDTH, PERSON_HEIGHT]);
      expect(differing(here, next), `look ${look}, ${DIRECTIONS[direction]}`).toBeGreaterThan(40);
    }
  }
});

test('westwards people look as eastwards in a mirror, and the same foot is in front while they turn', () => {
  for (const look of range(LOOKS)) {
    for (const [east, west] of [
      [EAST, WEST],
      [SOUTH_EAST, SOUTH_WEST],
      [NORTH_EAST, NORTH_WEST],
    ] as const) {
      expect([...drawPerson(look, west, STANDING).data]).toEqual(mirrored(drawPerson(look, east, STANDING)));
      expect([...drawPerson(look, west, LEFT_FOOT).data]).toEqual(mirrored(drawPerson(look, east, RIGHT_FOOT)));
    }
  }
});

test('a walk is four pictures: both feet together, one in front, together again, the other in front', () => {
  for (const direction of DIRECTIONS.keys()) {
    const frames = range(WALK_FRAMES).map((frame) => drawPerson(1, direction, frame));
    const [standing, right, passing, left] = frames as [Pixels, Pixels, Pixels, Pixels];
    expect(passing.data).toEqual(standing.data);
    expect(right.data).not.toEqual(left.data);
    for (const stride of [right, left]) expect(differing(stride, standing)).toBeGreaterThan(30);
    // No frame grows or shrinks so much that it pops.
    for (const frame of frames) expect(Math.abs(inked(frame) - inked(standing))).toBeLessThan(0.15 * inked(standing));
  }
});

test('coming and going, the arm beside the leg in front is the one that swings back', () => {
  const [leftLeg, rightLeg] = [7, 10];
  const hand = (picture: Pixels, column: number): number => lowest(picture, column);
  for (const direction of [SOUTH, NORTH]) {
    for (const frame of [RIGHT_FOOT, LEFT_FOOT]) {
      const picture = drawPerson(3, direction, frame);
      const legs = lowest(picture, leftLeg) - lowest(picture, rightLeg);
      const arms = hand(picture, 3) - hand(picture, 14);
      expect(Math.sign(legs), `${DIRECTIONS[direction]} ${frame}`).toBe(-Math.sign(arms));
      expect(legs).not.toBe(0);
    }
  }
});

test('everybody stands on the point at the feet, and stays on it while walking', () => {
  for (const direction of DIRECTIONS.keys()) {
    for (const frame of range(WALK_FRAMES)) {
      const picture = drawPerson(0, direction, frame);
      const soles = range(PERSON_WIDTH).filter((x) => lowest(picture, x) === FEET_Y);
      expect(soles.length, `${DIRECTIONS[direction]} ${frame}`).toBeGreaterThanOrEqual(2);
      const middle = soles.reduce((sum, x) => sum + x, 0) / soles.length;
      expect(Math.abs(middle - (FEET_X - 0.5))).toBeLessThanOrEqual(4);
    }
  }
  expect(drawPerson(0, SOUTH, PASSING).at(FEET_X, FEET_Y)).toBe(ink(PALETTE.ink));
});

test('no two looks are dressed alike', () => {
  const clothes = range(LOOKS).map((look) => drawPerson(look, SOUTH, STANDING));
  for (const [at, one] of clothes.entries()) {
    for (const other of clothes.slice(at + 1)) {
      const [a, b] = [shares(one), shares(other)];
      const apart = [...new Set([...a.keys(), ...b.keys()])].reduce(
        (sum, colour) => sum + Math.abs((a.get(colour) ?? 0) - (b.get(colour) ?? 0)),
        0,
      );
      expect(apart).toBeGreaterThan(80);
    }
  }
});

test('the ghost has the shape of a person and hides nothing', () => {
  const [ghost, person] = [drawGhost(), drawPerson(0, SOUTH, STANDING)];
  expect(inked(ghost)).toBe(inked(person));
  for (const colour of ghost.data) expect(colour >>> 24).toBeLessThan(255);
});

test('a footprint points where its foot went, and footprints, dust, ripples and the glow all let the land through', () => {
  const prints = range(8).map((heading) => drawFootprint(heading));
  expect(new Set(prints.map(({ data }) => data.join())).size).toBe(8);
  for (const [east, west] of [
    [EAST, WEST],
    [SOUTH_EAST, SOUTH_WEST],
    [NORTH_EAST, NORTH_WEST],
  ] as const) {
    expect([...(prints[west] as Pixels).data]).toEqual(mirrored(prints[east] as Pixels));
  }
  const puffs = range(DUST_FRAMES).map(drawDust);
  const crests = range(RIPPLE_FRAMES).map(drawRipple);
  for (const steps of [puffs, crests]) expect(new Set(steps.map(({ data }) => data.join())).size).toBe(steps.length);
  for (const picture of [...prints, ...puffs, ...crests, drawLantern()]) {
    for (const colour of picture.data) expect(colour >>> 24).toBeLessThan(255);
  }
});

test('the icon is whole pixels enlarged, and a masked one keeps the head where no mask cuts', () => {
  for (const [size, pixel] of [
    [192, 6],
    [512, 16],
    [180, 5],
  ] as const) {
    for (const maskable of [false, true]) {
      const icon = drawIcon(size, maskable);
      expect([icon.width, icon.height]).toEqual([size, size]);
      for (const at of range(size)) {
        expect(icon.at(at, pixel)).toBe(icon.at(at - (at % pixel), pixel));
        expect(icon.at(pixel, at)).toBe(icon.at(pixel, at - (at % pixel)));
      }
      const isFull = maskable || size === 180;
      expect(icon.at(0, 0) !== 0).toBe(isFull);
      expect(icon.at(size - 1, size - 1) !== 0).toBe(isFull);
    }
  }
  const icon = drawIcon(512, true);
  const middle = range(512 * 512).filter((at) =>
    [ink(PALETTE.umber), ink(PALETTE.red)].includes(icon.data[at] as number),
  );
  expect(middle.length).toBeGreaterThan(10_000);
  for (const at of middle) {
    expect(Math.hypot((at % 512) - 256, Math.floor(at / 512) - 256)).toBeLessThan(0.4 * 512);
  }
  expect(icon.data.includes(ink(LAND.grassLight))).toBe(true);
});
