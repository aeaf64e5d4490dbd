import { parseArgs } from 'node:util';
import { SETTINGS, type Setting } from '../settings.ts';
import { redisTargetOf } from '../store/redis-commands.ts';
import type { StorePlace } from './store-place.ts';

export type Task =
  | { readonly kind: 'export'; readonly file: string }
  | { readonly kind: 'import'; readonly file: string }
  | { readonly kind: 'info'; readonly isJson: boolean }
  | { readonly kind: 'forget'; readonly name: string };

/** What the command line asks for: a task, or print something and exit. Code 2 stands for a wrong word or flag. */
export type Parsed =
  | { readonly kind: 'run'; readonly task: Task; readonly place: StorePlace }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: 0 | 2 };

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's mistake; its message is the sentence that the user reads. */
class WrongWord extends Error {}

const USAGE = 'npm run world -- export FILE | import FILE | info [--json] | forget NAME [flags]';

const { data, redis, redisCluster, storeRedis, world } = SETTINGS;

/** The flags of the server that say where its world is kept. */
const PLACES: readonly (readonly [row: Setting<unknown>, help: string])[] = [
  [data, 'The folder of a shard.'],
  [redis, 'Redis, for nodes that share a world; of several the first by name.'],
  [redisCluster, 'A Redis Cluster, by some of its servers.'],
  [storeRedis, 'The Redis that keeps the world in the place of the ones above.'],
  [world, 'Which world it is in Redis; in a file, what it is called there.'],
];

const OTHERS = ['--json', '--help'] as const;
const FLAGS: readonly string[] = [...PLACES.map(([row]) => row.flag), ...OTHERS];
const TASKS = { export: 'FILE', import: 'FILE', info: undefined, forget: 'NAME' } as const;
type TaskName = keyof typeof TASKS;

/** Reads the command line, without node and script. Nothing is printed and nothing exits here. */
export function parseCommandLine(args: readonly string[], env: Environment): Parsed {
  try {
    const { flags, words } = readWords(args);
    if (flags.has('--help')) return { kind: 'print', text: helpText(), exitCode: 0 };
    return { kind: 'run', task: taskOf(words, flags), place: placeOf(flags, env) };
  } catch (error) {
    if (!(error instanceof WrongWord)) throw error;
    return { kind: 'print', text: `${error.message}\n\n${USAGE}\nnpm run world -- --help says more.`, exitCode: 2 };
  }
}

type Flags = ReadonlyMap<string, string>;

function readWords(args: readonly string[]): { readonly flags: Flags; readonly words: readonly string[] } {
  // Not strict: its own errors take several sentences. Values stay texts, so that a world may be called "007".
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(PLACES.map(([row]) => [row.flag.slice(2), { type: 'string' } as const])),
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
    strict: false,
    tokens: true,
  });
  const flags = new Map<string, string>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      words.push(token.value);
      continue;
    }
    const { rawName, value } = token;
    if (!FLAGS.includes(rawName))
      throw new WrongWord(`There is no flag ${rawName}; the flags are ${FLAGS.join(', ')}.`);
    if (flags.has(rawName)) throw new WrongWord(`${rawName} is given twice, and is taken once.`);
    const row = PLACES.find(([{ flag }]) => flag === rawName)?.[0];
    if (row !== undefined && value === undefined) {
      throw new WrongWord(`${rawName} takes ${row.accepts}, but no value follows it.`);
    }
    if (row === undefined && value !== undefined) throw new WrongWord(`${rawName} takes no value.`);
    flags.set(rawName, value ?? '');
  }
  return { flags, words };
}

function taskOf([name, operand, ...more]: readonly string[], flags: Flags): Task {
  const there = `the tasks are ${Object.keys(TASKS).join(', ')}`;
  if (name === undefined) throw new WrongWord(`Say what is to be done: ${there}.`);
  if (!isTask(name)) throw new WrongWord(`There is no task ${JSON.stringify(name)}; ${there}.`);
  if (flags.has('--json') && name !== 'info') throw new WrongWord(`--json is for info, and ${name} takes none.`);
  const takes = TASKS[name];
  const strange = takes === undefined ? operand : more[0];
  if (strange !== undefined) throw new WrongWord(`${JSON.stringify(strange)} is one word too many for ${name}.`);
  if (name === 'info') return { kind: 'info', isJson: flags.has('--json') };
  if (operand === undefined || operand.trim() === '')
    throw new WrongWord(`${name} takes a ${takes}, and none is given.`);
  return name === 'forget' ? { kind: 'forget', name: operand } : { kind: name, file: operand };
}

const isTask = (name: string): name is TaskName => Object.hasOwn(TASKS, name);

/** As for the server, but that a flag for the one kind of place outweighs variables for the other. */
function placeOf(flags: Flags, given: Environment): StorePlace {
  const isFolderGiven = flags.has(data.flag) && flags.get(data.flag) !== 'none';
  const ofRedis = [redis, redisCluster, storeRedis].filter((row) => flags.has(row.flag) && flags.get(row.flag) !== '');
  const hidden =
    isFolderGiven && ofRedis.length === 0 ? [redis, redisCluster, storeRedis] : ofRedis.length > 0 ? [data] : [];
  const env = { ...given, ...Object.fromEntries(hidden.map((row) => [row.env, undefined])) };

  const read = <T>(row: Setting<T>): T => {
    const flagText = flags.get(row.flag);
    const text = flagText ?? (env[row.env] || row.byDefault);
    const value = row.read(text);
    if (value !== undefined) return value;
    const shown = JSON.stringify(text.replaceAll(/\/\/[^@/,]*@/g, '//…@'));
    throw new WrongWord(`${flagText === undefined ? row.env : row.flag} takes ${row.accepts}, not ${shown}.`);
  };
  const [servers, cluster, own] = [read(redis), read(redisCluster), read(storeRedis)];
  if (servers.length > 0 && cluster.length > 0) {
    throw new WrongWord('--redis and --redis-cluster are both given: a world is shared over one or the other.');
  }
  const target = redisTargetOf(own === null ? servers : [own], cluster);
  const folder = read(data);
  const name = read(world);
  if (target !== undefined) {
    const isGiven = flags.has(data.flag) || Boolean(env[data.env]);
    if (!isGiven || folder === null) return { kind: 'redis', target, world: name };
    const other = own !== null ? storeRedis : servers.length > 0 ? redis : redisCluster;
    throw new WrongWord(`--data and ${other.flag} are both given: a world is kept in a folder or in Redis.`);
  }
  if (folder === null) throw new WrongWord('--data none keeps nothing: name the folder or the Redis of a world.');
  return { kind: 'lmdb', folder, world: name };
}

function helpText(): string {
  const tasks = [
    ['export FILE', 'Writes everything to a file, JSON with a record a line; - writes to the standard output.'],
    [
      'import FILE',
      'Checks all of such a file, and then takes everything in, over what is there; - is the standard input.',
    ],
    ['info [--json]', 'Says how much is kept, and where.'],
    [
      'forget NAME',
      'Deletes all that is kept of everybody by this name; what they built stays, for it carries no name.',
    ],
  ] as const;
  const taskWidth = Math.max(...tasks.map(([usage]) => usage.length));
  const usages = PLACES.map(([row]) => `${row.flag} ${row.placeholder}`);
  const width = Math.max(...usages.map((usage) => usage.length));
  const envWidth = Math.max(...PLACES.map(([row]) => row.env.length));
  const indent = ' '.repeat(width + envWidth + 6);
  return [
    USAGE,
    '',
    'Looks after what a shard keeps, also while the shard runs.',
    '',
    ...tasks.map(([usage, help]) => `  ${usage.padEnd(taskWidth)}  ${help}`),
    '',
    'Where it is kept, in the words of the server:',
    '',
    ...PLACES.map(
      ([row, help], i) =>
        `  ${(usages[i] as string).padEnd(width)}  ${row.env.padEnd(envWidth)}  ${help}\n` +
        `${indent}Takes ${row.accepts}; default ${row.byDefault === '' ? 'none' : row.byDefault}.`,
    ),
    '',
    'Each of these may be given as the environment variable beside it; a flag wins over its variable, and --data on the',
    'command line over the variables that name a Redis. A name that begins with a hyphen comes after another --.',
    'Exit status 0 when it is done, 1 when it is not, 2 for a wrong word or flag.',
  ].join('\n');
}
