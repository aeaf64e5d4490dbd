import { LOOKS } from '../../../shared/constants.ts';
import { ink, Pixels, shaded } from './pixels.ts';

/** Size of one picture of a person, in pixels; the feet stand at FEET_X, FEET_Y. */
export const PERSON_WIDTH = 18;
export const PERSON_HEIGHT = 26;
export const FEET_X = 9;
export const FEET_Y = 24;
/** Pictures of a step: standing, left foot, passing, right foot. */
export const WALK_FRAMES = 4;
/** The eight directions, clockwise from east as headings turn. */
export const DIRECTIONS = [
  'east',
  'south-east',
  'south',
  'south-west',
  'west',
  'north-west',
  'north',
  'north-east',
] as const;

type Hair = 'short' | 'long' | 'bun' | 'cap' | 'straw' | 'hood';

interface Look {
  readonly skin: number;
  readonly hair: number;
  readonly style: Hair;
  /** Colour of the cap, hat or hood, where the style has one. */
  readonly hat: number;
  readonly top: number;
  readonly legs: number;
}

const LOOK_TABLE: readonly Look[] = [
  { skin: 0xf0c8a0, hair: 0x6b4630, style: 'short', hat: 0, top: 0xd9634c, legs: 0x4c5a78 },
  { skin: 0xf6d7b8, hair: 0xe2b456, style: 'long', hat: 0, top: 0x5a8fd0, legs: 0x6d5a80 },
  { skin: 0xa8714c, hair: 0x2f2a33, style: 'bun', hat: 0, top: 0xf0b94a, legs: 0x5b6b4f },
  { skin: 0xe2ae80, hair: 0x4a3a36, style: 'cap', hat: 0x3f8f83, top: 0xf3ead6, legs: 0x566a86 },
  { skin: 0x85563a, hair: 0x2b2530, style: 'short', hat: 0, top: 0x9a6fc4, legs: 0x4a4658 },
  { skin: 0xf4d0aa, hair: 0xb5573a, style: 'straw', hat: 0xe8cc80, top: 0x6aa567, legs: 0x7a5a44 },
  { skin: 0xdda273, hair: 0x3a3444, style: 'long', hat: 0, top: 0xe88aa0, legs: 0x556079 },
  { skin: 0xecc19a, hair: 0x8d8a94, style: 'hood', hat: 0x4f6a94, top: 0x4f6a94, legs: 0x4d4852 },
];

/** Facing of the five pictures that are drawn; the other three are theirs mirrored. */
type Facing = 'south' | 'southEast' | 'east' | 'northEast' | 'north';

// h hair, k its shine, H its shade, s skin, S its shade, e eye, r cheek.
const HEADS: Readonly<Record<Facing, readonly string[]>> = {
  south: [
    '..hhhhhh..',
    '.hkkhhhhh.',
    'hkkhhhhhhh',
    'hhhhhhhhhh',
    'hHhhsshhHh',
    'hHssssssHh',
    'Hsesssses.',
    '.sesssses.',
    '.rssssssr.',
    '..SssssS..',
  ],
  southEast: [
    '..hhhhhh..',
    '.hkkhhhhh.',
    'hkkhhhhhhh',
    'hhhhhhhhhh',
    'hhHhhsshhH',
    'hhHHssssss',
    'hHSssesses',
    '.HSssesses',
    '..Srsssssr',
    '...Sssss..',
  ],
  east: [
    '..hhhhhh..',
    '.hkkhhhhh.',
    'hkkhhhhhhh',
    'hhhhhhhhhh',
    'hhhhhHhhss',
    'hhhhHHssss',
    'HhhHSsssess',
    '.HHHSsssess',
    '.HHSSsrsss',
    '...SSssss.',
  ],
  northEast: [
    '..hhhhhh..',
    '.hkkhhhhh.',
    'hkkhhhhhhh',
    'hhhhhhhhhh',
    'hhhhhhhhhh',
    'hhhhhhhhHs',
    'HhhhhhhHSs',
    '.HhhhhhHSs',
    '.HHhhhHHSr',
    '..HHHHHSS.',
  ],
  north: [
    '..hhhhhh..',
    '.hkkhhhhh.',
    'hkkhhhhhhh',
    'hhhhhhhhhh',
    'hhhhhhhhhh',
    'hhhhhhhhhh',
    'Hhhhhhhhhh',
    '.HhhhhhhH.',
    '.HHhhhhHH.',
    '..HHHHHH..',
  ],
};

// c cloth, l its light side, C its shade, b belt.
const TORSOS: Readonly<Record<Facing, readonly string[]>> = {
  south: ['.lccccC.', 'lccccccC', '.lccccC.', '.lccccC.', '.bbbbbb.'],
  southEast: ['.lccccC.', 'lcccccCC', '.lcccCC.', '.lcccCC.', '.bbbbbb.'],
  east: ['..lccC..', '.lcccCC.', '.lcccCC.', '..lccC..', '..bbbb..'],
  northEast: ['.lccccC.', 'lccccCCC', '.lccCCC.', '.lccCCC.', '.bbbbbb.'],
  north: ['.lccccC.', 'lccccccC', '.lccccC.', '.lcccCC.', '.bbbbbb.'],
};

interface Colours {
  readonly [letter: string]: number;
}

function coloursOf(look: Look): Colours {
  const skin = ink(look.skin);
  const hair = ink(look.hair);
  const cloth = ink(look.top);
  const legs = ink(look.legs);
  const hat = ink(look.hat);
  return {
    s: skin,
    S: shaded(skin, 216),
    r: blend(skin, ink(0xe8806c)),
    e: ink(0x33262c),
    h: hair,
    k: shaded(hair, 312),
    H: shaded(hair, 204),
    c: cloth,
    l: shaded(cloth, 284),
    C: shaded(cloth, 206),
    b: shaded(cloth, 164),
    p: legs,
    P: shaded(legs, 206),
    B: ink(0x4b3a38),
    t: hat,
    T: shaded(hat, 206),
    u: shaded(hat, 288),
  };
}

/** Half of one colour and half of another, both opaque. */
const blend = (a: number, b: number): number => (((a >>> 1) & 0x7f7f7f7f) + ((b >>> 1) & 0x7f7f7f7f)) | 0xff000000;

/** The picture of a person: look 0 to LOOKS - 1, direction 0–7 clockwise from east, frame 0 to WALK_FRAMES - 1. */
export function drawPerson(look: number, direction: number, frame: number): Pixels {
  // Mirrored: south-west, west and north-west.
  const mirrored = direction >= 3 && direction <= 5;
  const facing = FACING_OF_DIRECTION[direction] as Facing;
  const style = LOOK_TABLE[look % LOOKS] as Look;
  const colours = coloursOf(style);
  const picture = new Pixels(PERSON_WIDTH, PERSON_HEIGHT);
  // Steps lift the body by a pixel; a mirrored picture begins with the other foot so that both sides walk alike.
  const bob = frame % 2 === 1 ? 1 : 0;
  const swing = frame === 1 ? 1 : frame === 3 ? -1 : 0;
  const side = facing === 'east';
  if (side) drawLegsSideways(picture, swing, colours);
  else drawLegs(picture, swing, facing, colours);
  const top = 13 - bob;
  if (!side) drawArms(picture, top, swing, facing, colours);
  picture.stamp(TORSOS[facing], 5, top, colours);
  if (side) drawNearArm(picture, top, swing, colours);
  drawHead(picture, facing, 4, 4 - bob, style.style, colours);
  picture.outline(ink(0x3a2c34));
  if (!mirrored) return picture;
  const other = new Pixels(PERSON_WIDTH, PERSON_HEIGHT);
  other.blit(picture, 0, 0, true);
  return other;
}

const FACING_OF_DIRECTION: readonly Facing[] = [
  'east',
  'southEast',
  'south',
  'southEast',
  'east',
  'northEast',
  'north',
  'northEast',
];

function drawHead(picture: Pixels, facing: Facing, x: number, y: number, hair: Hair, colours: Colours): void {
  const rows = HEADS[facing];
  const away = facing === 'north' || facing === 'northEast';
  const hooded = { ...colours, h: colours.t as number, H: colours.T as number, k: colours.u as number };
  if (hair === 'long') {
    // Hair falls over the shoulders: beside the face in front, over the back from behind.
    if (away) picture.rect(x + 1, y + 9, 8, 4, colours.h as number);
    else if (facing === 'east') picture.rect(x, y + 6, 3, 7, colours.H as number);
    else {
      picture.rect(x - 1 + 1, y + 6, 1, 6, colours.H as number);
      picture.rect(x + 9, y + 6, 1, 6, colours.H as number);
    }
  }
  if (hair === 'bun') {
    picture.ellipse(facing === 'east' ? x + 3 : x + 5, y - 0.5, 2.5, 2, colours.h as number);
    picture.set(x + 4, y - 2, colours.k as number);
  }
  picture.stamp(rows, x, y, hair === 'hood' ? hooded : colours);
  if (hair === 'long' && away) picture.rect(x + 2, y + 12, 6, 1, colours.H as number);
  if (hair === 'cap') {
    picture.stamp(rows.slice(0, 4), x, y, hooded);
    picture.rect(x, y + 3, 10, 1, colours.T as number);
    const brim: Readonly<Record<Facing, readonly [number, number]>> = {
      south: [2, 6],
      southEast: [4, 7],
      east: [6, 6],
      northEast: [8, 3],
      north: [0, 0],
    };
    const [from, width] = brim[facing];
    picture.rect(x + from, y + 4, width, 1, colours.T as number);
  }
  if (hair === 'straw') {
    picture.stamp(rows.slice(0, 3), x, y - 1, hooded);
    picture.rect(x, y + 2, 10, 1, ink(0xb5573a));
    picture.rect(x - 2, y + 3, 14, 1, colours.t as number);
    picture.rect(x - 1, y + 4, 12, 1, colours.T as number);
  }
}

function drawArms(picture: Pixels, top: number, swing: number, facing: Facing, colours: Colours): void {
  const away = facing === 'north' || facing === 'northEast';
  const left = away ? -swing : swing;
  for (const [x, lift, shade] of [
    [3, left, 'l'],
    [13, -left, 'C'],
  ] as const) {
    const y = top + 1 - (lift > 0 ? 1 : 0);
    picture.rect(x, y, 2, 3, colours[shade] as number);
    picture.rect(x, y + 3, 2, 1, colours[shade === 'l' ? 's' : 'S'] as number);
  }
}

/** The arm on the viewer's side, across the body. */
function drawNearArm(picture: Pixels, top: number, swing: number, colours: Colours): void {
  picture.rect(8, top + 1, 2, 2, colours.C as number);
  picture.rect(8 + swing, top + 2, 2, 2, colours.C as number);
  picture.rect(8 + swing * 2, top + 4, 2, 1, colours.s as number);
}

function drawLegs(picture: Pixels, swing: number, facing: Facing, colours: Colours): void {
  const lean = facing === 'southEast' ? 1 : facing === 'northEast' ? 1 : 0;
  const away = facing === 'north' || facing === 'northEast';
  for (const [x, lifted, shade] of [
    [6, swing < 0, 'p'],
    [9, swing > 0, 'P'],
  ] as const) {
    const length = lifted ? 4 : 6;
    const shift = swing === 0 ? 0 : lifted ? -lean : lean;
    picture.rect(x, 18, 3, length - 2, colours[shade] as number);
    picture.rect(x + shift, 18 + length - 2, 3, away && lifted ? 1 : 2, colours.B as number);
  }
}

function drawLegsSideways(picture: Pixels, swing: number, colours: Colours): void {
  if (swing === 0) {
    picture.rect(7, 18, 4, 4, colours.p as number);
    picture.rect(7, 18, 1, 4, colours.P as number);
    picture.rect(7, 22, 5, 2, colours.B as number);
    return;
  }
  // The far leg is darker; which one is in front alternates with the step.
  const front = swing > 0 ? 'p' : 'P';
  const back = swing > 0 ? 'P' : 'p';
  const draw = (shade: 'p' | 'P', x: number, lifted: number): void => {
    picture.rect(7 + Math.sign(x), 18, 3, 2, colours[shade] as number);
    picture.rect(7 + x, 20 - lifted, 3, 2, colours[shade] as number);
    picture.rect(7 + x, 22 - lifted, x > 0 ? 4 : 3, 2, colours.B as number);
  };
  draw(back, -2, 1);
  draw(front, 2, 0);
}
