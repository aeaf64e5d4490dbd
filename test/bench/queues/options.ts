import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { BROKERS, type BrokerName, isBroker } from './bus.ts';
import type { GameOptions } from './game-queues.ts';
import { HEAD_BYTES } from './message.ts';

export interface QueueOptions {
  /** Publishers, and as many subscribers: a run for each of these. */
  readonly clients: readonly number[];
  readonly seconds: number;
  readonly channels: number;
  /** Of a message, in bytes. */
  readonly size: number;
  readonly brokers: readonly BrokerName[];
  readonly repeat: number;
  /** Runs the sweep over the size of the buffer and the interval besides. */
  readonly sweep: boolean;
  readonly jsonFile: string | undefined;
  readonly plotFile: string | undefined;
}

export type ParsedQueues =
  | { readonly kind: 'run'; readonly options: QueueOptions }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: 0 | 2 };

const HALF_THE_CORES = Math.max(1, Math.floor(availableParallelism() / 2));

const HELP = `npm run bench -- queues [flags]

How much one broker carries: publishers send to channels chosen at random as fast as they can, subscribers hear all of
them and say each second how much came. Each broker is started on ports of its own, and stopped.

  --clients LIST         Publishers, and as many subscribers, a run for each (default ${HALF_THE_CORES}: half the cores)
  --seconds S            Length of a run (default 10)
  --channels N           Channels (default 50)
  --message-size BYTES   Size of a message (default 20; ${HEAD_BYTES} at least)
  --brokers LIST         Some of ${BROKERS.join(', ')} (default all)
  --repeat N             Runs of each, of which the median is told, and the spread (default 1)
  --sweep                Besides: the buffered Redis with buffers of 1 to 10,000 messages, and intervals of 1 to 200 ms
  --json FILE            Where the figures go besides, as JSON
  --plot FILE.svg        Where the picture goes: clients, and messages per second and client
  --help                 Prints this and exits`;

const GAME_HELP = `npm run bench -- game-queues [flags]

The same brokers as the game uses one: each node has players in some squares, which half overlap with the next node's;
in every flush it tells what happened in each of them, and its players walk on, so that squares are subscribed and left.

  --nodes N              Nodes, each a process (default 2)
  --squares N            Squares with players in them, of each node (default 200)
  --seconds S            Length of a run (default 10)
  --flush-ms MS          Between two flushes (default 100)
  --message-size BYTES   Size of what is told of a square (default 60; ${HEAD_BYTES} at least)
  --brokers LIST         Some of ${BROKERS.join(', ')} (default all)
  --json FILE            Where the figures go besides, as JSON
  --help                 Prints this and exits`;

export interface GameOptionsRead extends GameOptions {
  readonly jsonFile: string | undefined;
}

export type ParsedGame =
  | { readonly kind: 'run'; readonly options: GameOptionsRead }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: 0 | 2 };

class WrongWord extends Error {}

/** Reads the command line of `game-queues`, without node, script and name. */
export function parseGameOptions(args: readonly string[]): ParsedGame {
  const words = {
    nodes: TEXT,
    squares: TEXT,
    seconds: TEXT,
    'flush-ms': TEXT,
    'message-size': TEXT,
    brokers: TEXT,
    json: TEXT,
    help: FLAG,
  } as const;
  try {
    const values = readWords(args, words, 'game-queues');
    if (values.help === true) return { kind: 'print', text: GAME_HELP, exitCode: 0 };
    return {
      kind: 'run',
      options: {
        nodes: wholeOf('nodes', values.nodes, 2, 1, 64),
        squares: wholeOf('squares', values.squares, 200, 2, 10_000),
        seconds: wholeOf('seconds', values.seconds, 10, 1, 3600),
        flushMs: wholeOf('flush-ms', values['flush-ms'], 100, 10, 1000),
        size: wholeOf('message-size', values['message-size'], 60, HEAD_BYTES, 65_536),
        brokers: brokersOf(values.brokers),
        jsonFile: values.json,
      },
    };
  } catch (error) {
    if (error instanceof WrongWord) return { kind: 'print', text: error.message, exitCode: 2 };
    throw error;
  }
}

/** Reads the command line, without node, script and name. */
export function parseQueueOptions(args: readonly string[]): ParsedQueues {
  const words = {
    clients: TEXT,
    seconds: TEXT,
    channels: TEXT,
    'message-size': TEXT,
    brokers: TEXT,
    repeat: TEXT,
    sweep: FLAG,
    json: TEXT,
    plot: TEXT,
    help: FLAG,
  } as const;
  try {
    const values = readWords(args, words, 'queues');
    if (values.help === true) return { kind: 'print', text: HELP, exitCode: 0 };
    return {
      kind: 'run',
      options: {
        clients: clientsOf(values.clients),
        seconds: wholeOf('seconds', values.seconds, 10, 1, 3600),
        channels: wholeOf('channels', values.channels, 50, 1, 10_000),
        size: wholeOf('message-size', values['message-size'], 20, HEAD_BYTES, 65_536),
        brokers: brokersOf(values.brokers),
        repeat: wholeOf('repeat', values.repeat, 1, 1, 100),
        sweep: values.sweep === true,
        jsonFile: values.json,
        plotFile: values.plot,
      },
    };
  } catch (error) {
    if (error instanceof WrongWord) return { kind: 'print', text: error.message, exitCode: 2 };
    throw error;
  }
}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;

function wholeOf(name: string, text: string | undefined, byDefault: number, least: number, most: number): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new WrongWord(`--${name} takes a whole number from ${least} to ${most}, not "${text}".`);
}

function readWords<T extends Readonly<Record<string, typeof TEXT | typeof FLAG>>>(
  args: readonly string[],
  options: T,
  name: string,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: false, options }).values;
  } catch (error) {
    // Its first sentence says which word it is.
    const [what] = String((error as Error).message).split('. ');
    throw new WrongWord(`${what}; "npm run bench -- ${name} --help" lists the flags.`);
  }
}

function clientsOf(text: string | undefined): readonly number[] {
  if (text === undefined) return [HALF_THE_CORES];
  const list = text.split(',').map((word) => (/^\d+$/.test(word) ? Number(word) : 0));
  if (list.every((count) => count >= 1 && count <= 256)) return list;
  throw new WrongWord(`--clients takes whole numbers from 1 to 256 with commas between them, not "${text}".`);
}

function brokersOf(text: string | undefined): readonly BrokerName[] {
  if (text === undefined) return BROKERS;
  const list = text.split(',');
  const strange = list.find((name) => !isBroker(name));
  if (strange === undefined) return list.filter(isBroker);
  throw new WrongWord(`There is no broker "${strange}"; there are ${BROKERS.join(', ')}.`);
}
