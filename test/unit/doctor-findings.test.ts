import { describe, expect, it } from 'vitest';
import { stepFinding, synchronisedFinding, watchClock } from '../../server/upkeep/doctor/clock.ts';
import { inBytes, inMs, percentileOf } from '../../server/upkeep/doctor/figures.ts';
import { exitStatusOf, lineOf, ok, problem, unknown, warning } from '../../server/upkeep/doctor/findings.ts';
import { originFindings } from '../../server/upkeep/doctor/origins.ts';

describe('a finding', () => {
  it('is one line: a mark, what was found, and what to change', () => {
    expect(lineOf(ok('disk', 'It is fast.'))).toBe('ok       disk     It is fast.');
    expect(lineOf(warning('origins', 'It is slow.', 'Take another.'))).toBe(
      'warning  origins  It is slow. Take another.',
    );
    expect(lineOf(unknown('clock', 'The time', 'no clock.'))).toBe(
      'unknown  clock    The time could not be told: no clock.',
    );
  });

  it('makes the exit status 1 only as a problem', () => {
    expect(exitStatusOf([ok('node', ''), warning('node', '', ''), unknown('node', '', '')])).toBe(0);
    expect(exitStatusOf([ok('node', ''), problem('node', '', '')])).toBe(1);
  });
});

describe('figures', () => {
  it('are percentiles by the nearest rank', () => {
    const values = Array.from({ length: 50 }, (_, i) => 50 - i);
    expect(percentileOf(values, 50)).toBe(25);
    expect(percentileOf(values, 99)).toBe(50);
    expect(percentileOf([3], 50)).toBe(3);
    expect(percentileOf([3, 4], 0)).toBe(3);
  });

  it('have as many digits as they are good for', () => {
    expect([0.234, 3.14, 12.3].map(inMs)).toEqual(['0.23 ms', '3.1 ms', '12 ms']);
    expect([12, 65_536, 1.5 * 2 ** 30, 2 ** 20 * 1023.9].map(inBytes)).toEqual(['12 bytes', '64 kB', '1.5 GB', '1 GB']);
  });
});

describe('the clock', () => {
  it.each([
    ['NTPSynchronized=yes\n', 'ok'],
    ['NTPSynchronized=no\n', 'warning'],
    ['', 'unknown'],
  ])('with the answer %j: %s', (answer, verdict) => {
    expect(synchronisedFinding(answer).verdict).toBe(verdict);
  });

  it('is watched for steps', () => {
    let [steadyMs, wallMs] = [1000, 5_000_000];
    const read = watchClock(
      () => steadyMs,
      () => wallMs,
    );
    steadyMs += 20_000;
    wallMs += 20_100;
    expect(read()).toMatchObject({ verdict: 'ok', found: 'The clock ran steadily over 20 s, to 100 ms.' });
    wallMs += 1;
    expect(read()).toMatchObject({ verdict: 'warning', found: 'The clock was set forward by 101 ms over 20 s.' });
    expect(stepFinding(-2000, 3).found).toBe('The clock was set back by 2000 ms over 3.0 s.');
  });
});

describe('origins', () => {
  it.each([
    ['https://play.example', 'ok'],
    ['http://play.example', 'warning'],
    ['http://localhost:3000', 'ok'],
    ['http://192.168.1.4:8080', 'ok'],
    ['http://[::1]:8080', 'ok'],
    ['http://203.0.113.9', 'warning'],
    ['http://mylocalhost', 'warning'],
    ['https://*.example', 'warning'],
  ])('%s: %s', (origin, verdict) => {
    expect(originFindings([origin]).map((finding) => finding.verdict)).toEqual([verdict]);
  });

  it('may be none', () => {
    expect(originFindings([])).toMatchObject([{ verdict: 'ok' }]);
  });
});
