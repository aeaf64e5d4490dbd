import { codeOf } from '../closing-counts.ts';
import type { Percentiles, Spread } from '../histogram.ts';
import { faultSentence, type Report } from '../report.ts';
import { hopRows, megabytes, percent, spanWords, warningsOf } from '../report-words.ts';
import { heatMap } from './heat-map.ts';
import { html, type Markup } from './markup.ts';
import { page, section, table } from './page.ts';
import { settingsOf } from './settings-list.ts';
import { timePlots } from './time-plots.ts';

/** A report as one page that needs nothing else. */
export function reportPage(report: Report): string {
  return page('Flatlands load test', [
    headline(report),
    section('Key numbers', keyNumbers(report)),
    section('Over time', timePlots([{ name: '', report }])),
    section('Latency', latencies(report)),
    ...hops(report),
    section('How far behind', staleness(report)),
    section('Where it went wrong', heatMap(report.heat)),
    section('Worst cases', worstCases(report)),
    section('Behaviours', behaviours(report)),
    ...(report.scenario === undefined ? [] : [section('Groups', groups(report.scenario))]),
    section('Connections that ended', closings(report)),
    section('Settings', settingsOf(report)),
  ]);
}

function headline(report: Report): Markup {
  const { ok, faults, ending, seconds, date, urls, scenario } = report;
  return html`<header><h1>Flatlands load test</h1>
<p class="quiet">${scenario === undefined ? null : `${scenario.name} · `}${date} · ${seconds} s measured${ending === 'complete' ? '' : ` (${ending})`} · ${urls.join(', ')}</p>
${verdict(ok, faults.map(faultSentence))}
${warningsOf(report).map((sentence) => html`<p class="warning">${sentence}</p>`)}</header>
`;
}

function verdict(ok: boolean, sentences: readonly string[]): Markup {
  if (ok) return html`<div class="verdict passed"><b>Passed.</b> All was right.</div>`;
  return html`<div class="verdict failed"><b>Failed.</b> Not all was right:<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul></div>`;
}

type Figure = readonly [label: string, value: string, beside?: string];

function keyNumbers(report: Report): Markup {
  const {
    players,
    updates,
    latencyMs,
    frameGapMs,
    server,
    generator,
    bytesPerPlayerPerSecond: bytes,
    seconds,
  } = report;
  const figures: readonly Figure[] = [
    [
      'Players',
      count(players.joined),
      `of ${count(players.asked)}; ${players.refused} refused, ${players.dropped} dropped`,
    ],
    ['Updates seen', count(updates.seen), `of ${count(updates.expected)} expected`],
    ['Missed', count(updates.missed), `${count(updates.absent)} of them players not shown`],
    ['Late, ghosts, twice', `${count(updates.late)}, ${count(updates.ghosts)}, ${count(updates.duplicated)}`],
    ['Misplaced', count(updates.misplaced), 'shown more than a tile from their place'],
    ['Latency p50', inMs(latencyMs?.p50), `p90 ${inMs(latencyMs?.p90)}`],
    ['Latency p99', inMs(latencyMs?.p99), `max ${inMs(latencyMs?.max)}`],
    ['Frame gap p99', inMs(frameGapMs?.p99), `p50 ${inMs(frameGapMs?.p50)}`],
    ['To each player', `${count(bytes.in)} B/s`, `${count(bytes.out)} B/s back`],
    ['Server CPU', known(server?.cpuShare, percent), `of a core; ${known(server?.mostCpuShare, percent)} at most`],
    ['Server memory', known(server?.residentBytes, megabytes), 'at most'],
    ['Server delay p99', inMs(server?.delayMs), `flush level up to ${server?.flushLevel ?? '–'}`],
    [
      'Bots themselves',
      percent(generator.cpuSeconds / Math.max(0.001, seconds)),
      `of a core; ${inMs(generator.eventLoopDelayMs.p99)} late at p99`,
    ],
  ];
  return html`<dl class="numbers">
${figures.map(([label, value, beside]) => html`<div><dt>${label}</dt><dd>${value}${beside === undefined ? null : html`<small>${beside}</small>`}</dd></div>\n`)}</dl>
`;
}

function latencies(report: Report): Markup {
  const rows: readonly (readonly [string, Percentiles | null])[] = [
    ['All updates', report.latencyMs],
    ['  in the same square', report.latencySameSquareMs],
    ['  across a border of squares', report.latencyAcrossBorderMs],
    ['  on the same node', report.latencySameNodeMs],
    ['  on another node', report.latencyOtherNodeMs],
    ['Edits', report.editLatencyMs],
    ['Lines of chat', report.chatLatencyMs],
    ['Updates in the fault window', report.inFault?.latencyMs ?? null],
  ];
  const measured = rows.filter(([, values]) => values !== null);
  return table(
    ['Of', 'p50', 'p90', 'p99', 'max'],
    measured.map(([label, values]) => [label.trimStart(), ...cellsOf(values)]),
    { otherwise: 'No update was seen.' },
  );
}

/** Where the time of a change of direction went, where any were followed. */
function hops({ hops: { sameNode, otherNode } }: Report): Markup[] {
  const [heads, ...rows] = hopRows(sameNode, otherNode);
  if (heads === undefined) return [];
  return [section('Where the time goes', table(['Hop, ms', ...heads.slice(1)], rows))];
}

/** How far people had got from where they were shown: what the playback delay and late news come to on a screen. */
function staleness({ stalenessTiles: staleTiles, motionErrorTiles }: Report): Markup {
  const rows: readonly (readonly [string, Spread | null])[] = [
    ['All that was shown', staleTiles.all],
    ['in the same square', staleTiles.sameSquare],
    ['across a border of squares', staleTiles.acrossBorder],
    ['on the same node', staleTiles.sameNode],
    ['on another node', staleTiles.otherNode],
    ['Off the true path, at the time that was shown', motionErrorTiles],
  ];
  return table(
    ['Tiles', 'p50', 'p99'],
    rows.flatMap(([label, values]) => (values === null ? [] : [[label, values.p50.toFixed(2), values.p99.toFixed(2)]])),
    { otherwise: 'Nobody was played back.' },
  );
}

function worstCases({ worst, ok }: Report): Markup {
  const rows = worst.map(({ kind, atMs, player, observer, ms, detail }) => [
    kind,
    `${(atMs / 1000).toFixed(1)}\u00a0s`,
    player,
    observer,
    ms === 0 ? '' : inMs(ms),
    detail,
  ]);
  return html`${ok && rows.length > 0 ? html`<p>Nothing was wrong; these are the slowest updates.</p>` : null}${table(
    ['What', 'At', 'Player', 'In the picture of', 'Took', 'Detail'],
    rows,
    { words: 6, otherwise: 'There are none.' },
  )}`;
}

function behaviours({ byBehaviour }: Report): Markup {
  return table(
    ['Behaviour', 'Players', 'Updates', 'p50', 'p90', 'p99', 'max'],
    Object.entries(byBehaviour).map(([name, { players, updates, latencyMs }]) => [
      name,
      count(players),
      count(updates),
      ...cellsOf(latencyMs),
    ]),
  );
}

function groups({ groups: all }: NonNullable<Report['scenario']>): Markup {
  return table(
    ['Group', 'In the world', 'To come', 'Joined', 'Updates', 'p50', 'p90', 'p99', 'max'],
    all.map((group) => [
      group.name,
      spanWords(group),
      count(group.players),
      count(group.joined),
      count(group.updates),
      ...cellsOf(group.latencyMs),
    ]),
    { words: 2 },
  );
}

function closings({ closingsBy }: Report): Markup {
  const rows = (['refused', 'dropped'] as const).flatMap((what) =>
    closingsBy[what].map((closing) => [what, codeOf(closing), closing.reason, count(closing.count)]),
  );
  return table(['Player was', 'Code', 'Reason', 'Connections'], rows, {
    words: 3,
    otherwise: 'Nobody was refused, and nobody lost the connection.',
  });
}

const count = (value: number): string => value.toLocaleString('en-GB');

const known = (value: number | null | undefined, write: (value: number) => string): string =>
  value === null || value === undefined ? '–' : write(value);

const inMs = (value: number | null | undefined): string => known(value, (ms) => `${ms.toFixed(0)}\u00a0ms`);

const cellsOf = (values: Percentiles | null): string[] =>
  [values?.p50, values?.p90, values?.p99, values?.max].map(inMs);
