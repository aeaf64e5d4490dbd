import { type RedisAsker, RedisScript } from './redis-asker.ts';
import { claimsKey, periodsKey, readClaims, scoreOf, setScore, takeClaim } from './redis-gems.ts';
import { putRule, readAudit, readRules, takeAudit } from './redis-order.ts';
import { idsKey, type KeptPlayer, PLAYER_FIELDS, playerKey, readPlayer, tokenKey } from './redis-players.ts';
import {
  ALL_EDITS,
  ALL_TALK,
  editsKey,
  linesKey,
  loggedSquares,
  readEdits,
  readLog,
  readTalk,
  removeLines,
  squareOf,
  takeEdits,
  takeLog,
  takeTalk,
} from './redis-squares.ts';
import { KEPT_AUDIT, type Store, type StoreInfo, type StoreRecord } from './store.ts';

type Records = Pick<Store, 'worldMs' | 'saveWorldMs' | 'info' | 'records' | 'take' | 'forget'>;
type PlayerRecord = Extract<StoreRecord, { readonly type: 'player' }>;

const savedKey = ({ prefix }: RedisAsker): string => `${prefix}:saved`;
const ALL_TOKENS = ':token:*';

/** KEYS: a number. ARGV: what it is at least to be. */
const RAISE = new RedisScript(`
local own = tonumber(redis.call('GET', KEYS[1]))
if not own or own < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
`);

/**
 * A full Redis refuses a script at its first write, if that takes room: so it does not begin with deleting.
 * KEYS: a player. ARGV: fields and values, the generation as the second. Gives the token before.
 */
const TAKE_PLAYER = new RedisScript(`
local own = redis.call('HMGET', KEYS[1], 'generation', 'token')
if own[1] and tonumber(own[1]) > tonumber(ARGV[2]) then ARGV[2] = own[1] end
redis.call('HSET', KEYS[1], unpack(ARGV))
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV))
return own[2]
`);

export function redisRecords(asker: RedisAsker): Records {
  return {
    worldMs: async () => Number((await asker.ask((redis) => redis.get(savedKey(asker)))) ?? 0),
    saveWorldMs: async (worldMs) => {
      await asker.run(RAISE, [savedKey(asker)], [worldMs]);
    },
    info: () => countAll(asker),
    records: () => allRecords(asker),
    take: (record) => takeRecord(asker, record),
    forget: (name) => forgetName(asker, name),
  };
}

interface FoundPlayer extends KeptPlayer {
  readonly id: number;
}

/** All players whom a token leads to. */
async function* allPlayers(asker: RedisAsker): AsyncGenerator<readonly FoundPlayer[]> {
  for await (const keys of asker.scan(ALL_TOKENS)) {
    const found = await Promise.all(
      keys.map(async (key) => {
        const tokenHash = key.slice(ALL_TOKENS.length - 1);
        const id = await asker.ask((redis) => redis.get(tokenKey(asker, tokenHash)));
        if (id === null) return [];
        const fields = await asker.ask((redis) => redis.hmget(playerKey(asker, Number(id)), ...PLAYER_FIELDS));
        const isKnown = fields.some((field) => field !== null);
        return isKnown ? [{ id: Number(id), ...readPlayer(fields), tokenHash }] : [];
      }),
    );
    yield found.flat();
  }
}

async function countAll(asker: RedisAsker): Promise<StoreInfo> {
  let [profiles, edits, gems, chat] = [0, 0, 0, 0];
  const sum = async (keys: readonly string[], count: (key: string) => Promise<number>): Promise<number> =>
    (await Promise.all(keys.map(count))).reduce((a, b) => a + b, 0);
  for await (const players of allPlayers(asker)) profiles += players.length;
  for await (const keys of asker.scan(ALL_EDITS)) {
    edits += await sum(keys, async (key) => {
      const [changed] = await asker.ask((redis) => redis.hmget(editsKey(asker, squareOf(key)), 'n'));
      return Number(changed ?? 0);
    });
  }
  gems += await sum(await periodsOf(asker), (period) => asker.ask((redis) => redis.hlen(claimsKey(asker, period))));
  for await (const keys of asker.scan(ALL_TALK)) {
    chat += await sum(keys, (key) => asker.ask((redis) => redis.zcard(linesKey(asker, squareOf(key)))));
  }
  return { profiles, edits, gems, chat };
}

const periodsOf = (asker: RedisAsker): Promise<string[]> => asker.ask((redis) => redis.smembers(periodsKey(asker)));

async function* allRecords(asker: RedisAsker): AsyncGenerator<StoreRecord> {
  const lastId = Number((await asker.ask((redis) => redis.get(idsKey(asker)))) ?? 0);
  const worldMs = Number((await asker.ask((redis) => redis.get(savedKey(asker)))) ?? 0);
  yield { type: 'world', lastId, worldMs };
  for await (const players of allPlayers(asker)) {
    yield* await Promise.all(
      players.map(async (player): Promise<StoreRecord> => {
        return { type: 'player', ...player, score: await scoreOf(asker, player.id) };
      }),
    );
  }
  for await (const keys of asker.scan(ALL_EDITS)) {
    yield* await Promise.all(
      keys.map(async (key): Promise<StoreRecord> => {
        const { sx, sy } = squareOf(key);
        return { type: 'square', sx, sy, edits: await readEdits(asker, { sx, sy }) };
      }),
    );
  }
  for await (const squares of loggedSquares(asker)) {
    yield* await Promise.all(
      squares.map(
        async (square): Promise<StoreRecord> => ({ type: 'log', ...square, edits: await readLog(asker, square) }),
      ),
    );
  }
  for await (const keys of asker.scan(ALL_TALK)) {
    yield* await Promise.all(
      keys.map(async (key): Promise<StoreRecord> => {
        const { sx, sy } = squareOf(key);
        return { type: 'chat', sx, sy, ...(await readTalk(asker, { sx, sy })) };
      }),
    );
  }
  for (const period of await periodsOf(asker)) {
    for (const { gem, player } of await readClaims(asker, period)) {
      yield { type: 'claim', period: Number(period), gem, player };
    }
  }
  for (const [key, text] of await readRules(asker)) yield { type: 'rule', key, text };
  for (const { id, text } of (await readAudit(asker, Number.MAX_SAFE_INTEGER, KEPT_AUDIT)).reverse()) {
    yield { type: 'audit', id, text };
  }
}

async function takeRecord(asker: RedisAsker, record: StoreRecord): Promise<void> {
  switch (record.type) {
    case 'player':
      return await takePlayer(asker, record);
    case 'square':
      return await takeEdits(asker, record, record.edits);
    case 'log':
      return await takeLog(asker, record, record.edits);
    case 'rule':
      return await putRule(asker, record.key, record.text);
    case 'audit':
      return await takeAudit(asker, record);
    case 'chat':
      return await takeTalk(asker, record, record);
    case 'claim':
      return await takeClaim(asker, record.period, record.gem, record.player);
    case 'world':
      await asker.run(RAISE, [idsKey(asker)], [record.lastId]);
      await asker.run(RAISE, [savedKey(asker)], [record.worldMs]);
      return;
  }
}

async function takePlayer(asker: RedisAsker, record: PlayerRecord): Promise<void> {
  const { id, tokenHash, generation, person, place, home, score } = record;
  const { name, look, version } = person;
  const fields = { generation, token: tokenHash, name, look, version };
  const places = [
    ...(place === undefined ? [] : ['x', place.x, 'y', place.y]),
    ...(home === undefined ? [] : ['homeX', home.x, 'homeY', home.y]),
  ];
  const before = await asker.run(TAKE_PLAYER, [playerKey(asker, id)], [...Object.entries(fields).flat(), ...places]);
  await setScore(asker, id, score);
  if (typeof before === 'string' && before !== tokenHash)
    await asker.ask((redis) => redis.del(tokenKey(asker, before)));
  await asker.ask((redis) => redis.set(tokenKey(asker, tokenHash), id));
}

async function forgetName(asker: RedisAsker, name: string): Promise<number> {
  const meant = new Map<number, FoundPlayer>();
  for await (const players of allPlayers(asker)) {
    for (const player of players) if (player.person.name === name) meant.set(player.id, player);
  }
  if (meant.size === 0) return 0;
  // The profile goes after all else: while there is anything left, it says whose that is. Its token goes last.
  await removeLines(asker, ({ player }) => meant.has(player));
  for (const { id, tokenHash } of meant.values()) {
    await setScore(asker, id, 0);
    await asker.ask((redis) => redis.del(playerKey(asker, id)));
    await asker.ask((redis) => redis.del(tokenKey(asker, tokenHash)));
  }
  // What they have said meanwhile.
  await removeLines(asker, ({ player }) => meant.has(player));
  return meant.size;
}
