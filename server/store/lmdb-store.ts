import { prepareFolder } from './lmdb-folder.ts';
import { LmdbGate } from './lmdb-gate.ts';
import { lmdbGems } from './lmdb-gems.ts';
import { lmdbOrder } from './lmdb-order.ts';
import { lmdbPlayers } from './lmdb-players.ts';
import { lmdbRecords } from './lmdb-records.ts';
import { lmdbSquares } from './lmdb-squares.ts';
import { LmdbTables } from './lmdb-tables.ts';
import { lmdbTalk } from './lmdb-talk.ts';
import { LMDB_SCHEMA, type LmdbSchema, type LmdbTerms, refuseNewer, settleTerms } from './lmdb-terms.ts';
import type { Store } from './store.ts';

export type LmdbStoreOptions = { readonly folder: string; readonly schema?: LmdbSchema } & (
  | {
      /** Another world in the folder is refused. */
      readonly terms: LmdbTerms;
      /** The same for all processes of a shard: they share the folder, and nobody else's may have it. */
      readonly sharedBy: string;
      readonly beside?: false;
    }
  | {
      /** Beside a shard that may or may not run, for upkeep: takes whatever world is there. */
      readonly beside: true;
    }
);

/**
 * Opens, and makes if need be, the store in a folder. Every change is on the disk before its promise resolves.
 * @throws StoreError with a sentence for the host
 */
export async function openLmdbStore(options: LmdbStoreOptions): Promise<Store> {
  const { folder, schema = LMDB_SCHEMA } = options;
  await prepareFolder(folder);
  const gate = await LmdbGate.enter(folder, options.beside === true ? undefined : options.sharedBy);
  let tables: LmdbTables | undefined;
  const close = async (): Promise<void> => {
    try {
      await tables?.close();
    } finally {
      await gate.close();
    }
  };
  try {
    tables = new LmdbTables(folder);
    refuseNewer(tables, schema);
    const terms = options.beside === true ? undefined : options.terms;
    await settleTerms(tables, terms, schema, options.beside !== true);
    gate.opened(tables);
  } catch (error) {
    await close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    ...lmdbPlayers(tables),
    ...lmdbSquares(tables),
    ...lmdbGems(tables),
    ...lmdbTalk(tables),
    ...lmdbOrder(tables),
    ...lmdbRecords(tables),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
