import { latticeHash } from '../../../shared/terrain.ts';
import { PALETTE, SHADOW, TREES } from './palette.ts';
import { ink, Pixels, translucent } from './pixels.ts';

/** Size of the picture of a tree, in pixels; its foot stands at the middle of the bottom, TREE_FOOT above it. */
export const TREE_WIDTH = 28;
export const TREE_HEIGHT = 38;
export const TREE_FOOT = 3;
/** How many kinds of trees there are: round ones, pines, and one in blossom. */
export const TREE_KINDS = 6;

const CROWNS: readonly (readonly (readonly [x: number, y: number, radius: number])[])[] = [
  [
    [14, 12, 9],
    [8, 17, 6.5],
    [20, 17, 6.5],
    [14, 20, 8],
  ],
  [
    [12, 11, 8],
    [18, 14, 8],
    [9, 19, 6.5],
    [17, 21, 7],
  ],
  [
    [14, 16, 8.5],
    [9, 20, 6],
    [19, 20, 6],
  ],
];

/** The picture of a tree, kind 0 to TREE_KINDS - 1. */
export function drawTree(kind: number): Pixels {
  if (kind === 3 || kind === 4) return drawPine(kind === 4);
  return drawLeafTree(kind === 5 ? 2 : kind, kind === 5);
}

function drawLeafTree(shape: number, blossom: boolean): Pixels {
  const picture = new Pixels(TREE_WIDTH, TREE_HEIGHT);
  drawTrunk(picture, 24);
  const crown = new Pixels(TREE_WIDTH, TREE_HEIGHT);
  const [outline, ...shades] = (blossom ? TREES.blossom : TREES.leaf).map(ink);
  for (const [cx, cy, radius] of CROWNS[shape] as (typeof CROWNS)[number]) {
    for (let y = 0; y < TREE_HEIGHT; y++) {
      for (let x = 0; x < TREE_WIDTH; x++) {
        const dx = (x + 0.5 - cx) / radius;
        const dy = (y + 0.5 - cy) / radius;
        if (dx * dx + dy * dy > 1) continue;
        // Light falls from the upper left; leaves in clumps of two pixels break the edges of the shades.
        const clump = (latticeHash(shape + 7, x >> 1, (y + (x >> 1)) >> 1) >>> 24) / 255 - 0.5;
        const light = -0.45 * dx - 0.75 * dy + clump * 0.75;
        const shade = light > 0.72 ? 3 : light > 0.2 ? 2 : light > -0.42 ? 1 : 0;
        crown.set(x, y, shades[shade] as number);
      }
    }
  }
  crown.outline(outline as number);
  picture.blit(crown, 0, 0);
  return picture;
}

function drawPine(tall: boolean): Pixels {
  const picture = new Pixels(TREE_WIDTH, TREE_HEIGHT);
  drawTrunk(picture, 27);
  const crown = new Pixels(TREE_WIDTH, TREE_HEIGHT);
  const [outline, shade, body, light] = TREES.pine.map(ink) as [number, number, number, number];
  const top = tall ? 1 : 6;
  const tiers = tall ? 4 : 3;
  for (let tier = tiers - 1; tier >= 0; tier--) {
    const from = top + tier * 6;
    const height = tier === tiers - 1 ? 10 : 9;
    const widest = 4 + tier * (tall ? 2 : 2.5);
    for (let row = 0; row < height; row++) {
      const half = Math.max(1, (widest * (row + 1)) / height);
      // Every other row steps back, which makes the boughs.
      const ragged = row % 3 === 2 ? 1 : 0;
      for (let x = Math.round(14 - half + ragged); x < Math.round(14 + half - ragged); x++) {
        const across = (x + 0.5 - 14) / half;
        const clump = (latticeHash(tier + 3, x >> 1, row >> 1) >>> 24) / 255 - 0.5;
        const lit = -0.55 * across - row / height + 0.5 + clump * 0.6;
        crown.set(x, from + row, lit > 0.45 ? light : lit > -0.35 ? body : shade);
      }
    }
  }
  crown.outline(outline);
  picture.blit(crown, 0, 0);
  return picture;
}

/** Half the size of the shade under a tree, which is an ellipse around its middle pixel. */
export const TREE_SHADE_X = 10;
export const TREE_SHADE_Y = 5;

/** The shade that lies under a tree, on whatever is there. */
export function drawTreeShade(): Pixels {
  const picture = new Pixels(2 * TREE_SHADE_X + 1, 2 * TREE_SHADE_Y + 1);
  for (let y = -TREE_SHADE_Y; y <= TREE_SHADE_Y; y++) {
    for (let x = -TREE_SHADE_X; x <= TREE_SHADE_X; x++) {
      const distance = (x / TREE_SHADE_X) ** 2 + (y / TREE_SHADE_Y) ** 2;
      if (distance <= 1) picture.set(x + TREE_SHADE_X, y + TREE_SHADE_Y, translucent(SHADOW, distance > 0.6 ? 52 : 88));
    }
  }
  return picture;
}

function drawTrunk(picture: Pixels, top: number): void {
  const bottom = TREE_HEIGHT - TREE_FOOT;
  const [outline, shade, bark, light] = TREES.bark.map(ink) as [number, number, number, number];
  picture.rect(12, top, 4, bottom - top, bark);
  picture.rect(12, top, 1, bottom - top, light);
  picture.rect(14, top, 2, bottom - top, shade);
  picture.set(11, bottom - 1, bark);
  picture.set(16, bottom - 1, shade);
  // The crown's shadow on the trunk.
  picture.rect(12, top, 4, 4, shade);
  picture.rect(11, top, 1, bottom - 1 - top, outline);
  picture.rect(16, top, 1, bottom - 1 - top, outline);
  picture.rect(11, bottom, 6, 1, outline);
}

/** How many steps the glint of water has. */
export const GLINT_FRAMES = 4;
export const GLINT_WIDTH = 12;
export const GLINT_HEIGHT = 4;

/** A short crest that rises, spreads and sinks. */
export function drawGlint(frame: number): Pixels {
  const picture = new Pixels(GLINT_WIDTH, GLINT_HEIGHT);
  const strength = [70, 130, 170, 110][frame] as number;
  const spread = [2, 3, 5, 6][frame] as number;
  const light = translucent(PALETTE.cream, strength);
  for (let x = -spread; x < spread; x++) {
    const lift = Math.abs(x) < spread / 2 ? 0 : 1;
    if (frame === 3 && Math.abs(x + 0.5) < 2) continue;
    picture.set(6 + x, 1 + lift, light);
  }
  return picture;
}

/** How many steps a ripple has. */
export const RIPPLE_FRAMES = 6;
export const RIPPLE_WIDTH = 16;
export const RIPPLE_HEIGHT = 5;

/** Where the crest is highest, in pixels from the left, and how far it reaches to both sides; step by step. */
const RIPPLES: readonly (readonly [middle: number, reach: number, alpha: number])[] = [
  [4, 2, 80],
  [6, 4, 150],
  [7, 5, 205],
  [9, 5, 185],
  [11, 4, 130],
  [13, 2, 70],
];

/** A crest of foam that comes up, wanders to the right along a shore, and is gone. */
export function drawRipple(frame: number): Pixels {
  const picture = new Pixels(RIPPLE_WIDTH, RIPPLE_HEIGHT);
  const [middle, reach, alpha] = RIPPLES[frame % RIPPLE_FRAMES] as (typeof RIPPLES)[number];
  const [crest, trail] = [translucent(PALETTE.cream, alpha), translucent(PALETTE.foam, alpha >> 1)];
  for (let x = middle - reach; x <= middle + reach; x++) {
    const fall = Math.floor((2.4 * (x - middle) ** 2) / (reach * reach + 1));
    // Broken where it has been highest, as foam is.
    if (frame > 2 && (x + frame) % 5 === 0) continue;
    picture.set(x, 1 + fall, crest);
    if (Math.abs(x - middle) < reach - 1) picture.set(x - 1, 2 + fall, trail);
  }
  return picture;
}

/** Side of the glow of a lantern, in pixels. */
export const LANTERN_SIDE = 48;
/** Its rings from the outermost: radius, and how strongly they shine. */
const GLOW: readonly (readonly [radius: number, colour: number, alpha: number])[] = [
  [23.5, PALETTE.amber, 20],
  [18.5, PALETTE.amber, 40],
  [13, PALETTE.gold, 62],
  [7.5, PALETTE.peach, 84],
];

/** The glow around somebody at night, to be added to what lies below; between two rings the pixels of both mingle. */
export function drawLantern(): Pixels {
  const picture = new Pixels(LANTERN_SIDE, LANTERN_SIDE);
  for (const [radius, colour, alpha] of GLOW) {
    const light = translucent(colour, alpha);
    for (let y = 0; y < LANTERN_SIDE; y++) {
      for (let x = 0; x < LANTERN_SIDE; x++) {
        const distance = Math.hypot(x + 0.5 - LANTERN_SIDE / 2, y + 0.5 - LANTERN_SIDE / 2);
        if (distance < radius - 2 || (distance < radius && ((x + y) & 1) === 0)) picture.set(x, y, light);
      }
    }
  }
  return picture;
}

/** The soft shadow under a person, in three steps of darkness. */
export function drawShadow(width: number, height: number): Pixels {
  const picture = new Pixels(width, height);
  picture.ellipse(width / 2, height / 2, width / 2, height / 2, translucent(SHADOW, 34));
  picture.ellipse(width / 2, height / 2, width / 2 - 1, height / 2 - 0.5, translucent(SHADOW, 70));
  picture.ellipse(width / 2, height / 2, width / 2 - 3, height / 2 - 1.5, translucent(SHADOW, 92));
  return picture;
}

/** A ring of one pixel on the ground, seen at the slant everything is drawn at. */
export function drawRing(width: number, height: number, rgb: number): Pixels {
  const picture = new Pixels(width, height);
  picture.ellipse(width / 2, height / 2, width / 2 - 1, height / 2 - 1, ink(rgb));
  picture.outline(ink(rgb));
  const inner = new Pixels(width, height);
  inner.ellipse(width / 2, height / 2, width / 2 - 1, height / 2 - 1, ink(rgb));
  for (const [at, colour] of inner.data.entries()) if (colour !== 0) picture.data[at] = 0;
  return picture;
}
