import { describe, expect, it } from 'vitest';
import type { Report } from '../../client/bots/report.ts';
import { CLOSE } from '../../shared/closing.ts';
import {
  assertCalm,
  assertSound,
  type Calm,
  isItself,
  LEVEL,
  type LevelSample,
  overloadRows,
  type Strained,
  secondsUntil,
} from '../bench/overload/strained.ts';
import { gaugesOf, mostOf } from '../bench/strain/gauge-watch.ts';

const at = (atMs: number, level: number): LevelSample => ({ atMs, values: { [LEVEL]: level } });

const CALM: Calm = { asked: 900, joined: 900, p99Ms: 120, level: 0 };
const UPDATES = { expected: 900, seen: 900, missed: 0, absent: 0, late: 0, ghosts: 0, duplicated: 0 };

/** Busy from the fifth to the tenth second, at level 2 then, and back 3 s later; but for what is said of the report. */
function strained(changes: Partial<Report> = {}, rest: Partial<Strained> = {}): Strained {
  const report = {
    ending: 'interrupted',
    players: { asked: 900, joined: 900, refused: 0, dropped: 0, gaveUp: 0, full: 90 },
    faults: [],
    closings: [],
    seconds: 20,
    updates: UPDATES,
    generator: { eventLoopDelayMs: { p50: 1, p99: 10, max: 20 }, cpuSeconds: 8 },
    inFault: { updates: UPDATES, latencyMs: { p50: 200, p90: 300, p99: 450, max: 700 } },
    ...changes,
  } as Partial<Report> as Report;
  return {
    report,
    calm: CALM,
    busyUntilMs: 10_000,
    corePercent: 26,
    levels: [at(5100, 0), at(7000, 2), at(9990, 2), at(12_000, 1), at(13_000, 0), at(14_000, 0)],
    ...rest,
  };
}

const rowOf = (strain: Strained, name: string) => overloadRows(strain).find((row) => row.name === `overload ${name}`);

describe('after the busy loops', () => {
  it('it counts until flushes are seen at a level for the first time', () => {
    expect(secondsUntil(0, strained().levels, 10_000)).toBe(3);
    expect(secondsUntil(1, strained().levels, 10_000)).toBe(2);
  });

  it('what was seen before they ended says nothing', () => {
    expect(secondsUntil(0, [at(9000, 0), at(10_500, 2), at(11_000, 0)], 10_000)).toBe(1);
    expect(isItself(at(9000, 0), 10_000)).toBe(false);
    expect(isItself(at(10_100, 1), 10_000)).toBe(false);
    expect(isItself(at(10_100, 0), 10_000)).toBe(true);
  });

  it('where flushes are never seen so, it is as long as that was watched', () => {
    expect(secondsUntil(0, [at(9000, 0), at(10_500, 2), at(21_000, 1)], 10_000)).toBe(11);
    const never = strained({}, { levels: [at(5100, 0), at(21_000, 2)] });
    expect(rowOf(never, 'back at 100 ms s')).toMatchObject({ value: 11, ok: false });
  });
});

describe('the rows of an overload', () => {
  it('are all right where all went well', () => {
    const rows = overloadRows(strained());
    expect(rows.filter(({ ok }) => ok === false)).toEqual([]);
    expect(rowOf(strained(), 'p99 ms')).toMatchObject({ value: 450, bar: 600, ok: true });
    expect(rowOf(strained(), 'calm p99 ms')).toEqual({ name: 'overload calm p99 ms', value: 120, unit: 'ms' });
    expect(rowOf(strained(), 'highest level')).toMatchObject({ value: 2 });
  });

  it('count what was missed while the loops were busy, and before and after', () => {
    const report = {
      updates: { ...UPDATES, missed: 1, ghosts: 2 },
      inFault: { ...strained().report.inFault, updates: { ...UPDATES, missed: 10, duplicated: 3 } },
    } as Partial<Report>;
    const bad = strained(report);
    expect(rowOf(bad, 'missed')).toMatchObject({ value: 11, ok: false });
    expect(rowOf(bad, 'ghosts')).toMatchObject({ value: 2, ok: false });
    expect(rowOf(bad, 'duplicated')).toMatchObject({ value: 3, ok: false });
  });

  it('count sessions that ended, not those that were never let in', () => {
    const closings = [
      { code: CLOSE.busy.code, reason: '', count: 40 },
      { code: CLOSE.slow.code, reason: '', count: 2 },
      { code: 1006, reason: '', count: 1 },
    ];
    expect(rowOf(strained({ closings }), 'lost sessions')).toMatchObject({ value: 3, ok: false });
  });
});

describe('that the players do not fit the machine is said in a sentence', () => {
  const calm = (changes: Partial<Calm>) => () => assertCalm({ ...CALM, ...changes });
  const over = (changes: Partial<Report>) => () => assertSound(strained(changes));

  it('unless they do', () => {
    expect(calm({})).not.toThrow();
    expect(calm({ joined: 895 })).not.toThrow();
    expect(over({})).not.toThrow();
    expect(over({ faults: [{ kind: 'dropped', count: 3 }] })).not.toThrow();
    expect(over({ faults: [{ kind: 'refused', count: 5 }] })).not.toThrow();
  });

  it('where not all of them got in', () => {
    expect(calm({ joined: 880 })).toThrow('900 players do not fit this machine now: 20 of them did not get in.');
  });

  it('where the server had trouble with them anyway', () => {
    expect(calm({ level: 1 })).not.toThrow();
    expect(calm({ level: 2 })).toThrow('had to stretch its flushes before its core was taken away.');
    expect(calm({ level: undefined })).toThrow('had to stretch its flushes before its core was taken away.');
    expect(calm({ p99Ms: 450 })).toThrow('p99 was 450 ms before the core was taken away.');
    expect(calm({ p99Ms: undefined })).toThrow('no update of theirs was seen.');
  });

  it('where their own process did not keep up', () => {
    const late = { processes: 1, eventLoopDelayMs: { p50: 1, p99: 180, max: 400 }, isLimited: true, reason: '' };
    expect(over({ generator: { ...late, cpuSeconds: 8 } })).toThrow('their process was 180 ms late at p99.');
    expect(over({ generator: { ...late, cpuSeconds: 20 } })).toThrow('used 100 % of its core.');
  });

  it('and what went wrong otherwise, too', () => {
    expect(over({ faults: [{ kind: 'diverged', count: 2 }] })).toThrow('It went wrong: 2 checksums disagreed.');
  });
});

describe('what is watched of a server', () => {
  const PAGE = '# HELP flatlands_flush_level x\nflatlands_flush_level 2\nflatlands_sessions 40\n';

  it('is read from its metrics, all of it or nothing', () => {
    expect(gaugesOf(PAGE, ['flatlands_flush_level', 'flatlands_sessions'])).toEqual({
      flatlands_flush_level: 2,
      flatlands_sessions: 40,
    });
    expect(() => gaugesOf(PAGE, ['flatlands_flush_level', 'flatlands_players'])).toThrow(
      'The server has no metric flatlands_players.',
    );
  });

  it('was at most what it was at most, and nothing where nothing was seen', () => {
    expect(mostOf(strained().levels, LEVEL)).toBe(2);
    expect(mostOf([], LEVEL)).toBe(0);
  });
});
