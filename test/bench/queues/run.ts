import { cpuMicrosOf } from '../cpu-time.ts';
import { PinnedProgram } from '../fan-out/pinned-program.ts';
import { median } from '../median.ts';
import type { BrokerName, BusPlace } from './bus.ts';
import type { ClientOrders, Finished, Scene, Sent } from './orders.ts';
import { type BrokerServer, startBroker } from './servers.ts';

export interface QueueRun {
  readonly broker: BrokerName;
  /** Publishers, and as many subscribers. */
  readonly clients: number;
  readonly channels: number;
  readonly size: number;
  readonly seconds: number;
  /** Of buffered ones. */
  readonly buffer: number;
  readonly intervalMs: number;
}

export interface QueueFigures extends QueueRun {
  /** Median messages per second and subscriber, over the seconds of the run. */
  readonly perSecond: number;
  readonly sent: number;
  /** Given up by publishers for want of room. */
  readonly dropped: number;
  /** Of all that was to come to all subscribers: what came, what did not, and what came once too often. */
  readonly received: number;
  readonly lost: number;
  readonly doubled: number;
  readonly lagMs: { readonly p50: number; readonly p99: number } | null;
  /** Processor time for a message that was received, in µs: of publishers and subscribers, and of the broker. */
  readonly clientMicros: number;
  readonly brokerMicros: number;
}

export interface QueuePrograms {
  readonly client: string;
  readonly forwarder: string;
}

/** One run on a broker of its own. */
export async function runQueue(run: QueueRun, programs: QueuePrograms): Promise<QueueFigures> {
  const server = await startBroker(run.broker, programs.forwarder);
  const children: PinnedProgram<ClientOrders>[] = [];
  const client = (): PinnedProgram<ClientOrders> => {
    const program = new PinnedProgram<ClientOrders>(programs.client, undefined);
    children.push(program);
    return program;
  };
  try {
    const { broker, buffer, intervalMs, size, seconds } = run;
    const place: BusPlace = { broker, urls: server.urls, buffer, intervalMs };
    const channels = Array.from({ length: run.channels }, (_, i) => `channel-${i}`);
    const scene: Scene = { place, channels, size, seconds };
    return broker === 'memory' ? await alone(run, scene, client()) : await together(run, scene, server, client);
  } finally {
    await Promise.all(children.map((child) => child.close()));
    await server.close();
  }
}

async function alone(run: QueueRun, scene: Scene, program: PinnedProgram<ClientOrders>): Promise<QueueFigures> {
  const { sent, finished } = await program.tell('alone', { scene, clients: run.clients });
  return figuresOf(run, sent, [finished], finished.told, finished.cpuSeconds, 0);
}

async function together(
  run: QueueRun,
  scene: Scene,
  server: BrokerServer,
  client: () => PinnedProgram<ClientOrders>,
): Promise<QueueFigures> {
  const each = Array.from({ length: run.clients }, (_, index) => index);
  const collector = client();
  await collector.tell('collector', scene);
  const subscribers = await Promise.all(
    each.map(async () => {
      const program = client();
      await program.tell('subscriber', scene);
      return program;
    }),
  );
  const publishers = await Promise.all(
    each.map(async () => {
      const program = client();
      await program.tell('publisher', scene);
      return program;
    }),
  );
  const brokerMicros = (): number => server.pids.reduce((sum, pid) => sum + cpuMicrosOf(pid), 0);
  await Promise.all([...subscribers, ...publishers].map((program, index) => program.tell('begin', { index })));
  const before = brokerMicros();
  const sent = await Promise.all(publishers.map((program, index) => program.tell('publish', { scene, index })));
  const used = brokerMicros() - before;
  const finished = await Promise.all(subscribers.map((program) => program.tell('finish', null)));
  const { told } = await collector.tell('finish', null);
  const clientSeconds = [...sent, ...finished].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  return figuresOf(run, sent, finished, told, clientSeconds, used);
}

function figuresOf(
  run: QueueRun,
  sent: readonly Sent[],
  finished: readonly Finished[],
  told: Finished['told'],
  clientSeconds: number,
  brokerMicros: number,
): QueueFigures {
  const subscribers = finished.flatMap((one) => one.subscribers);
  let [received, lost, doubled] = [0, 0, 0];
  for (const { byPublisher } of subscribers) {
    for (const [publisher, { sent: count }] of sent.entries()) {
      const came = byPublisher[publisher] ?? 0;
      received += came;
      lost += Math.max(0, count - came);
      doubled += Math.max(0, came - count);
    }
  }
  // Of the seconds of the run only: what is told later is of its end.
  const seconds = told.flatMap((counts) => counts.slice(0, Math.floor(run.seconds)));
  const worst = subscribers.flatMap(({ lagMs }) => lagMs ?? []);
  const lagMs =
    worst.length === 0
      ? null
      : { p50: median(worst.map(({ p50 }) => p50)), p99: Math.max(...worst.map(({ p99 }) => p99)) };
  return {
    ...run,
    perSecond: seconds.length === 0 ? received / subscribers.length / run.seconds : median(seconds),
    sent: sent.reduce((sum, one) => sum + one.sent, 0),
    dropped: sent.reduce((sum, one) => sum + one.dropped, 0),
    received,
    lost,
    doubled,
    lagMs,
    clientMicros: (clientSeconds * 1e6) / Math.max(1, received),
    brokerMicros: brokerMicros / Math.max(1, received),
  };
}
