import { type Config, parseConfig } from '../../config.ts';

/** What is to be checked, and how. */
export interface Order {
  /** The server's own: what is checked is what it would be started with. */
  readonly config: Config;
  readonly hasTrial: boolean;
  /** Length of the measured part of the trial load, in s. */
  readonly seconds: number;
  /** Players of the trial load. */
  readonly players: number;
  readonly isJson: boolean;
}

/** What the command line asks for: checks, or print something and exit. Code 2 stands for a wrong flag. */
export type Parsed =
  | { readonly kind: 'run'; readonly order: Order }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: 0 | 2 };

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_SECONDS = 20;
const MAX_SECONDS = 600;
/** Enough that what a node costs whoever is there counts for little in what each of them costs. */
const DEFAULT_PLAYERS = 500;
const MAX_PLAYERS = 5000;

/** Flags of the doctor alone: what stands for the value, the largest one of it, and what it is for. */
const OWN = {
  '--quick': { placeholder: undefined, most: 0, help: 'Leaves out the trial load.' },
  '--seconds': {
    placeholder: 'N',
    most: MAX_SECONDS,
    help: `Length of the trial load; from 1 to ${MAX_SECONDS}, default ${DEFAULT_SECONDS}.`,
  },
  '--players': {
    placeholder: 'N',
    most: MAX_PLAYERS,
    help: `Players of the trial load; from 1 to ${MAX_PLAYERS}, default ${DEFAULT_PLAYERS}.`,
  },
  '--json': { placeholder: undefined, most: 0, help: 'Prints one object for scripts.' },
  '--help': { placeholder: undefined, most: 0, help: 'Prints this and exits.' },
} as const;
type OwnFlag = keyof typeof OWN;

/** The user's mistake; its message is the sentence that the user reads. */
class WrongFlag extends Error {}

/** Reads the command line, without node and script. Nothing is printed and nothing exits here. */
export function parseCommandLine(args: readonly string[], env: Environment): Parsed {
  try {
    const { own, others } = split(args);
    if (own.has('--help')) return { kind: 'print', text: helpText(), exitCode: 0 };
    const seconds = own.get('--seconds') ?? DEFAULT_SECONDS;
    const players = own.get('--players') ?? DEFAULT_PLAYERS;
    const parsed = parseConfig(others, env);
    if (parsed.kind === 'run') {
      const { config } = parsed;
      const isJson = own.has('--json');
      return { kind: 'run', order: { config, hasTrial: !own.has('--quick'), seconds, players, isJson } };
    }
    if (parsed.exitCode === 0) return parsed;
    return { ...parsed, text: `${parsed.text}\nThe doctor has ${Object.keys(OWN).join(', ')} besides.` };
  } catch (error) {
    if (error instanceof WrongFlag) return { kind: 'print', text: error.message, exitCode: 2 };
    throw error;
  }
}

/** The doctor's own flags with their values (0 for a switch), and all other words as they are. */
function split(args: readonly string[]): {
  readonly own: ReadonlyMap<OwnFlag, number>;
  readonly others: readonly string[];
} {
  const own = new Map<OwnFlag, number>();
  const others: string[] = [];
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [flag = '', ...parts] = word.split('=');
    if (!isOwn(flag)) {
      others.push(word);
      continue;
    }
    if (own.has(flag)) throw new WrongFlag(`${flag} is given twice, and is taken once.`);
    const inline = parts.length > 0 ? parts.join('=') : undefined;
    const { placeholder, most } = OWN[flag];
    if (placeholder === undefined) {
      if (inline !== undefined) throw new WrongFlag(`${flag} takes no value.`);
      own.set(flag, 0);
    } else own.set(flag, wholeNumber(flag, inline ?? words.shift(), most));
  }
  return { own, others };
}

const isOwn = (flag: string): flag is OwnFlag => Object.hasOwn(OWN, flag);

function wholeNumber(flag: string, text: string | undefined, most: number): number {
  const value = /^\d{1,9}$/.test(text ?? '') ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  const given = text === undefined ? 'but no value follows it' : `not ${JSON.stringify(text)}`;
  throw new WrongFlag(`${flag} takes a whole number from 1 to ${most}, ${given}.`);
}

function helpText(): string {
  const rows = Object.entries(OWN).map(
    ([flag, { placeholder, help }]) => [placeholder === undefined ? flag : `${flag} ${placeholder}`, help] as const,
  );
  const width = Math.max(...rows.map(([usage]) => usage.length));
  return [
    'npm run doctor -- [flags of the server] [flags]',
    '',
    'Checks whether this host is fit for the server that "npm start" with the same flags and variables would be.',
    '',
    ...rows.map(([usage, help]) => `  ${usage.padEnd(width)}  ${help}`),
    '',
    'The flags of the server: npm start -- --help. Exit status 0 when nothing is a problem, 1 when something is, 2 for a',
    'wrong flag. Nothing is changed or left behind, on this machine or in Redis.',
  ].join('\n');
}
