import {
  LOOKS,
  MAX_CHAT_LENGTH,
  MAX_NAME_LENGTH,
  MAX_SQUARE,
  MIN_SQUARE,
  TICK_MS,
  TILES_PER_SQUARE,
} from '../../shared/constants.ts';
import { MAX_UNITS, MIN_UNITS } from '../../shared/grid.ts';
import {
  type ChatLine,
  KEPT_EDITS,
  KEPT_LINES,
  type LoggedEdit,
  type Person,
  type Place,
  type SquareEdits,
  type StoreRecord,
  type TileEdit,
} from '../store/store.ts';

/** What is wrong with a record; the message begins with where in it. */
export class WrongRecord extends Error {
  override readonly name = 'WrongRecord';
}

/**
 * Gives a value if it is what it has to be.
 * @param path where it stands in its record
 * @throws WrongRecord
 */
type Check<T> = (value: unknown, path: string) => T;

type RecordOf<T extends StoreRecord['type']> = Extract<StoreRecord, { readonly type: T }>;

const MAX_U8 = 255;
const MAX_U16 = 65_535;
const MAX_U32 = 2 ** 32 - 1;
const TILES = TILES_PER_SQUARE * TILES_PER_SQUARE;
/** Commands make a line of chat longer than what was typed, and a code point is up to two of these. */
const MAX_TEXT_UNITS = 4 * MAX_CHAT_LENGTH;
/** Of rules and entries of the audit log, which are JSON. */
const MAX_RULE_KEY = 200;
const MAX_JSON_UNITS = 4096;
/** The last moment that a date can stand for. */
const MAX_DATE_MS = 8.64e15;
/** Longest piece of a value that is quoted. */
const QUOTED = 40;

const integer =
  (low: number, high: number): Check<number> =>
  (value, path) => {
    if (Number.isInteger(value) && (value as number) >= low && (value as number) <= high) return value as number;
    throw wrong(path, value, `a whole number from ${low} to ${high}`);
  };

const moment =
  (high: number): Check<number> =>
  (value, path) => {
    if (typeof value === 'number' && value >= 0 && value <= high) return value;
    throw wrong(path, value, `a number from 0 to ${high}`);
  };

const matching =
  (pattern: RegExp, wanted: string): Check<string> =>
  (value, path) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw wrong(path, value, wanted);
  };

/** @param high in code points, or in UTF-16 units as `lengthOf` counts them */
const text =
  (low: number, high: number, lengthOf: (value: string) => number): Check<string> =>
  (value, path) => {
    const isFit = typeof value === 'string' && !/[\p{Cc}\p{Cs}]/u.test(value);
    if (isFit && lengthOf(value) >= low && lengthOf(value) <= high) return value;
    throw wrong(path, value, `a text of ${low} to ${high} characters without control characters`);
  };

const exactly =
  <T extends string>(wanted: T): Check<T> =>
  (value, path) => {
    if (value === wanted) return wanted;
    throw wrong(path, value, `"${wanted}"`);
  };

const maybe =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, path) =>
    value === undefined ? undefined : check(value, path);

const list =
  <T>(high: number, check: Check<T>): Check<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length > high) throw wrong(path, value, `a list of at most ${high}`);
    return value.map((each, i) => check(each, `${path}[${i}]`));
  };

/** An object with these fields and no others. */
const fields =
  <T extends object>(checks: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, value, 'an object');
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    const strange = Object.keys(value).find((name) => !Object.hasOwn(checks, name));
    if (strange !== undefined) throw new WrongRecord(`nothing is known of ${JSON.stringify(at(strange))}`);
    const given = value as Readonly<Record<string, unknown>>;
    const entries = Object.entries<Check<unknown>>(checks);
    return Object.fromEntries(entries.map(([name, check]) => [name, check(given[name], at(name))])) as T;
  };

function wrong(path: string, value: unknown, wanted: string): WrongRecord {
  const where = path === '' ? 'it' : path;
  if (value === undefined) return new WrongRecord(`${where} is missing, and takes ${wanted}`);
  const quoted = JSON.stringify(value);
  const shown = quoted.length > QUOTED ? `${quoted.slice(0, QUOTED)}…` : quoted;
  return new WrongRecord(`${where} takes ${wanted}, not ${shown}`);
}

const lengthOf = (value: string): number => value.length;
const json = text(0, MAX_JSON_UNITS, lengthOf);
const id = integer(1, MAX_U32);
const name = (low: number): Check<string> => text(low, MAX_NAME_LENGTH, (value) => [...value].length);
const squareIndex = integer(MIN_SQUARE, MAX_SQUARE);
const units = integer(MIN_UNITS, MAX_UNITS);
const place = fields<Place>({ x: units, y: units });
const person = fields<Person>({ name: name(1), look: integer(0, LOOKS - 1), version: integer(0, MAX_U16) });

const tile = fields<TileEdit>({
  tile: integer(0, TILES - 1),
  kind: integer(0, MAX_U8),
  revision: integer(1, MAX_U32),
});

const loggedEdit = fields<LoggedEdit>({
  tile: integer(0, TILES - 1),
  kind: integer(0, MAX_U8),
  revision: integer(1, MAX_U32),
  before: integer(0, MAX_U8),
  player: integer(0, MAX_U32),
  atMs: moment(MAX_DATE_MS),
});

const editsFields = fields<SquareEdits>({ revision: integer(0, MAX_U32), tiles: list(TILES, tile) });

const edits: Check<SquareEdits> = (value, path) => {
  const read = editsFields(value, path);
  const seen = new Set<number>();
  for (const [i, each] of read.tiles.entries()) {
    const at = `${path}.tiles[${i}]`;
    if (seen.has(each.tile)) throw new WrongRecord(`${at}.tile ${each.tile} is there twice`);
    if (each.revision > read.revision) {
      throw wrong(`${at}.revision`, each.revision, `at most the square's, ${read.revision}`);
    }
    seen.add(each.tile);
  }
  return read;
};

const line = fields<ChatLine>({
  id,
  player: integer(0, MAX_U32),
  name: name(0),
  text: text(0, MAX_TEXT_UNITS, (value) => value.length),
  atMs: moment(MAX_DATE_MS),
});

const chatFields = fields<RecordOf<'chat'>>({
  type: exactly('chat'),
  sx: squareIndex,
  sy: squareIndex,
  lastId: integer(0, MAX_U32),
  lines: list(KEPT_LINES, line),
});

const chat: Check<RecordOf<'chat'>> = (value, path) => {
  const read = chatFields(value, path);
  let before = 0;
  for (const [i, each] of read.lines.entries()) {
    const at = `lines[${i}].id`;
    if (each.id <= before) throw wrong(at, each.id, `more than the one before it, ${before}`);
    if (each.id > read.lastId) throw wrong(at, each.id, `at most lastId, ${read.lastId}`);
    before = each.id;
  }
  return read;
};

const RECORDS: { readonly [T in StoreRecord['type']]: Check<RecordOf<T>> } = {
  player: fields<RecordOf<'player'>>({
    type: exactly('player'),
    id,
    tokenHash: matching(/^[\w-]{1,256}$/, 'a text of 1 to 256 letters, digits, - and _'),
    generation: integer(1, MAX_U32),
    person,
    place: maybe(place),
    home: maybe(place),
    score: integer(0, Number.MAX_SAFE_INTEGER),
  }),
  square: fields<RecordOf<'square'>>({ type: exactly('square'), sx: squareIndex, sy: squareIndex, edits }),
  chat,
  claim: fields<RecordOf<'claim'>>({
    type: exactly('claim'),
    period: integer(0, MAX_U32),
    gem: matching(/^[ -~]{1,100}$/, 'a text of 1 to 100 characters of ASCII'),
    player: id,
  }),
  log: fields<RecordOf<'log'>>({
    type: exactly('log'),
    sx: squareIndex,
    sy: squareIndex,
    edits: list(KEPT_EDITS, loggedEdit),
  }),
  rule: fields<RecordOf<'rule'>>({ type: exactly('rule'), key: text(1, MAX_RULE_KEY, lengthOf), text: json }),
  audit: fields<RecordOf<'audit'>>({ type: exactly('audit'), id: integer(1, Number.MAX_SAFE_INTEGER), text: json }),
  world: fields<RecordOf<'world'>>({
    type: exactly('world'),
    lastId: integer(0, MAX_U32),
    // World time is counted in ticks of u32.
    worldMs: moment(MAX_U32 * TICK_MS),
  }),
};

const isType = (type: unknown): type is StoreRecord['type'] => typeof type === 'string' && Object.hasOwn(RECORDS, type);

/**
 * A record as it was read, if a store can take it: of the right shape, every number in its range.
 * @throws WrongRecord
 */
export function checkRecord(value: unknown): StoreRecord {
  const type: unknown = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (isType(type)) return RECORDS[type](value, '');
  throw wrong('type', type, Object.keys(RECORDS).join(', '));
}
