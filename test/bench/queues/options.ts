import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { BROKERS, type BrokerName, isBroker } from './bus.ts';
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

class WrongWord extends Error {}

/** Reads the command line, without node, script and name. */
export function parseQueueOptions(args: readonly string[]): ParsedQueues {
  try {
    const { values } = readWords(args);
    if (values.help === true) return { kind: 'print', text: HELP, exitCode: 0 };
    const whole = (
      name: 'seconds' | 'channels' | 'message-size' | 'repeat',
      byDefault: number,
      least: number,
      most: number,
    ) => {
      const text = values[name];
      if (text === undefined) return byDefault;
      const value = Number(text);
      if (/^\d+$/.test(text) && value >= least && value <= most) return value;
      throw new WrongWord(`--${name} takes a whole number from ${least} to ${most}, not "${text}".`);
    };
    return {
      kind: 'run',
      options: {
        clients: clientsOf(values.clients),
        seconds: whole('seconds', 10, 1, 3600),
        channels: whole('channels', 50, 1, 10_000),
        size: whole('message-size', 20, HEAD_BYTES, 65_536),
        brokers: brokersOf(values.brokers),
        repeat: whole('repeat', 1, 1, 100),
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

function readWords(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        clients: text,
        seconds: text,
        channels: text,
        'message-size': text,
        brokers: text,
        repeat: text,
        sweep: flag,
        json: text,
        plot: text,
        help: flag,
      },
    });
  } catch (error) {
    // Its first sentence says which word it is.
    throw new WrongWord(
      `${String((error as Error).message).split('. ')[0]}; "npm run bench -- queues --help" lists the flags.`,
    );
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
