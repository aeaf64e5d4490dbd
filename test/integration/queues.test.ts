import { expect, it } from 'vitest';
import { BROKERS } from '../bench/queues/bus.ts';
import { gameTable, runGameQueues } from '../bench/queues/game-queues.ts';
import { queuePlot } from '../bench/queues/queue-plot.ts';
import { queueTable } from '../bench/queues/queue-table.ts';
import { runQueues } from '../bench/queues/queues.ts';

const CLIENTS = 2;

it('under the pattern of the game each of them brings every message to those who were subscribed all the while', async () => {
  const options = { nodes: 2, squares: 20, seconds: 3, flushMs: 100, size: 60, brokers: BROKERS };
  const result = await runGameQueues(options, () => undefined);
  expect(result.missing).toEqual([]);
  expect(result.rows.map(({ broker }) => broker)).toEqual(BROKERS);
  for (const { broker, expected, received, lost, doubled, lagMs } of result.rows) {
    // Two nodes of twenty squares ten times a second, half of which both of them hear; less what is on the border.
    expect(expected, broker).toBeGreaterThan(500);
    expect([received + lost, doubled], broker).toEqual([expected, 0]);
    // ZeroMQ confirms no subscription: on a busy machine one may take effect late.
    expect(lost, broker).toBeLessThanOrEqual(broker === 'zeromq' ? expected / 10 : 0);
    expect(lagMs?.p99, broker).toBeGreaterThanOrEqual(lagMs?.p50 ?? Number.NaN);
  }
  for (const broker of BROKERS) expect(gameTable(result)).toContain(broker);
}, 120_000);

it('the comparison of brokers runs on each of them, and every message is received or known to be lost', async () => {
  const said: string[] = [];
  const result = await runQueues(
    {
      clients: [CLIENTS],
      seconds: 1,
      channels: 5,
      size: 20,
      brokers: BROKERS,
      repeat: 1,
      sweep: false,
      jsonFile: undefined,
      plotFile: undefined,
    },
    (line) => said.push(line),
  );
  // "npm test" sees to it that all of them are here.
  expect(result.missing).toEqual([]);
  expect(result.rows.map(({ broker }) => broker)).toEqual(BROKERS);
  for (const { broker, sent, received, lost, doubled, perSecond, lagMs, clientMicros, brokerMicros } of result.rows) {
    expect(sent, broker).toBeGreaterThan(100);
    expect(received + lost - doubled, broker).toBe(sent * CLIENTS);
    expect(doubled, broker).toBe(0);
    expect(received, broker).toBeGreaterThan(0);
    expect(perSecond, broker).toBeGreaterThan(0);
    expect(lagMs?.p99, broker).toBeGreaterThanOrEqual(lagMs?.p50 ?? Number.NaN);
    expect(clientMicros, broker).toBeGreaterThan(0);
    if (broker !== 'memory') expect(brokerMicros, broker).toBeGreaterThan(0);
  }
  expect(said).toHaveLength(BROKERS.length);
  const table = queueTable(result);
  for (const broker of BROKERS) expect(table).toContain(broker);
  expect(queuePlot(result.rows)).not.toMatch(/NaN|undefined/);
}, 180_000);
