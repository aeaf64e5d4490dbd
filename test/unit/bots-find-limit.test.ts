import { describe, expect, it } from 'vitest';
import { findLimit, limitSentences, trialSentence } from '../../client/bots/find-limit.ts';
import type { Report } from '../../client/bots/report.ts';
import { whatRanOut } from '../../client/bots/what-ran-out.ts';
import { CLOSE } from '../../shared/closing.ts';
import { sampleAt, sampleReport } from './sample-report.ts';

const LEVEL = { p99Ms: 150, missed: 0 };

/** The report of a run whose latency is what is said, in ms. */
const withLatency = (ms: number, changes: Partial<Report> = {}): Report => sampleReport(changes, [ms, ms, ms]);

/** A search at a server that carries so many, and what was tried. */
async function searched(carries: number, { first = 100, most = 20_000, unlucky = new Set<number>() } = {}) {
  const tried: number[] = [];
  const limit = await findLimit({
    first,
    most,
    level: LEVEL,
    play: (players) => {
      tried.push(players);
      const isUnlucky = unlucky.delete(players);
      return Promise.resolve(withLatency(players > carries || isUnlucky ? 400 : 80));
    },
  });
  return { limit, tried };
}

describe('the search for a limit', () => {
  it.each([130, 999, 3100, 12_345])('finds %i to within a tenth, and never above', async (carries) => {
    const { limit, tried } = await searched(carries);
    expect(limit.players).toBeLessThanOrEqual(carries);
    expect(limit.players).toBeGreaterThan(carries / 1.11);
    expect(limit.broke?.players).toBeGreaterThan(carries);
    expect(tried.length).toBeLessThan(20);
  });

  it('tries again what broke once', async () => {
    const { limit, tried } = await searched(3000, { unlucky: new Set([200]) });
    expect(tried.slice(0, 4)).toEqual([100, 200, 200, 400]);
    expect(limit.players).toBeGreaterThan(2700);
  });

  it('ends where there are to be no more, and where even the first are too many', async () => {
    const { limit, tried } = await searched(99_999, { most: 500 });
    expect(tried).toEqual([100, 200, 400, 500]);
    expect(limit).toMatchObject({ players: 500, broke: undefined, ranOut: undefined });
    expect(limitSentences(limit)).toEqual(['This server carries 500 players.', 'No limit was found up to there.']);
    const none = await searched(0, { first: 2 });
    expect(none.limit).toMatchObject({ players: 0, broke: { players: 1 } });
  });

  it('stops when it is told to, with what is known by then', async () => {
    const stop = new AbortController();
    const limit = await findLimit({
      first: 100,
      most: 1000,
      level: LEVEL,
      signal: stop.signal,
      play: (players) => {
        if (players > 100) stop.abort();
        return Promise.resolve(withLatency(80));
      },
    });
    expect(limit).toMatchObject({ players: 100, broke: undefined, isStopped: true });
    expect(limit.trials).toHaveLength(1);
    expect(limitSentences(limit)).toEqual(['The search was stopped. This server carries 100 players at least.']);
  });

  it('breaks by refusals, lost connections, missed updates and latency, and says by which', async () => {
    const { players } = sampleReport();
    const updates = { ...sampleReport().updates, missed: 3 };
    for (const [report, sentence] of [
      [withLatency(80, { players: { ...players, refused: 2 } }), '2 were refused.'],
      [withLatency(80, { players: { ...players, dropped: 1 } }), '1 lost the connection.'],
      [withLatency(80, { updates }), '3 updates were missed.'],
      [withLatency(400), `The latency was ${withLatency(400).latencyMs?.p99} ms at p99.`],
    ] as const) {
      const { trials } = await findLimit({ first: 1, most: 1, level: LEVEL, play: () => Promise.resolve(report) });
      expect(trials[0]?.broken).toBe(sentence);
      expect(trialSentence(trials[0] as (typeof trials)[number])).toContain('it does not.');
    }
  });
});

describe('what ran out first', () => {
  const at = (server: Partial<NonNullable<ReturnType<typeof sampleAt>['server']>> | null): Report['timeline'] => ({
    stepSeconds: 1,
    samples: [
      sampleAt(1),
      sampleAt(2, { server: server === null ? null : ({ ...sampleAt(2).server, ...server } as never) }),
    ],
  });
  const closedWith = (code: number): Partial<Report> => ({ closings: [{ code, reason: '', count: 1 }] });
  it.each<[string, Partial<Report>, RegExp]>([
    ['the bots', { generator: { ...sampleReport().generator, isLimited: true } }, /load generator/],
    ['sessions', closedWith(CLOSE.full.code), /--max-sessions/],
    ['the processor', { timeline: at({ cpuShare: 0.93 }) }, /processor of the node: it took 93 %/],
    ['the processor, by plan', { timeline: at({ cpuShare: 0.7, flushLevel: 2 }) }, /stretched its flushes, at 70 %/],
    [
      'the processor, though the bots are limited too',
      { timeline: at({ cpuShare: 0.9 }), generator: { ...sampleReport().generator, isLimited: true } },
      /processor of the node/,
    ],
    ['Redis', { timeline: at({ brokerBytes: 3e6 }) }, /^Redis: 3 MB lay unconfirmed/],
    ['memory', { timeline: at({ residentBytes: 7.5e9 }) }, /^Memory: the server took 7500 MB of 8000 MB/],
    ['bandwidth', { timeline: at({ unreadSeconds: 4 }) }, /^Bandwidth: .* 4\.0 s old/],
    ['something else', { timeline: at({ cpuShare: 0.3 }) }, /the disk and at the network/],
  ])('is %s', (_what, changes, sentence) => {
    expect(whatRanOut(sampleReport(changes), 8e9)).toMatch(sentence);
  });

  it('is the processor of two nodes only when both are full', () => {
    const urls = ['ws://a:1/ws', 'ws://b:1/ws'];
    expect(whatRanOut(sampleReport({ urls, timeline: at({ cpuShare: 0.93 }) }))).not.toMatch(/processor of the node:/);
    expect(whatRanOut(sampleReport({ urls, timeline: at({ cpuShare: 1.8 }) }))).toMatch(/took 180 % of a core/);
  });

  it('cannot be told without metrics', () => {
    const samples = [sampleAt(1, { server: null })];
    expect(whatRanOut(sampleReport({ timeline: { stepSeconds: 1, samples } }))).toMatch('gave no metrics');
  });
});
