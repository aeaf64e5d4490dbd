import { type RedisAsker, RedisScript, textsOf } from './redis-asker.ts';
import { ID_BLOCK, type Person, type Place, type Store } from './store.ts';

/**
 * A player is a hash under the id; a token is a key that holds the id, and comes last: a player without one is
 * nobody, be it that a sign-up was cut off. Nothing makes a hash but a sign-up.
 */
type Players = Pick<Store, 'takeIdBlock' | 'signUp' | 'signIn' | 'rename' | 'savePlace' | 'saveHome'>;

export const playerKey = ({ prefix }: RedisAsker, id: number): string => `${prefix}:player:${id}`;
export const tokenKey = ({ prefix }: RedisAsker, hash: string): string => `${prefix}:token:${hash}`;
export const idsKey = ({ prefix }: RedisAsker): string => `${prefix}:ids`;

/** Fields of a player, in this order wherever they are read. */
export const PLAYER_FIELDS = ['token', 'generation', 'name', 'look', 'version', 'x', 'y', 'homeX', 'homeY'] as const;
const FIELDS = PLAYER_FIELDS.map((field) => `'${field}'`).join(', ');

/**
 * In one step, so that of several nodes that find the counter too low none raises it twice. Gives the first id.
 * KEYS: the counter. ARGV: the length of a block, the id that all are to lie above.
 */
const TAKE_BLOCK = new RedisScript(`
local last = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), tonumber(ARGV[2]))
redis.call('SET', KEYS[1], string.format('%.0f', last + ARGV[1]))
return last + 1
`);

/** KEYS: a player. */
const SIGN_IN = new RedisScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
redis.call('HINCRBY', KEYS[1], 'generation', 1)
return redis.call('HMGET', KEYS[1], ${FIELDS})
`);

/** KEYS: a player. ARGV: name, look. */
const RENAME = new RedisScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local version = ((tonumber(redis.call('HGET', KEYS[1], 'version')) or 0) + 1) % 65536
redis.call('HSET', KEYS[1], 'name', ARGV[1], 'look', ARGV[2], 'version', version)
return version
`);

/** KEYS: a player. ARGV: two fields and their values. */
const SAVE = new RedisScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], unpack(ARGV)) end
`);

export interface KeptPlayer {
  readonly tokenHash: string;
  readonly generation: number;
  readonly person: Person;
  readonly place: Place | undefined;
  readonly home: Place | undefined;
}

/** @param fields as `PLAYER_FIELDS` */
export function readPlayer(fields: readonly (string | null)[]): KeptPlayer {
  const [token, generation, name, look, version, x, y, homeX, homeY] = fields;
  return {
    tokenHash: token ?? '',
    generation: Number(generation),
    person: { name: name ?? '', look: Number(look), version: Number(version) },
    place: placeOf(x, y),
    home: placeOf(homeX, homeY),
  };
}

const placeOf = (x: string | null | undefined, y: string | null | undefined): Place | undefined =>
  typeof x === 'string' && typeof y === 'string' ? { x: Number(x), y: Number(y) } : undefined;

export function redisPlayers(asker: RedisAsker): Players {
  return {
    takeIdBlock: async (above) => Number(await asker.run(TAKE_BLOCK, [idsKey(asker)], [ID_BLOCK, above])),
    signUp: async (tokenHash, id, { name, look }) => {
      const fields = { token: tokenHash, generation: 1, name, look, version: 1 };
      await asker.ask((redis) => redis.hset(playerKey(asker, id), fields));
      await asker.ask((redis) => redis.set(tokenKey(asker, tokenHash), id));
    },
    signIn: async (tokenHash) => {
      const text = await asker.ask((redis) => redis.get(tokenKey(asker, tokenHash)));
      if (text === null) return undefined;
      const id = Number(text);
      const reply = await asker.run(SIGN_IN, [playerKey(asker, id)], []);
      if (reply === null) return undefined;
      const { generation, person, place, home } = readPlayer(textsOf(reply));
      return { id, generation, person, place, home };
    },
    rename: async (id, { name, look }) => {
      const version = await asker.run(RENAME, [playerKey(asker, id)], [name, look]);
      return version === null ? undefined : { name, look, version: Number(version) };
    },
    savePlace: async (id, { x, y }) => {
      await asker.run(SAVE, [playerKey(asker, id)], ['x', x, 'y', y]);
    },
    saveHome: async (id, { x, y }) => {
      await asker.run(SAVE, [playerKey(asker, id)], ['homeX', x, 'homeY', y]);
    },
  };
}
