import type { LmdbTables } from './lmdb-tables.ts';
import { packJson, unpackJson } from './lmdb-values.ts';
import { StoreError } from './store.ts';

/** The world that a folder is for. */
export interface LmdbTerms {
  readonly world: string;
  readonly seed: number;
  readonly terrain: string;
}

/** The form in which things are kept, and how older ones are brought to it. */
export interface LmdbSchema {
  readonly version: number;
  /** From a version to the next; may throw, and then nothing has happened. */
  readonly migrations: Readonly<Record<number, (tables: LmdbTables) => void>>;
}

export const LMDB_SCHEMA: LmdbSchema = { version: 1, migrations: {} };

interface FolderRecord extends Partial<LmdbTerms> {
  readonly schema: number;
}

const KEY = 'folder';

/** @throws StoreError `schema` for a folder that a newer version has written */
export function refuseNewer(tables: LmdbTables, schema: LmdbSchema): void {
  const found = tables.read(() => readRecord(tables));
  if (found === undefined || found.schema <= schema.version) return;
  const versions = `schema ${found.schema}, this one knows ${schema.version}`;
  const sentence = `The folder ${tables.folder} was written by a newer version of Flatlands (${versions})`;
  throw new StoreError('schema', `${sentence}: run that version or give another --data.`);
}

/**
 * Brings a folder to the present schema, or sets it up; for the only shard on it.
 * @param terms undefined for whoever takes the world as it is there
 * @param mayMigrate false beside a shard, which may be an older one that runs
 * @throws StoreError `schema` or `world`, and then nothing has happened
 */
export async function settleTerms(
  tables: LmdbTables,
  terms: LmdbTerms | undefined,
  schema: LmdbSchema,
  mayMigrate: boolean,
): Promise<void> {
  const { folder } = tables;
  await tables.writeOrUndo(() => {
    const found = readRecord(tables);
    const version = found?.schema ?? schema.version;
    if (version < schema.version && !mayMigrate) {
      const versions = `schema ${version}, this one writes ${schema.version}`;
      const sentence = `The folder ${folder} was written by an older version of Flatlands (${versions})`;
      throw new StoreError('schema', `${sentence}: start the server on it once, or run that version.`);
    }
    for (let from = version; from < schema.version; from++) {
      const migrate = schema.migrations[from];
      if (migrate === undefined) {
        const sentence = `The folder ${folder} was written by a version of Flatlands too old for this one`;
        throw new StoreError('schema', `${sentence} (schema ${from}): run that version or give another --data.`);
      }
      migrate(tables);
    }
    if (terms !== undefined) refuseOther(folder, found, terms);
    const record: FolderRecord = { ...found, ...terms, schema: schema.version };
    if (JSON.stringify(record) !== JSON.stringify(found)) tables.meta.put(KEY, packJson(record));
  });
}

function readRecord({ meta }: LmdbTables): FolderRecord | undefined {
  const packed = meta.get(KEY);
  return packed === undefined ? undefined : (unpackJson(packed) as FolderRecord);
}

function refuseOther(folder: string, found: Partial<LmdbTerms> | undefined, ours: LmdbTerms): void {
  for (const name of ['world', 'seed', 'terrain'] as const) {
    const theirs = found?.[name];
    if (theirs === undefined || theirs === ours[name]) continue;
    const started = `this server was started with --${name} ${ours[name]}`;
    const sentence = `The folder ${folder} holds a world with --${name} ${theirs} and ${started}`;
    throw new StoreError('world', `${sentence}: start it with --${name} ${theirs}, or give another --data.`);
  }
}
