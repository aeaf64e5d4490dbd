import { type LineKey, type LmdbTables, lineKey, squareKey } from './lmdb-tables.ts';
import { PackedSquare, packJson, unpackJson } from './lmdb-values.ts';
import { KEPT_EDITS, type LoggedEdit, type SquareAddress, type Store } from './store.ts';

type Squares = Pick<Store, 'edit' | 'editsOf' | 'editLog' | 'loggedSquares'>;

export function readSquare({ squares }: LmdbTables, address: SquareAddress): PackedSquare {
  const packed = squares.get(squareKey(address));
  return packed === undefined ? PackedSquare.UNTOUCHED : new PackedSquare(packed);
}

export function readLog({ log }: LmdbTables, address: SquareAddress): LoggedEdit[] {
  const range = { start: lineKey(address, 0), end: lineKey(address, Number.POSITIVE_INFINITY) };
  return [...log.getRange(range)].map(({ key, value }) => unpackEdit(key as LineKey, value));
}

/** In a transaction; replaces what is there. */
export function putLog(tables: LmdbTables, address: SquareAddress, edits: readonly LoggedEdit[]): void {
  for (const { revision } of readLog(tables, address)) tables.log.remove(lineKey(address, revision));
  for (const edit of edits) putEdit(tables, address, edit);
}

/** Squares whose edits are remembered, some at a time, each once. */
export async function* loggedSquares(tables: LmdbTables): AsyncGenerator<readonly SquareAddress[]> {
  let last = '';
  for await (const entries of tables.scan(tables.log)) {
    const found: SquareAddress[] = [];
    for (const {
      key: [sx, sy],
    } of entries) {
      if (last === `${sx},${sy}`) continue;
      last = `${sx},${sy}`;
      found.push({ sx, sy });
    }
    if (found.length > 0) yield found;
  }
}

export function lmdbSquares(tables: LmdbTables): Squares {
  return {
    edit: (address, tile, kind, ifRevision, maker) =>
      tables.write(() => {
        const square = readSquare(tables, address);
        const before = square.at(tile);
        if (ifRevision !== undefined && before.revision !== ifRevision) return undefined;
        const revision = square.revision + 1;
        tables.squares.put(squareKey(address), square.with({ tile, kind, revision }).packed);
        if (maker !== undefined) {
          putEdit(tables, address, { tile, kind, revision, before: before.kind, ...maker });
          tables.log.remove(lineKey(address, revision - KEPT_EDITS));
        }
        return { revision, before };
      }),
    editsOf: async (address) => tables.read(() => readSquare(tables, address)).unpack(),
    editLog: async (address) => tables.read(() => readLog(tables, address)),
    loggedSquares: () => loggedSquares(tables),
  };
}

function putEdit({ log }: LmdbTables, address: SquareAddress, { revision, ...edit }: LoggedEdit): void {
  log.put(lineKey(address, revision), packJson(edit));
}

const unpackEdit = (key: LineKey, packed: Buffer): LoggedEdit => ({
  ...(unpackJson(packed) as Omit<LoggedEdit, 'revision'>),
  revision: key[2],
});
