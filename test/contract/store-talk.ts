import { expect, it } from 'vitest';
import { KEPT_LINES } from '../../server/store/store.ts';
import { ADA, NEIGHBOUR, SQUARE, type Stores } from './store-people.ts';

const line = (text: string, atMs = 1_700_000_000_000) => ({ player: 1, name: ADA.name, text, atMs });

/** What the Store interface says of chat. */
export function talkRules(any: Stores): void {
  it('numbers the lines of a square from 1 and keeps them to the letter', async () => {
    const odd = line('0 "quoted" \\ \n 🦊 \u2028 {"id":7}');
    expect(await any(0).linesOf(SQUARE, 0)).toEqual([]);
    expect(await any(0).say(SQUARE, odd)).toEqual({ id: 1, ...odd });
    expect(await any(1).say(SQUARE, line('two'))).toEqual({ id: 2, ...line('two') });
    expect(await any(2).say(NEIGHBOUR, line('elsewhere'))).toMatchObject({ id: 1 });
    expect(await any(2).linesOf(SQUARE, 0)).toEqual([
      { id: 1, ...odd },
      { id: 2, ...line('two') },
    ]);
    expect(await any(0).linesOf(SQUARE, 1)).toEqual([{ id: 2, ...line('two') }]);
    expect(await any(1).linesOf(SQUARE, 2)).toEqual([]);
  });

  it('orders what many say at once: ids without a gap or a double, and every line under its own', async () => {
    const said = await Promise.all(Array.from({ length: 120 }, (_, turn) => any(turn).say(SQUARE, line(`${turn}`))));
    const ids = said.map(({ id }) => id).toSorted((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    const kept = said.toSorted((a, b) => a.id - b.id).slice(-KEPT_LINES);
    expect(await any(1).linesOf(SQUARE, 0)).toEqual(kept);
    expect(await any(2).linesOf(SQUARE, 110)).toEqual(kept.slice(-10));
  });

  it('keeps the last lines of each square, and no more', async () => {
    for (let i = 1; i <= KEPT_LINES + 3; i++) await any(i).say(SQUARE, line(`${i}`));
    await any(0).say(NEIGHBOUR, line('alone'));
    const kept = await any(0).linesOf(SQUARE, 0);
    expect(kept.map(({ id }) => id)).toEqual(Array.from({ length: KEPT_LINES }, (_, i) => i + 4));
    expect(await any(1).linesOf(NEIGHBOUR, 0)).toHaveLength(1);
    expect(await any(2).info()).toMatchObject({ chat: KEPT_LINES + 1 });
  });

  it('forgets lines from before a time, and gives their ids to no other', async () => {
    for (const atMs of [100, 200, 300]) await any(atMs).say(SQUARE, line(`${atMs}`, atMs));
    await any(0).say(NEIGHBOUR, line('old', 100));
    await any(1).forgetLines(300);
    expect((await any(2).linesOf(SQUARE, 0)).map(({ id }) => id)).toEqual([3]);
    expect(await any(0).linesOf(NEIGHBOUR, 0)).toEqual([]);
    await any(1).forgetLines(1000);
    expect(await any(2).linesOf(SQUARE, 0)).toEqual([]);
    expect(await any(2).info()).toMatchObject({ chat: 0 });
    expect(await any(0).say(SQUARE, line('new'))).toMatchObject({ id: 4 });
    expect(await any(1).say(NEIGHBOUR, line('new'))).toMatchObject({ id: 2 });
  });
}
