import { darkerOf, lighterOf, PALETTE, type PaletteName } from './palette.ts';
import { ink } from './pixels.ts';

/** What is on somebody's head. */
export type Headwear = 'short' | 'long' | 'bun' | 'cap' | 'straw' | 'hood';

interface Look {
  readonly skin: 'peach' | 'tan' | 'sienna' | 'umber';
  readonly hair: PaletteName;
  readonly headwear: Headwear;
  /** Colour of the cap, hat or hood; the hair's where there is none. */
  readonly hat: PaletteName;
  readonly top: PaletteName;
  readonly legs: PaletteName;
}

/** The looks that people choose from: one drawing, told apart by what is swapped in. */
const LOOK_TABLE: readonly Look[] = [
  { skin: 'peach', hair: 'umber', headwear: 'short', hat: 'umber', top: 'red', legs: 'denim' },
  { skin: 'peach', hair: 'gold', headwear: 'long', hat: 'gold', top: 'blue', legs: 'slate' },
  { skin: 'sienna', hair: 'ink', headwear: 'bun', hat: 'ink', top: 'gold', legs: 'forest' },
  { skin: 'tan', hair: 'cocoa', headwear: 'cap', hat: 'jade', top: 'cream', legs: 'denim' },
  { skin: 'umber', hair: 'ink', headwear: 'short', hat: 'ink', top: 'violet', legs: 'coal' },
  { skin: 'peach', hair: 'sienna', headwear: 'straw', hat: 'gold', top: 'jade', legs: 'umber' },
  { skin: 'tan', hair: 'ink', headwear: 'long', hat: 'ink', top: 'pink', legs: 'slate' },
  { skin: 'peach', hair: 'denim', headwear: 'hood', hat: 'denim', top: 'denim', legs: 'coal' },
];

/** The ramps' step into the shade is too deep for a face. */
const SKIN_SHADE = { peach: 'tan', tan: 'camel', sienna: 'umber', umber: 'cocoa' } as const;
const CHEEK = { peach: 'pink', tan: 'amber', sienna: 'camel', umber: 'sienna' } as const;
/** A band of straw hats. */
const BAND: PaletteName = 'red';

/** The letters that people are drawn in. */
export type PersonInk =
  | 's'
  | 'S'
  | 'r'
  | 'e'
  | 'h'
  | 'k'
  | 'H'
  | 'c'
  | 'C'
  | 'b'
  | 'p'
  | 'P'
  | 'B'
  | 't'
  | 'T'
  | 'u'
  | 'n';
export type PersonInks = Readonly<Record<PersonInk, number>>;

/** What somebody of a look has on the head, and the colours by the letters of the drawings. */
export function looksOf(look: number): { readonly headwear: Headwear; readonly inks: PersonInks } {
  const { skin, hair, headwear, hat, top, legs } = LOOK_TABLE[look % LOOK_TABLE.length] as Look;
  const named: Readonly<Record<PersonInk, PaletteName>> = {
    s: skin,
    S: SKIN_SHADE[skin],
    r: CHEEK[skin],
    e: 'ink',
    h: hair,
    k: lighterOf(hair),
    H: darkerOf(hair),
    c: top,
    C: darkerOf(top),
    b: darkerOf(darkerOf(top)),
    p: legs,
    P: darkerOf(legs),
    B: 'cocoa',
    t: hat,
    T: darkerOf(hat),
    u: lighterOf(hat),
    n: BAND,
  };
  const entries = Object.entries(named).map(([letter, name]) => [letter, ink(PALETTE[name])]);
  return { headwear, inks: Object.fromEntries(entries) as PersonInks };
}
