import cac from 'cac';
import { BEHAVIOUR_HELP, BEHAVIOURS } from './behaviour.ts';
import { type BotsOptions, DEFAULTS, type FaultSpan, MIXTURE, PLACEMENTS, type ShareName } from './options.ts';

/** What the command line asks for: a run, or print something and exit. Code 2 stands for a wrong flag. */
export type Parsed =
  | { readonly kind: 'run'; readonly options: BotsOptions; readonly reportFile: string | undefined }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: 0 | 2 };

const MAX_PLAYERS = 20_000;
const MAX_SECONDS = 86_400;
const MAX_RAMP = 1000;
const MAX_SHARE = 1000;

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

type Behaviours = BotsOptions['behaviours'];

const SHARE_NAMES: readonly ShareName[] = [...BEHAVIOURS, 'mixed'];

const wholeNumber = (low: number, high: number) => ({
  accepts: `a whole number from ${low} to ${high}`,
  read: (text: string): number | undefined => {
    const value = Number(text);
    return text !== '' && Number.isInteger(value) && value >= low && value <= high ? value : undefined;
  },
});

const FLAGS = {
  url: {
    placeholder: 'ws://HOST:PORT/ws[,…]',
    accepts: 'WebSocket addresses such as ws://127.0.0.1:8080/ws, separated by commas',
    help: `Servers; the players take them in turn (default ${DEFAULTS.urls.join(',')})`,
    read: urls,
  } satisfies Flag<readonly string[]>,
  players: {
    placeholder: 'N',
    ...wholeNumber(1, MAX_PLAYERS),
    help: `How many players (default ${DEFAULTS.players})`,
  } satisfies Flag<number>,
  seconds: {
    placeholder: 'S',
    ...wholeNumber(1, MAX_SECONDS),
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
    accepts: `names out of ${SHARE_NAMES.join(', ')}, each with or without :SHARE (up to ${MAX_SHARE}), separated by commas`,
    help: `What the players do, see below (default ${Object.keys(DEFAULTS.behaviours).join(',')})`,
    read: behaviours,
  } satisfies Flag<Behaviours>,
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
  seed: {
    placeholder: 'N',
    ...wholeNumber(0, 2 ** 32 - 1),
    help: `Seed of places and turns (default ${DEFAULTS.seed})`,
  } satisfies Flag<number>,
  'full-share': {
    placeholder: 'SHARE',
    accepts: 'a number above 0 up to 1',
    help: `Share of players with the full picture, who judge; the rest only walk, see below (default ${DEFAULTS.fullShare})`,
    read: share,
  } satisfies Flag<number>,
  report: {
    placeholder: 'FILE.json',
    accepts: 'the name of a file',
    help: 'Where the report goes as JSON (default nowhere)',
    read: (text: string) => (text === '' ? undefined : text),
  } satisfies Flag<string>,
};

type FlagName = keyof typeof FLAGS;
const NAMES = Object.keys(FLAGS) as FlagName[];

/** Reads the command line, without node and script. Nothing is printed and nothing exits here. */
export function parseCommandLine(args: readonly string[]): Parsed {
  const cli = cac('npm run bots --');
  for (const name of NAMES) cli.option(`--${name} <${FLAGS[name].placeholder}>`, FLAGS[name].help);
  cli.option('--help', 'Prints this');
  const parsed = cli.parse(['node', 'bots', ...args], { run: false });
  try {
    const given = parsed.options;
    if (given.help === true) return { kind: 'print', text: helpText(), exitCode: 0 };
    refuseUnknown(parsed.args, Object.keys(given));
    const read = <T>(name: FlagName, flag: Flag<T>, byDefault: T): T => {
      const text = textOf(name, flag, given[camelOf(name)]);
      if (text === undefined) return byDefault;
      const value = flag.read(text);
      if (value !== undefined) return value;
      throw new WrongFlag(`--${name} takes ${flag.accepts}, not ${JSON.stringify(text)}.`);
    };
    const seconds = read('seconds', FLAGS.seconds, DEFAULTS.seconds);
    const options: BotsOptions = {
      ...DEFAULTS,
      urls: read('url', FLAGS.url, DEFAULTS.urls),
      players: read('players', FLAGS.players, DEFAULTS.players),
      seconds,
      faults: within(seconds, read<FaultSpan | undefined>('faults', FLAGS.faults, DEFAULTS.faults)),
      behaviours: read('behaviour', FLAGS.behaviour, DEFAULTS.behaviours),
      placement: read('placement', FLAGS.placement, DEFAULTS.placement),
      rampPerSecond: read('ramp', FLAGS.ramp, DEFAULTS.rampPerSecond),
      seed: read('seed', FLAGS.seed, DEFAULTS.seed),
      fullShare: read('full-share', FLAGS['full-share'], DEFAULTS.fullShare),
    };
    return { kind: 'run', options, reportFile: read<string | undefined>('report', FLAGS.report, undefined) };
  } catch (error) {
    if (error instanceof WrongFlag) return { kind: 'print', text: error.message, exitCode: 2 };
    throw error;
  }
}

function refuseUnknown(words: readonly string[], flags: readonly string[]): void {
  const known = `the flags are ${[...NAMES, 'help'].map((name) => `--${name}`).join(', ')}`;
  const word = words[0];
  if (word !== undefined) throw new WrongFlag(`Nothing is known of "${word}"; ${known}.`);
  const names = NAMES.map(camelOf);
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

function urls(text: string): readonly string[] | undefined {
  const list = text.split(',').map((part) => part.trim());
  return list.every((part) => URL.canParse(part) && /^wss?:$/.test(new URL(part).protocol)) ? list : undefined;
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

/** `wander:3,border`: shares are in proportion to one another, 1 when not given; naming one again adds to it. */
function behaviours(text: string): Behaviours | undefined {
  const shares: Partial<Record<ShareName, number>> = {};
  for (const part of text.split(',')) {
    const [name = '', shareText, ...rest] = part.trim().split(':');
    const share = shareText === undefined ? 1 : Number(shareText);
    if (rest.length > 0 || shareText === '' || !(share >= 0 && share <= MAX_SHARE)) return undefined;
    const known = SHARE_NAMES.find((one) => one === name);
    if (known === undefined) return undefined;
    shares[known] = (shares[known] ?? 0) + share;
  }
  return Object.values(shares).some((share) => share > 0) ? shares : undefined;
}

const mixture = (): string => BEHAVIOURS.map((name) => `${name}:${MIXTURE[name]}`).join(', ');

function helpText(): string {
  const rows: (readonly [usage: string, help: string])[] = NAMES.map((name) => [
    `--${name} ${FLAGS[name].placeholder}`,
    FLAGS[name].help,
  ]);
  rows.push(['--help', 'Prints this and exits']);
  const width = Math.max(...rows.map(([usage]) => usage.length));
  return [
    'npm run bots -- [flags]',
    '',
    'Simulated players who walk about and check, against where everybody truly was, that each of them was shown what',
    'they had to see. Exit status 0 when all was right, 1 when not.',
    '',
    ...rows.map(([usage, help]) => `  ${usage.padEnd(width)}  ${help}`),
    '',
    'Behaviours: players who …',
    ...BEHAVIOURS.map((name) => `  ${name.padEnd(width)}  ${BEHAVIOUR_HELP[name]}`),
    `  ${'mixed'.padEnd(width)}  do all of these (${mixture()}), talk, and pick up gems`,
    '',
    'Without the full picture a player walks, acknowledges frames and counts bytes, which costs little. It knows no',
    'walls: with builder or mixed among the behaviours all have the full picture. A connection that it loses it does',
    'not renew.',
  ].join('\n');
}
