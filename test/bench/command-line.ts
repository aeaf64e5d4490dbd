import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { isPlotted } from './plot.ts';

/** What the command line asks for: benchmarks, or print something and exit. Code 2 stands for a wrong word or flag. */
export type Parsed =
  | {
      readonly kind: 'run';
      readonly benchmarks: readonly Benchmark[];
      readonly quick: boolean;
      readonly jsonFile: string | undefined;
      /** For the plot of the one among them that has one. */
      readonly plotFile: string | undefined;
    }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: 0 | 2 };

/** The user's mistake; its message is the sentence that the user reads. */
class WrongWord extends Error {}

const FLAGS = ['--quick', '--json', '--plot', '--help'] as const;
type Flag = (typeof FLAGS)[number];

/** Those with a file behind them. */
const FILE_FLAGS: readonly Flag[] = ['--json', '--plot'];

/** Reads the command line, without node and script. Nothing is printed and nothing exits here. */
export function parseCommandLine(args: readonly string[], known: readonly Benchmark[]): Parsed {
  try {
    const { flags, names } = readWords(args);
    if (flags.has('--help')) return { kind: 'print', text: helpText(known), exitCode: 0 };
    const benchmarks = chosen(names, known);
    if (flags.has('--plot')) assertPlotted(benchmarks, known);
    const [jsonFile, plotFile] = [flags.get('--json'), flags.get('--plot')];
    return { kind: 'run', benchmarks, quick: flags.has('--quick'), jsonFile, plotFile };
  } catch (error) {
    if (error instanceof WrongWord) return { kind: 'print', text: error.message, exitCode: 2 };
    throw error;
  }
}

function readWords(args: readonly string[]): { flags: ReadonlyMap<Flag, string>; names: readonly string[] } {
  // Not strict: its own errors take several sentences.
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean' },
      json: { type: 'string' },
      plot: { type: 'string' },
      help: { type: 'boolean' },
    },
    strict: false,
    tokens: true,
  });
  const flags = new Map<Flag, string>();
  const names: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      names.push(token.value);
      continue;
    }
    const flag = FLAGS.find((candidate) => candidate === token.rawName);
    if (flag === undefined)
      throw new WrongWord(`There is no flag ${token.rawName}; the flags are ${FLAGS.join(', ')}.`);
    if (flags.has(flag)) throw new WrongWord(`${flag} is given twice, and is taken once.`);
    const takesFile = FILE_FLAGS.includes(flag);
    if (takesFile && !token.value) {
      throw new WrongWord(`${flag} takes the name of a file, but no value follows it.`);
    }
    if (!takesFile && token.value !== undefined) throw new WrongWord(`${flag} takes no value.`);
    flags.set(flag, token.value ?? '');
  }
  return { flags, names };
}

function chosen(names: readonly string[], known: readonly Benchmark[]): readonly Benchmark[] {
  const [name, another] = names;
  if (name === undefined) return known.filter(({ isOnlyByName = false }) => !isOnlyByName);
  const one = known.find((benchmark) => benchmark.name === name);
  const there = `the benchmarks are ${known.map((benchmark) => benchmark.name).join(', ')}`;
  if (one === undefined) throw new WrongWord(`There is no benchmark "${name}"; ${there}.`);
  if (another !== undefined) throw new WrongWord(`"${another}" is one benchmark too many: give one, or none for all.`);
  return [one];
}

/** One file holds one plot. */
function assertPlotted(benchmarks: readonly Benchmark[], known: readonly Benchmark[]): void {
  if (benchmarks.filter(isPlotted).length === 1) return;
  throw new WrongWord(`--plot goes with one benchmark that has a plot: ${plotted(known)}.`);
}

const plotted = (known: readonly Benchmark[]): string =>
  known
    .filter(isPlotted)
    .map(({ name }) => name)
    .join(' or ') || 'there is none';

function helpText(known: readonly Benchmark[]): string {
  const rows = [
    ...known.map(({ name, about, isOnlyByName }) => [name, isOnlyByName ? `${about}; only by name` : about] as const),
    ['queues', 'how much one broker carries: Redis in four ways, ZeroMQ, NATS, MQTT; see "queues --help"'] as const,
    ['game-queues', 'the same brokers as the game uses one; see "game-queues --help"'] as const,
    ['', ''] as const,
    ['--quick', 'Ends within 35 s each, with the same rows and more noise'] as const,
    ['--json FILE', 'Where the figures go besides as JSON: an object for one benchmark, an array for all'] as const,
    ['--plot FILE.svg', `Where the figures go besides as a picture: ${plotted(known)}`] as const,
    ['--help', 'Prints this and exits'] as const,
  ];
  const width = Math.max(...rows.map(([word]) => word.length));
  return [
    'npm run bench -- [NAME] [flags]',
    '',
    'Measures, and fails when what it measured did not do what it had to. Without a name, all of these:',
    '',
    ...rows.map(([word, help]) => `  ${word.padEnd(width)}  ${help}`.trimEnd()),
  ].join('\n');
}
