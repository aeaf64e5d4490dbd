import { aligned, type Row } from '../../../client/bots/aligned.ts';
import { cpuMicrosOf } from '../cpu-time.ts';
import { BundledPrograms } from '../fan-out/bundled-programs.ts';
import { PinnedProgram } from '../fan-out/pinned-program.ts';
import type { BrokerName, BusPlace } from './bus.ts';
import { accountOf, type GameAccount } from './game-account.ts';
import type { GameScene, Played } from './game-node.ts';
import type { ClientOrders } from './orders.ts';
import { startBroker, whyNot } from './servers.ts';

export interface GameOptions {
  readonly nodes: number;
  /** Squares with players in them at each node. */
  readonly squares: number;
  readonly seconds: number;
  readonly flushMs: number;
  /** Of a batch, in bytes. */
  readonly size: number;
  readonly brokers: readonly BrokerName[];
}

export interface GameRow extends GameAccount {
  readonly broker: BrokerName;
  /** Messages a second that all nodes together sent, and were subscribed for. */
  readonly sentPerSecond: number;
  readonly deliveredPerSecond: number;
  readonly lateFlushes: number;
  /** Processor time for a message that was sent, in µs: of the nodes' brokers' sides, and of the broker itself. */
  readonly clientMicros: number;
  readonly brokerMicros: number;
}

export interface GameResult {
  readonly date: string;
  readonly node: string;
  readonly options: GameOptions;
  readonly rows: readonly GameRow[];
  readonly missing: readonly { readonly broker: BrokerName; readonly command: string }[];
}

/** How far players see beyond the squares where they are, and how fast they walk, in squares and squares a second. */
const SIGHT = 1;
const WALK = 1;
/** Each two nodes that stand beside each other share so much of their squares. */
const SHARED = 0.5;
/** One flush is what is collected. */
const BUFFER = 100_000;

/** The same brokers as the game uses one: many squares with few subscribers, batches, and people who walk. */
export async function runGameQueues(options: GameOptions, say: (line: string) => void): Promise<GameResult> {
  const bundled = await BundledPrograms.build({
    client: 'test/bench/queues/client-program.ts',
    forwarder: 'test/bench/queues/forwarder-program.ts',
  });
  const missing = options.brokers.flatMap((broker) => {
    const command = whyNot(broker);
    return command === undefined ? [] : [{ broker, command }];
  });
  for (const { broker, command } of missing) say(`${broker} is left out, for it is not here: ${command}`);
  const rows: GameRow[] = [];
  try {
    for (const broker of options.brokers) {
      if (missing.some((one) => one.broker === broker)) continue;
      const row = await runGame(broker, options, {
        client: bundled.file('client'),
        forwarder: bundled.file('forwarder'),
      });
      say(`${broker}: ${row.lost} of ${row.expected} lost, lag p99 ${row.lagMs?.p99.toFixed(1) ?? '–'} ms`);
      rows.push(row);
    }
  } finally {
    bundled.remove();
  }
  return { date: new Date().toISOString(), node: process.version, options, rows, missing };
}

async function runGame(
  broker: BrokerName,
  { nodes, squares, seconds, flushMs, size }: GameOptions,
  programs: { readonly client: string; readonly forwarder: string },
): Promise<GameRow> {
  const server = await startBroker(broker, programs.forwarder);
  const children: PinnedProgram<ClientOrders>[] = [];
  try {
    const place: BusPlace = { broker, urls: server.urls, buffer: BUFFER, intervalMs: flushMs };
    const scenes = Array.from({ length: nodes }, (_, i): GameScene => {
      const from = Math.floor(i * squares * SHARED);
      return { squares, sight: SIGHT, from, flushMs, size, seconds, squaresPerSecond: WALK };
    });
    // The in-process broker knows nothing of other processes.
    const groups = broker === 'memory' ? [scenes] : scenes.map((scene) => [scene]);
    const before = server.pids.reduce((sum, pid) => sum + cpuMicrosOf(pid), 0);
    const played = await Promise.all(
      groups.map((group, index) => {
        const child = new PinnedProgram<ClientOrders>(programs.client, undefined);
        children.push(child);
        return child.tell('game', { place, scenes: group, index });
      }),
    );
    const used = server.pids.reduce((sum, pid) => sum + cpuMicrosOf(pid), 0) - before;
    return rowOf(broker, played, seconds, used);
  } finally {
    await Promise.all(children.map((child) => child.close()));
    await server.close();
  }
}

function rowOf(
  broker: BrokerName,
  groups: readonly (readonly Played[])[],
  seconds: number,
  brokerMicros: number,
): GameRow {
  const nodes = groups.flat();
  const account = accountOf(nodes);
  const sent = nodes.reduce((sum, one) => sum + one.sent.length, 0);
  // Nodes of one process have all of its time, each of them.
  const clientSeconds = groups.reduce((sum, group) => sum + Math.max(...group.map(({ cpuSeconds }) => cpuSeconds)), 0);
  return {
    broker,
    ...account,
    sentPerSecond: sent / seconds,
    deliveredPerSecond: account.received / seconds,
    lateFlushes: nodes.reduce((sum, { lateFlushes }) => sum + lateFlushes, 0),
    clientMicros: (clientSeconds * 1e6) / Math.max(1, sent),
    brokerMicros: brokerMicros / Math.max(1, sent),
  };
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** For people. */
export function gameTable({ rows, missing }: GameResult): string {
  const head: Row = [
    'broker',
    'sent/s',
    'delivered/s',
    'lost',
    'lag p50',
    'p99',
    'late flushes',
    'µs of node',
    'of broker',
  ];
  const lines = rows.map((row): Row => {
    const {
      broker,
      sentPerSecond,
      deliveredPerSecond,
      expected,
      lost,
      lagMs,
      lateFlushes,
      clientMicros,
      brokerMicros,
    } = row;
    return [
      broker,
      whole(sentPerSecond),
      whole(deliveredPerSecond),
      lost === 0 ? '0' : `${((lost / Math.max(1, expected)) * 100).toFixed(1)} %`,
      lagMs === null ? '–' : `${lagMs.p50.toFixed(1)} ms`,
      lagMs === null ? '–' : `${lagMs.p99.toFixed(1)} ms`,
      whole(lateFlushes),
      clientMicros.toFixed(1),
      brokerMicros.toFixed(1),
    ];
  });
  return [
    ...aligned([head, ...lines]),
    ...missing.map(({ broker, command }) => `${broker} is not here: ${command}`),
  ].join('\n');
}
