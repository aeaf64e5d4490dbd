import cac from 'cac';
import { BEHAVIOUR_HELP, BEHAVIOURS } from './behaviour.ts';
import { readShares, SHARES_ACCEPTED } from './behaviour-shares.ts';
import type { ServiceLevel } from './find-limit.ts';
import { LIMITS } from './limits.ts';
import { type BotsOptions, DEFAULTS, type FaultSpan, MIXTURE, PLACEMENTS } from './options.ts';

/** Where something is written besides the terminal. */
export interface Outputs {
  readonly reportFile: string | undefined;
  readonly htmlFile: string | undefined;
}

/**
 * What the command line asks for: a run, one by a scenario, as many as it takes to find a limit, to join or to compare
 * the reports of former ones, or to print something and exit. Code 2 stands for a wrong flag. A `seed` that is given
 * goes before that of the scenario's file.
 */
export type Parsed =
  | ({ readonly kind: 'run'; readonly options: BotsOptions } & Outputs)
  | ({
      readonly kind: 'scenario';
      readonly file: string;
      readonly options: BotsOptions;
      readonly seed: number | undefined;
    } & Outputs)
  | ({ readonly kind: 'find-limit'; readonly options: BotsOptions; readonly level: ServiceLevel } & Outputs)
  | ({ readonly kind: 'join'; readonly files: readonly string[] } & Outputs)
  | { readonly kind: 'compare'; readonly files: readonly [a: string, b: string]; readonly htmlFile: string | undefined }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: 0 | 2 };

const MAX_RAMP = 1000;
const MAX_PROCESSES = 64;
/** A thousand observations in half a minute; all who see them are told, which is a part of what players are sent. */
const TRACES = 2;
const MAX_TRACES = 100;

/** The user's mistake; its message is the sentence that the user reads. */
class WrongFlag extends Error {}

interface Flag<T> {
  readonly placeholder: string;
  /** Completes the sentence "--flag takes …". */
  readonly accepts: string;
  readonly help: string;
  /** The value of a text, or undefined when it is none of what the flag accepts. */
  readonly read: (text: string) => T | undefined;
}

const wholeNumber = (low: number, high: number) => ({
  accepts: `a whole number from ${low} to ${high}`,
  read: (text: string): number | undefined => {
    const value = Number(text);
    return text !== '' && Number.isInteger(value) && value >= low && value <= high ? value : undefined;
  },
});

/** What players are to have unless something else is asked for. */
const LEVEL: ServiceLevel = { p99Ms: 250, missed: 0 };
/** Each trial's measured part, unless --seconds says otherwise, in s. */
const TRIAL_SECONDS = 10;
/** Of those who come to find a limit: who judges costs many times what who only walks does. */
const TRIAL_FULL_SHARE = 0.05;

const FLAGS = {
  url: {
    placeholder: 'ws://HOST:PORT/ws[,…]',
    accepts: 'WebSocket addresses such as ws://127.0.0.1:8080/ws, separated by commas',
    help: `Servers; the players take them in turn (default ${DEFAULTS.urls.join(',')})`,
    read: urls,
  } satisfies Flag<readonly string[]>,
  scenario: {
    placeholder: 'FILE.json',
    accepts: 'the name of a file',
    help: 'Groups of players who come and go over time, see below (default nobody does)',
    read: fileName,
  } satisfies Flag<string>,
  players: {
    placeholder: 'N',
    ...wholeNumber(1, LIMITS.players),
    help: `How many players (default ${DEFAULTS.players})`,
  } satisfies Flag<number>,
  seconds: {
    placeholder: 'S',
    ...wholeNumber(1, LIMITS.seconds),
    help: `Length of the measured part (default ${DEFAULTS.seconds})`,
  } satisfies Flag<number>,
  faults: {
    placeholder: 'A-B',
    accepts: 'two numbers of seconds such as 8-20, the first smaller, both within --seconds',
    help: 'You break something at second A; what goes wrong until second B is counted apart (default nothing is)',
    read: faults,
  } satisfies Flag<FaultSpan>,
  behaviour: {
    placeholder: 'NAME[:SHARE],…',
    accepts: SHARES_ACCEPTED,
    help: `What the players do, see below (default ${Object.keys(DEFAULTS.behaviours).join(',')})`,
    read: readShares,
  } satisfies Flag<BotsOptions['behaviours']>,
  placement: {
    placeholder: 'KIND',
    accepts: PLACEMENTS.join(' or '),
    help: `Over a region that grows with the players, or on one screen (default ${DEFAULTS.placement})`,
    read: (text: string) => PLACEMENTS.find((placement) => placement === text),
  } satisfies Flag<BotsOptions['placement']>,
  ramp: {
    placeholder: 'N/s',
    accepts: `a whole number from 1 to ${MAX_RAMP}, with or without /s`,
    help: `Players who connect each second (default ${DEFAULTS.rampPerSecond}/s)`,
    read: (text: string) => wholeNumber(1, MAX_RAMP).read(text.replace(/\/s$/, '')),
  } satisfies Flag<number>,
  processes: {
    placeholder: 'N',
    ...wholeNumber(1, MAX_PROCESSES),
    help: `Processes that the players are spread over, see below (default ${DEFAULTS.processes})`,
  } satisfies Flag<number>,
  seed: {
    placeholder: 'N',
    ...wholeNumber(0, LIMITS.seed),
    help: `Seed of places and turns (default ${DEFAULTS.seed})`,
  } satisfies Flag<number>,
  'full-share': {
    placeholder: 'SHARE',
    accepts: 'a number above 0 up to 1',
    help: `Share of players with the full picture, who judge; the rest only walk, see below (default ${DEFAULTS.fullShare}; with --find-limit ${TRIAL_FULL_SHARE})`,
    read: share,
  } satisfies Flag<number>,
  traces: {
    placeholder: 'N',
    ...wholeNumber(0, MAX_TRACES),
    help: `Changes of direction that are followed through every hop, per second (default ${TRACES}; with --find-limit 0)`,
  } satisfies Flag<number>,
  slo: {
    placeholder: 'p99=MS,missed=N',
    accepts: 'p99= with a number of ms from 1, missed= with a whole number, or both, separated by a comma',
    help: `With --find-limit: what has to hold (default p99=${LEVEL.p99Ms},missed=${LEVEL.missed})`,
    read: serviceLevel,
  } satisfies Flag<ServiceLevel>,
  report: {
    placeholder: 'FILE.json',
    accepts: 'the name of a file',
    help: 'Where the report goes as JSON (default nowhere)',
    read: fileName,
  } satisfies Flag<string>,
  html: {
    placeholder: 'FILE.html',
    accepts: 'the name of a file',
    help: 'Where it goes as a page with plots, which needs nothing else (default nowhere)',
    read: fileName,
  } satisfies Flag<string>,
  join: {
    placeholder: 'A.json B.json …',
    accepts: 'the names of two or more files with reports',
    help: 'Runs nothing: makes one report of several; with --report and --html',
    read: fileName,
  } satisfies Flag<string>,
  compare: {
    placeholder: 'A.json B.json',
    accepts: 'the names of two files with reports',
    help: 'Runs nothing: shows two reports side by side; with --html',
    read: fileName,
  } satisfies Flag<string>,
};

const FIND_LIMIT = 'find-limit';
const FIND_LIMIT_HELP =
  'More and more players, up to --players, until what --slo says breaks; then how many the server carries';

type FlagName = keyof typeof FLAGS;
const NAMES = Object.keys(FLAGS) as FlagName[];

/** Reads the command line, without node and script. Nothing is printed and nothing exits here. */
export function parseCommandLine(args: readonly string[]): Parsed {
  const cli = cac('npm run bots --');
  for (const name of NAMES) cli.option(`--${name} <${FLAGS[name].placeholder}>`, FLAGS[name].help);
  cli.option(`--${FIND_LIMIT}`, FIND_LIMIT_HELP);
  cli.option('--help', 'Prints this');
  const parsed = cli.parse(['node', 'bots', ...args], { run: false });
  try {
    const given = parsed.options;
    if (given.help === true) return { kind: 'print', text: helpText(), exitCode: 0 };
    const isOfReports = given.join !== undefined || given.compare !== undefined;
    refuseUnknown(isOfReports ? [] : parsed.args, Object.keys(given));
    const read = <T>(name: FlagName, flag: Flag<T>, byDefault: T): T => {
      const text = textOf(name, flag, given[camelOf(name)]);
      if (text === undefined) return byDefault;
      const value = flag.read(text);
      if (value !== undefined) return value;
      throw new WrongFlag(`--${name} takes ${flag.accepts}, not ${JSON.stringify(text)}.`);
    };
    const outputs: Outputs = {
      reportFile: read<string | undefined>('report', FLAGS.report, undefined),
      htmlFile: read<string | undefined>('html', FLAGS.html, undefined),
    };
    if (isOfReports) return ofReports(given, parsed.args, outputs);
    const file = read<string | undefined>('scenario', FLAGS.scenario, undefined);
    if (file !== undefined) refuseBesideScenario(given);
    const isSearch = isGiven(FIND_LIMIT, given.findLimit);
    const level = read<ServiceLevel | undefined>('slo', FLAGS.slo, undefined);
    if (level !== undefined && !isSearch) throw new WrongFlag('--slo goes with --find-limit.');
    const seconds = read('seconds', FLAGS.seconds, isSearch ? TRIAL_SECONDS : DEFAULTS.seconds);
    const options: BotsOptions = {
      ...DEFAULTS,
      urls: read('url', FLAGS.url, DEFAULTS.urls),
      players: read('players', FLAGS.players, isSearch ? LIMITS.players : DEFAULTS.players),
      seconds,
      faults: within(seconds, read<FaultSpan | undefined>('faults', FLAGS.faults, DEFAULTS.faults)),
      behaviours: read('behaviour', FLAGS.behaviour, DEFAULTS.behaviours),
      placement: read('placement', FLAGS.placement, DEFAULTS.placement),
      rampPerSecond: read('ramp', FLAGS.ramp, DEFAULTS.rampPerSecond),
      processes: read('processes', FLAGS.processes, DEFAULTS.processes),
      tracesPerSecond: read('traces', FLAGS.traces, isSearch ? 0 : TRACES),
      seed: read('seed', FLAGS.seed, DEFAULTS.seed),
      fullShare: read('full-share', FLAGS['full-share'], isSearch ? TRIAL_FULL_SHARE : DEFAULTS.fullShare),
    };
    if (file !== undefined) {
      return { kind: 'scenario', file, options, seed: read('seed', FLAGS.seed, undefined), ...outputs };
    }
    if (!isSearch) return { kind: 'run', options, ...outputs };
    if (options.faults !== undefined) throw new WrongFlag('--find-limit goes without --faults.');
    return { kind: FIND_LIMIT, options, level: level ?? LEVEL, ...outputs };
  } catch (error) {
    if (error instanceof WrongFlag) return { kind: 'print', text: error.message, exitCode: 2 };
    throw error;
  }
}

/** What a scenario decides itself, and what needs runs of other sizes than its own. */
const NOT_BESIDE_SCENARIO = ['players', 'seconds', 'behaviour', 'placement', 'faults', 'slo', FIND_LIMIT] as const;

function refuseBesideScenario(given: Readonly<Record<string, unknown>>): void {
  const other = NOT_BESIDE_SCENARIO.find((name) => given[camelOf(name)] !== undefined);
  if (other === undefined) return;
  const why = other === 'slo' || other === FIND_LIMIT ? '' : ', which the file decides';
  throw new WrongFlag(`--scenario goes without --${other}${why}.`);
}

/** What --join and --compare go together with. */
const BESIDE = { join: ['report', 'html'], compare: ['html'] } as const satisfies Record<string, readonly FlagName[]>;

function ofReports(
  given: Readonly<Record<string, unknown>>,
  words: readonly string[],
  { reportFile, htmlFile }: Outputs,
): Parsed {
  const kind = given.join === undefined ? 'compare' : 'join';
  const beside: readonly string[] = BESIDE[kind];
  const other = NAMES.find((name) => name !== kind && !beside.includes(name) && given[camelOf(name)] !== undefined);
  if (other !== undefined) {
    throw new WrongFlag(
      `--${kind} goes with ${beside.map((name) => `--${name}`).join(' and ')} alone, not --${other}.`,
    );
  }
  const first = textOf(kind, FLAGS[kind], given[kind]) as string;
  const files = [first, ...words.map(String)];
  if (kind === 'join') {
    if (files.length >= 2) return { kind, files, reportFile, htmlFile };
  } else {
    const [a, b, ...more] = files;
    if (a !== undefined && b !== undefined && more.length === 0) return { kind, files: [a, b], htmlFile };
  }
  throw new WrongFlag(`--${kind} takes ${FLAGS[kind].accepts}, not ${files.length}.`);
}

function refuseUnknown(words: readonly string[], flags: readonly string[]): void {
  const known = `the flags are ${[...NAMES, FIND_LIMIT, 'help'].map((name) => `--${name}`).join(', ')}`;
  const word = words[0];
  if (word !== undefined) throw new WrongFlag(`Nothing is known of "${word}"; ${known}.`);
  const names = [...NAMES, FIND_LIMIT].map(camelOf);
  const strange = flags.find((flag) => flag !== '--' && !names.includes(flag));
  if (strange === undefined) return;
  const dashed = strange.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new WrongFlag(`There is no flag ${strange.length === 1 ? '-' : '--'}${dashed}; ${known}.`);
}

/** What the parser makes of --some-flag: someFlag. */
const camelOf = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What stands behind a flag, as a text; the parser makes numbers and truth values of some. */
function textOf(name: FlagName, flag: Flag<unknown>, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) throw new WrongFlag(`--${name} is given twice, and is taken once.`);
  if (typeof value === 'boolean') throw new WrongFlag(`--${name} takes ${flag.accepts}, but no value follows it.`);
  return String(value);
}

/** Whether a flag that takes nothing is there. */
function isGiven(name: string, value: unknown): boolean {
  if (value === undefined || value === true) return value === true;
  throw new WrongFlag(`--${name} takes nothing, not ${JSON.stringify(value)}.`);
}

/** `p99=150,missed=0`: what is not said stays as it is. */
function serviceLevel(text: string): ServiceLevel | undefined {
  let { p99Ms, missed } = LEVEL;
  for (const part of text.split(',')) {
    const [, name, digits] = /^(p99|missed)=(\d{1,6})$/.exec(part.trim()) ?? [];
    const value = Number(digits);
    if (name === 'p99' && value > 0) p99Ms = value;
    else if (name === 'missed') missed = value;
    else return undefined;
  }
  return { p99Ms, missed };
}

function urls(text: string): readonly string[] | undefined {
  const list = text.split(',').map((part) => part.trim());
  return list.every((part) => URL.canParse(part) && /^wss?:$/.test(new URL(part).protocol)) ? list : undefined;
}

function fileName(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function share(text: string): number | undefined {
  const value = Number(text);
  return /^\d*\.?\d+$/.test(text) && value > 0 && value <= 1 ? value : undefined;
}

function faults(text: string): FaultSpan | undefined {
  const [, from, to] = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const fromSeconds = Number(from);
  const toSeconds = Number(to);
  return fromSeconds < toSeconds ? { fromSeconds, toSeconds } : undefined;
}

function within(seconds: number, span: FaultSpan | undefined): FaultSpan | undefined {
  if (span === undefined || span.toSeconds <= seconds) return span;
  const { fromSeconds, toSeconds } = span;
  throw new WrongFlag(
    `--faults ${fromSeconds}-${toSeconds} ends after the measured part, which is --seconds ${seconds}.`,
  );
}

const mixture = (): string =>
  Object.entries(MIXTURE)
    .map(([name, share]) => `${name}:${share}`)
    .join(', ');

function helpText(): string {
  const rows: (readonly [usage: string, help: string])[] = NAMES.map((name) => [
    `--${name} ${FLAGS[name].placeholder}`,
    FLAGS[name].help,
  ]);
  rows.push([`--${FIND_LIMIT}`, FIND_LIMIT_HELP], ['--help', 'Prints this and exits']);
  const width = Math.max(...rows.map(([usage]) => usage.length));
  return [
    'npm run bots -- [flags]',
    '',
    'Simulated players who walk about and check, against where everybody truly was, that each of them was shown what',
    'they had to see. Exit status 0 when all was right, 1 when not; of a comparison always 0.',
    '',
    ...rows.map(([usage, help]) => `  ${usage.padEnd(width)}  ${help}`),
    '',
    'Behaviours: players who …',
    ...BEHAVIOURS.map((name) => `  ${name.padEnd(width)}  ${BEHAVIOUR_HELP[name]}`),
    `  ${'mixed'.padEnd(width)}  do these (${mixture()}), talk, and pick up gems`,
    '',
    'Without the full picture a player walks, acknowledges frames and counts bytes, which costs little. It knows no',
    'walls: with builder or mixed among the behaviours all have the full picture. A connection that it loses it does',
    'not renew.',
    '',
    'A scenario is a file such as',
    '  { "seconds": 60, "groups": [{ "behaviour": "wander", "players": 100 },',
    '    { "behaviour": "crowd", "players": 50, "from": 20, "to": 40, "over": 5 }] }',
    'of whom the second ones come from second 20 of the measured part on and are gone by second 40, each over 5 s. It may',
    'also have name, seed and faults (from, to); a group also name, placement, fullShare, screen ("40x24") and node (which',
    'one of --url, from 0). Beside it there may be --url, --ramp, --processes, --seed, --full-share, --traces, --report and --html.',
    '',
    'With --processes the players are in so many processes besides this one, which judges what all of them see.',
  ].join('\n');
}
