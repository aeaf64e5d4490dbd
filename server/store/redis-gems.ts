import { type RedisAsker, RedisScript, textsOf } from './redis-asker.ts';
import { playerKey } from './redis-players.ts';
import type { Store } from './store.ts';

/**
 * Claims and scores share a slot, so that a gem and its points go together. Claims are a hash per period, from gem to
 * player. Scores are a sorted set of ids by less the score: of equal ones Redis puts the lower text first, and ids
 * are written with all their digits.
 */
type Gems = Pick<Store, 'claim' | 'claimed' | 'top' | 'rankOf'>;

const ID_DIGITS = 10;

const key = ({ prefix }: RedisAsker, name: string): string => `${prefix}:{gems}:${name}`;
export const claimsKey = (asker: RedisAsker, period: number | string): string => key(asker, `claims:${period}`);
export const scoresKey = (asker: RedisAsker): string => key(asker, 'scores');
export const periodsKey = (asker: RedisAsker): string => key(asker, 'periods');
const keepFromKey = (asker: RedisAsker): string => key(asker, 'keepFrom');
export const memberOf = (player: number): string => String(player).padStart(ID_DIGITS, '0');

/**
 * KEYS: claims of the period, scores, periods, the first period kept.
 * ARGV: period, gem, member, player, less the points, the first period to keep, how keys of claims begin.
 */
const CLAIM = new RedisScript(`
local kept = tonumber(redis.call('GET', KEYS[4]))
if not kept or tonumber(ARGV[6]) > kept then
  kept = tonumber(ARGV[6])
  redis.call('SET', KEYS[4], ARGV[6])
  for _, period in ipairs(redis.call('SMEMBERS', KEYS[3])) do
    if tonumber(period) < kept then
      redis.call('UNLINK', ARGV[7] .. period)
      redis.call('SREM', KEYS[3], period)
    end
  end
end
if tonumber(ARGV[1]) < kept then return false end
if redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[4]) == 0 then return false end
redis.call('SADD', KEYS[3], ARGV[1])
return redis.call('ZINCRBY', KEYS[2], ARGV[5], ARGV[3])
`);

/** KEYS: claims of the period, periods. ARGV: period, gem, player. */
const TAKE_CLAIM = new RedisScript(`
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('SADD', KEYS[2], ARGV[1])
`);

/** KEYS: scores. ARGV: member, less the score, or nothing for none. */
const SET_SCORE = new RedisScript(`
if ARGV[2] == '' then redis.call('ZREM', KEYS[1], ARGV[1]) else redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1]) end
`);

/** KEYS: scores. ARGV: how many. */
const TOP = new RedisScript(`return redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[1]) - 1, 'WITHSCORES')`);

/** KEYS: scores. ARGV: member. */
const RANK = new RedisScript(`
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score then return false end
return { score, redis.call('ZRANK', KEYS[1], ARGV[1]) }
`);

/** Field after field and value after value. KEYS: claims of a period. */
const READ_CLAIMS = new RedisScript(`return redis.call('HGETALL', KEYS[1])`);

export function redisGems(asker: RedisAsker): Gems {
  return {
    claim: async (period, gem, player, points, keepFrom) => {
      const keys = [claimsKey(asker, period), scoresKey(asker), periodsKey(asker), keepFromKey(asker)];
      const args = [period, gem, memberOf(player), player, 0 - points, keepFrom, claimsKey(asker, '')];
      const lessScore = await asker.run(CLAIM, keys, args);
      return lessScore === null ? undefined : 0 - Number(lessScore);
    },
    claimed: async (period, gems) => {
      if (gems.length === 0) return new Set();
      const players = await asker.ask((redis) => redis.hmget(claimsKey(asker, period), ...gems));
      return new Set(gems.filter((_, i) => typeof players[i] === 'string'));
    },
    top: async (count) => {
      if (count <= 0) return [];
      const words = textsOf(await asker.run(TOP, [scoresKey(asker)], [count]));
      const rows = Array.from({ length: words.length / 2 }, (_, i) => ({
        player: Number(words[i * 2]),
        score: 0 - Number(words[i * 2 + 1]),
      }));
      return await Promise.all(
        rows.map(async ({ player, score }) => {
          const [name] = await asker.ask((redis) => redis.hmget(playerKey(asker, player), 'name'));
          return { player, name: name ?? '', score };
        }),
      );
    },
    rankOf: async (player) => {
      const reply = await asker.run(RANK, [scoresKey(asker)], [memberOf(player)]);
      if (reply === null) return undefined;
      const [lessScore, before] = textsOf(reply).map(Number);
      return { score: 0 - (lessScore as number), rank: (before as number) + 1 };
    },
  };
}

/** @param score 0 for none */
export async function setScore(asker: RedisAsker, player: number, score: number): Promise<void> {
  await asker.run(SET_SCORE, [scoresKey(asker)], [memberOf(player), score === 0 ? '' : 0 - score]);
}

/** 0 for none. */
export async function scoreOf(asker: RedisAsker, player: number): Promise<number> {
  const reply = await asker.run(RANK, [scoresKey(asker)], [memberOf(player)]);
  return reply === null ? 0 : 0 - Number(textsOf(reply)[0]);
}

export async function takeClaim(asker: RedisAsker, period: number, gem: string, player: number): Promise<void> {
  await asker.run(TAKE_CLAIM, [claimsKey(asker, period), periodsKey(asker)], [period, gem, player]);
}

export async function readClaims(
  asker: RedisAsker,
  period: string,
): Promise<readonly { readonly gem: string; readonly player: number }[]> {
  const words = textsOf(await asker.run(READ_CLAIMS, [claimsKey(asker, period)], []));
  return Array.from({ length: words.length / 2 }, (_, i) => ({
    gem: words[i * 2] ?? '',
    player: Number(words[i * 2 + 1]),
  }));
}
