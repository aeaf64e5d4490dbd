import type { Person, SquareEdits, StoreInfo, StoreRecord } from '../../server/store/store.ts';
import { type StorePlace, withStore } from '../../server/upkeep/store-place.ts';
import { Tally } from '../../server/upkeep/tally.ts';
import { type SquareKey, squareKey } from '../../shared/grid.ts';

type Stored<T extends StoreRecord['type']> = Extract<StoreRecord, { readonly type: T }>;

/** All that a store keeps, as `npm run world -- export` reads it beside a server. */
export interface StoredWorld {
  readonly people: ReadonlyMap<number, Pick<Stored<'player'>, 'place' | 'score'> & { readonly person: Person }>;
  readonly squares: ReadonlyMap<SquareKey, SquareEdits>;
  readonly talk: ReadonlyMap<SquareKey, Pick<Stored<'chat'>, 'lastId' | 'lines'>>;
  readonly claims: readonly Stored<'claim'>[];
  /** As counted here, and as the store counts. */
  readonly counted: StoreInfo;
  readonly info: StoreInfo;
}

export function readWorld(place: StorePlace): Promise<StoredWorld> {
  const { signal } = new AbortController();
  return withStore(place, { mayMake: false, signal }, async (store) => {
    const people = new Map<number, Stored<'player'>>();
    const squares = new Map<SquareKey, SquareEdits>();
    const talk = new Map<SquareKey, Stored<'chat'>>();
    const claims: Stored<'claim'>[] = [];
    const tally = new Tally();
    for await (const record of store.records()) {
      tally.add(record);
      if (record.type === 'player') people.set(record.id, record);
      else if (record.type === 'square') squares.set(squareKey(record.sx, record.sy), record.edits);
      else if (record.type === 'chat') talk.set(squareKey(record.sx, record.sy), record);
      else if (record.type === 'claim') claims.push(record);
    }
    return { people, squares, talk, claims, counted: tally.info, info: await store.info() };
  });
}
