import { BLOSSOMS, FLOORS, LAND, PALETTE, SHADOW } from './palette.ts';
import { ink, type Pixels, translucent } from './pixels.ts';
import { covers } from './tile-look.ts';

const TILE = 16;

// m stone, l its lit edge, d its shaded edge.
const stone = { m: ink(FLOORS.stone), l: ink(FLOORS.stoneLight), d: ink(FLOORS.stoneDark) };
const STONES: readonly (readonly string[])[] = [
  ['.llll.', 'lmmmmd', 'lmmmmd', 'lmmmmd', '.dddd.'],
  ['.lll..', 'lmmmd.', 'lmmmmd', '.mmmmd', '..ddd.'],
  ['.llll', 'lmmmd', 'lmmmd', '.ddd.'],
  ['..ll.', '.lmmd', 'lmmmd', 'lmmmd', '.ddd.'],
  ['.ll.', 'lmmd', '.dd.'],
  ['.lllll.', 'lmmmmmd', 'lmmmmmd', 'mmmmmmd', '.ddddd.'],
  ['.ll', 'lmd', '.d.'],
];

/** Flat stones trodden into the earth: about one in each quarter of the tile. */
export function paintStones(picture: Pixels, x: number, y: number, hash: number): void {
  for (let quarter = 0; quarter < 4; quarter++) {
    const draw = (hash >>> (quarter * 7)) & 0x7f;
    // One in eight is missing.
    const rows = STONES[draw % (STONES.length + 1)];
    if (rows === undefined) continue;
    const left = (quarter & 1) * 8 + ((draw >> 2) % (9 - (rows[0] as string).length));
    const top = (quarter >> 1) * 8 + ((draw >> 4) % (9 - rows.length));
    picture.stamp(rows, x + left, y + top, stone);
  }
}

const BOARD_ROWS = 4;
const wood = {
  light: ink(FLOORS.plankLight),
  base: ink(FLOORS.plank),
  dark: ink(FLOORS.plankDark),
  seam: ink(FLOORS.plankSeam),
  edge: ink(FLOORS.plankEdge),
  deep: ink(FLOORS.plankDeep),
};

/** Boards from west to east, each lit along its upper edge, with joints and nails by the hash of the tile. */
export function paintPlanks(
  picture: Pixels,
  x: number,
  y: number,
  around: { readonly kinds: ArrayLike<number>; readonly hash: number },
): void {
  const [north, west, east, south] = [1, 3, 5, 7].map((at) => !covers(around.kinds[at] as number));
  for (let board = 0; board < TILE / BOARD_ROWS; board++) {
    const draw = (around.hash >>> (board * 6)) & 0x3f;
    const top = y + board * BOARD_ROWS;
    const colour = draw % 5 === 0 ? wood.dark : wood.base;
    picture.rect(x, top, TILE, BOARD_ROWS - 1, colour);
    picture.rect(x, top, TILE, 1, draw % 5 === 0 ? wood.base : wood.light);
    picture.rect(x, top + BOARD_ROWS - 1, TILE, 1, wood.seam);
    // Grain: a short dark line along the board.
    picture.rect(x + 1 + (draw % 7), top + 2, 3 + (draw & 3), 1, draw % 5 === 0 ? wood.seam : wood.dark);
    // A board ends here and there, with a nail on each side.
    if (draw % 4 !== 0) continue;
    const joint = x + 2 + ((draw >> 2) % 12);
    picture.rect(joint, top, 1, BOARD_ROWS - 1, wood.edge);
    picture.set(joint + 2, top + 1, wood.edge);
    picture.set(joint - 2, top + 1, wood.edge);
  }
  if (north) picture.rect(x, y, TILE, 1, wood.edge);
  if (south) picture.rect(x, y + TILE - 1, TILE, 1, wood.deep);
  if (west) picture.rect(x, y, 1, TILE, wood.edge);
  if (east) picture.rect(x + TILE - 1, y, 1, TILE, wood.deep);
}

/** The side of a wooden floor over water, as it is seen in the tile below: a beam, two posts, and the shadow. */
export function paintPlankSide(picture: Pixels, x: number, y: number): void {
  picture.rect(x, y + 2, TILE, 4, translucent(SHADOW, 96));
  picture.rect(x, y + 6, TILE, 1, translucent(SHADOW, 48));
  picture.rect(x, y, TILE, 1, wood.dark);
  picture.rect(x, y + 1, TILE, 1, wood.deep);
  for (const post of [2, 11]) {
    picture.rect(x + post, y, 3, 8, wood.edge);
    picture.rect(x + post, y, 1, 8, wood.dark);
    picture.rect(x + post + 2, y, 1, 8, wood.deep);
    picture.rect(x + post - 1, y + 8, 5, 1, ink(LAND.waterShallow));
  }
}

// p petal, q its shade, y heart, s stem, l leaf.
const BLOSSOM_ROWS: readonly (readonly string[])[] = [
  ['.pp..', 'ppppl', 'pyypq', '.yyq.', '.qqs.', 'l.s..', '.ls..'],
  ['.pp.', 'pyyp', 'pyyq', '.qq.', '.s.l', 'ls..'],
  ['.p.', 'pyp', '.q.', '.sl', 'ls.'],
  ['p.p', '.y.', 'p.q', '.s.', 'ls.'],
  ['.pp', 'ppq', '.qs', 'l.s', '.ls'],
];

/** A few blossoms, of which none stands as another one does. */
export function paintBlossoms(picture: Pixels, x: number, y: number, variant: number, hash: number): void {
  const { petal, shade, heart } = BLOSSOMS[variant % BLOSSOMS.length] as (typeof BLOSSOMS)[number];
  const colours = { p: ink(petal), q: ink(shade), y: ink(heart), s: ink(PALETTE.forest), l: ink(LAND.tuft) };
  for (let quarter = 0; quarter < 4; quarter++) {
    const draw = (hash >>> (quarter * 8)) & 0xff;
    // Large ones and small ones in turn, so that no tile has only buds.
    const rows = BLOSSOM_ROWS[quarter % 3 === (hash & 1) ? draw % 2 : 2 + (draw % 3)] as readonly string[];
    const left = (quarter & 1) * 8 + ((draw >> 2) % (9 - (rows[0] as string).length));
    const top = (quarter >> 1) * 8 + ((draw >> 5) % (9 - rows.length));
    picture.stamp(rows, x + left, y + top, colours);
  }
}
