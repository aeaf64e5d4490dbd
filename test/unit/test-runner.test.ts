import { describe, expect, test } from 'vitest';
import { ensurePackages } from '../runner/system-packages.ts';
import { addTallies, closingLine, tallyTests } from '../runner/tally.ts';

/** A report as vitest writes it: of each file its status, and the status of its tests. */
const report = (...files: [status: string, ...tests: string[]][]): string =>
  JSON.stringify({
    testResults: files.map(([status, ...tests], i) => ({
      name: `/test/${i}.test.ts`,
      status,
      assertionResults: tests.map((result, j) => ({ status: result, fullName: `test ${j}` })),
    })),
  });

const counted = (text: string | undefined, exitCode: number): string => closingLine(tallyTests(text, exitCode));

describe('the closing count of npm test', () => {
  test('adds up the tests of all files', () => {
    expect(counted(report(['passed', 'passed', 'passed'], ['passed', 'passed']), 0)).toBe('3 passed, 0 failed');
    expect(counted(report(['failed', 'passed', 'failed']), 1)).toBe('1 passed, 1 failed');
  });

  test('counts what did not run as failed, and names it', () => {
    const tally = tallyTests(report(['passed', 'passed', 'skipped', 'todo', 'pending']), 0);
    expect(closingLine(tally)).toBe('1 passed, 3 failed');
    expect(tally.remarks).toEqual([
      'Counted as failed, for it is skipped: test 1',
      'Counted as failed, for it is todo: test 2',
      'Counted as failed, for it is pending: test 3',
    ]);
  });

  test('counts a file that broke outside of its tests once', () => {
    expect(counted(report(['failed'], ['passed', 'passed']), 1)).toBe('1 passed, 1 failed');
    expect(counted(report(['failed', 'passed']), 1)).toBe('1 passed, 1 failed');
    expect(counted(report(['failed', 'skipped']), 1)).toBe('0 passed, 1 failed');
  });

  test('counts an error that no test is guilty of', () => {
    expect(counted(report(['passed', 'passed']), 1)).toBe('1 passed, 1 failed');
  });

  test('fails a run without tests and a run without a report', () => {
    expect(counted(report(), 0)).toBe('0 passed, 1 failed');
    expect(counted(undefined, 0)).toBe('0 passed, 1 failed');
  });

  test('is the sum of its steps', () => {
    const steps = [
      { passed: 1, failed: 0 },
      { passed: 0, failed: 1 },
      { passed: 40, failed: 2 },
    ];
    expect(closingLine(addTallies(steps))).toBe('41 passed, 3 failed');
  });
});

describe('system packages', () => {
  const there = { name: 'there', neededBy: 'x', isThere: () => true };
  const absent = { name: 'absent', neededBy: 'the browser', isThere: () => false };

  test('nothing is installed where all is there', async () => {
    expect(await ensurePackages([there], 'none')).toEqual({ kind: 'complete' });
  });

  test('without the right to install, one sentence says what is missing and which command installs it', async () => {
    expect(await ensurePackages([there, absent, { ...absent, name: 'gone' }], 'none')).toEqual({
      kind: 'missing',
      sentence:
        'Missing for the browser: absent gone; install with: sudo apt-get update && ' +
        'sudo apt-get install -y --no-install-recommends absent gone',
    });
  });
});
