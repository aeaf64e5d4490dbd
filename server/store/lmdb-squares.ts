import { type LmdbTables, squareKey } from './lmdb-tables.ts';
import { PackedSquare } from './lmdb-values.ts';
import type { SquareAddress, Store } from './store.ts';

type Squares = Pick<Store, 'edit' | 'editsOf'>;

export function readSquare({ squares }: LmdbTables, address: SquareAddress): PackedSquare {
  const packed = squares.get(squareKey(address));
  return packed === undefined ? PackedSquare.UNTOUCHED : new PackedSquare(packed);
}

export function lmdbSquares(tables: LmdbTables): Squares {
  return {
    edit: (address, tile, kind, ifRevision) =>
      tables.write(() => {
        const square = readSquare(tables, address);
        const before = square.at(tile);
        if (ifRevision !== undefined && before.revision !== ifRevision) return undefined;
        const revision = square.revision + 1;
        tables.squares.put(squareKey(address), square.with({ tile, kind, revision }).packed);
        return { revision, before };
      }),
    editsOf: async (address) => tables.read(() => readSquare(tables, address)).unpack(),
  };
}
