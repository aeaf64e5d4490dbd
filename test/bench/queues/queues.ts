import { BundledPrograms } from '../fan-out/bundled-programs.ts';
import { median } from '../median.ts';
import type { BrokerName } from './bus.ts';
import type { QueueOptions } from './options.ts';
import { type QueueFigures, type QueueRun, runQueue } from './run.ts';
import { whyNot } from './servers.ts';

/** Several runs of the same, as one. */
export interface QueueRow extends QueueFigures {
  readonly runs: number;
  /** Of the median messages per second, over the runs. */
  readonly least: number;
  readonly most: number;
}

export interface QueueResult {
  readonly date: string;
  readonly node: string;
  readonly rows: readonly QueueRow[];
  readonly sweep: readonly QueueRow[];
  /** Brokers that are not here, and the command that gets them. */
  readonly missing: readonly { readonly broker: BrokerName; readonly command: string }[];
}

/** As in the original: messages are sent when so many have been collected, or after so long, in ms. */
export const BUFFER = 1000;
export const INTERVAL_MS = 200;

const SWEPT_BUFFERS = [1, 10, 100, 1000, 10_000];
const SWEPT_INTERVALS_MS = [1, 10, 50, 200];

/** Runs all that is asked for, one after the other. */
export async function runQueues(options: QueueOptions, say: (line: string) => void): Promise<QueueResult> {
  const { clients, brokers, repeat, seconds, channels, size, sweep } = options;
  const bundled = await BundledPrograms.build({
    client: 'test/bench/queues/client-program.ts',
    forwarder: 'test/bench/queues/forwarder-program.ts',
  });
  const programs = { client: bundled.file('client'), forwarder: bundled.file('forwarder') };
  const missing = brokers.flatMap((broker) => {
    const command = whyNot(broker);
    return command === undefined ? [] : [{ broker, command }];
  });
  for (const { broker, command } of missing) say(`${broker} is left out, for it is not here: ${command}`);
  const there = brokers.filter((broker) => !missing.some((one) => one.broker === broker));
  const repeated = async (run: QueueRun): Promise<QueueRow> => {
    const runs: QueueFigures[] = [];
    for (let i = 0; i < repeat; i++) {
      const figures = await runQueue(run, programs);
      say(
        `${wordsOf(run)}: ${Math.round(figures.perSecond).toLocaleString('en')} messages a second, ${figures.lost} lost`,
      );
      runs.push(figures);
    }
    return together(runs);
  };
  try {
    const rows: QueueRow[] = [];
    const basic = { channels, size, seconds, buffer: BUFFER, intervalMs: INTERVAL_MS };
    for (const count of clients) {
      for (const broker of there) rows.push(await repeated({ ...basic, broker, clients: count }));
    }
    const swept: QueueRow[] = [];
    if (sweep && there.includes('redis-buffered')) {
      const one = { ...basic, broker: 'redis-buffered', clients: clients[0] ?? 1 } as const;
      for (const buffer of SWEPT_BUFFERS) swept.push(await repeated({ ...one, buffer }));
      // What an interval does is to be seen where no buffer fills before it is over.
      for (const intervalMs of SWEPT_INTERVALS_MS)
        swept.push(await repeated({ ...one, buffer: 1_000_000, intervalMs }));
    }
    return { date: new Date().toISOString(), node: process.version, rows, sweep: swept, missing };
  } finally {
    bundled.remove();
  }
}

const wordsOf = ({ broker, clients, buffer, intervalMs }: QueueRun): string =>
  `${broker}, ${clients} × ${clients}${buffer === BUFFER && intervalMs === INTERVAL_MS ? '' : `, buffer ${buffer}, ${intervalMs} ms`}`;

/** The run in the middle, with how far the others were from it; what was lost is added up. */
function together(runs: readonly QueueFigures[]): QueueRow {
  const sorted = [...runs].sort((a, b) => a.perSecond - b.perSecond);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] as QueueFigures;
  const sum = (read: (figures: QueueFigures) => number): number => runs.reduce((all, one) => all + read(one), 0);
  return {
    ...middle,
    perSecond: median(runs.map(({ perSecond }) => perSecond)),
    runs: runs.length,
    least: sorted[0]?.perSecond ?? 0,
    most: sorted.at(-1)?.perSecond ?? 0,
    sent: sum(({ sent }) => sent),
    dropped: sum(({ dropped }) => dropped),
    received: sum(({ received }) => received),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
  };
}
