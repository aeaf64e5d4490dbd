import { RedisAsker, RedisScript } from './redis-asker.ts';
import type { RedisCommands } from './redis-commands.ts';

/** The form in which a world is kept in Redis, and how older ones are brought to it. */
export interface RedisSchema {
  readonly version: number;
  /** From a version to the next; done again after having been cut short, it does the rest. */
  readonly migrations: Readonly<Record<number, (redis: RedisCommands, world: string) => Promise<void>>>;
}

export const REDIS_SCHEMA: RedisSchema = { version: 1, migrations: {} };

/** KEYS: the version. ARGV: the one to begin with. */
const BEGIN = new RedisScript(`
local found = redis.call('GET', KEYS[1])
if found then return found end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
`);

const schemaKey = ({ prefix }: RedisAsker): string => `${prefix}:schema`;

/**
 * Brings a world in Redis to the present schema, or notes it for a new one.
 * @returns a sentence for the host on why this version cannot have it, and then nothing has happened
 * @throws StoreError when Redis could not be asked
 */
export async function settleRedisSchema(
  redis: RedisCommands,
  world: string,
  schema: RedisSchema = REDIS_SCHEMA,
): Promise<string | undefined> {
  const asker = new RedisAsker(redis, world);
  const found = Number(await asker.run(BEGIN, [schemaKey(asker)], [schema.version]));
  if (found > schema.version) return newer(world, found, schema.version);
  const steps = Array.from({ length: schema.version - found }, (_, i) => schema.migrations[found + i]);
  if (steps.includes(undefined)) {
    const sentence = `The world "${world}" in Redis was written by a version of Flatlands too old for this one`;
    return `${sentence} (schema ${found}): run that version or give another --world.`;
  }
  for (const [i, migrate] of steps.entries()) {
    await asker.ask(async () => migrate?.(redis, world));
    await asker.ask(() => redis.set(schemaKey(asker), found + i + 1));
  }
  return undefined;
}

/**
 * The same for upkeep, which changes nothing: a world of another schema is none of its.
 * @throws StoreError when Redis could not be asked
 */
export async function foreignRedisSchema(
  redis: RedisCommands,
  world: string,
  { version }: RedisSchema = REDIS_SCHEMA,
): Promise<string | undefined> {
  const asker = new RedisAsker(redis, world);
  const text = await asker.ask(() => redis.get(schemaKey(asker)));
  const found = text === null ? version : Number(text);
  if (found > version) return newer(world, found, version);
  if (found === version) return undefined;
  const versions = `schema ${found}, this one writes ${version}`;
  const sentence = `The world "${world}" in Redis was written by an older version of Flatlands (${versions})`;
  return `${sentence}: start the server on it once, or run that version.`;
}

function newer(world: string, found: number, version: number): string {
  const versions = `schema ${found}, this one knows ${version}`;
  const sentence = `The world "${world}" in Redis was written by a newer version of Flatlands (${versions})`;
  return `${sentence}: run that version or give another --world.`;
}
