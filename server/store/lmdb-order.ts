import type { LmdbTables } from './lmdb-tables.ts';
import { packJson, unpackJson } from './lmdb-values.ts';
import { type AuditEntry, KEPT_AUDIT, type Store } from './store.ts';

type Order = Pick<Store, 'rules' | 'setRule' | 'audit' | 'audited' | 'notice' | 'setNotice'>;

const NOTICE = 'notice';

/** What those who run the world have laid down and done, and are doing. */
export function lmdbOrder(tables: LmdbTables): Order {
  const { rules, audit, meta } = tables;
  return {
    rules: async () =>
      tables.read(() => new Map([...rules.getRange()].map(({ key, value }) => [key, unpackJson(value) as string]))),
    setRule: async (key, text) => {
      await tables.write(() => putRule(tables, key, text));
    },
    audit: (text) =>
      tables.write(() => {
        const [last = 0] = [...audit.getKeys({ reverse: true, limit: 1 })];
        const entry: AuditEntry = { id: last + 1, text };
        putAudit(tables, entry);
        audit.remove(entry.id - KEPT_AUDIT);
        return entry;
      }),
    audited: async (before, most) =>
      tables.read(() => {
        const range = audit.getRange({ start: before - 1, end: 0, reverse: true, limit: most });
        return [...range].map(({ key, value }) => ({ id: key, text: unpackJson(value) as string }));
      }),
    notice: async () =>
      tables.read(() => {
        const packed = meta.get(NOTICE);
        return packed === undefined ? undefined : (unpackJson(packed) as string);
      }),
    setNotice: async (text) => {
      await tables.write(() => meta.put(NOTICE, packJson(text)));
    },
  };
}

/** In a transaction. */
export function putRule({ rules }: LmdbTables, key: string, text: string | undefined): void {
  if (text === undefined) rules.remove(key);
  else rules.put(key, packJson(text));
}

/** In a transaction. */
export const putAudit = ({ audit }: LmdbTables, { id, text }: AuditEntry): void => {
  audit.put(id, packJson(text));
};
