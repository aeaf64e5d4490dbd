import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../server/upkeep/doctor/command-line.ts';

const parse = (line: string, env: Record<string, string> = {}) =>
  parseCommandLine(line === '' ? [] : line.split(' '), env);

describe('the command line of the doctor', () => {
  it('takes the flags and variables of the server, and a trial load besides', () => {
    expect(parse('')).toMatchObject({
      order: { config: { port: 8080 }, hasTrial: true, seconds: 20, players: 500, isJson: false },
    });
    const line = '--port 9000 --seconds 3 --redis redis://a --players=10 --json';
    expect(parse(line, { FLATLANDS_MAX_SESSIONS: '50' })).toMatchObject({
      kind: 'run',
      order: {
        config: { port: 9000, maxSessions: 50, data: null, redis: [{ name: 'a:6379' }] },
        seconds: 3,
        players: 10,
        isJson: true,
      },
    });
    expect(parse('--quick')).toMatchObject({ order: { hasTrial: false } });
  });

  it.each([
    ['--seconds', '--seconds takes a whole number from 1 to 600, but no value follows it.'],
    ['--seconds 0', '--seconds takes a whole number from 1 to 600, not "0".'],
    ['--players=many', '--players takes a whole number from 1 to 5000, not "many".'],
    ['--quick=yes', '--quick takes no value.'],
    ['--json --json', '--json is given twice, and is taken once.'],
    ['--port x', '--port takes a whole number from 0 to 65535, not "x".'],
    ['--slow', 'There is no flag --slow;'],
    ['--slow', 'The doctor has --quick, --seconds, --players, --json, --help besides.'],
  ])('says what is wrong with %s', (line, sentence) => {
    const parsed = parse(line);
    expect(parsed).toMatchObject({ kind: 'print', exitCode: 2 });
    expect('text' in parsed && parsed.text).toContain(sentence);
  });

  it('prints help and version', () => {
    expect(parse('--help')).toMatchObject({ kind: 'print', exitCode: 0 });
    expect(parse('--version')).toMatchObject({ kind: 'print', exitCode: 0 });
  });
});
