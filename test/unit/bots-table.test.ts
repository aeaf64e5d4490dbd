import { describe, expect, it } from 'vitest';
import { spanWords } from '../../client/bots/report-words.ts';
import { tableOf } from '../../client/bots/table.ts';
import { sampleReport, sampleScenario } from './sample-report.ts';

describe('the table of a report', () => {
  it('tells latencies in one square and across a border apart', () => {
    const across = { p50: 70, p90: 90, p99: 140, max: 150 };
    const text = tableOf(sampleReport({ latencyAcrossBorderMs: across }));
    expect(text).toMatch(/^ {2}same square +p50 50, /m);
    expect(text).toMatch(/^ {2}across a border +p50 70, p90 90, p99 140, max 150 ms$/m);
  });

  it('says what the server used, where it was asked', () => {
    expect(tableOf(sampleReport())).toMatch(
      /^server +10 % of a core, 10 % at most, 80 MB of memory at most, own delay up to 2 ms, flush level up to 0$/m,
    );
    expect(tableOf(sampleReport({ server: null }))).not.toMatch(/^server/m);
  });

  it('says in a sentence which server gave no metrics', () => {
    const silent = {
      cpuShare: null,
      mostCpuShare: null,
      residentBytes: null,
      delayMs: null,
      flushLevel: null,
      brokerBytes: null,
      unreadSeconds: null,
      silent: ['http://a/metrics'],
    };
    const text = tableOf(sampleReport({ server: silent }));
    expect(text).toMatch(/^server +–$/m);
    expect(text).toContain("No metrics came from http://a/metrics: the servers' figures are without them.");
  });

  it('shows the groups of a scenario, each with its time', () => {
    const text = tableOf(sampleReport({ scenario: sampleScenario() }));
    expect(text).toMatch(/^scenario +An evening$/m);
    expect(text).toMatch(
      /^groups\nwander +10 of 10 players +all the time +30 updates +p50 .*\ncrowd +9 of 10 players +1 to 2\.5 s +0 updates +–$/m,
    );
    expect(tableOf(sampleReport())).not.toMatch(/^(?:scenario|groups)/m);
  });

  it.each([
    [null, null, 'all the time'],
    [null, 8, 'until 8 s'],
    [3, null, 'from 3 s on'],
    [0, 8.5, '0 to 8.5 s'],
  ])('says of a group from %s to %s that it was there %s', (fromSeconds, toSeconds, words) => {
    expect(spanWords({ fromSeconds, toSeconds })).toBe(words);
  });

  it('says of how many nobody knows whether they would have been let in', () => {
    const players = { asked: 20, joined: 12, refused: 1, dropped: 0, gaveUp: 0, full: 12 };
    expect(tableOf(sampleReport({ players }))).toMatch(/^players +12 of 20 joined, 1 refused, .*, 7 had yet to come$/m);
    expect(tableOf(sampleReport())).not.toContain('had yet to come');
  });
});
