import { BARE, TILE_KINDS, type TileGroup, tileKind } from '../../../shared/tiles.ts';

/** How a kind of tile is drawn: its group, and which one of the group it is, in the order of their numbers. */
export interface TileLook {
  readonly group: TileGroup;
  readonly variant: number;
}

const LOOKS: ReadonlyMap<number, TileLook> = new Map(
  TILE_KINDS.map(({ number, group }) => [
    number,
    { group, variant: TILE_KINDS.filter((other) => other.group === group && other.number < number).length },
  ]),
);
const COVERS = Uint8Array.from({ length: 256 }, (_, kind) => {
  const group = tileKind(kind)?.group;
  return group === undefined || group === 'flower' ? 0 : 1;
});
const IS_WALL = Uint8Array.from({ length: 256 }, (_, kind) => (tileKind(kind)?.group === 'wall' ? 1 : 0));

/** The look of a kind; undefined for BARE, and for kinds that a newer server may know, which are not drawn. */
export const tileLook = (kind: number): TileLook | undefined => (kind === BARE ? undefined : LOOKS.get(kind));

/** Whether nothing of the ground is to be seen: everything but flowers. */
export const covers = (kind: number): boolean => COVERS[kind] === 1;
export const isWall = (kind: number): boolean => IS_WALL[kind] === 1;
