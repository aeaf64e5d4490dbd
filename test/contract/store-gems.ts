import { expect, it } from 'vitest';
import { ADA, BOB, type Stores } from './store-people.ts';

const GEMS = Array.from({ length: 50 }, (_, i) => `${i}:-${i}`);

/** What the Store interface says of gems, scores and ranks. */
export function gemRules(any: Stores): void {
  it('gives a gem once, with its points', async () => {
    await any(0).signUp('ada', 1, ADA);
    expect(await any(0).claim(5, 'red', 1, 10, 5)).toBe(10);
    expect(await any(1).claim(5, 'red', 1, 10, 5)).toBeUndefined();
    expect(await any(2).claim(5, 'red', 2, 10, 5)).toBeUndefined();
    expect(await any(0).claim(5, 'blue', 1, 3, 5)).toBe(13);
    expect(await any(1).claim(6, 'red', 1, 1, 5)).toBe(14);
    expect(await any(2).rankOf(1)).toEqual({ score: 14, rank: 1 });
    expect(await any(2).rankOf(2)).toBeUndefined();
  });

  it('gives each of 50 gems that four want at once to exactly one, and no score is lost', async () => {
    const players = [1, 2, 3, 4];
    for (const id of players) await any(id).signUp(`token ${id}`, id, { name: `P${id}`, look: 0 });
    const claims = GEMS.flatMap((gem, i) => players.map((player) => ({ gem, player, points: (i % 3) + 1 })));
    const scores = await Promise.all(
      claims.map(({ gem, player, points }, turn) => any(turn + player).claim(1, gem, player, points, 0)),
    );
    expect(claims).toHaveLength(200);
    const sums = new Map<number, number>();
    const winners = new Map<string, number>();
    for (const [i, { gem, player, points }] of claims.entries()) {
      if (scores[i] === undefined) continue;
      winners.set(gem, (winners.get(gem) ?? 0) + 1);
      sums.set(player, (sums.get(player) ?? 0) + points);
    }
    expect([...winners.values()]).toEqual(GEMS.map(() => 1));
    for (const player of players) expect((await any(player).rankOf(player))?.score).toBe(sums.get(player));
    const top = await any(0).top(10);
    expect(top.reduce((sum, { score }) => sum + score, 0)).toBe(GEMS.reduce((sum, _, i) => sum + (i % 3) + 1, 0));
    expect(await any(0).info()).toMatchObject({ gems: 50 });
  });

  it('says which gems have been claimed, of those asked for and in that period', async () => {
    await any(0).claim(7, 'a', 1, 1, 7);
    await any(1).claim(7, 'b', 1, 1, 7);
    await any(2).claim(8, 'c', 1, 1, 7);
    expect(await any(0).claimed(7, ['a', 'c', 'd'])).toEqual(new Set(['a']));
    expect(await any(1).claimed(7, [])).toEqual(new Set());
    expect(await any(2).claimed(8, ['a', 'b', 'c'])).toEqual(new Set(['c']));
    expect(await any(2).claimed(9, ['a'])).toEqual(new Set());
  });

  it('forgets the claims of periods that are over, for good, and keeps the scores', async () => {
    for (const [i, gem] of GEMS.entries()) await any(i).claim(i % 2, gem, 1, 1, 0);
    expect(await any(0).info()).toMatchObject({ gems: 50 });
    expect(await any(0).claim(2, 'new', 1, 1, 1)).toBe(51);
    expect(await any(1).info()).toMatchObject({ gems: 26 });
    expect(await any(1).claimed(0, GEMS)).toEqual(new Set());
    expect((await any(2).claimed(1, GEMS)).size).toBe(25);
    // Nothing of them can be had any more, also from one who has not noticed yet.
    expect(await any(2).claim(0, GEMS[0] as string, 1, 1, 0)).toBeUndefined();
    expect(await any(0).claim(1, 'another', 1, 1, 0)).toBe(52);
    expect(await any(1).claimed(0, GEMS)).toEqual(new Set());
    expect(await any(1).rankOf(1)).toEqual({ score: 52, rank: 1 });
  });

  it('ranks by score, the lower id first where it is the same', async () => {
    const scores = new Map([
      [9, 5],
      [4_294_967_295, 7],
      [10, 5],
      [100, 5],
      [1, 2],
      [2, 9],
    ]);
    for (const id of scores.keys()) await any(id).signUp(`token ${id}`, id, { name: `P${id}`, look: 0 });
    await any(0).signUp('none', 50, BOB);
    await Promise.all([...scores].map(([id, points]) => any(id).claim(0, `gem ${id}`, id, points, 0)));
    const order = [2, 4_294_967_295, 9, 10, 100, 1];
    const rows = order.map((player) => ({ player, name: `P${player}`, score: scores.get(player) }));
    expect(await any(0).top(100)).toEqual(rows);
    expect(await any(1).top(3)).toEqual(rows.slice(0, 3));
    expect(await any(1).top(0)).toEqual([]);
    for (const [i, player] of order.entries()) {
      expect(await any(i).rankOf(player)).toEqual({ score: scores.get(player), rank: i + 1 });
    }
    expect(await any(2).rankOf(50)).toBeUndefined();
    // Who gets ahead is shown there, under the name that they have now.
    await any(0).rename(1, BOB);
    await any(1).claim(0, 'the big one', 1, 20, 0);
    expect((await any(2).top(1))[0]).toEqual({ player: 1, name: 'Bob', score: 22 });
    expect(await any(0).rankOf(2)).toEqual({ score: 9, rank: 2 });
  });
}
