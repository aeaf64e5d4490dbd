import { PALETTE, type PaletteName } from './palette.ts';
import { ink, Pixels } from './pixels.ts';

/** How many steps the glint of a gem has; the first shows none. */
export const GEM_FRAMES = 4;

interface GemDrawing {
  readonly rows: readonly string[];
  /** From the lightest to the outline: l, m, d, o; w shines. */
  readonly colours: Readonly<Record<string, number>>;
}

const colours = (light: PaletteName, middle: PaletteName, dark: PaletteName, outline: PaletteName) => ({
  w: ink(PALETTE.cream),
  l: ink(PALETTE[light]),
  m: ink(PALETTE[middle]),
  d: ink(PALETTE[dark]),
  o: ink(PALETTE[outline]),
});

const SHARD: GemDrawing = {
  rows: ['...o...', '..olo..', '.owlmo.', '.olmmo.', 'oolmmdo', 'olmmddo', 'olmmddo', '.omddo.', '..odo..', '...o...'],
  colours: colours('foam', 'shallow', 'jade', 'pine'),
};
const VIOLET: GemDrawing = {
  rows: [
    '...ooooo...',
    '..owllmmo..',
    '.owllmmmdo.',
    'owlllmmmddo',
    'ollllmmmddo',
    'ooooooooooo',
    'olllmmmdddo',
    '.ollmmmddo.',
    '..olmmddo..',
    '...ommdo...',
    '....omo....',
    '.....o.....',
  ],
  colours: colours('pink', 'violet', 'denim', 'ink'),
};
const RUBY: GemDrawing = {
  rows: [
    '.....ggggg.....',
    '...gghhhhhgg...',
    '..ghoooooookg..',
    '.ghowwllmmmokg.',
    '.goowllmmmdoog.',
    'ghowlllmmmddokg',
    'ghollllmmmddokg',
    'ghollllmmmddokg',
    'ghollmmmmdddokg',
    '.goolmmmdddoog.',
    '.ghoommdddookg.',
    '..ghooddoookg..',
    '...gkkkkkkkg...',
    '.....ggggg.....',
  ],
  colours: {
    ...colours('pink', 'red', 'crimson', 'cocoa'),
    g: ink(PALETTE.sienna),
    h: ink(PALETTE.gold),
    k: ink(PALETTE.amber),
  },
};

/** The picture of a gem by its points: a shard for 1, a violet stone for 5, a ruby set in gold for 25. */
export function drawGem(points: number): Pixels {
  return drawGemFrame(points, 0);
}

/** A step of a gem's glint, 0 to GEM_FRAMES - 1: a sparkle that crosses it. */
export function drawGemFrame(points: number, frame: number): Pixels {
  const { rows, colours: inks } = points >= 25 ? RUBY : points >= 5 ? VIOLET : SHARD;
  const [width, height] = [(rows[0] as string).length, rows.length];
  const picture = new Pixels(width, height);
  picture.stamp(rows, 0, 0, inks);
  if (frame === 0) return picture;
  // A bright line that wanders from the upper left to the lower right, within the stone.
  const at = Math.round(((width + height) * (frame + 0.5)) / (GEM_FRAMES + 1));
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const within = Math.abs(x + y - at) <= 1;
      const under = (rows[y] as string).charAt(x);
      if (within && 'lmd'.includes(under)) picture.set(x, y, inks[under === 'd' ? 'l' : 'w'] as number);
    }
  }
  return picture;
}

/** One of the sparks that fly up where a gem was claimed: a cross, or a single point when it is nearly spent. */
export function drawSpark(spent: boolean): Pixels {
  const picture = new Pixels(3, 3);
  const bright = { w: ink(PALETTE.cream), y: ink(PALETTE.gold) };
  picture.stamp(spent ? ['...', '.y.', '...'] : ['.y.', 'ywy', '.y.'], 0, 0, bright);
  return picture;
}
