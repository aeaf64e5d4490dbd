import { BARE, TILE_KINDS, type TileGroup, type TileKind } from '../../shared/tiles.ts';

/** What the palette offers side by side. */
export type PaletteGroup = TileGroup | 'eraser';

export const PALETTE_GROUPS: readonly { readonly group: PaletteGroup; readonly label: string }[] = [
  { group: 'paint', label: 'Paint' },
  { group: 'wall', label: 'Walls' },
  { group: 'floor', label: 'Floors' },
  { group: 'flower', label: 'Flowers' },
  { group: 'eraser', label: 'Eraser' },
];

/** The kinds of a group, in their order; none for the eraser. */
export const kindsOf = (group: PaletteGroup): readonly TileKind[] => TILE_KINDS.filter((kind) => kind.group === group);

/** What is chosen to build with: a group, and in each group the kind that was used last. */
export class PaletteChoice {
  #group: PaletteGroup = 'paint';
  readonly #last = new Map<PaletteGroup, number>();

  get group(): PaletteGroup {
    return this.#group;
  }

  /** The kind to build with; BARE for the eraser. */
  get kind(): number {
    return this.lastOf(this.#group);
  }

  lastOf(group: PaletteGroup): number {
    return this.#last.get(group) ?? kindsOf(group)[0]?.number ?? BARE;
  }

  choose({ group, number }: TileKind): void {
    this.#group = group;
    this.#last.set(group, number);
  }

  /** Takes a group up; the one that is chosen already goes on to its next kind. */
  chooseGroup(group: PaletteGroup): void {
    if (group === this.#group) {
      const kinds = kindsOf(group);
      const at = kinds.findIndex(({ number }) => number === this.kind);
      const next = kinds[(at + 1) % kinds.length];
      if (next !== undefined) this.#last.set(group, next.number);
    }
    this.#group = group;
  }
}
