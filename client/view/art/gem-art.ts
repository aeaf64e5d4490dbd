import { ink, Pixels } from './pixels.ts';

/** How many steps the glint of a gem has; the first shows none. */
export const GEM_FRAMES = 4;

interface GemDrawing {
  readonly rows: readonly string[];
  /** From the lightest to the outline: l, m, d, o; w shines. */
  readonly colours: Readonly<Record<string, number>>;
}

const colours = (light: number, middle: number, dark: number, outline: number) => ({
  w: ink(0xffffff),
  l: ink(light),
  m: ink(middle),
  d: ink(dark),
  o: ink(outline),
});

const SHARD: GemDrawing = {
  rows: ['...o...', '..olo..', '.owlmo.', '.olmmo.', 'oolmmdo', 'olmmddo', 'olmmddo', '.omddo.', '..odo..', '...o...'],
  colours: colours(0xb6f2e4, 0x54c9bd, 0x2c8f98, 0x1e5561),
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
  colours: colours(0xe3c4f7, 0xae7be0, 0x7a49b4, 0x43266f),
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
    ...colours(0xff9a8c, 0xe5484f, 0xad2743, 0x5e1730),
    g: ink(0x9a6a1e),
    h: ink(0xffe08a),
    k: ink(0xdba53a),
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
  const bright = { w: ink(0xfffbe6), y: ink(0xffd96b) };
  picture.stamp(spent ? ['...', '.y.', '...'] : ['.y.', 'ywy', '.y.'], 0, 0, bright);
  return picture;
}
