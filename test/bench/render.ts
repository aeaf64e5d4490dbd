import { setTimeout as pause } from 'node:timers/promises';
import { TestBrowser } from '../helpers/browser.ts';
import { atMost, type Benchmark, type BenchmarkOptions, type Row } from './benchmark.ts';
import { measureColdStart } from './cold-start.ts';
import { median } from './median.ts';
import { type Kept, PageMeter } from './render/page-meter.ts';
import { ThrongServer } from './render/throng-server.ts';
import { quantile, type TraceFigures } from './render/trace.ts';

/** Others on the screen, all of whom walk. */
const CROWDS = [100, 500, 1000] as const;
/** With so many the figures have to reach their bars. */
const JUDGED = 1000;
const MOST_SCRIPT_MS = 6;
const MOST_TASK_MS = 50;
const MOST_START_MS = 2000;
/** What is kept may waver; in an hour this would come to a few megabytes. */
const MOST_GROWTH_KB = 50;
const MOST_NODES_GROWN = 50;

/** How long everything takes, in ms. */
interface Spans {
  readonly warmUp: number;
  readonly watched: number;
  /** In which everybody is told afresh again and again. */
  readonly borders: number;
  /** What "after 1 min" and "after 10 min" stand for. */
  readonly soon: number;
  readonly late: number;
  readonly starts: number;
}

const FULL: Spans = { warmUp: 8000, watched: 30_000, borders: 5000, soon: 60_000, late: 600_000, starts: 5 };
const QUICK: Spans = { warmUp: 1500, watched: 1500, borders: 1000, soon: 1000, late: 3000, starts: 1 };
const REFRESH_EVERY_MS = 400;

/** What is measured of one crowd: as it is drawn, with the picture muted, and told afresh all the time. */
interface Watched {
  readonly count: number;
  readonly drawn: TraceFigures;
  readonly muted: TraceFigures;
  /** Of the crowd that is judged. */
  readonly borders: TraceFigures | undefined;
}

export const render: Benchmark = {
  name: 'render',
  about: 'a page that walks across squares in a crowd that walks: its frames, its script, what it keeps',
  run: async (options) => {
    const spans = options.quick ? QUICK : FULL;
    const server = await ThrongServer.start();
    const browser = await TestBrowser.launch({ asWithCard: true });
    try {
      return await measure(browser, server, spans, options);
    } finally {
      await browser.close();
      await server.stop();
    }
  },
};

async function measure(
  browser: TestBrowser,
  server: ThrongServer,
  spans: Spans,
  { quick, say }: BenchmarkOptions,
): Promise<readonly Row[]> {
  say('the first frame from a cold cache …');
  const start = await coldStart(browser, server, spans.starts);
  const meter = await PageMeter.open(browser, server);
  try {
    const crowds: Watched[] = [];
    for (const count of CROWDS) {
      say(`${count} people …`);
      await meter.fill(count);
      crowds.push(await watch(meter, server, count, spans));
    }
    const kept = await keep(meter, spans, say);
    await meter.judge();
    if (quick) say(`"1 min" and "10 min" are ${spans.soon / 1000} s and ${spans.late / 1000} s, and fill up still.`);
    return [
      atMost(MOST_START_MS, { name: 'first playable frame', value: start, unit: 'ms' }),
      ...crowds.flatMap(rowsOf),
      ...taskRows(crowds),
      ...keptRows(kept, spans, quick),
    ];
  } finally {
    await meter.close();
  }
}

async function coldStart(browser: TestBrowser, server: ThrongServer, times: number): Promise<number> {
  server.expect(0);
  const starts: number[] = [];
  for (let i = 0; i < times; i++) starts.push((await measureColdStart(browser, `${server.url}/?name=Ada`)).ms);
  return median(starts);
}

async function watch(meter: PageMeter, server: ThrongServer, count: number, spans: Spans): Promise<Watched> {
  await meter.warmUp(spans.warmUp);
  const muted = await meter.watch(spans.watched, true);
  const drawn = await meter.watch(spans.watched, false);
  if (count !== JUDGED) return { count, muted, drawn, borders: undefined };
  const refreshing = setInterval(() => server.refresh(), REFRESH_EVERY_MS);
  try {
    return { count, muted, drawn, borders: await meter.watch(spans.borders, true) };
  } finally {
    clearInterval(refreshing);
  }
}

/** What is kept soon after the crowd is complete, and late. */
async function keep(
  meter: PageMeter,
  { soon, late }: Spans,
  say: (line: string) => void,
): Promise<readonly [Kept, Kept]> {
  await pause(soon);
  const first = await meter.kept();
  say(`what is kept: ${megabytes(first).toFixed(1)} MB …`);
  await pause(late - soon);
  return [first, await meter.kept()];
}

const megabytes = ({ heapBytes }: Kept): number => heapBytes / 1e6;

function rowsOf({ count, drawn, muted }: Watched): Row[] {
  const frames = drawn.frames.map(({ frameMs }) => frameMs);
  const scripts = muted.frames.map(({ scriptMs }) => scriptMs);
  const p99 = { name: `JS p99 (${count})`, value: quantile(scripts, 0.99), unit: 'ms' };
  return [
    { name: `frame p50 (${count})`, value: quantile(frames, 0.5), unit: 'ms' },
    { name: `frame p99 (${count})`, value: quantile(frames, 0.99), unit: 'ms' },
    { name: `JS p50 (${count})`, value: quantile(scripts, 0.5), unit: 'ms' },
    count === JUDGED ? atMost(MOST_SCRIPT_MS, p99) : p99,
    {
      name: `JS p50 while drawing (${count})`,
      value: quantile(
        drawn.frames.map(({ scriptMs }) => scriptMs),
        0.5,
      ),
      unit: 'ms',
    },
  ];
}

function taskRows(crowds: readonly Watched[]): Row[] {
  const all = crowds.flatMap(({ drawn, muted, borders = muted }) => [drawn, muted, borders]);
  const longest = Math.max(...all.map(({ longestTaskMs }) => longestTaskMs));
  const byTheClock = Math.max(...all.map(({ longestTaskClockMs }) => longestTaskClockMs));
  return [
    atMost(MOST_TASK_MS, { name: 'longest script task', value: longest, unit: 'ms' }),
    { name: 'longest script task by the clock', value: byTheClock, unit: 'ms' },
  ];
}

function keptRows([first, last]: readonly [Kept, Kept], { soon, late }: Spans, quick: boolean): Row[] {
  const minutes = (late - soon) / 60_000;
  const growth = { name: 'heap growth', value: (last.heapBytes - first.heapBytes) / 1000 / minutes, unit: 'kB/min' };
  const nodes = { name: 'DOM nodes grown', value: last.nodes - first.nodes, unit: '' };
  return [
    { name: 'heap after 1 min', value: megabytes(first), unit: 'MB' },
    { name: 'heap after 10 min', value: megabytes(last), unit: 'MB' },
    quick ? growth : atMost(MOST_GROWTH_KB, growth),
    quick ? nodes : atMost(MOST_NODES_GROWN, nodes),
  ];
}
