import { expect, it } from 'vitest';
import type { TileEdit } from '../../server/store/store.ts';
import { NEIGHBOUR, SQUARE, type Stores } from './store-people.ts';

const byTile = (tiles: readonly TileEdit[]): TileEdit[] => tiles.toSorted((a, b) => a.tile - b.tile);

/** What the Store interface says of edits. */
export function buildingRules(any: Stores): void {
  it('knows nothing of a square that nobody has changed', async () => {
    expect(await any(0).editsOf(SQUARE)).toEqual({ revision: 0, tiles: [] });
  });

  it('counts the edits of a square and says what was there before', async () => {
    const terrain = { tile: 1023, kind: 0, revision: 0 };
    expect(await any(0).edit(SQUARE, 1023, 255)).toEqual({ revision: 1, before: terrain });
    expect(await any(1).edit(SQUARE, 0, 7)).toEqual({ revision: 2, before: { ...terrain, tile: 0 } });
    const built = { tile: 1023, kind: 255, revision: 1 };
    expect(await any(2).edit(SQUARE, 1023, 0)).toEqual({ revision: 3, before: built });
    expect(await any(0).edit(NEIGHBOUR, 5, 1)).toMatchObject({ revision: 1 });
    const { revision, tiles } = await any(1).editsOf(SQUARE);
    expect(revision).toBe(3);
    expect(byTile(tiles)).toEqual([
      { tile: 0, kind: 7, revision: 2 },
      { tile: 1023, kind: 0, revision: 3 },
    ]);
    expect((await any(2).editsOf(NEIGHBOUR)).tiles).toEqual([{ tile: 5, kind: 1, revision: 1 }]);
  });

  it('takes -0 for 0', async () => {
    await any(0).edit({ sx: -0, sy: 0 }, 1, 1);
    expect(await any(1).edit({ sx: 0, sy: -0 }, 1, 2)).toMatchObject({ revision: 2 });
    expect((await any(2).editsOf({ sx: 0, sy: 0 })).revision).toBe(2);
    expect(await any(0).info()).toMatchObject({ edits: 1 });
  });

  it('shows an edit to everybody as soon as it is acknowledged', async () => {
    for (let turn = 0; turn < 30; turn++) {
      await any(turn).edit(SQUARE, 9, 1);
      expect((await any(turn + 1).editsOf(SQUARE)).revision).toBe(turn + 1);
    }
  });

  it('changes a tile only while it stands at the revision that was asked for', async () => {
    await any(0).edit(SQUARE, 1, 5);
    expect(await any(1).edit(SQUARE, 1, 6, 0)).toBeUndefined();
    expect(await any(1).edit(SQUARE, 1, 6, 2)).toBeUndefined();
    expect(await any(1).edit(SQUARE, 1, 6, 1)).toEqual({ revision: 2, before: { tile: 1, kind: 5, revision: 1 } });
    expect(await any(2).edit(SQUARE, 2, 4, 0)).toMatchObject({ revision: 3 });
    expect((await any(0).editsOf(SQUARE)).revision).toBe(3);
  });

  it('lets exactly one of many have the tile at a revision', async () => {
    const outcomes = await Promise.all(Array.from({ length: 60 }, (_, turn) => any(turn).edit(SQUARE, 1, turn + 1, 0)));
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1);
    expect((await any(0).editsOf(SQUARE)).revision).toBe(1);
  });

  it('orders the edits of many at once: revisions without a gap or a double, and the last writer wins', async () => {
    const edits = 300;
    const made = await Promise.all(
      Array.from({ length: edits }, async (_, turn) => {
        const [tile, kind] = [turn % 7, (turn % 255) + 1];
        return { tile, kind, edited: await any(turn).edit(SQUARE, tile, kind) };
      }),
    );
    const ordered = made.toSorted((a, b) => (a.edited?.revision ?? 0) - (b.edited?.revision ?? 0));
    expect(ordered.map(({ edited }) => edited?.revision)).toEqual(Array.from({ length: edits }, (_, i) => i + 1));
    // Each has seen what the one before it on the same tile has left.
    const tiles = new Map<number, { tile: number; kind: number; revision: number }>();
    for (const { tile, kind, edited } of ordered) {
      expect(edited?.before).toEqual(tiles.get(tile) ?? { tile, kind: 0, revision: 0 });
      tiles.set(tile, { tile, kind, revision: edited?.revision ?? 0 });
    }
    const found = await any(1).editsOf(SQUARE);
    expect(found.revision).toBe(edits);
    expect(byTile(found.tiles)).toEqual(byTile([...tiles.values()]));
  });

  it('keeps a square on which every tile has been changed', async () => {
    await Promise.all(Array.from({ length: 1024 }, (_, tile) => any(tile).edit(SQUARE, tile, 1 + (tile % 255))));
    const { revision, tiles } = await any(0).editsOf(SQUARE);
    expect(revision).toBe(1024);
    expect(byTile(tiles).map(({ tile, kind }) => [tile, kind])).toEqual(
      Array.from({ length: 1024 }, (_, tile) => [tile, 1 + (tile % 255)]),
    );
  });
}
