import { PALETTE } from './palette.ts';
import { ink, Pixels } from './pixels.ts';

/** What the emotes are called, by number. */
export const EMOTE_NAMES = ['wave', 'laugh', 'heart', 'sad', 'wow', 'question', 'music', 'sleep'] as const;

/** Side of an emote's picture, in pixels. */
export const EMOTE_SIDE = 12;
/** Size of the bubble it is shown in; the tip points down at the middle. */
export const BUBBLE_WIDTH = 18;
export const BUBBLE_HEIGHT = 20;

const colours = {
  o: ink(PALETTE.umber),
  y: ink(PALETTE.gold),
  h: ink(PALETTE.peach),
  s: ink(PALETTE.amber),
  e: ink(PALETTE.cocoa),
  m: ink(PALETTE.crimson),
  t: ink(PALETTE.pink),
  w: ink(PALETTE.cream),
  b: ink(PALETTE.blue),
  r: ink(PALETTE.red),
  p: ink(PALETTE.pink),
  d: ink(PALETTE.crimson),
  n: ink(PALETTE.coal),
  k: ink(PALETTE.peach),
  K: ink(PALETTE.tan),
  v: ink(PALETTE.violet),
  z: ink(PALETTE.denim),
};

const FACE = [
  '...oooooo...',
  '.oohhhyyyoo.',
  '.ohhyyyyyyo.',
  'ohhyyyyyyyyo',
  'ohyyyyyyyyyo',
  'oyyyyyyyyyyo',
  'oyyyyyyyyyyo',
  'oyyyyyyyyyyo',
  'oyyyyyyyyyso',
  '.oyyyyyyyso.',
  '.ooyyyyssoo.',
  '...oooooo...',
];

type Stamp = readonly [rows: readonly string[], x: number, y: number];

const STAMPS: Readonly<Record<(typeof EMOTE_NAMES)[number], readonly Stamp[]>> = {
  wave: [
    [
      [
        '....o.o.....',
        '...okoko..z.',
        '...okokoo..z',
        '.o.okokoko.z',
        'okookkkkko..',
        'okkokkkkko..',
        '.okkkkkkko..',
        '..okkkkkKo..',
        'z.okkkkkKo..',
        '.z.okkkKo...',
        '....okKKo...',
        '....ooooo...',
      ],
      0,
      0,
    ],
  ],
  laugh: [
    [FACE, 0, 0],
    [['.ee..ee.', 'e..ee..e'], 2, 3],
    [['mmmmmm', 'mwwwwm', '.mttm.', '..mm..'], 3, 6],
  ],
  heart: [
    [
      [
        '..ddd..ddd..',
        '.dpprddrrrd.',
        'dpprrrrrrrrd',
        'dprrrrrrrrrd',
        'drrrrrrrrrrd',
        'drrrrrrrrrrd',
        '.drrrrrrrrd.',
        '..drrrrrrd..',
        '...drrrrd...',
        '....drrd....',
        '.....dd.....',
      ],
      0,
      0,
    ],
  ],
  sad: [
    [FACE, 0, 0],
    [['e....e', 'e....e'], 3, 3],
    [['.mmmm.', 'm....m'], 3, 8],
    [['b', 'b', 'b'], 2, 6],
  ],
  wow: [
    [FACE, 0, 0],
    [['e....e', 'e....e'], 3, 3],
    [['.mm.', 'mmmm', 'mmmm', '.mm.'], 4, 6],
  ],
  question: [
    [
      ['..vvvvvv..', '.vvvvvvvv.', '.vvv..vvv.', '......vvv.', '.....vvv..', '....vvv...', '....vv....', '..........'],
      1,
      0,
    ],
    [['vv', 'vv'], 5, 9],
  ],
  music: [
    [
      [
        '....nnnnnnn.',
        '....nnnnnnn.',
        '....n.....n.',
        '....n.....n.',
        '....n.....n.',
        '....n.....n.',
        '..nnn...nnn.',
        '.nnnn..nnnn.',
        '.nnnn..nnnn.',
        '..nn....nn..',
      ],
      0,
      1,
    ],
  ],
  sleep: [
    [['zzzzzzz', 'zzzzzzz', '....zz.', '..zz...', '.zz....', 'zzzzzzz', 'zzzzzzz'], 0, 5],
    [['zzzz', '..z.', '.z..', 'zzzz'], 8, 0],
  ],
};

/** The picture of an emote, clear around it. @param emote 0 to EMOTES - 1 */
export function drawEmote(emote: number): Pixels {
  const picture = new Pixels(EMOTE_SIDE, EMOTE_SIDE);
  const name = EMOTE_NAMES[emote % EMOTE_NAMES.length] as (typeof EMOTE_NAMES)[number];
  for (const [rows, x, y] of STAMPS[name]) picture.stamp(rows, x, y, colours);
  return picture;
}

/** An emote in the bubble that stands over somebody's head. */
export function drawEmoteBubble(emote: number): Pixels {
  const picture = new Pixels(BUBBLE_WIDTH, BUBBLE_HEIGHT);
  const paper = ink(PALETTE.cream);
  picture.rect(2, 1, BUBBLE_WIDTH - 4, 15, paper);
  picture.rect(1, 2, BUBBLE_WIDTH - 2, 13, paper);
  picture.rect(7, 16, 4, 1, paper);
  picture.rect(8, 17, 2, 1, paper);
  picture.outline(ink(PALETTE.ink));
  picture.rect(2, 15, BUBBLE_WIDTH - 4, 1, ink(PALETTE.foam));
  picture.rect(8, 15, 2, 1, paper);
  picture.blit(drawEmote(emote), 3, 2);
  return picture;
}
