import { aligned, type Row } from '../../../client/bots/aligned.ts';
import type { QueueResult, QueueRow } from './queues.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** For people. */
export function queueTable({ rows, sweep, missing }: QueueResult): string {
  const head: Row = [
    'broker',
    'clients',
    'messages/s each',
    'from, to',
    'lost',
    'lag p50',
    'p99',
    'µs of client',
    'of broker',
  ];
  return [
    ...aligned([head, ...rows.map((row) => lineOf(row.broker, row))]),
    ...(sweep.length === 0
      ? []
      : [
          '',
          ...aligned([
            ['buffer, interval', ...head.slice(1)],
            ...sweep.map((row) => lineOf(`${whole(row.buffer)}, ${row.intervalMs} ms`, row)),
          ]),
        ]),
    ...missing.map(({ broker, command }) => `${broker} is not here: ${command}`),
  ].join('\n');
}

function lineOf(name: string, row: QueueRow): Row {
  const { clients, perSecond, least, most, received, lost, lagMs, clientMicros, brokerMicros } = row;
  const share = (lost / Math.max(1, received + lost)) * 100;
  return [
    name,
    `${clients} × ${clients}`,
    whole(perSecond),
    `${whole(least)}, ${whole(most)}`,
    lost === 0 ? '0' : `${share.toFixed(1)} %`,
    lagMs === null ? '–' : `${lagMs.p50.toFixed(1)} ms`,
    lagMs === null ? '–' : `${lagMs.p99.toFixed(1)} ms`,
    clientMicros.toFixed(2),
    brokerMicros.toFixed(2),
  ];
}
