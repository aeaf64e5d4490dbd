import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { type FileTexts, readConfigFile } from './config-file.ts';
import { type Config, SETTINGS, type Setting, type Settings } from './settings.ts';

export type { Config } from './settings.ts';

/** What the command line asks for: run a server, or print something and exit. Code 2 stands for a wrong flag. */
export type Parsed =
  | { readonly kind: 'run'; readonly config: Config }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: 0 | 2 };

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the value of a setting came from. */
export type Origin = 'flag' | 'variable' | 'file' | 'default';

/** A setting as it counts. */
export interface Effective {
  readonly flag: string;
  /** As it was written; nothing that is secret. */
  readonly text: string;
  readonly origin: Origin;
}

/** A configuration looked at as a whole: every setting, and every mistake, a sentence each. */
export interface Checked {
  readonly settings: readonly Effective[];
  readonly mistakes: readonly string[];
}

/**
 * Reads the configuration from the command line (without node and script), the environment and the file that either
 * names: a flag wins over its variable, and that over the file; an empty variable counts as unset. Nothing is printed
 * and nothing exits here.
 */
export function parseConfig(args: readonly string[], env: Environment, readFile = readText): Parsed {
  try {
    const flags = readFlags(args);
    if (flags.has('--help')) return { kind: 'print', text: helpText(), exitCode: 0 };
    if (flags.has('--version')) return { kind: 'print', text: packageJson.version, exitCode: 0 };
    const { config, mistakes } = readSettings({ flags, env, file: fileOf(flags, env, readFile) });
    const [mistake] = mistakes;
    if (mistake !== undefined) throw new WrongFlag(mistake);
    return { kind: 'run', config: Object.freeze(config) };
  } catch (error) {
    if (error instanceof WrongFlag) return { kind: 'print', text: error.message, exitCode: 2 };
    throw error;
  }
}

/** The same as a whole, for people who look it over. A wrong flag is the only mistake then. */
export function checkConfig(args: readonly string[], env: Environment, readFile = readText): Checked {
  try {
    const flags = readFlags(args);
    const given = { flags, env, file: fileOf(flags, env, readFile) };
    const settings = rows.map((row): Effective => {
      const { text, origin } = textOf(row, given);
      return { flag: row.flag, text: row.isSecret === true && text !== '' ? '(hidden)' : withoutSecrets(text), origin };
    });
    return { settings, mistakes: readSettings(given).mistakes };
  } catch (error) {
    if (error instanceof WrongFlag) return { settings: [], mistakes: [error.message] };
    throw error;
  }
}

const readText = (file: string): string => readFileSync(file, 'utf8');

/** What settings are read from. */
interface Given {
  readonly flags: ReadonlyMap<string, string>;
  readonly env: Environment;
  readonly file: FileTexts | undefined;
}

function fileOf(
  flags: ReadonlyMap<string, string>,
  env: Environment,
  readFile: (file: string) => string,
): FileTexts | undefined {
  const file = flags.get(CONFIG_FLAG) ?? env[CONFIG_VARIABLE];
  if (!file) return undefined;
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    throw new WrongFlag(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  return readConfigFile(file, text);
}

/** What counts for a setting, where it is from, and what that is called in a sentence. */
function textOf(
  { flag, env: variable, byDefault }: Setting<unknown>,
  { flags, env, file }: Given,
): { readonly text: string; readonly origin: Origin; readonly name: string } {
  const byFlag = flags.get(flag);
  if (byFlag !== undefined) return { text: byFlag, origin: 'flag', name: flag };
  const byVariable = env[variable];
  if (byVariable) return { text: byVariable, origin: 'variable', name: variable };
  const byFile = file?.texts.get(flag);
  if (file !== undefined && byFile !== undefined) {
    return { text: byFile, origin: 'file', name: `${file.file}: "${flag.slice(2)}"` };
  }
  return { text: byDefault, origin: 'default', name: variable };
}

const CONFIG_FLAG = '--config';
const CONFIG_VARIABLE = 'FLATLANDS_CONFIG';

/** The user's mistake; its message is the sentence that the user reads. */
class WrongFlag extends Error {}

const rows: readonly Setting<unknown>[] = Object.values(SETTINGS);
const OWN_FLAGS: readonly string[] = [CONFIG_FLAG, '--help', '--version'];
const KNOWN_FLAGS = [...rows.map((row) => row.flag), ...OWN_FLAGS] as const;

/** Flags and their texts as written; a switch without a value reads as "true". */
function readFlags(args: readonly string[]): ReadonlyMap<string, string> {
  // Not strict: its own errors take several sentences. Values stay texts, so that a world may be called "007".
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(
        rows.map((row) => [row.flag.slice(2), { type: row.placeholder === undefined ? 'boolean' : 'string' } as const]),
      ),
      config: { type: 'string' },
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
    if (row === undefined && !OWN_FLAGS.includes(token.rawName)) throw unknown(`There is no flag ${token.rawName}`);
    if (flags.has(token.rawName)) throw new WrongFlag(`${token.rawName} is given twice, and is taken once.`);
    if (token.value === undefined && row?.placeholder !== undefined) {
      throw new WrongFlag(`${row.flag} takes ${row.accepts}, but no value follows it.`);
    }
    if (!token.value && token.rawName === CONFIG_FLAG) {
      throw new WrongFlag(`${CONFIG_FLAG} takes the name of a file, but no value follows it.`);
    }
    flags.set(token.rawName, token.value ?? 'true');
  }
  return flags;
}

const unknown = (what: string): WrongFlag => new WrongFlag(`${what}; the flags are ${KNOWN_FLAGS.join(', ')}.`);

/** What is wrong is left as by default, so that all of it is found. */
function readSettings(given: Given): { readonly config: Config; readonly mistakes: readonly string[] } {
  const mistakes: string[] = [...(given.file?.mistakes ?? [])];
  const read = <T>(row: Setting<T>): T => {
    const { text, name } = textOf(row, given);
    const value = row.read(text);
    if (value !== undefined) return value;
    const instead = row.isSecret === true ? 'not what was given' : `not ${JSON.stringify(withoutSecrets(text))}`;
    mistakes.push(`${name} takes ${row.accepts}, ${instead}.`);
    return row.read(row.byDefault) as T;
  };
  const entries = (Object.entries(SETTINGS) as [keyof Settings, Setting<unknown>][]).map(([key, row]) => {
    const value = read(row);
    return [key, Array.isArray(value) ? Object.freeze(value) : value] as const;
  });
  const config = Object.fromEntries(entries) as unknown as Config;
  mistakes.push(...contradictionsOf(config));
  const other = otherKeeper(config);
  if (other === undefined || config.data === null)
    return { config: other === undefined ? config : { ...config, data: null }, mistakes };
  if (textOf(SETTINGS.data, given).origin !== 'default') {
    mistakes.push(`--data and ${other} are both given: a world is kept in a folder or in Redis.`);
  }
  return { config: { ...config, data: null }, mistakes };
}

/** What says that Redis keeps the world. */
function otherKeeper({ redis, redisCluster, storeRedis }: Config): string | undefined {
  if (redis.length > 0) return SETTINGS.redis.flag;
  if (redisCluster.length > 0) return SETTINGS.redisCluster.flag;
  return storeRedis === null ? undefined : SETTINGS.storeRedis.flag;
}

function* contradictionsOf({ redis, redisCluster, storeRedis, workers }: Config): Generator<string> {
  if (redis.length > 0 && redisCluster.length > 0) {
    yield '--redis and --redis-cluster are both given: a world is shared over one or the other.';
  }
  const isAlone = redis.length + redisCluster.length === 0 && workers === 1;
  if (storeRedis !== null && isAlone) {
    yield '--store-redis is for nodes that share a world: give --redis or --redis-cluster too.';
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
    `  ${`${CONFIG_FLAG} FILE`.padEnd(usageWidth)}  ${CONFIG_VARIABLE.padEnd(envWidth)}  Takes settings from a JSON object, by their flags.`,
    `  ${'--help'.padEnd(usageWidth)}  ${' '.repeat(envWidth)}  Prints this and exits.`,
    `  ${'--version'.padEnd(usageWidth)}  ${' '.repeat(envWidth)}  Prints the version and exits.`,
    '',
    'Each flag may be given as the environment variable beside it; a flag wins over its variable, and that over the file.',
  ].join('\n');
}
