import { expect, it } from 'vitest';
import { KEPT_AUDIT, KEPT_EDITS } from '../../server/store/store.ts';
import { NEIGHBOUR, SQUARE, type Stores } from './store-people.ts';

/** What the Store interface says of rules, the audit log, and of who made which edit. */
export function orderRules(any: Stores): void {
  it('keeps rules by key, replaces and forgets them', async () => {
    expect(await any(0).rules()).toEqual(new Map());
    await any(0).setRule('ban:1', '{"reason":"🦊"}');
    await any(1).setRule('area:the square', '{}');
    await any(2).setRule('ban:1', '{"reason":"again"}');
    expect(await any(0).rules()).toEqual(
      new Map([
        ['ban:1', '{"reason":"again"}'],
        ['area:the square', '{}'],
      ]),
    );
    await any(1).setRule('ban:1', undefined);
    await any(1).setRule('ban:2', undefined);
    expect([...(await any(2).rules()).keys()]).toEqual(['area:the square']);
  });

  it('notes what was done, in one order, and gives the newest first', async () => {
    expect(await any(0).audited(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
    const made = await Promise.all(Array.from({ length: 50 }, (_, turn) => any(turn).audit(`did ${turn}, so there`)));
    expect(made.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    const newest = await any(1).audited(Number.MAX_SAFE_INTEGER, 10);
    expect(newest.map(({ id }) => id)).toEqual([50, 49, 48, 47, 46, 45, 44, 43, 42, 41]);
    for (const entry of newest) expect(made).toContainEqual(entry);
    expect((await any(2).audited(41, 100)).map(({ id }) => id)).toEqual(Array.from({ length: 40 }, (_, i) => 40 - i));
    expect(KEPT_AUDIT).toBeGreaterThanOrEqual(1000);
  });

  it('has the last word on what is done beside it, for all, and in no export', async () => {
    expect(await any(0).notice()).toBeUndefined();
    await any(0).setNotice('{"done":1}');
    await any(1).setNotice('{"done":2,"of":"🦊"}');
    expect(await any(2).notice()).toBe('{"done":2,"of":"🦊"}');
    const types = [];
    for await (const { type } of any(0).records()) types.push(type);
    expect(types).toEqual(['world']);
  });

  it('remembers who made an edit, and what was there, oldest first', async () => {
    expect(await any(0).editLog(SQUARE)).toEqual([]);
    await any(0).edit(SQUARE, 5, 17, undefined, { player: 1, atMs: 1000 });
    await any(1).edit(SQUARE, 5, 18, 7, { player: 2, atMs: 1500 });
    await any(1).edit(SQUARE, 5, 18, 1, { player: 2, atMs: 2000 });
    await any(2).edit(SQUARE, 6, 17);
    await any(2).edit(SQUARE, 5, 0, undefined, { player: 0, atMs: 3000 });
    await any(0).edit(NEIGHBOUR, 9, 20, undefined, { player: 1, atMs: 4000 });
    expect(await any(1).editLog(SQUARE)).toEqual([
      { tile: 5, kind: 17, revision: 1, before: 0, player: 1, atMs: 1000 },
      { tile: 5, kind: 18, revision: 2, before: 17, player: 2, atMs: 2000 },
      { tile: 5, kind: 0, revision: 4, before: 18, player: 0, atMs: 3000 },
    ]);
    const squares = [];
    for await (const some of any(2).loggedSquares()) squares.push(...some);
    expect(squares.toSorted((a, b) => a.sy - b.sy)).toEqual([NEIGHBOUR, SQUARE]);
  });

  it('forgets who made the oldest edits of a square when there are too many', async () => {
    const edits = KEPT_EDITS + 5;
    const maker = { player: 1, atMs: 1 };
    for (let i = 0; i < edits; i += 500) {
      const some = Array.from({ length: Math.min(500, edits - i) }, (_, j) => i + j);
      await Promise.all(some.map((turn) => any(turn).edit(SQUARE, turn % 1024, 17, undefined, maker)));
    }
    const log = await any(0).editLog(SQUARE);
    expect(log.map(({ revision }) => revision)).toEqual(Array.from({ length: KEPT_EDITS }, (_, i) => i + 6));
    expect((await any(1).editsOf(SQUARE)).revision).toBe(edits);
  });
}
