import { type RedisAsker, RedisScript, textsOf } from './redis-asker.ts';
import {
  type ChatLine,
  KEPT_EDITS,
  KEPT_LINES,
  type LoggedEdit,
  type SquareAddress,
  type SquareEdits,
  type Store,
} from './store.ts';

/**
 * What belongs to a square shares a slot. Its edits are a hash from tile to "kind:revision", with its revision under
 * `r` and the number of tiles that differ from the terrain under `n`; its log is a list of "revision tile kind before player atMs", the oldest first; its lines are a sorted set of "id line" (JSON)
 * by id, beside a counter that outlives them.
 */
type Squares = Pick<Store, 'edit' | 'editsOf' | 'editLog' | 'loggedSquares' | 'say' | 'linesOf' | 'forgetLines'>;

const squareKey = ({ prefix }: RedisAsker, { sx, sy }: SquareAddress): string => `${prefix}:{sq:${sx},${sy}}`;
export const editsKey = (asker: RedisAsker, square: SquareAddress): string => `${squareKey(asker, square)}:edits`;
const logKey = (asker: RedisAsker, square: SquareAddress): string => `${squareKey(asker, square)}:log`;
const saidKey = (asker: RedisAsker, square: SquareAddress): string => `${squareKey(asker, square)}:said`;
export const linesKey = (asker: RedisAsker, square: SquareAddress): string => `${squareKey(asker, square)}:lines`;

/** What keys look like after the prefix, for scans. */
export const ALL_EDITS = ':{sq:*}:edits';
export const ALL_LOGS = ':{sq:*}:log';
export const ALL_TALK = ':{sq:*}:said';

/** The square of a key that one of these has found. */
export function squareOf(key: string): SquareAddress {
  const [sx, sy] = key.slice(key.indexOf('{sq:') + 4, key.indexOf('}')).split(',');
  return { sx: Number(sx), sy: Number(sy) };
}

/**
 * KEYS: a square's edits, its log. ARGV: tile, kind, the revision that it must stand at, or nothing; "player atMs" or
 * nothing, how many are kept.
 */
const EDIT = new RedisScript(`
local before = redis.call('HGET', KEYS[1], ARGV[1]) or '0:0'
local kind, at = before:match('^(%d+):(%d+)$')
if ARGV[3] ~= '' and ARGV[3] ~= at then return false end
local revision = string.format('%.0f', redis.call('HINCRBY', KEYS[1], 'r', 1))
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ':' .. revision)
local more = (ARGV[2] ~= '0' and 1 or 0) - (kind ~= '0' and 1 or 0)
if more ~= 0 then redis.call('HINCRBY', KEYS[1], 'n', more) end
if ARGV[4] ~= '' then
  redis.call('RPUSH', KEYS[2], table.concat({ revision, ARGV[1], ARGV[2], kind, ARGV[4] }, ' '))
  redis.call('LTRIM', KEYS[2], -tonumber(ARGV[5]), -1)
end
return { revision, kind, at }
`);

/** Field after field and value after value. KEYS: a hash. */
const READ_EDITS = new RedisScript(`return redis.call('HGETALL', KEYS[1])`);

/**
 * A full Redis refuses a script at its first write, if that takes room: so it does not begin with deleting.
 * KEYS: a square's edits. ARGV: revision, then tile, kind and revision of every tile.
 */
const TAKE_EDITS = new RedisScript(`
local own = tonumber(redis.call('HGET', KEYS[1], 'r')) or 0
local revision = string.format('%.0f', math.max(own, tonumber(ARGV[1])))
redis.call('HSET', KEYS[1], 'r', revision)
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'r', revision)
local changed = 0
for i = 2, #ARGV, 3 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1] .. ':' .. ARGV[i + 2])
  if ARGV[i + 1] ~= '0' then changed = changed + 1 end
end
redis.call('HSET', KEYS[1], 'n', changed)
`);

/** KEYS: a square's counter, its lines. ARGV: the line, how many are kept. */
const SAY = new RedisScript(`
local id = redis.call('INCR', KEYS[1])
local text = string.format('%.0f', id)
redis.call('ZADD', KEYS[2], text, text .. ' ' .. ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', id - tonumber(ARGV[2])))
return text
`);

/** KEYS: a square's counter, its lines. ARGV: the last id, then id and line of every line. */
const TAKE_LINES = new RedisScript(`
local own = tonumber(redis.call('GET', KEYS[1])) or 0
redis.call('SET', KEYS[1], string.format('%.0f', math.max(own, tonumber(ARGV[1]))))
redis.call('DEL', KEYS[2])
for i = 2, #ARGV, 2 do redis.call('ZADD', KEYS[2], ARGV[i], ARGV[i] .. ' ' .. ARGV[i + 1]) end
`);

/** KEYS: a square's counter, its lines. */
const READ_TALK = new RedisScript(`
return { redis.call('GET', KEYS[1]) or '0', redis.call('ZRANGE', KEYS[2], 0, -1) }
`);

export function redisSquares(asker: RedisAsker): Squares {
  return {
    edit: async (square, tile, kind, ifRevision, maker) => {
      const made = maker === undefined ? '' : `${maker.player} ${maker.atMs}`;
      const keys = [editsKey(asker, square), logKey(asker, square)];
      const reply = await asker.run(EDIT, keys, [tile, kind, ifRevision ?? '', made, KEPT_EDITS]);
      if (reply === null) return undefined;
      const [revision, kindBefore, revisionBefore] = textsOf(reply).map(Number);
      const before = { tile, kind: kindBefore as number, revision: revisionBefore as number };
      return { revision: revision as number, before };
    },
    editsOf: (square) => readEdits(asker, square),
    editLog: (square) => readLog(asker, square),
    loggedSquares: () => loggedSquares(asker),
    say: async (square, { player, name, text, atMs }) => {
      const keys = [saidKey(asker, square), linesKey(asker, square)];
      const id = await asker.run(SAY, keys, [JSON.stringify({ player, name, text, atMs }), KEPT_LINES]);
      return { id: Number(id), player, name, text, atMs };
    },
    linesOf: async (square, after) => {
      const lines = await asker.ask((redis) => redis.zrangebyscore(linesKey(asker, square), `(${after}`, '+inf'));
      return lines.map(readLine);
    },
    forgetLines: (beforeMs) => removeLines(asker, ({ atMs }) => atMs < beforeMs),
  };
}

export async function readEdits(asker: RedisAsker, square: SquareAddress): Promise<SquareEdits> {
  const words = textsOf(await asker.run(READ_EDITS, [editsKey(asker, square)], []));
  const edits: { revision: number; tiles: { tile: number; kind: number; revision: number }[] } = {
    revision: 0,
    tiles: [],
  };
  for (let i = 0; i < words.length; i += 2) {
    const [field, value] = [words[i], words[i + 1] ?? ''];
    if (field === 'r') edits.revision = Number(value);
    else if (field !== 'n') {
      const [kind, revision] = value.split(':');
      edits.tiles.push({ tile: Number(field), kind: Number(kind), revision: Number(revision) });
    }
  }
  return edits;
}

export async function takeEdits(asker: RedisAsker, square: SquareAddress, edits: SquareEdits): Promise<void> {
  const tiles = edits.tiles.flatMap(({ tile, kind, revision }) => [tile, kind, revision]);
  await asker.run(TAKE_EDITS, [editsKey(asker, square)], [edits.revision, ...tiles]);
}

/** KEYS: a square's log. */
const READ_LOG = new RedisScript(`return redis.call('LRANGE', KEYS[1], 0, -1)`);

/** Does not begin with deleting either. KEYS: a square's log. ARGV: what is to be in it. */
const TAKE_LOG = new RedisScript(`
if ARGV[1] then redis.call('RPUSH', KEYS[1], ARGV[1]) end
redis.call('DEL', KEYS[1])
for i = 1, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
`);

export async function readLog(asker: RedisAsker, square: SquareAddress): Promise<LoggedEdit[]> {
  return textsOf(await asker.run(READ_LOG, [logKey(asker, square)], [])).map((text) => {
    const [revision = 0, tile = 0, kind = 0, before = 0, player = 0, atMs = 0] = (text ?? '').split(' ').map(Number);
    return { revision, tile, kind, before, player, atMs };
  });
}

export async function takeLog(asker: RedisAsker, square: SquareAddress, edits: readonly LoggedEdit[]): Promise<void> {
  const texts = edits.map(({ revision, tile, kind, before, player, atMs }) =>
    [revision, tile, kind, before, player, atMs].join(' '),
  );
  await asker.run(TAKE_LOG, [logKey(asker, square)], texts);
}

/** Squares whose edits are remembered, some at a time, each once. */
export async function* loggedSquares(asker: RedisAsker): AsyncGenerator<readonly SquareAddress[]> {
  for await (const keys of asker.scan(ALL_LOGS)) yield keys.map(squareOf);
}

export interface SquareTalk {
  readonly lastId: number;
  readonly lines: readonly ChatLine[];
}

export async function readTalk(asker: RedisAsker, square: SquareAddress): Promise<SquareTalk> {
  const reply = await asker.run(READ_TALK, [saidKey(asker, square), linesKey(asker, square)], []);
  const [lastId, lines] = Array.isArray(reply) ? reply : [];
  return { lastId: Number(lastId), lines: textsOf(lines).map((line) => readLine(line ?? '')) };
}

export async function takeTalk(asker: RedisAsker, square: SquareAddress, { lastId, lines }: SquareTalk): Promise<void> {
  const words = lines.flatMap(({ id, player, name, text, atMs }) => [id, JSON.stringify({ player, name, text, atMs })]);
  await asker.run(TAKE_LINES, [saidKey(asker, square), linesKey(asker, square)], [lastId, ...words]);
}

/** Forgets lines, square by square. */
export async function removeLines(asker: RedisAsker, isMeant: (line: ChatLine) => boolean): Promise<void> {
  for await (const keys of asker.scan(ALL_TALK)) {
    await Promise.all(
      keys.map(async (key) => {
        const lines = linesKey(asker, squareOf(key));
        const members = await asker.ask((redis) => redis.zrangebyscore(lines, '-inf', '+inf'));
        // A line never changes, so what is meant now is meant then.
        const meant = members.filter((member) => isMeant(readLine(member)));
        if (meant.length > 0) await asker.ask((redis) => redis.zrem(lines, ...meant));
      }),
    );
  }
}

function readLine(member: string): ChatLine {
  const space = member.indexOf(' ');
  return { id: Number(member.slice(0, space)), ...(JSON.parse(member.slice(space + 1)) as Omit<ChatLine, 'id'>) };
}
