import { type LineKey, type LmdbTables, lineKey } from './lmdb-tables.ts';
import { packJson, unpackJson } from './lmdb-values.ts';
import { type ChatLine, KEPT_LINES, type SquareAddress, type Store } from './store.ts';

type Talk = Pick<Store, 'say' | 'linesOf' | 'forgetLines'>;

type KeptLine = Omit<ChatLine, 'id'>;

/** Under this id lies the last one given in the square. */
const LAST = 0;

export const isLine = (key: LineKey): boolean => key[2] !== LAST;

export function readLastLineId({ talk }: LmdbTables, square: SquareAddress): number {
  const packed = talk.get(lineKey(square, LAST));
  return packed === undefined ? 0 : (unpackJson(packed) as number);
}

export function readLines({ talk }: LmdbTables, square: SquareAddress, after: number): ChatLine[] {
  const start = lineKey(square, Math.max(after, LAST) + 1);
  const range = { start, end: lineKey(square, Number.POSITIVE_INFINITY) };
  return [...talk.getRange(range)].map(({ key, value }) => unpackLine(key as LineKey, value));
}

/** In a transaction; replaces what is there. */
export function putLines(tables: LmdbTables, square: SquareAddress, lastId: number, lines: readonly ChatLine[]): void {
  const { talk } = tables;
  const kept = readLines(tables, square, LAST);
  const last = Math.max(readLastLineId(tables, square), lastId);
  for (const { id } of kept) talk.remove(lineKey(square, id));
  talk.put(lineKey(square, LAST), packJson(last));
  for (const line of lines) putLine(tables, lineKey(square, line.id), line);
}

/**
 * Forgets lines, some at a time.
 * @param isMeant whether one is to be forgotten
 */
export async function removeLines(tables: LmdbTables, isMeant: (line: ChatLine) => boolean): Promise<void> {
  for await (const entries of tables.scan(tables.talk)) {
    const meant = tables.read(() => entries.filter(({ key, value }) => isLine(key) && isMeant(unpackLine(key, value))));
    if (meant.length === 0) continue;
    await tables.write(() => {
      for (const { key } of meant) tables.talk.remove(key);
    });
  }
}

export function lmdbTalk(tables: LmdbTables): Talk {
  const { talk } = tables;
  return {
    say: (square, said) =>
      tables.write(() => {
        const line: ChatLine = { ...said, id: readLastLineId(tables, square) + 1 };
        const oldest = line.id - KEPT_LINES + 1;
        const surplus = [...talk.getKeys({ start: lineKey(square, LAST + 1), end: lineKey(square, oldest) })];
        for (const key of surplus) talk.remove(key);
        talk.put(lineKey(square, LAST), packJson(line.id));
        putLine(tables, lineKey(square, line.id), line);
        return line;
      }),
    linesOf: async (square, after) => tables.read(() => readLines(tables, square, after)),
    forgetLines: (beforeMs) => removeLines(tables, ({ atMs }) => atMs < beforeMs),
  };
}

function putLine({ talk }: LmdbTables, key: LineKey, { player, name, text, atMs }: ChatLine): void {
  talk.put(key, packJson({ player, name, text, atMs } satisfies KeptLine));
}

const unpackLine = (key: LineKey, packed: Buffer): ChatLine => ({ id: key[2], ...(unpackJson(packed) as KeptLine) });
