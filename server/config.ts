import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { type Config, SETTINGS, type Setting } from './settings.ts';

export type { Config } from './settings.ts';

/** What the command line asks for: run a server, or print something and exit. Code 2 stands for a wrong flag. */
export type Parsed =
  | { readonly kind: 'run'; readonly config: Config }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: 0 | 2 };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from the command line (without node and script) and the environment; a flag wins over its
 * variable, an empty variable counts as unset. Nothing is printed and nothing exits here.
 */
export function parseConfig(args: readonly string[], env: Environment): Parsed {
  try {
    const flags = readFlags(args);
    if (flags.has('--help')) return { kind: 'print', text: helpText(), exitCode: 0 };
    if (flags.has('--version')) return { kind: 'print', text: packageJson.version, exitCode: 0 };
    return { kind: 'run', config: Object.freeze(readSettings(flags, env)) };
  } catch (error) {
    if (error instanceof WrongFlag) return { kind: 'print', text: error.message, exitCode: 2 };
    throw error;
  }
}

/** The user's mistake; its message is the sentence that the user reads. */
class WrongFlag extends Error {}

const rows: readonly Setting<unknown>[] = Object.values(SETTINGS);
const KNOWN_FLAGS = [...rows.map((row) => row.flag), '--help', '--version'] as const;

/** Flags and their texts as written; a switch without a value reads as "true". */
function readFlags(args: readonly string[]): ReadonlyMap<string, string> {
  // Not strict: its own errors take several sentences. Values stay texts, so that a world may be called "007".
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(
        rows.map((row) => [row.flag.slice(2), { type: row.placeholder === undefined ? 'boolean' : 'string' } as const]),
      ),
      help: { type: 'boolean' },
      version: { type: 'boolean' },
    },
    strict: false,
    tokens: true,
  });
  const flags = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw unknown(`Nothing is known of "${token.value}"`);
    const row = rows.find((candidate) => candidate.flag === token.rawName);
    if (row === undefined && token.rawName !== '--help' && token.rawName !== '--version') {
      throw unknown(`There is no flag ${token.rawName}`);
    }
    if (flags.has(token.rawName)) throw new WrongFlag(`${token.rawName} is given twice, and is taken once.`);
    if (token.value === undefined && row?.placeholder !== undefined) {
      throw new WrongFlag(`${row.flag} takes ${row.accepts}, but no value follows it.`);
    }
    flags.set(token.rawName, token.value ?? 'true');
  }
  return flags;
}

const unknown = (what: string): WrongFlag => new WrongFlag(`${what}; the flags are ${KNOWN_FLAGS.join(', ')}.`);

function readSettings(flags: ReadonlyMap<string, string>, env: Environment): Config {
  const read = <T>(row: Setting<T>): T => {
    const flagText = flags.get(row.flag);
    const text = flagText ?? (env[row.env] || row.byDefault);
    const value = row.read(text);
    if (value !== undefined) return value;
    const name = flagText === undefined ? row.env : row.flag;
    const instead = row.isSecret === true ? 'not what was given' : `not ${JSON.stringify(withoutSecrets(text))}`;
    throw new WrongFlag(`${name} takes ${row.accepts}, ${instead}.`);
  };
  const config: Config = {
    port: read(SETTINGS.port),
    host: read(SETTINGS.host),
    world: read(SETTINGS.world),
    seed: read(SETTINGS.seed),
    terrain: read(SETTINGS.terrain),
    openSpawn: read(SETTINGS.openSpawn),
    gems: read(SETTINGS.gems),
    flushMs: read(SETTINGS.flushMs),
    writes: read(SETTINGS.writes),
    maxSessions: read(SETTINGS.maxSessions),
    drainSeconds: read(SETTINGS.drainSeconds),
    origins: Object.freeze(read(SETTINGS.origins)),
    trustedProxies: Object.freeze(read(SETTINGS.trustedProxies)),
    connectionsPerAddress: read(SETTINGS.connectionsPerAddress),
    data: read(SETTINGS.data),
    chatDays: read(SETTINGS.chatDays),
    redis: Object.freeze(read(SETTINGS.redis)),
    redisCluster: Object.freeze(read(SETTINGS.redisCluster)),
    storeRedis: read(SETTINGS.storeRedis),
    channelSquares: read(SETTINGS.channelSquares),
    workers: read(SETTINGS.workers),
    adminToken: read(SETTINGS.adminToken),
    logLevel: read(SETTINGS.logLevel),
  };
  refuseContradictions(config);
  const other = otherKeeper(config);
  if (other === undefined) return config;
  const isGiven = flags.has(SETTINGS.data.flag) || Boolean(env[SETTINGS.data.env]);
  if (isGiven && config.data !== null) {
    throw new WrongFlag(`--data and ${other} are both given: a world is kept in a folder or in Redis.`);
  }
  return { ...config, data: null };
}

/** What says that Redis keeps the world. */
function otherKeeper({ redis, redisCluster, storeRedis }: Config): string | undefined {
  if (redis.length > 0) return SETTINGS.redis.flag;
  if (redisCluster.length > 0) return SETTINGS.redisCluster.flag;
  return storeRedis === null ? undefined : SETTINGS.storeRedis.flag;
}

function refuseContradictions({ redis, redisCluster, storeRedis, workers }: Config): void {
  if (redis.length > 0 && redisCluster.length > 0) {
    throw new WrongFlag('--redis and --redis-cluster are both given: a world is shared over one or the other.');
  }
  const isAlone = redis.length + redisCluster.length === 0 && workers === 1;
  if (storeRedis !== null && isAlone) {
    throw new WrongFlag('--store-redis is for nodes that share a world: give --redis or --redis-cluster too.');
  }
}

/** Users and passwords of addresses are nobody's business in a log. */
const withoutSecrets = (text: string): string => text.replaceAll(/\/\/[^@/,]*@/g, '//…@');

function helpText(): string {
  const usage = rows.map((row) => (row.placeholder === undefined ? row.flag : `${row.flag} ${row.placeholder}`));
  const usageWidth = Math.max(...usage.map((text) => text.length));
  const envWidth = Math.max(...rows.map((row) => row.env.length));
  const indent = ' '.repeat(usageWidth + envWidth + 6);
  const lines = rows.map((row, i) => {
    const byDefault = row.byDefault === '' ? 'none' : row.byDefault;
    return (
      `  ${(usage[i] as string).padEnd(usageWidth)}  ${row.env.padEnd(envWidth)}  ${row.help}\n` +
      `${indent}Takes ${row.accepts}; default ${byDefault}.`
    );
  });
  return [
    `Flatlands ${packageJson.version}: ${packageJson.description}`,
    '',
    'npm start -- [flags]',
    '',
    ...lines,
    '',
    `  ${'--help'.padEnd(usageWidth)}  ${' '.repeat(envWidth)}  Prints this and exits.`,
    `  ${'--version'.padEnd(usageWidth)}  ${' '.repeat(envWidth)}  Prints the version and exits.`,
    '',
    'Each flag may be given as the environment variable beside it; a flag wins over its variable.',
  ].join('\n');
}
