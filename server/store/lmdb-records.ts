import { putScore, readKeepFrom, readScore } from './lmdb-gems.ts';
import { putAudit, putRule } from './lmdb-order.ts';
import { type KeptPlayer, raiseLastId, readCounter, readLastId, readPlayer, unpackPlayer } from './lmdb-players.ts';
import { loggedSquares, putLog, readLog, readSquare } from './lmdb-squares.ts';
import { type LmdbTables, squareKey } from './lmdb-tables.ts';
import { isLine, putLines, readLastLineId, readLines, removeLines } from './lmdb-talk.ts';
import { PackedSquare, packJson, unpackJson } from './lmdb-values.ts';
import type { Store, StoreInfo, StoreRecord } from './store.ts';

type Records = Pick<Store, 'worldMs' | 'saveWorldMs' | 'info' | 'records' | 'take' | 'forget'>;

const WORLD_MS = 'worldMs';
/** Players deleted in one transaction. */
const FORGOTTEN_PLAYERS = 100;

export function lmdbRecords(tables: LmdbTables): Records {
  return {
    worldMs: async () => tables.read(() => readCounter(tables, WORLD_MS)),
    saveWorldMs: async (worldMs) => {
      await tables.write(() => raiseWorldMs(tables, worldMs));
    },
    info: () => countAll(tables),
    records: () => allRecords(tables),
    take: (record) => tables.writeOrUndo(() => putRecord(tables, record)),
    forget: (name) => forgetName(tables, name),
  };
}

/** In a transaction; never falls. */
function raiseWorldMs(tables: LmdbTables, worldMs: number): void {
  if (worldMs > readCounter(tables, WORLD_MS)) tables.meta.put(WORLD_MS, packJson(worldMs));
}

async function countAll(tables: LmdbTables): Promise<StoreInfo> {
  let [profiles, edits, gems, chat] = [0, 0, 0, 0];
  for await (const entries of tables.scan(tables.players)) profiles += entries.length;
  for await (const entries of tables.scan(tables.squares)) {
    for (const { value } of entries) edits += tables.read(() => new PackedSquare(value).changed);
  }
  const keepFrom = tables.read(() => readKeepFrom(tables));
  for await (const entries of tables.scan(tables.claims, [keepFrom])) gems += entries.length;
  for await (const entries of tables.scan(tables.talk)) chat += entries.filter(({ key }) => isLine(key)).length;
  return { profiles, edits, gems, chat };
}

async function* allRecords(tables: LmdbTables): AsyncGenerator<StoreRecord> {
  const read = <T>(look: () => T): T => tables.read(look);
  yield read(() => ({ type: 'world', lastId: readLastId(tables), worldMs: readCounter(tables, WORLD_MS) }));
  for await (const entries of tables.scan(tables.players)) {
    for (const { key, value } of entries) yield read(() => playerRecord(tables, key, unpackPlayer(value)));
  }
  for await (const entries of tables.scan(tables.squares)) {
    for (const { key, value } of entries) {
      const [sx, sy] = key;
      yield read(() => ({ type: 'square', sx, sy, edits: new PackedSquare(value).unpack() }));
    }
  }
  for await (const squares of loggedSquares(tables)) {
    for (const { sx, sy } of squares) yield read(() => ({ type: 'log', sx, sy, edits: readLog(tables, { sx, sy }) }));
  }
  for await (const entries of tables.scan(tables.talk)) {
    for (const { key } of entries) {
      if (isLine(key)) continue;
      const [sx, sy] = key;
      yield read(() => {
        const lastId = readLastLineId(tables, { sx, sy });
        return { type: 'chat', sx, sy, lastId, lines: readLines(tables, { sx, sy }, 0) };
      });
    }
  }
  for await (const entries of tables.scan(tables.claims, [read(() => readKeepFrom(tables))])) {
    for (const { key, value } of entries) {
      const [period, gem] = key;
      yield read(() => ({ type: 'claim', period, gem, player: unpackJson(value) as number }));
    }
  }
  for await (const entries of tables.scan(tables.rules)) {
    for (const { key, value } of entries) yield read(() => ({ type: 'rule', key, text: unpackJson(value) as string }));
  }
  for await (const entries of tables.scan(tables.audit)) {
    for (const { key: id, value } of entries) {
      yield read(() => ({ type: 'audit', id, text: unpackJson(value) as string }));
    }
  }
}

function playerRecord(tables: LmdbTables, id: number, player: KeptPlayer): StoreRecord {
  const { token: tokenHash, generation, person, place, home } = player;
  return { type: 'player', id, tokenHash, generation, person, place, home, score: readScore(tables, id) ?? 0 };
}

function putRecord(tables: LmdbTables, record: StoreRecord): void {
  const { players, tokens, squares, claims } = tables;
  switch (record.type) {
    case 'player': {
      const { id, tokenHash, person, place, home, score } = record;
      const before = readPlayer(tables, id);
      const kept: KeptPlayer = {
        token: tokenHash,
        generation: Math.max(record.generation, before?.generation ?? 0),
        person,
        ...(place === undefined ? {} : { place }),
        ...(home === undefined ? {} : { home }),
      };
      if (before !== undefined && before.token !== tokenHash) tokens.remove(before.token);
      players.put(id, packJson(kept));
      tokens.put(tokenHash, packJson(id));
      putScore(tables, id, score === 0 ? undefined : score);
      return;
    }
    case 'square': {
      const { edits } = record;
      const revision = Math.max(edits.revision, readSquare(tables, record).revision);
      squares.put(squareKey(record), PackedSquare.pack({ revision, tiles: edits.tiles }).packed);
      return;
    }
    case 'log':
      putLog(tables, record, record.edits);
      return;
    case 'rule':
      putRule(tables, record.key, record.text);
      return;
    case 'audit':
      putAudit(tables, record);
      return;
    case 'chat':
      putLines(tables, record, record.lastId, record.lines);
      return;
    case 'claim':
      claims.put([record.period, record.gem], packJson(record.player));
      return;
    case 'world':
      raiseLastId(tables, record.lastId);
      raiseWorldMs(tables, record.worldMs);
      return;
  }
}

async function forgetName(tables: LmdbTables, name: string): Promise<number> {
  const { players, tokens } = tables;
  const ids: number[] = [];
  for await (const entries of tables.scan(players)) {
    for (const { key, value } of entries) {
      if (tables.read(() => unpackPlayer(value)).person.name === name) ids.push(key);
    }
  }
  if (ids.length === 0) return 0;
  const meant = new Set(ids);
  // The profile goes after the lines: while there are any left, it says whose they are.
  await removeLines(tables, ({ player }) => meant.has(player));
  let forgotten = 0;
  for (let i = 0; i < ids.length; i += FORGOTTEN_PLAYERS) {
    forgotten += await tables.writeOrUndo(() => {
      const found = ids.slice(i, i + FORGOTTEN_PLAYERS).flatMap((id) => {
        const player = readPlayer(tables, id);
        return player?.person.name === name ? [{ id, player }] : [];
      });
      for (const { id, player } of found) {
        putScore(tables, id, undefined);
        tokens.remove(player.token);
        players.remove(id);
      }
      return found.length;
    });
  }
  // What they have said meanwhile.
  await removeLines(tables, ({ player }) => meant.has(player));
  return forgotten;
}
