import { describe, expect, it } from 'vitest';
import type { Report } from '../../client/bots/report.ts';
import { percentilesOf } from '../../client/bots/report-figures.ts';
import { NoReport, parseReport, readReports } from '../../client/bots/report-file.ts';
import { joinReports } from '../../client/bots/report-join.ts';
import { tableOf } from '../../client/bots/table.ts';
import type { WorstCase } from '../../client/bots/worst-cases.ts';
import { distributionOf, sampleAt, sampleReport, sampleScenario } from './sample-report.ts';

const FAST = Array.from({ length: 990 }, (_, i) => 20 + (i % 50));
const SLOW = Array.from({ length: 10 }, (_, i) => 400 + i);

const LATER = '2026-11-22T11:00:00.000Z';
const EARLIER = '2026-11-22T09:00:00.000Z';

describe('reports that are joined', () => {
  it('have the percentiles of all that was measured, not a mean of percentiles', () => {
    const joined = joinReports([sampleReport({}, FAST), sampleReport({ date: LATER }, SLOW)]);
    const whole = percentilesOf(distributionOf([...FAST, ...SLOW]));
    expect(joined.latencyMs).toEqual(whole);
    expect(joined.latencySameSquareMs).toEqual(whole);
    expect(joined.latencyAcrossBorderMs).toBeNull();
    expect(joined.byBehaviour.wander).toEqual({ players: 40, updates: 1000, latencyMs: whole });
    expect(joined.histograms.latency).toBe(distributionOf([...FAST, ...SLOW]).encode());
  });

  it('have all counts added up, and the faults that follow from them', () => {
    const { updates, players } = sampleReport();
    const broken = sampleReport({
      date: LATER,
      updates: { ...updates, seen: 298, missed: 2 },
      players: { ...players, joined: 18, refused: 2 },
      requests: { asked: 3, done: 1, refused: 2, refusals: [{ sentence: 'Too far.', count: 2 }] },
      ending: 'interrupted',
    });
    const joined = joinReports([sampleReport(), broken]);
    expect(joined).toMatchObject({
      ok: false,
      ending: 'interrupted',
      seconds: 6,
      updates: { expected: 600, seen: 598, missed: 2 },
      players: { asked: 40, joined: 38, refused: 2 },
      requests: { asked: 3, done: 1, refused: 2, refusals: [{ sentence: 'Too far.', count: 2 }] },
    });
    expect(joined.faults).toEqual([
      { kind: 'missed', count: 2 },
      { kind: 'refused', count: 2 },
    ]);
  });

  it('have the groups of the scenario that all of them were of', () => {
    const [fast, slow] = [sampleScenario(FAST), sampleScenario(SLOW)];
    const joined = joinReports([sampleReport({ scenario: fast }), sampleReport({ date: LATER, scenario: slow })]);
    const [wander, crowd] = joined.scenario?.groups ?? [];
    const whole = distributionOf([...FAST, ...SLOW]);
    expect(wander).toMatchObject({ players: 20, joined: 20, updates: 60, latencyMs: percentilesOf(whole) });
    expect(wander?.histogram).toBe(whole.encode());
    expect(crowd).toMatchObject({ players: 20, joined: 18, fromSeconds: 1, toSeconds: 2.5, latencyMs: null });
    // Where one was of none, or of another, nobody could say of what the figures are.
    expect(joinReports([sampleReport({ scenario: fast }), sampleReport({ date: LATER })]).scenario).toBeUndefined();
    const other = { ...slow, name: 'Another evening' };
    const mixed = joinReports([sampleReport({ scenario: fast }), sampleReport({ date: LATER, scenario: other })]);
    expect(mixed).not.toHaveProperty('scenario');
  });

  it('stand one after the other by date, and their settings are listed', () => {
    const early = sampleReport({
      date: EARLIER,
      seed: 1,
      urls: ['ws://a/ws'],
      timeline: { stepSeconds: 1, samples: [sampleAt(1, { missed: 4 })] },
    });
    const late = sampleReport({ date: LATER, seed: 2, urls: ['ws://b/ws'] });
    const joined = joinReports([late, early]);
    expect(joined.timeline.samples.map(({ atSeconds }) => atSeconds)).toEqual([1, 2, 3, 4]);
    expect(joined.timeline.samples[0]?.missed).toBe(4);
    expect(joined.urls).toEqual(['ws://a/ws', 'ws://b/ws']);
    expect(joined.joinedFrom?.map(({ seed }) => seed)).toEqual([1, 2]);
    const text = tableOf(joined);
    expect(text).toMatch(/^joined from$/m);
    expect(text).toMatch(/seed 1 +20 players +3 s +passed +ws:\/\/a\/ws$/m);
    // Joined once more, the runs are still those that were played.
    expect(joinReports([joined, sampleReport()]).joinedFrom).toHaveLength(3);
  });

  it('have the worst cases of all, at their times in the joined timeline', () => {
    const found = (kind: WorstCase['kind'], ms: number): WorstCase => ({
      kind,
      atMs: 500,
      observer: 'bot-1',
      player: 'bot-2',
      ms,
      detail: '',
    });
    const early = sampleReport({
      date: EARLIER,
      worst: Array.from({ length: 10 }, (_, i) => found('slow', 100 + i)),
    });
    const late = sampleReport({ date: LATER, worst: [found('missed', 3000), found('slow', 900)] });
    const { worst } = joinReports([early, late]);
    expect(worst).toHaveLength(10);
    expect(worst[0]).toMatchObject({ kind: 'missed', atMs: 3500 });
    expect(worst[1]).toMatchObject({ kind: 'slow', ms: 900, atMs: 3500 });
    expect(worst[2]).toMatchObject({ kind: 'slow', ms: 109, atMs: 500 });
  });

  it('weigh rates by players and time', () => {
    const { players, traffic } = sampleReport();
    const joined = joinReports([
      sampleReport({ bytesPerPlayerPerSecond: { in: 1000, out: 10 } }),
      sampleReport({
        date: LATER,
        players: { ...players, joined: 60 },
        bytesPerPlayerPerSecond: { in: 2000, out: 30 },
        traffic: { ...traffic, frameBytes: { mean: 200, p50: 1, p99: 1 } },
      }),
    ]);
    expect(joined.bytesPerPlayerPerSecond).toEqual({ in: 1750, out: 25 });
    expect(joined.traffic.frameBytes).toEqual({ mean: 175, p50: 90, p99: 300 });
    expect(joined.traffic.framesPerPlayerPerSecond).toBe(9);
  });

  it('warn when any of the load generators was the limit', () => {
    const { generator } = sampleReport();
    const limited = { ...generator, isLimited: true, reason: 'They were late.' };
    const joined = joinReports([sampleReport({ generator: limited }), sampleReport({ date: LATER })]);
    expect(joined.generator).toMatchObject({
      isLimited: true,
      reason: 'They were late.',
      cpuSeconds: 1.2,
      processes: 2,
    });
  });

  it('have what was in their fault windows added up', () => {
    const { updates, edits, chat, gems } = sampleReport();
    const inFault = {
      updates: { ...updates, missed: 3 },
      edits,
      chat,
      gems,
      latencyMs: null,
      dropped: 1,
      inputsLost: 2,
      requestsLost: 0,
      corrections: 1,
      divergences: 0,
      wrongAtMost: 5,
    };
    const faulty = sampleReport({ faultWindow: { fromSeconds: 1, toSeconds: 2 }, inFault, healMs: 700 });
    const joined = joinReports([sampleReport({ date: EARLIER }), faulty, { ...faulty, date: LATER, healMs: 900 }]);
    expect(joined).toMatchObject({
      healMs: 900,
      inFault: { updates: { missed: 6 }, dropped: 2, inputsLost: 4, wrongAtMost: 5 },
    });
    expect(joinReports([sampleReport(), sampleReport()])).not.toHaveProperty('inFault');
  });
});

describe('a file', () => {
  const parse = (value: unknown): Report => parseReport('r.json', JSON.stringify(value));

  it('that a report was written to is read', () => {
    const report = sampleReport();
    expect(parse(report)).toEqual(JSON.parse(JSON.stringify(report)));
  });

  it('of before there could be several processes had one', () => {
    const { processes, ...generator } = sampleReport().generator;
    expect(parse({ ...sampleReport(), generator }).generator.processes).toBe(processes);
  });

  it('that is not there is refused, and each of several in a sentence of its own', () => {
    expect(() => readReports(['/nowhere/a.json', '/nowhere/b.json'])).toThrow(
      '/nowhere/a.json cannot be read.\n/nowhere/b.json cannot be read.',
    );
  });

  it.each<[string, string, string]>([
    ['no JSON', 'hello', 'r.json is no report of the bots: it is not JSON.'],
    ['null', 'null', 'r.json is no report of the bots: it is something else.'],
    ['a list', '[1]', 'r.json is no report of the bots: it is something else.'],
    ['the result of a benchmark', '{"rows":[]}', 'r.json is no report of the bots: it is something else.'],
    [
      'an older report',
      JSON.stringify({ ...sampleReport(), version: undefined }),
      'r.json is a report of another version of the bots, which cannot be read here.',
    ],
    [
      'half a report',
      JSON.stringify({ ...sampleReport(), timeline: undefined }),
      'r.json is no whole report of the bots: "timeline" is missing.',
    ],
    [
      'a damaged report of a scenario',
      JSON.stringify({ ...sampleReport(), scenario: { name: '', groups: [{ histogram: 'abc' }] } }),
      'r.json is no whole report of the bots: its histograms are damaged.',
    ],
    [
      'a damaged report',
      JSON.stringify({ ...sampleReport(), histograms: { ...sampleReport().histograms, latency: 'abc' } }),
      'r.json is no whole report of the bots: its histograms are damaged.',
    ],
  ])('with %s in it is refused in one sentence', (_, text, sentence) => {
    expect(() => parseReport('r.json', text)).toThrow(new NoReport(sentence));
  });
});
