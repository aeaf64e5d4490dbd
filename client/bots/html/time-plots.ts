import type { Report } from '../report.ts';
import { stirsOf } from '../scenario.ts';
import { coarsened, type Sample } from '../timeline.ts';
import { type Curve, type LinePlot, linePlot, type Moment } from './line-plot.ts';
import { html, type Markup } from './markup.ts';

/** A run whose curves are drawn; without a name where there is only one. */
export interface PlottedRun {
  readonly name: string;
  readonly report: Report;
}

interface Series {
  readonly name: string;
  readonly read: (sample: Sample) => number | null;
}

interface Plot extends Pick<LinePlot, 'title' | 'write' | 'leastTop'> {
  readonly series: readonly Series[];
  readonly marksMissed?: boolean;
  readonly namesMoments?: boolean;
}

/** A curve of more points is wider than a screen. */
const MOST_POINTS = 600;
/** More labels than this stand upon one another. */
const MOST_NAMES = 16;

const short = (value: number): string => value.toLocaleString('en-GB', { maximumSignificantDigits: 3 });
const inMs = (value: number): string => `${short(value)} ms`;
const inPercent = (value: number): string => `${short(value)} %`;
const inMegabytes = (value: number): string => `${short(value)} MB`;

const scaled = (value: number | null | undefined, factor: number): number | null =>
  value === null || value === undefined ? null : value * factor;

const PLOTS: readonly Plot[] = [
  {
    title: 'Latency of updates',
    series: [
      { name: 'p99', read: ({ latencyMs }) => latencyMs?.p99 ?? null },
      { name: 'p50', read: ({ latencyMs }) => latencyMs?.p50 ?? null },
    ],
    write: inMs,
    leastTop: 50,
  },
  {
    title: 'Updates seen per second, and where some were missed',
    series: [{ name: 'seen', read: ({ seen, seconds }) => seen / Math.max(0.001, seconds) }],
    write: short,
    leastTop: 10,
    marksMissed: true,
  },
  {
    title: 'Share of a core',
    series: [
      { name: 'server', read: ({ server }) => scaled(server?.cpuShare, 100) },
      { name: 'bots', read: ({ bots }) => bots.cpuShare * 100 },
    ],
    write: inPercent,
    leastTop: 100,
  },
  {
    title: 'How late the event loop was, p99',
    series: [
      { name: 'server', read: ({ server }) => server?.delayMs ?? null },
      { name: 'bots', read: ({ bots }) => bots.delayMs },
    ],
    write: inMs,
    leastTop: 20,
  },
  {
    title: 'Memory of the server',
    series: [{ name: 'resident', read: ({ server }) => scaled(server?.residentBytes, 1e-6) }],
    write: inMegabytes,
    leastTop: 100,
  },
  {
    title: 'Time between two frames, p99',
    series: [{ name: 'gap', read: ({ frameGapMs }) => frameGapMs }],
    write: inMs,
    leastTop: 200,
  },
  {
    title: 'Players in the world',
    series: [{ name: 'players', read: ({ players }) => players }],
    write: short,
    leastTop: 4,
    namesMoments: true,
  },
  {
    title: 'How far the server stretched its flushes',
    series: [{ name: 'level', read: ({ server }) => server?.flushLevel ?? null }],
    write: short,
    leastTop: 4,
  },
];

/** How one run went over time, or how two did, in the same plots. */
export function timePlots(runs: readonly PlottedRun[]): Markup {
  const sampled = runs.map(({ name, report }) => ({ name, samples: coarsened(report.timeline, MOST_POINTS).samples }));
  const [only] = runs;
  const isAlone = runs.length === 1 && only !== undefined;
  const band = isAlone ? bandOf(only.report) : undefined;
  const moments = isAlone ? momentsOf(only.report) : [];
  return html`<div class="plots">
${PLOTS.map(({ title, series, write, leastTop, marksMissed, namesMoments }) =>
  linePlot({
    title,
    curves: sampled.flatMap(({ name, samples }, run) =>
      series.map(({ name: what, read }, i) => curveOf(name, run, what, i, samples, read)),
    ),
    write,
    leastTop,
    marks: marksMissed === true ? sampled.flatMap(({ name, samples }) => marksOf(name, samples)) : [],
    moments,
    namesMoments: namesMoments === true && moments.length <= MOST_NAMES,
    band,
  }),
)}
</div>
`;
}

/** Of one run the colour tells the series apart; of two it tells the runs apart, and dashes the series. */
function curveOf(
  run: string,
  runIndex: number,
  series: string,
  seriesIndex: number,
  samples: readonly Sample[],
  read: Series['read'],
): Curve {
  const points = samples.map((sample) => ({ x: middleOf(sample), y: read(sample) }));
  if (run === '') return { name: series, colour: seriesIndex === 0 ? 1 : 2, points };
  return { name: `${run} ${series}`, colour: runIndex === 0 ? 1 : 2, isDashed: seriesIndex > 0, points };
}

const marksOf = (run: string, samples: readonly Sample[]) =>
  samples
    .filter(({ missed }) => missed > 0)
    .map((sample) => ({
      x: middleOf(sample),
      label: `${run} ${sample.missed} missed by second ${sample.atSeconds.toFixed(0)}`.trim(),
    }));

/** Of a joined run nobody knows where each window was. */
function bandOf({ faultWindow, joinedFrom }: Report): LinePlot['band'] {
  if (faultWindow === undefined || joinedFrom !== undefined) return undefined;
  return { from: faultWindow.fromSeconds, to: faultWindow.toSeconds, label: 'The fault window' };
}

/** When groups begin to come and to go, likewise. */
function momentsOf({ settings, joinedFrom }: Report): readonly Moment[] {
  if (settings.scenario === undefined || joinedFrom !== undefined) return [];
  return stirsOf(settings.scenario).map(({ label, fromSeconds }) => ({ x: fromSeconds, label }));
}

const middleOf = ({ atSeconds, seconds }: Sample): number => Math.max(0, atSeconds - seconds / 2);
