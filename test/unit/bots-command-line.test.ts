import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../client/bots/command-line.ts';
import { DEFAULTS } from '../../client/bots/options.ts';

const parse = (line: string) => parseCommandLine(line === '' ? [] : line.split(' '));

const SPAN = 'two numbers of seconds such as 8-20, the first smaller, both within --seconds';

describe('the command line of the bots', () => {
  /** Runs from a terminal follow a few turns; those of benchmarks and tests ask for it. */
  const BY_DEFAULT = { ...DEFAULTS, tracesPerSecond: 2 };

  it('needs no flags', () => {
    expect(parse('')).toEqual({ kind: 'run', options: BY_DEFAULT, reportFile: undefined });
  });

  it('follows as many turns as it is told to, and none where a limit is to be found', () => {
    expect(parse('--traces 10')).toMatchObject({ options: { tracesPerSecond: 10 } });
    expect(parse('--traces 0')).toMatchObject({ options: { tracesPerSecond: 0 } });
    expect(parse('--find-limit')).toMatchObject({ options: { tracesPerSecond: 0 } });
  });

  it('takes all flags that stay stable', () => {
    const line =
      '--url ws://127.0.0.1:8081/ws,wss://play.example/ws --players 500 --seconds 30 --behaviour wander:3,border ' +
      '--placement together --ramp 20/s --processes 4 --seed 0 --full-share 0.05 --traces 5 --report /tmp/r.json';
    expect(parse(line)).toEqual({
      kind: 'run',
      options: {
        ...DEFAULTS,
        urls: ['ws://127.0.0.1:8081/ws', 'wss://play.example/ws'],
        players: 500,
        seconds: 30,
        behaviours: { wander: 3, border: 1 },
        placement: 'together',
        rampPerSecond: 20,
        processes: 4,
        tracesPerSecond: 5,
        seed: 0,
        fullShare: 0.05,
      },
      reportFile: '/tmp/r.json',
    });
  });

  it('knows mixed, alone and mixed with others', () => {
    expect(parse('--behaviour mixed')).toMatchObject({ options: { behaviours: { mixed: 1 } } });
    expect(parse('--behaviour mixed:5,crowd:2,mixed')).toMatchObject({
      options: { behaviours: { mixed: 6, crowd: 2 } },
    });
  });

  it('knows builders', () => {
    expect(parse('--behaviour mixed:3,builder:1')).toMatchObject({ options: { behaviours: { mixed: 3, builder: 1 } } });
  });

  it.each([
    ['--faults 8-20', { fromSeconds: 8, toSeconds: 20 }],
    ['--faults 0-0.5', { fromSeconds: 0, toSeconds: 0.5 }],
    ['--faults 2.25-40 --seconds 40', { fromSeconds: 2.25, toSeconds: 40 }],
  ])('takes a fault window such as %s', (line, faults) => {
    expect(parse(line)).toMatchObject({ kind: 'run', options: { faults } });
  });

  it('takes a scenario, with what goes beside it', () => {
    const outputs = { reportFile: undefined, htmlFile: undefined };
    const scenario = { kind: 'scenario', file: 'evening.json', seed: undefined, options: BY_DEFAULT };
    expect(parse('--scenario evening.json')).toEqual({ ...scenario, ...outputs });
    const beside =
      '--url ws://a/ws,ws://b/ws --ramp 20 --seed 5 --full-share 0.5 --report r.json --html r.html --scenario evening.json';
    expect(parse(beside)).toEqual({
      ...scenario,
      seed: 5,
      options: { ...BY_DEFAULT, urls: ['ws://a/ws', 'ws://b/ws'], rampPerSecond: 20, seed: 5, fullShare: 0.5 },
      reportFile: 'r.json',
      htmlFile: 'r.html',
    });
  });

  it.each([
    ['--players 5', 'players, which the file decides'],
    ['--seconds 5', 'seconds, which the file decides'],
    ['--behaviour wander', 'behaviour, which the file decides'],
    ['--placement spread', 'placement, which the file decides'],
    ['--faults 2-3', 'faults, which the file decides'],
    ['--slo p99=100', 'slo'],
    ['--find-limit', 'find-limit'],
  ])('does not take %s beside a scenario', (flag, why) => {
    const text = `--scenario goes without --${why}.`;
    expect(parse(`--scenario evening.json ${flag}`)).toEqual({ kind: 'print', text, exitCode: 2 });
  });

  it.each([
    ['--scenario', '--scenario takes the name of a file, but no value follows it.'],
    ['--scenario a.json --scenario b.json', '--scenario is given twice, and is taken once.'],
    ['--join a.json b.json --scenario c.json', '--join goes with --report and --html alone, not --scenario.'],
    ['--players', '--players takes a whole number from 1 to 20000, but no value follows it.'],
    ['--players x', '--players takes a whole number from 1 to 20000, not "x".'],
    ['--players 0', '--players takes a whole number from 1 to 20000, not "0".'],
    ['--players 2.5', '--players takes a whole number from 1 to 20000, not "2.5".'],
    ['--players 5 --players 6', '--players is given twice, and is taken once.'],
    ['--processes 0', '--processes takes a whole number from 1 to 64, not "0".'],
    ['--processes 65', '--processes takes a whole number from 1 to 64, not "65".'],
    ['--seconds 0', '--seconds takes a whole number from 1 to 86400, not "0".'],
    ['--faults', `--faults takes ${SPAN}, but no value follows it.`],
    ['--faults 8', `--faults takes ${SPAN}, not "8".`],
    ['--faults 20-8', `--faults takes ${SPAN}, not "20-8".`],
    ['--faults 8-8', `--faults takes ${SPAN}, not "8-8".`],
    ['--faults 8-', `--faults takes ${SPAN}, not "8-".`],
    ['--faults 8-1e1', `--faults takes ${SPAN}, not "8-1e1".`],
    ['--faults 8-20-30', `--faults takes ${SPAN}, not "8-20-30".`],
    ['--faults 8-30.5', '--faults 8-30.5 ends after the measured part, which is --seconds 30.'],
    ['--seconds 10 --faults 8-20', '--faults 8-20 ends after the measured part, which is --seconds 10.'],
    ['--seed 4294967296', '--seed takes a whole number from 0 to 4294967295, not "4294967296".'],
    ['--full-share 0', '--full-share takes a number above 0 up to 1, not "0".'],
    ['--full-share 1.5', '--full-share takes a number above 0 up to 1, not "1.5".'],
    ['--full-share 5%', '--full-share takes a number above 0 up to 1, not "5%".'],
    ['--full-share', '--full-share takes a number above 0 up to 1, but no value follows it.'],
    ['--ramp 2000/s', '--ramp takes a whole number from 1 to 1000, with or without /s, not "2000/s".'],
    ['--placement apart', '--placement takes spread or together, not "apart".'],
    [
      '--url http://127.0.0.1/ws',
      '--url takes WebSocket addresses such as ws://127.0.0.1:8080/ws, separated by commas, not "http://127.0.0.1/ws".',
    ],
    ['--no-report', '--report takes the name of a file, but no value follows it.'],
  ])('answers %s with one sentence, and status 2', (line, text) => {
    expect(parse(line)).toEqual({ kind: 'print', text, exitCode: 2 });
  });

  it.each(['run', 'wander:', 'wander:-1', 'wander:1:2', 'wander:0', 'wander,,crowd', 'constructor'])(
    'does not take the behaviour %s',
    (behaviour) => {
      const parsed = parse(`--behaviour ${behaviour}`);
      expect(parsed).toMatchObject({ kind: 'print', exitCode: 2 });
      expect(parsed).toHaveProperty(
        'text',
        expect.stringMatching(/^--behaviour takes names out of wander, border, crowd, builder, .*mixed, /),
      );
    },
  );

  it.each([
    ['--full', 'There is no flag --full; the flags are '],
    ['--some-flag', 'There is no flag --some-flag; the flags are '],
    ['-p 5', 'There is no flag -p; the flags are '],
    ['--players 5 stray', 'Nothing is known of "stray"; the flags are '],
  ])('answers %s with the flags there are, and status 2', (line, start) => {
    const parsed = parse(line);
    expect(parsed).toMatchObject({ kind: 'print', exitCode: 2 });
    expect(parsed).toHaveProperty('text', expect.stringContaining(start));
    expect(parsed).toHaveProperty('text', expect.stringContaining('--players, --seconds'));
  });

  it('helps when asked', () => {
    const parsed = parse('--help');
    expect(parsed).toMatchObject({ kind: 'print', exitCode: 0 });
    expect(parsed).toHaveProperty('text', expect.stringContaining('--ramp N/s'));
    expect(parsed).toHaveProperty('text', expect.stringContaining('--faults A-B'));
    expect(parsed).toHaveProperty('text', expect.stringContaining('--scenario FILE.json'));
    for (const name of ['wander', 'border', 'crowd', 'builder', 'mixed']) {
      expect(parsed).toHaveProperty('text', expect.stringMatching(new RegExp(`^ +${name} +[a-z].{20}`, 'm')));
    }
  });
});
