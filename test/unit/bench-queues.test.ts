import { describe, expect, it } from 'vitest';
import { accountOf } from '../bench/queues/game-account.ts';
import { headOf, MessageWriter } from '../bench/queues/message.ts';
import { parseGameOptions, parseQueueOptions } from '../bench/queues/options.ts';
import { queuePlot } from '../bench/queues/queue-plot.ts';
import { queueTable } from '../bench/queues/queue-table.ts';
import type { QueueRow } from '../bench/queues/queues.ts';

const row = (changes: Partial<QueueRow>): QueueRow => ({
  broker: 'redis-buffered',
  clients: 1,
  channels: 50,
  size: 20,
  seconds: 10,
  buffer: 1000,
  intervalMs: 200,
  perSecond: 500_000,
  sent: 100,
  dropped: 0,
  received: 90,
  lost: 10,
  doubled: 0,
  lagMs: { p50: 1.25, p99: 20 },
  clientMicros: 1.5,
  brokerMicros: 0.4,
  runs: 3,
  least: 400_000,
  most: 600_000,
  ...changes,
});

describe('the comparison of brokers', () => {
  it('reads what it is to do', () => {
    const parsed = parseQueueOptions(
      '--clients 1,2,4 --seconds 3 --channels 7 --message-size 100 --brokers nats,memory --repeat 3 --sweep'.split(' '),
    );
    expect(parsed).toEqual({
      kind: 'run',
      options: {
        clients: [1, 2, 4],
        seconds: 3,
        channels: 7,
        size: 100,
        brokers: ['nats', 'memory'],
        repeat: 3,
        sweep: true,
        jsonFile: undefined,
        plotFile: undefined,
      },
    });
    expect(parseQueueOptions([])).toMatchObject({ options: { seconds: 10, channels: 50, size: 20, repeat: 1 } });
    expect(parseQueueOptions(['--help'])).toMatchObject({ kind: 'print', exitCode: 0 });
  });

  it.each([
    ['--clients 0', '--clients takes whole numbers from 1 to 256 with commas between them, not "0".'],
    ['--clients 1,x', '--clients takes whole numbers from 1 to 256 with commas between them, not "1,x".'],
    ['--seconds 1.5', '--seconds takes a whole number from 1 to 3600, not "1.5".'],
    ['--message-size 13', '--message-size takes a whole number from 14 to 65536, not "13".'],
    ['--brokers nats,kafka', 'There is no broker "kafka"; there are redis-awaited, '],
    ['--fast', "Unknown option '--fast'"],
    ['all', "Unexpected argument 'all'"],
  ])('says what is wrong with %s', (words, sentence) => {
    const parsed = parseQueueOptions(words.split(' '));
    expect(parsed).toMatchObject({ kind: 'print', exitCode: 2 });
    expect(parsed.kind === 'print' ? parsed.text : '').toContain(sentence);
  });

  it('reads how the game is to be played', () => {
    const words = '--nodes 3 --squares 10 --seconds 2 --flush-ms 50 --message-size 80 --brokers memory --json f';
    expect(parseGameOptions(words.split(' '))).toEqual({
      kind: 'run',
      options: { nodes: 3, squares: 10, seconds: 2, flushMs: 50, size: 80, brokers: ['memory'], jsonFile: 'f' },
    });
    expect(parseGameOptions(['--flush-ms', '5'])).toMatchObject({ kind: 'print', exitCode: 2 });
    expect(parseGameOptions(['--help'])).toMatchObject({ kind: 'print', exitCode: 0 });
  });

  it('holds what was heard against what was sent while somebody was subscribed, and not just so', () => {
    const idle = { heard: [], sent: [], subscribed: [], lateFlushes: 0, cpuSeconds: 0 };
    const sender = { ...idle, sent: [[7, 1000] as const, [7, 2000] as const, [8, 2000] as const, [7, 2950] as const] };
    const hearer = (...seqs: number[]) => ({
      ...idle,
      subscribed: [[7, 500, 3000] as const],
      heard: seqs.map((seq) => [0, seq, 5] as const),
    });
    expect(accountOf([sender, hearer(0, 1, 3)])).toMatchObject({ expected: 2, received: 2, lost: 0, doubled: 0 });
    expect(accountOf([sender, hearer(1, 1)])).toMatchObject({ expected: 2, received: 1, lost: 1, doubled: 1 });
    expect(accountOf([sender, hearer()])).toMatchObject({ expected: 2, lost: 2, lagMs: null });
  });

  it('numbers its messages, whoever sends them', () => {
    const writer = new MessageWriter(20, 7);
    expect(writer.next(1234.5)).toHaveLength(20);
    expect(headOf(writer.next(99.25))).toEqual({ publisher: 7, seq: 1, sentMs: 99.25 });
    expect(writer.count).toBe(2);
    expect(() => new MessageWriter(13, 0)).toThrow('14 bytes');
  });

  it('says in its table what was lost, how late messages were, and what is missing', () => {
    const command = 'apt-get install -y --no-install-recommends mosquitto';
    const table = queueTable({
      date: '',
      node: '',
      rows: [row({}), row({ broker: 'nats', lost: 0, lagMs: null })],
      sweep: [row({ buffer: 10 })],
      missing: [{ broker: 'mqtt', command }],
    });
    expect(table).toMatch(
      /^redis-buffered +1 × 1 +500,000 +400,000, 600,000 +10\.0 % +1\.3 ms +20\.0 ms +1\.50 +0\.40$/m,
    );
    expect(table).toMatch(/^nats .* 0 +– +– /m);
    expect(table).toMatch(/^10, 200 ms/m);
    expect(table).toContain(`mqtt is not here: ${command}`);
  });

  it('draws a line for each broker, and labels that do not lie on each other', () => {
    const svg = queuePlot([
      row({ clients: 1, perSecond: 500_000 }),
      row({ clients: 2, perSecond: 400_000 }),
      row({ broker: 'nats', clients: 1, perSecond: 500_000 }),
      row({ broker: 'nats', clients: 2, perSecond: 401_000 }),
    ]);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg).not.toMatch(/NaN|undefined/);
    const places = [...svg.matchAll(/<text x="\d+" y="([\d.]+)" fill="#/g)].map(([, y]) => Number(y));
    expect(Math.abs((places[0] ?? 0) - (places[1] ?? 0))).toBeGreaterThanOrEqual(15);
  });
});
