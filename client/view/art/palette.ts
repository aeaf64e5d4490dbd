import type { TileColour } from '../../../shared/tiles.ts';
import { ink } from './pixels.ts';

/**
 * The palette: all colours of the world, as 0xRRGGBB. Whatever is drawn in code, from the ground to the app's icon,
 * is made of these and of no others; whoever needs a shade takes the next colour of a ramp and mixes nothing.
 *
 * They were chosen for this project in ramps that share their ends: dark colours lean towards violet and light ones
 * towards yellow, as things do in low sun, and ramps meet where a colour can serve twice (the lightest sand is fair
 * skin; the shade of blue is the shade of violet). The land is slightly warm and muted. The strong colours (red, gold,
 * blue, violet) are kept for people, for what they build and for gems, so that those stand out from the grass.
 *
 * Two things on the screen are not in these colours. Shadows, glints and glows are palette colours with an alpha,
 * stated where they are drawn, and what lies below shows through. Day and night multiply everything that is drawn.
 */
export const PALETTE = {
  // Greens, from the outline of trees to sunny grass: woods, then meadow.
  pine: 0x27473f,
  forest: 0x376951,
  leaf: 0x578a50,
  meadowShade: 0x6f9d56,
  meadow: 0x7dac5e,
  meadowLight: 0x90bc69,
  // The green that people build and dress in, bluer than any grass; the light of pines.
  jade: 0x45997f,
  // Water, from the open lake to the foam; foam is whitewash too.
  deep: 0x4788ac,
  water: 0x5ea6c1,
  shallow: 0x7fc6cb,
  foam: 0xdfe9df,
  // Blues and violet: cloth, paint, the violet gem.
  denim: 0x465b97,
  blue: 0x5b83cc,
  violet: 0xa172cd,
  // Reds: cloth, paint, the ruby, hearts; pink for blossom and cheeks.
  crimson: 0x9f3a49,
  red: 0xd2564d,
  pink: 0xeaa2a4,
  // The warm lights: paint, straw, fair hair, sparks.
  amber: 0xe0924b,
  gold: 0xedc65e,
  // Earth, from bark to the lightest sand: wood, paths, beaches, skin.
  cocoa: 0x4b3039,
  umber: 0x714a39,
  sienna: 0x996942,
  camel: 0xba8f5c,
  tan: 0xdab788,
  sand: 0xe6cc99,
  peach: 0xf5daae,
  cream: 0xfdf7e6,
  // Greys, from the outline of people to lit rock.
  ink: 0x2c2430,
  coal: 0x484660,
  slate: 0x716f7d,
  stone: 0x9a98a1,
  pale: 0xb8b5b7,
} as const;

export type PaletteName = keyof typeof PALETTE;

/** The steps of the ramps: what each colour becomes in the shade, and in the light. */
const STEPS: Readonly<Record<PaletteName, readonly [darker: PaletteName, lighter: PaletteName]>> = {
  pine: ['ink', 'forest'],
  forest: ['pine', 'jade'],
  leaf: ['forest', 'meadow'],
  meadowShade: ['leaf', 'meadow'],
  meadow: ['leaf', 'meadowLight'],
  meadowLight: ['meadowShade', 'peach'],
  jade: ['forest', 'shallow'],
  deep: ['denim', 'water'],
  water: ['deep', 'shallow'],
  shallow: ['water', 'foam'],
  foam: ['pale', 'cream'],
  denim: ['coal', 'blue'],
  blue: ['denim', 'shallow'],
  violet: ['denim', 'pink'],
  crimson: ['cocoa', 'red'],
  red: ['crimson', 'pink'],
  pink: ['red', 'peach'],
  amber: ['sienna', 'gold'],
  gold: ['camel', 'peach'],
  cocoa: ['ink', 'umber'],
  umber: ['cocoa', 'sienna'],
  sienna: ['umber', 'camel'],
  camel: ['sienna', 'tan'],
  tan: ['camel', 'peach'],
  sand: ['tan', 'peach'],
  peach: ['tan', 'cream'],
  cream: ['pale', 'cream'],
  ink: ['ink', 'coal'],
  coal: ['ink', 'slate'],
  slate: ['coal', 'stone'],
  stone: ['slate', 'pale'],
  pale: ['stone', 'foam'],
};

export const darkerOf = (name: PaletteName): PaletteName => STEPS[name][0];
export const lighterOf = (name: PaletteName): PaletteName => STEPS[name][1];

const SHADED_INKS: ReadonlyMap<number, number> = new Map(
  Object.entries(STEPS).map(([name, [darker]]) => [ink(PALETTE[name as PaletteName]), ink(PALETTE[darker])]),
);

/** What an opaque pixel becomes where a shadow falls on it: a step darker. Anything else stays as it is. */
export const inShade = (colour: number): number => SHADED_INKS.get(colour) ?? colour;

const C = PALETTE;

/** The colours of the land. */
export const LAND = {
  grassDark: C.meadowShade,
  grass: C.meadow,
  grassLight: C.meadowLight,
  grassEdge: C.leaf,
  tuft: C.leaf,
  tuftLight: C.meadowLight,
  sandDark: C.tan,
  sand: C.sand,
  sandLight: C.peach,
  sandEdge: C.camel,
  sandWet: C.tan,
  waterFoam: C.foam,
  waterShallow: C.shallow,
  water: C.water,
  waterDeep: C.deep,
  waterBank: C.camel,
  rock: C.stone,
  rockLight: C.pale,
  rockDark: C.slate,
  rockFace: C.slate,
  rockFoot: C.coal,
  petalWhite: C.cream,
  petalYellow: C.gold,
  petalPink: C.pink,
  petalBlue: C.blue,
  pebble: C.stone,
  shell: C.cream,
} as const;

/** The colours of trees, from the outline to the light. */
export const TREES = {
  leaf: [C.pine, C.forest, C.leaf, C.meadowShade, C.meadowLight],
  pine: [C.pine, C.pine, C.forest, C.jade, C.jade],
  blossom: [C.umber, C.pink, C.pink, C.peach, C.cream],
  bark: [C.ink, C.cocoa, C.umber, C.sienna],
} as const;

/** A colour that people build in: its top light and its sides dark. */
export interface TileShades {
  readonly light: number;
  readonly base: number;
  readonly shade: number;
  readonly deep: number;
}

/** The colours of paint and walls. */
export const TILE_SHADES: Readonly<Record<TileColour, TileShades>> = {
  white: { light: C.cream, base: C.foam, shade: C.pale, deep: C.stone },
  grey: { light: C.pale, base: C.stone, shade: C.slate, deep: C.coal },
  black: { light: C.slate, base: C.coal, shade: C.ink, deep: C.coal },
  red: { light: C.pink, base: C.red, shade: C.crimson, deep: C.cocoa },
  orange: { light: C.gold, base: C.amber, shade: C.sienna, deep: C.umber },
  yellow: { light: C.peach, base: C.gold, shade: C.camel, deep: C.sienna },
  green: { light: C.shallow, base: C.jade, shade: C.forest, deep: C.pine },
  blue: { light: C.shallow, base: C.blue, shade: C.denim, deep: C.coal },
};

/** The colours of floors. */
export const FLOORS = {
  earthLight: C.tan,
  earth: C.camel,
  earthDark: C.sienna,
  earthEdge: C.umber,
  stoneLight: C.pale,
  stone: C.stone,
  stoneDark: C.slate,
  plankLight: C.tan,
  plank: C.camel,
  plankDark: C.sienna,
  plankSeam: C.sienna,
  plankEdge: C.umber,
  plankDeep: C.cocoa,
} as const;

/** Petals and hearts of the flowers that people plant, in the order of their kinds. */
export const BLOSSOMS = [
  { petal: C.red, shade: C.crimson, heart: C.gold },
  { petal: C.gold, shade: C.amber, heart: C.sienna },
  { petal: C.blue, shade: C.denim, heart: C.cream },
  { petal: C.cream, shade: C.pale, heart: C.gold },
] as const;

/** What is laid over the land to tell something: what may be done, what is refused. */
export const MARKS = { allowed: C.cream, refused: C.red } as const;

/** Shadows on whatever they fall on, with an alpha. */
export const SHADOW = C.ink;
