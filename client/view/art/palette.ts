import type { TileColour } from '../../../shared/tiles.ts';

/** The colours of the land, as 0xRRGGBB: one family, slightly warm and never fully saturated, so that people stand out. */
export const LAND = {
  grassDark: 0x6f9c55,
  grass: 0x7cab5d,
  grassLight: 0x8bb868,
  grassEdge: 0x5d8a4d,
  tuft: 0x66944f,
  tuftLight: 0x9cc677,
  sandDark: 0xd9bf8c,
  sand: 0xe6d2a2,
  sandLight: 0xeedeb4,
  sandEdge: 0xc9ac78,
  sandWet: 0xcdb485,
  waterFoam: 0xd3ecec,
  waterShallow: 0x7dbcc9,
  water: 0x5ea5bd,
  waterDeep: 0x4a8fae,
  waterBank: 0xa98e62,
  rock: 0x9a98a0,
  rockLight: 0xb5b3b8,
  rockDark: 0x83818c,
  rockBright: 0xa3a1a9,
  rockDim: 0x92909a,
  rockFace: 0x6a6875,
  rockFoot: 0x54525f,
  petalWhite: 0xf6f1e0,
  petalYellow: 0xf3d36f,
  petalPink: 0xe9a7b0,
  petalBlue: 0xa9b9e8,
  pebble: 0xb9a884,
  shell: 0xf4e4d4,
  mist: 0xcfd9dc,
} as const;

/** The colours of trees. */
export const TREES = {
  outline: 0x2f5540,
  shade: 0x3f7350,
  leaf: 0x52895a,
  light: 0x6da465,
  glint: 0x8bbd74,
  pineOutline: 0x27493f,
  pineShade: 0x33614f,
  pineLeaf: 0x42795b,
  pineLight: 0x578f68,
  trunk: 0x7b573b,
  trunkDark: 0x5c3f2e,
  blossom: 0xe8b4b8,
  blossomLight: 0xf4d3d0,
  blossomShade: 0xc98d97,
  blossomOutline: 0x8d5a66,
} as const;

/** A colour that people build in: its top light and its sides dark. */
export interface TileShades {
  readonly light: number;
  readonly base: number;
  readonly shade: number;
  readonly deep: number;
}

/** The colours of paint and walls: the land's own family, a little stronger. */
export const TILE_SHADES: Readonly<Record<TileColour, TileShades>> = {
  white: { light: 0xfbf7ec, base: 0xefe9da, shade: 0xd3cab8, deep: 0xa99d8d },
  grey: { light: 0xbcbabd, base: 0xa6a4a9, shade: 0x87858d, deep: 0x63616c },
  black: { light: 0x66626f, base: 0x4e4a57, shade: 0x3c3945, deep: 0x292731 },
  red: { light: 0xdd7966, base: 0xca5c4f, shade: 0xa94742, deep: 0x7c333a },
  orange: { light: 0xeeac6f, base: 0xdf9150, shade: 0xbb713f, deep: 0x8a5036 },
  yellow: { light: 0xf6dd8b, base: 0xe9c964, shade: 0xc6a04b, deep: 0x94733b },
  green: { light: 0x72b597, base: 0x509a7e, shade: 0x3d7c69, deep: 0x2c5a52 },
  blue: { light: 0x83a9dc, base: 0x6089c8, shade: 0x4a6ca6, deep: 0x374f7c },
};

/** The colours of floors. */
export const FLOORS = {
  earthLight: 0xd2b68c,
  earth: 0xc2a378,
  earthDark: 0xab8b63,
  earthEdge: 0x8d7650,
  stoneLight: 0xd2cdc0,
  stone: 0xbab4a7,
  stoneDark: 0x8c8577,
  plankLight: 0xd0a271,
  plank: 0xbc8b5c,
  plankDark: 0xa0724a,
  plankSeam: 0x7a543a,
  plankDeep: 0x573b2c,
} as const;

/** Petals and hearts of the flowers that people plant, in the order of their kinds. */
export const BLOSSOMS = [
  { petal: 0xdd5f58, shade: 0xb84550, heart: 0xf6dd8b },
  { petal: 0xf6d765, shade: 0xd9ac45, heart: 0xb5743a },
  { petal: 0x7f98e2, shade: 0x6078c4, heart: 0xf8f1da },
  { petal: 0xfaf6ea, shade: 0xd5cdbd, heart: 0xf0c552 },
] as const;

/** What lies flat on the land and casts no colour of its own. */
export const SHADOW = 0x23301f;
