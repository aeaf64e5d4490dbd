import { PALETTE, type PaletteName } from '../view/art/palette.ts';

/** Told apart on the dark page; nodes beyond them begin anew. */
const COLOURS: readonly PaletteName[] = [
  'gold',
  'shallow',
  'pink',
  'meadowLight',
  'violet',
  'amber',
  'blue',
  'red',
  'foam',
];

export const css = (colour: PaletteName): string => `#${PALETTE[colour].toString(16).padStart(6, '0')}`;

/** Gives each node a colour, the same for as long as the page is open. */
export class NodeColours {
  readonly #given = new Map<string, string>();

  of(node: string): string {
    const known = this.#given.get(node);
    if (known !== undefined) return known;
    const colour = css(COLOURS[this.#given.size % COLOURS.length] as PaletteName);
    this.#given.set(node, colour);
    return colour;
  }
}
