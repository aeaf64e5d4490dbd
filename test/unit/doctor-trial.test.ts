import { describe, expect, it } from 'vitest';
import { ok, problem, warning } from '../../server/upkeep/doctor/findings.ts';
import { summaryOf } from '../../server/upkeep/doctor/summary.ts';
import {
  cpuSecondsOf,
  estimateOf,
  type TrialOutcome,
  type TrialReport,
  trialFindings,
} from '../../server/upkeep/doctor/trial-verdicts.ts';

const REPORT: TrialReport = {
  faults: [],
  players: { joined: 150 },
  seconds: 20.02,
  updates: { seen: 4321, missed: 0 },
  latencyMs: { p99: 110.4 },
  generator: { eventLoopDelayMs: { p99: 4 } },
};
/** A thousandth of a core for each player. */
const SERVER = { cpuSeconds: 3, seconds: 20 };
const CONFIG = { workers: 1, maxSessions: 10_000 };

const outcome = (report: Partial<TrialReport> = {}, server: TrialOutcome['server'] = SERVER): TrialOutcome => ({
  asked: 150,
  report: { ...REPORT, ...report },
  server,
});
const findingsOf = (tried: TrialOutcome) => trialFindings(tried, estimateOf(tried, CONFIG, 2));

describe('the processor time of a process', () => {
  it('is read behind its name, whatever that is', () => {
    const rest = 'S 1 1 1 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 11 0 100 0 0';
    expect(cpuSecondsOf(`4711 (node) ${rest}`)).toBe(3);
    expect(cpuSecondsOf(`4711 (a) b (c)) ${rest}`)).toBe(3);
  });
});

describe('how many players to expect', () => {
  it('follows from what each took of a core', () => {
    expect(estimateOf(outcome(), CONFIG, 2)).toEqual({ perCore: 700, players: 700, nodes: 1, isCapped: false });
  });

  it('grows with workers as far as there are cores', () => {
    const workers = { ...CONFIG, workers: 4 };
    expect(estimateOf(outcome(), workers, 8)).toMatchObject({ players: 2800, nodes: 4 });
    expect(estimateOf(outcome(), workers, 2.5)).toMatchObject({ players: 1400, nodes: 2 });
    expect(estimateOf(outcome(), CONFIG, 0.5)).toMatchObject({ players: 350, nodes: 1 });
  });

  it('is no more than may come in', () => {
    const few = { workers: 1, maxSessions: 500 };
    expect(estimateOf(outcome(), few, 2)).toMatchObject({ players: 500, isCapped: true });
  });

  it('cannot be told without processor time, or players', () => {
    expect(estimateOf({ ...outcome(), server: undefined }, CONFIG, 2)).toBeUndefined();
    expect(estimateOf(outcome({}, { cpuSeconds: 0, seconds: 3 }), CONFIG, 2)).toBeUndefined();
    expect(estimateOf(outcome({ players: { joined: 0 } }), CONFIG, 2)).toBeUndefined();
    expect(trialFindings({ ...outcome(), server: undefined }, undefined)[1]?.verdict).toBe('unknown');
  });
});

describe('a trial load', () => {
  it('that went well says how well', () => {
    expect(findingsOf(outcome()).map(({ found }) => found)).toEqual([
      '150 players for 20 s: updates came within 110 ms (p99), none was missed.',
      'The server used 15 % of a core for 150 players: about 700 players at 70 % of one (a cautious estimate: server and bots ' +
        'shared this machine).',
    ]);
  });

  it.each<[string, Partial<TrialReport>, string]>([
    ['slow', { latencyMs: { p99: 501 } }, 'warning'],
    ['just in time', { latencyMs: { p99: 500 } }, 'ok'],
    ['with missed updates', { faults: [{ kind: 'missed', count: 2 }] }, 'problem'],
    ['that let not all in', { players: { joined: 149 } }, 'problem'],
    ['without anything seen', { latencyMs: null }, 'unknown'],
  ])('%s', (_, report, verdict) => {
    expect(findingsOf(outcome(report))[0]?.verdict).toBe(verdict);
  });

  it('says so when the bots were late themselves', () => {
    const late = { generator: { eventLoopDelayMs: { p99: 150 } } };
    expect(findingsOf(outcome(late))[0]?.found).toContain('the bots themselves were 150 ms late');
  });
});

describe('the summary', () => {
  const fine = ok('node', 'Fine.');
  const slow = warning('disk', 'Slow.', 'Take another.');
  const taken = problem('port', 'Taken.', 'Choose another.');
  const estimate = { perCore: 1700, players: 1700, nodes: 1, isCapped: false };

  it('names problems, or else the first warnings, and how many players to expect', () => {
    expect(summaryOf([fine, slow, taken], estimate, true).split('\n')).toEqual([
      'Not ready: 1 problem and 1 warning. To change first:',
      '  1. port: Choose another.',
      'Expect about 1,700 players on one core: a cautious estimate for people who walk about, some 25 on each screen.',
    ]);
    expect(summaryOf([slow, slow, slow, slow], undefined, false).split('\n')).toEqual([
      'Ready, with 4 warnings. To change first:',
      '  1. disk: Take another.',
      '  2. disk: Take another.',
      '  3. disk: Take another.',
      'How many players to expect was not tried (--quick).',
    ]);
    expect(summaryOf([fine], { ...estimate, players: 500, isCapped: true }, true).split('\n')).toEqual([
      'Ready.',
      'Expect 500 players: --max-sessions lets in no more, and this machine carries them.',
    ]);
    expect(summaryOf([fine], undefined, true)).toContain('could not be told');
  });
});
