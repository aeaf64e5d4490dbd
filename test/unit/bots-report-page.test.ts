import { describe, expect, it } from 'vitest';
import { heatMap } from '../../client/bots/html/heat-map.ts';
import { linePlot } from '../../client/bots/html/line-plot.ts';
import { html } from '../../client/bots/html/markup.ts';
import { reportPage } from '../../client/bots/html/report-page.ts';
import { joinReports } from '../../client/bots/report-join.ts';
import { sampleAt, sampleReport, sampleScenario } from './sample-report.ts';

const EVIL = `<script>alert("1")</script><img src='x'>&`;

describe('markup', () => {
  it('escapes texts wherever they stand, and nothing twice', () => {
    const inner = html`<b title="${'a"b'}">${'<i>'}</b>`;
    expect(html`<p>${[inner, '&', 5, null]}</p>`.text).toBe('<p><b title="a&quot;b">&lt;i&gt;</b>&amp;5</p>');
  });
});

describe('the page of a report', () => {
  it('says that all was right', () => {
    const page = reportPage(sampleReport());
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('<b>Passed.</b> All was right.');
    expect(page).toContain('Nothing was missed, and nobody was shown who should not have been, or elsewhere.');
    expect(page).toContain('Nobody was refused, and nobody lost the connection.');
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });

  it('says in sentences what was wrong, and shows where and when', () => {
    const page = reportPage(
      sampleReport({
        ok: false,
        faults: [{ kind: 'missed', count: 3 }],
        heat: {
          squares: [{ sx: 3, sy: -4, missed: 3, absent: 0, ghosts: 0, misplaced: 0 }],
          leftOut: { squares: 0, faults: 0 },
        },
        timeline: { stepSeconds: 1, samples: [sampleAt(1), sampleAt(2, { missed: 3 })] },
        faultWindow: { fromSeconds: 1, toSeconds: 2 },
      }),
    );
    expect(page).toContain('<b>Failed.</b>');
    expect(page).toContain('<li>3 updates were missed.</li>');
    expect(page).toContain('square 3,-4: 3 missed, 0 absent, 0 ghosts');
    expect(page).toContain('<title>3 missed by second 2</title>');
    expect(page).toContain('<title>The fault window</title>');
  });

  it('shows a scenario: its groups, and in all plots when they come and go', () => {
    const { settings } = sampleReport();
    const asTheRun = { placement: undefined, fullShare: undefined, screen: undefined, node: undefined };
    const crowd = { ...asTheRun, behaviours: { crowd: 1 }, players: 10, overSeconds: 0.5 };
    const groups = [{ ...crowd, name: EVIL, fromSeconds: 1, toSeconds: 2.5 }];
    const changes = { scenario: sampleScenario(), settings: { ...settings, scenario: { name: EVIL, groups } } };
    const page = reportPage(sampleReport(changes));
    expect(page).toContain('An evening · 2026-11-22');
    expect(page).toMatch(/<h2>Groups<.*>In the world<.*>wander<.*>all the time<.*>crowd<.*>1 to 2\.5 s</s);
    const name = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&lt;img src=&#39;x&#39;&gt;&amp;';
    const lines = page.match(/<g class="moment"><title>/g) ?? [];
    expect(lines.length).toBe(2 * (page.match(/<svg/g) ?? []).length);
    expect(page).toContain(`<title>${name} +10</title>`);
    // Beside the lines themselves in one plot alone.
    expect(page.split(`>${name} −10</text>`)).toHaveLength(2);
    expect(page).not.toMatch(/<script|<img|NaN|undefined|\[object/);
    const joined = joinReports([sampleReport(changes), sampleReport(changes)]);
    expect(reportPage(joined)).not.toContain('class="moment"');
    expect(reportPage(sampleReport())).not.toMatch(/class="moment"|<h2>Groups/);
  });

  it('warns of bots that were the limit, and of servers that said nothing', () => {
    const { generator, server } = sampleReport();
    const page = reportPage(
      sampleReport({
        generator: { ...generator, isLimited: true, reason: 'The bots were late.' },
        server: server && { ...server, cpuShare: null, silent: ['http://a/metrics'] },
      }),
    );
    expect(page).toContain('<p class="warning">The bots were late.</p>');
    expect(page).toContain('No metrics came from http://a/metrics');
    expect(page).toContain('<b>Passed.</b>');
  });

  it('runs nothing and loads nothing, whatever names and reasons say', () => {
    const { updates } = sampleReport();
    const page = reportPage(
      sampleReport({
        urls: [EVIL],
        updates,
        worst: [{ kind: 'missed', atMs: 1, observer: EVIL, player: EVIL, ms: 1, detail: EVIL }],
        closingsBy: { refused: [{ code: 4005, name: EVIL, reason: EVIL, count: 1 }], dropped: [] },
        byBehaviour: { [EVIL]: { players: 1, updates: 0, latencyMs: null } },
        server: {
          cpuShare: 0,
          mostCpuShare: 0,
          residentBytes: 0,
          delayMs: 0,
          flushLevel: 0,
          brokerBytes: 0,
          unreadSeconds: 0,
          silent: [EVIL],
        },
      }),
    );
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    expect(page).not.toMatch(/<script|<img|<link|<iframe|javascript:/i);
    expect(page).not.toMatch(/\b(?:src|href)\s*=\s*"/i);
    expect(page).not.toMatch(/url\(|@import/);
    expect(page).toContain("default-src 'none'");
  });

  it('does without servers’ figures, updates and samples', () => {
    const page = reportPage(
      sampleReport({
        server: null,
        latencyMs: null,
        latencySameNodeMs: null,
        latencySameSquareMs: null,
        timeline: { stepSeconds: 1, samples: [] },
      }),
    );
    expect(page).toContain('Nothing was measured.');
    expect(page).toContain('No update was seen.');
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it('of a joined report lists its runs', () => {
    const page = reportPage(joinReports([sampleReport(), sampleReport({ date: '2026-11-22T12:00:00.000Z' })]));
    expect(page).toContain('Joined from 2 runs');
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });

  it('stays small and quick for a run of an hour', () => {
    const samples = Array.from({ length: 3600 }, (_, i) => sampleAt(i + 1));
    expect(reportPage(sampleReport({ timeline: { stepSeconds: 1, samples } })).length).toBeLessThan(300_000);
  });
});

describe('a plot', () => {
  const plotOf = (values: readonly (number | null)[]): string =>
    linePlot({
      title: 'Latency',
      curves: [{ name: 'p99', colour: 1, points: values.map((y, x) => ({ x, y })) }],
      write: (value) => `${value} ms`,
      leastTop: 10,
    }).text;

  it('has a gap where nothing is known, and a dot between two gaps', () => {
    const path = /class="curve c1" d="([^"]*)"/.exec(plotOf([1, 2, null, 3, null, 4, 5]))?.[1] ?? '';
    expect(path.match(/M/g)).toHaveLength(3);
    expect(path.match(/h0\.1/g)).toHaveLength(1);
  });

  it('names the most of each curve', () => {
    expect(plotOf([1, 42, 3])).toContain('max 42 ms');
  });

  it('of nothing says so', () => {
    expect(plotOf([null, null])).toContain('Nothing was measured.');
    expect(plotOf([])).toContain('Nothing was measured.');
  });
});

describe('the map of misses', () => {
  const square = (sx: number, sy: number, missed = 1) => ({ sx, sy, missed, absent: 0, ghosts: 0, misplaced: 0 });
  const none = { squares: 0, faults: 0 };

  it('has a cell for each square, the worst the strongest', () => {
    const { text } = heatMap({ squares: [square(1, 1, 100), square(0, 0, 10), square(2, 0)], leftOut: none });
    expect(text.match(/class="hot"/g)).toHaveLength(3);
    expect(text).toContain('fill-opacity="1.00"><title>square 1,1:');
    expect(text).toContain('fill-opacity="0.25"><title>square 2,0:');
  });

  it('puts squares that lie far apart into few cells', () => {
    const { text } = heatMap({ squares: [square(-50_000, 0), square(50_000, 100)], leftOut: none });
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(text) ?? [];
    expect(Number(width)).toBeLessThanOrEqual(480);
    expect(Number(height)).toBeLessThanOrEqual(480);
    expect(text).toContain('2501 × 2501 in each cell');
  });

  it('says what it leaves out', () => {
    const { text } = heatMap({ squares: [square(0, 0)], leftOut: { squares: 12, faults: 34 } });
    expect(text).toContain('34 faults in at least 12 more squares are left out.');
  });
});
