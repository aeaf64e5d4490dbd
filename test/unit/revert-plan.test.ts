import { describe, expect, it } from 'vitest';
import { planRevert } from '../../server/moderation/revert-plan.ts';
import type { LoggedEdit, SquareEdits } from '../../server/store/store.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

const SQUARE = { sx: 1, sy: -1 };
const ADA = 1;
const BEN = 2;

/** A square's history: who set which tile to what, one edit a ms; with no maker the edit is not in the log. */
function history(...edits: readonly [player: number | null, tile: number, kind: number][]) {
  const kinds = new Map<number, number>();
  const tiles = new Map<number, { tile: number; kind: number; revision: number }>();
  const log: LoggedEdit[] = [];
  for (const [index, [player, tile, kind]] of edits.entries()) {
    const revision = index + 1;
    const before = kinds.get(tile) ?? 0;
    if (player !== null) log.push({ tile, kind, revision, before, player, atMs: revision });
    kinds.set(tile, kind);
    tiles.set(tile, { tile, kind, revision });
  }
  return { log, edits: { revision: edits.length, tiles: [...tiles.values()] } satisfies SquareEdits };
}

const plan = (
  { log, edits }: ReturnType<typeof history>,
  choice: { player?: number; sinceMs?: number; area?: [number, number, number, number] },
) => {
  const [left = 0, top = 0, right = 0, bottom = 0] = choice.area ?? [];
  return planRevert(SQUARE, log, edits, {
    player: choice.player ?? null,
    area: choice.area === undefined ? null : { left, top, right, bottom },
    sinceMs: choice.sinceMs ?? 0,
  });
};

describe('what is set back', () => {
  it('is what was there before somebody built on it', () => {
    const past = history([BEN, 5, 33], [ADA, 5, 17], [ADA, 5, 18], [ADA, 6, 17]);
    expect(plan(past, { player: ADA })).toEqual([
      { tile: 5, kind: 33, ifRevision: 3 },
      { tile: 6, kind: 0, ifRevision: 4 },
    ]);
  });

  it('is nothing that others have built on top', () => {
    const past = history([ADA, 5, 17], [BEN, 5, 18]);
    expect(plan(past, { player: ADA })).toEqual([]);
    expect(plan(past, { player: BEN })).toEqual([{ tile: 5, kind: 17, ifRevision: 2 }]);
  });

  it('goes back only over the edits of the time that was named', () => {
    const past = history([ADA, 5, 17], [ADA, 5, 18], [ADA, 5, 19]);
    expect(plan(past, { player: ADA, sinceMs: 2 })).toEqual([{ tile: 5, kind: 17, ifRevision: 3 }]);
    expect(plan(past, { player: ADA, sinceMs: 4 })).toEqual([]);
  });

  it('is, in an area, what everybody built there', () => {
    // Tile 0 of the square is 32, -32; tile 33 one further along both.
    const past = history([ADA, 0, 17], [BEN, 33, 18], [ADA, 34, 17]);
    expect(plan(past, { area: [32, -32, 33, -31] }).map(({ tile }) => tile)).toEqual([0, 33]);
    expect(plan(past, { area: [33, -31, 90, 90], player: ADA }).map(({ tile }) => tile)).toEqual([34]);
  });

  it('is nothing of a tile whose last edit nobody is known to have made, and nothing before such a one', () => {
    expect(plan(history([ADA, 5, 17], [null, 5, 18]), { player: ADA })).toEqual([]);
    const past = history([ADA, 5, 17], [null, 5, 18], [ADA, 5, 19]);
    expect(plan(past, { player: ADA })).toEqual([{ tile: 5, kind: 18, ifRevision: 3 }]);
  });

  it('is nothing where all comes to the same', () => {
    expect(plan(history([ADA, 5, 17], [ADA, 5, 0]), { player: ADA })).toEqual([]);
  });

  it('leaves the world as if the last chosen edits had never been made, whatever was done', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const pick = (count: number): number => Math.floor(random() * count);
      const edits = Array.from({ length: 40 }, (): [number, number, number] => [1 + pick(3), pick(6), pick(4)]);
      const past = history(...edits);
      const planned = new Map(plan(past, { player: ADA }).map(({ tile, kind }) => [tile, kind]));
      for (const { tile, kind } of past.edits.tiles) {
        const made = edits.filter(([, at]) => at === tile);
        while (made.at(-1)?.[0] === ADA) made.pop();
        expect(planned.get(tile) ?? kind, `seed ${seed}, tile ${tile}`).toBe(made.at(-1)?.[2] ?? 0);
      }
    }
  });
});
