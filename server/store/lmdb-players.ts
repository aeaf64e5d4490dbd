import type { LmdbTables } from './lmdb-tables.ts';
import { packJson, unpackJson } from './lmdb-values.ts';
import { ID_BLOCK, type Person, type Place, type SignedIn, type Store } from './store.ts';

/** A player as they are kept. */
export interface KeptPlayer {
  readonly token: string;
  readonly generation: number;
  readonly person: Person;
  readonly place?: Place;
  readonly home?: Place;
}

type Players = Pick<Store, 'takeIdBlock' | 'signUp' | 'signIn' | 'rename' | 'savePlace' | 'saveHome'>;

const LAST_ID = 'lastId';
export const MAX_VERSION = 65_535;

export function readPlayer({ players }: LmdbTables, id: number): KeptPlayer | undefined {
  const packed = players.get(id);
  return packed === undefined ? undefined : unpackPlayer(packed);
}

export const unpackPlayer = (packed: Buffer): KeptPlayer => unpackJson(packed) as KeptPlayer;

export function readCounter({ meta }: LmdbTables, name: string): number {
  const packed = meta.get(name);
  return packed === undefined ? 0 : (unpackJson(packed) as number);
}

export const readLastId = (tables: LmdbTables): number => readCounter(tables, LAST_ID);

/** Never falls. */
export function raiseLastId(tables: LmdbTables, lastId: number): void {
  if (lastId > readLastId(tables)) tables.meta.put(LAST_ID, packJson(lastId));
}

export function lmdbPlayers(tables: LmdbTables): Players {
  const { players, tokens, meta } = tables;

  const change = (id: number, changed: (player: KeptPlayer) => KeptPlayer): Promise<KeptPlayer | undefined> =>
    tables.write(() => {
      const player = readPlayer(tables, id);
      if (player === undefined) return undefined;
      const after = changed(player);
      players.put(id, packJson(after));
      return after;
    });

  return {
    takeIdBlock: (above) =>
      tables.write(() => {
        const last = Math.max(readLastId(tables), above);
        meta.put(LAST_ID, packJson(last + ID_BLOCK));
        return last + 1;
      }),
    signUp: (token, id, { name, look }) =>
      tables.write(() => {
        players.put(id, packJson({ token, generation: 1, person: { name, look, version: 1 } } satisfies KeptPlayer));
        tokens.put(token, packJson(id));
      }),
    signIn: async (token) => {
      // LMDB has no empty keys, and none longer than half a page.
      if (token === '' || Buffer.byteLength(token) > MAX_TOKEN_BYTES) return undefined;
      return await tables.write((): SignedIn | undefined => {
        const packed = tokens.get(token);
        if (packed === undefined) return undefined;
        const id = unpackJson(packed) as number;
        const player = readPlayer(tables, id);
        if (player === undefined) return undefined;
        const { person, place, home } = player;
        const generation = player.generation + 1;
        players.put(id, packJson({ ...player, generation } satisfies KeptPlayer));
        return { id, generation, person, place, home };
      });
    },
    rename: async (id, { name, look }) => {
      const renamed = await change(id, (player) => {
        const version = player.person.version === MAX_VERSION ? 0 : player.person.version + 1;
        return { ...player, person: { name, look, version } };
      });
      return renamed?.person;
    },
    savePlace: async (id, { x, y }) => {
      await change(id, (player) => ({ ...player, place: { x, y } }));
    },
    saveHome: async (id, { x, y }) => {
      await change(id, (player) => ({ ...player, home: { x, y } }));
    },
  };
}

const MAX_TOKEN_BYTES = 256;
