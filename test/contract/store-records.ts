import { expect, it } from 'vitest';
import { ID_BLOCK, type Store, type StoreRecord } from '../../server/store/store.ts';
import { ADA, BOB, FAR, NEIGHBOUR, SQUARE, type Stores } from './store-people.ts';

/** Everything that is kept, in one order. */
export async function recordsOf(store: Store): Promise<StoreRecord[]> {
  const records: StoreRecord[] = [];
  for await (const record of store.records()) {
    if (record.type !== 'square') records.push(record);
    else {
      const tiles = record.edits.tiles.toSorted((a, b) => a.tile - b.tile);
      records.push({ ...record, edits: { ...record.edits, tiles } });
    }
  }
  const key = (record: StoreRecord): string => {
    if (record.type === 'player') return `${record.type} ${record.id}`;
    if (record.type === 'claim') return `${record.type} ${record.period} ${record.gem}`;
    if (record.type === 'rule') return `${record.type} ${record.key}`;
    if (record.type === 'audit') return `${record.type} ${record.id}`;
    return record.type === 'world' ? record.type : `${record.type} ${record.sx} ${record.sy}`;
  };
  return records.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** A bit of everything that can be kept. */
export async function fill(store: Store): Promise<void> {
  const first = await store.takeIdBlock(4_000_000_000);
  await store.saveWorldMs(123_456.75);
  for (let i = 0; i < 30; i++) {
    const id = first + i;
    await store.signUp(`token-${i}`, id, { name: i % 3 === 0 ? 'Ada' : `P ${i} 🦊`, look: i % 8 });
    const told = { player: id, name: `P ${i}`, text: `line ${i}`, atMs: 1000 + i };
    await Promise.all([
      store.signIn(`token-${i}`),
      i % 2 === 0 ? store.savePlace(id, { x: FAR.x + i, y: FAR.y }) : undefined,
      i % 5 === 0 ? store.saveHome(id, { x: -i, y: i }) : undefined,
      i % 4 === 0 ? store.rename(id, { name: i % 3 === 0 ? 'Ada' : `R ${i}`, look: 0 }) : undefined,
      i % 3 > 0 ? store.claim(i % 2, `gem:${i}`, id, i + 1, 0) : undefined,
      ...[SQUARE, NEIGHBOUR, { sx: i, sy: -i }].flatMap((square) => [
        store.edit(square, i * 3, i % 5, undefined, i % 2 === 0 ? undefined : { player: id, atMs: 2000 + i }),
        store.say(square, told),
      ]),
      i % 10 === 0 ? store.setRule(`ban:${id}`, JSON.stringify({ reason: `because ${i} 🦊` })) : undefined,
    ]);
  }
  for (let i = 0; i < 3; i++) await store.audit(JSON.stringify({ action: 'ban', player: first + i }));
  await store.forgetLines(1010);
}

/** What the Store interface says of all that is kept. */
export function recordRules(any: Stores): void {
  it('keeps the time of the world', async () => {
    expect(await any(0).worldMs()).toBe(0);
    await any(0).saveWorldMs(1234.5);
    expect(await any(1).worldMs()).toBe(1234.5);
    await any(2).saveWorldMs(1234);
    expect(await any(0).worldMs(), 'which never runs backwards').toBe(1234.5);
  });

  it('counts what it keeps', async () => {
    expect(await any(0).info()).toEqual({ profiles: 0, edits: 0, gems: 0, chat: 0 });
    await fill(any(0));
    const info = await any(1).info();
    expect(info).toMatchObject({ profiles: 30, gems: 20 });
    // Every fifth edit sets the tile back; ten of thirty turns were too long ago to be remembered.
    expect(info).toMatchObject({ edits: 24 * 3, chat: 20 * 3 });
  });

  it('gives out everything, and takes it back in without a change', async () => {
    await fill(any(0));
    const [records, info] = [await recordsOf(any(1)), await any(1).info()];
    expect(records.filter(({ type }) => type === 'player')).toHaveLength(30);
    for (const record of records) await any(2).take(record);
    expect(await recordsOf(any(0))).toEqual(records);
    expect(await any(0).info()).toEqual(info);
  });

  it('replaces what it has by what it takes in, but lets nothing go back that must not', async () => {
    const person = { ...BOB, version: 9 };
    const player = { type: 'player', id: 1, person, place: FAR, home: undefined, score: 5 } as const;
    await any(0).signUp('ada', 1, ADA);
    await any(0).saveHome(1, FAR);
    for (let i = 0; i < 5; i++) await any(i).signIn('ada');
    await any(1).take({ ...player, tokenHash: 'bob', generation: 3 });
    expect(await any(2).signIn('ada')).toBeUndefined();
    expect(await any(2).signIn('bob')).toEqual({ id: 1, generation: 7, person, place: FAR, home: undefined });
    expect(await any(0).rankOf(1)).toEqual({ score: 5, rank: 1 });
    await any(1).take({ ...player, tokenHash: 'bob', generation: 30, score: 0 });
    expect(await any(2).signIn('bob')).toMatchObject({ generation: 31 });
    expect(await any(0).rankOf(1)).toBeUndefined();

    for (let i = 0; i < 4; i++) await any(i).edit(SQUARE, i, 1);
    const tiles = [{ tile: 9, kind: 2, revision: 2 }];
    await any(0).take({ type: 'square', ...SQUARE, edits: { revision: 2, tiles } });
    expect(await any(1).editsOf(SQUARE)).toEqual({ revision: 4, tiles });
    expect(await any(2).edit(SQUARE, 1, 1)).toMatchObject({ revision: 5 });

    const line = { player: 1, name: 'Ada', text: 'hello', atMs: 1 };
    for (let i = 0; i < 4; i++) await any(i).say(SQUARE, line);
    await any(0).take({ type: 'chat', ...SQUARE, lastId: 2, lines: [{ id: 2, ...line, text: 'old' }] });
    expect(await any(1).linesOf(SQUARE, 0)).toEqual([{ id: 2, ...line, text: 'old' }]);
    expect(await any(2).say(SQUARE, line)).toMatchObject({ id: 5 });

    await any(0).saveWorldMs(500);
    const first = await any(0).takeIdBlock(0);
    await any(1).take({ type: 'world', lastId: 5, worldMs: 100 });
    expect(await any(2).worldMs()).toBe(500);
    expect(await any(2).takeIdBlock(0)).toBe(first + ID_BLOCK);
    await any(1).take({ type: 'world', lastId: 900_000, worldMs: 600 });
    expect(await any(2).worldMs()).toBe(600);
    expect(await any(2).takeIdBlock(0)).toBe(900_001);
  });

  it('goes on giving things out while they change', async () => {
    await fill(any(0));
    let turn = 0;
    const types = new Set<string>();
    for await (const { type } of any(0).records()) {
      types.add(type);
      if (turn++ % 5 === 0) await any(turn).edit({ sx: turn, sy: 0 }, 1, 1);
    }
    expect(types).toEqual(new Set(['world', 'player', 'square', 'log', 'chat', 'claim', 'rule', 'audit']));
  });

  it('forgets everybody by a name, and nobody else', async () => {
    await fill(any(0));
    const before = await recordsOf(any(1));
    const isAda = (record: StoreRecord): boolean => record.type === 'player' && record.person.name === 'Ada';
    const adas = new Set(before.filter(isAda).map((record) => (record.type === 'player' ? record.id : 0)));
    expect(adas.size).toBe(10);
    const [ada] = adas;
    await any(2).claim(0, 'more', ada as number, 1000, 0);
    expect((await any(2).top(1))[0]).toMatchObject({ player: ada });
    expect(await any(0).forget('ada')).toBe(0);
    expect(await any(1).forget('Ada')).toBe(10);
    expect(await any(2).forget('Ada')).toBe(0);
    const after = before.flatMap((record): StoreRecord[] => {
      if (isAda(record)) return [];
      if (record.type !== 'chat') return [record];
      return [{ ...record, lines: record.lines.filter(({ player }) => !adas.has(player)) }];
    });
    const found = await recordsOf(any(0));
    expect(found.filter((record) => !(record.type === 'claim' && record.gem === 'more'))).toEqual(after);
    expect(await any(0).signIn('token-0')).toBeUndefined();
    expect(await any(0).rankOf(ada as number)).toBeUndefined();
    // Who comes back comes as somebody new.
    await any(0).savePlace(ada as number, FAR);
    expect((await any(1).info()).profiles).toBe(20);
  });
}
