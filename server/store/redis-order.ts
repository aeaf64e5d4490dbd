import { type RedisAsker, RedisScript, textsOf } from './redis-asker.ts';
import { type AuditEntry, KEPT_AUDIT, type Store } from './store.ts';

/**
 * What those who run the world have laid down: a hash from key to text; and done: a sorted set of "id text" by id,
 * beside a counter that outlives them.
 */
type Order = Pick<Store, 'rules' | 'setRule' | 'audit' | 'audited' | 'notice' | 'setNotice'>;

const rulesKey = ({ prefix }: RedisAsker): string => `${prefix}:rules`;
const lastKey = ({ prefix }: RedisAsker): string => `${prefix}:{audit}:last`;
const noticeKey = ({ prefix }: RedisAsker): string => `${prefix}:notice`;
const auditKey = ({ prefix }: RedisAsker): string => `${prefix}:{audit}:entries`;

/** KEYS: a hash. */
const READ_RULES = new RedisScript(`return redis.call('HGETALL', KEYS[1])`);

/** KEYS: the rules. ARGV: a key, and the text if there is to be one. */
const SET_RULE = new RedisScript(`
if ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) else redis.call('HDEL', KEYS[1], ARGV[1]) end
`);

/** KEYS: the counter, the entries. ARGV: the text, how many are kept. */
const AUDIT = new RedisScript(`
local id = redis.call('INCR', KEYS[1])
local text = string.format('%.0f', id)
redis.call('ZADD', KEYS[2], text, text .. ' ' .. ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', id - tonumber(ARGV[2])))
return text
`);

/** KEYS: the counter, the entries. ARGV: id and text of one. */
const TAKE_AUDIT = new RedisScript(`
local own = tonumber(redis.call('GET', KEYS[1])) or 0
redis.call('SET', KEYS[1], string.format('%.0f', math.max(own, tonumber(ARGV[1]))))
redis.call('ZREMRANGEBYSCORE', KEYS[2], ARGV[1], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[1], ARGV[1] .. ' ' .. ARGV[2])
`);

/** KEYS: the entries. ARGV: below which id, how many. */
const READ_AUDIT = new RedisScript(`
return redis.call('ZREVRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '-inf', 'LIMIT', 0, ARGV[2])
`);

export function redisOrder(asker: RedisAsker): Order {
  return {
    rules: () => readRules(asker),
    setRule: (key, text) => putRule(asker, key, text),
    audit: async (text) => ({
      id: Number(await asker.run(AUDIT, [lastKey(asker), auditKey(asker)], [text, KEPT_AUDIT])),
      text,
    }),
    audited: (before, most) => readAudit(asker, before, most),
    notice: async () => (await asker.ask((redis) => redis.get(noticeKey(asker)))) ?? undefined,
    setNotice: async (text) => {
      await asker.ask((redis) => redis.set(noticeKey(asker), text));
    },
  };
}

export async function readRules(asker: RedisAsker): Promise<Map<string, string>> {
  const words = textsOf(await asker.run(READ_RULES, [rulesKey(asker)], []));
  const rules = new Map<string, string>();
  for (let i = 0; i < words.length; i += 2) rules.set(words[i] ?? '', words[i + 1] ?? '');
  return rules;
}

export async function putRule(asker: RedisAsker, key: string, text: string | undefined): Promise<void> {
  await asker.run(SET_RULE, [rulesKey(asker)], text === undefined ? [key] : [key, text]);
}

export async function takeAudit(asker: RedisAsker, { id, text }: AuditEntry): Promise<void> {
  await asker.run(TAKE_AUDIT, [lastKey(asker), auditKey(asker)], [id, text]);
}

export async function readAudit(asker: RedisAsker, before: number, most: number): Promise<AuditEntry[]> {
  return textsOf(await asker.run(READ_AUDIT, [auditKey(asker)], [before, most])).map((member) => {
    const [id = '', ...text] = (member ?? '').split(' ');
    return { id: Number(id), text: text.join(' ') };
  });
}
