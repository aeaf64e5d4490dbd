import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atLeast, type Benchmark, resultOf } from '../bench/benchmark.ts';
import { parseCommandLine } from '../bench/command-line.ts';
import { isWritable, writeResults } from '../bench/json-file.ts';
import { median } from '../bench/median.ts';
import type { PlottedBenchmark } from '../bench/plot.ts';
import { BENCHMARKS } from '../bench/registry.ts';
import { figureOf, tableOf } from '../bench/table.ts';
import { runProgram } from '../helpers/program.ts';

const benchmark = (name: string): Benchmark => ({ name, about: `about ${name}`, run: async () => [] });
const ONE = benchmark('one');
const TWO = benchmark('two');
const DRAWN: PlottedBenchmark = { ...benchmark('drawn'), plot: () => '<svg/>' };
const parse = (line: string, known: readonly Benchmark[] = [ONE, TWO]) =>
  parseCommandLine(line === '' ? [] : line.split(' '), known);
const QUIET = { quick: true, say: () => undefined };

describe('the command line of the benchmarks', () => {
  it('runs all of them when none is named', () => {
    expect(parse('')).toEqual({
      kind: 'run',
      benchmarks: [ONE, TWO],
      quick: false,
      jsonFile: undefined,
      plotFile: undefined,
    });
  });

  it('runs one that takes very long only when it is named', () => {
    const long: Benchmark = { ...benchmark('long'), isOnlyByName: true };
    expect(parse('', [ONE, long])).toMatchObject({ benchmarks: [ONE] });
    expect(parse('long', [ONE, long])).toMatchObject({ benchmarks: [long] });
    expect(parse('--help', [ONE, long])).toMatchObject({ text: expect.stringContaining('about long; only by name') });
  });

  it.each(['two --quick --json /tmp/r.json', '--quick --json=/tmp/r.json two', '--json /tmp/r.json --quick -- two'])(
    'takes a name and all flags in any order: %s',
    (line) => {
      expect(parse(line)).toEqual({
        kind: 'run',
        benchmarks: [TWO],
        quick: true,
        jsonFile: '/tmp/r.json',
        plotFile: undefined,
      });
    },
  );

  it('takes a file for the plot of the one benchmark that has one, named or among all', () => {
    expect(parse('drawn --plot p.svg', [ONE, DRAWN])).toMatchObject({ benchmarks: [DRAWN], plotFile: 'p.svg' });
    expect(parse('--plot p.svg', [ONE, DRAWN])).toMatchObject({ benchmarks: [ONE, DRAWN], plotFile: 'p.svg' });
    const text = '--plot goes with one benchmark that has a plot: drawn.';
    expect(parse('one --plot p.svg', [ONE, DRAWN])).toEqual({ kind: 'print', text, exitCode: 2 });
  });

  it.each([
    ['three', 'There is no benchmark "three"; the benchmarks are one, two.'],
    ['one two', '"two" is one benchmark too many: give one, or none for all.'],
    ['--slow', 'There is no flag --slow; the flags are --quick, --json, --plot, --help.'],
    ['-q', 'There is no flag -q; the flags are --quick, --json, --plot, --help.'],
    ['--no-quick', 'There is no flag --no-quick; the flags are --quick, --json, --plot, --help.'],
    ['--json', '--json takes the name of a file, but no value follows it.'],
    ['--json=', '--json takes the name of a file, but no value follows it.'],
    ['--plot', '--plot takes the name of a file, but no value follows it.'],
    ['--plot p.svg', '--plot goes with one benchmark that has a plot: there is none.'],
    ['--quick=yes', '--quick takes no value.'],
    ['--quick --quick', '--quick is given twice, and is taken once.'],
    ['--json a --json b', '--json is given twice, and is taken once.'],
  ])('answers %s with one sentence, and status 2', (line, text) => {
    expect(parse(line)).toEqual({ kind: 'print', text, exitCode: 2 });
  });

  it('helps when asked, with every benchmark and what it is about', () => {
    const parsed = parse('one --help');
    expect(parsed).toMatchObject({ kind: 'print', exitCode: 0 });
    for (const text of ['two', 'about two', '--json FILE', '--plot FILE.svg', '--quick'])
      expect(parsed).toHaveProperty('text', expect.stringContaining(text));
  });
});

describe('the result of a benchmark', () => {
  it('says of what, from when and from which Node its rows are', async () => {
    const rows = [{ name: 'cost', value: 1.5, unit: 'µs' }, atLeast(2, { name: 'ratio', value: 3, unit: '×' })];
    const result = await resultOf({ name: 'one', run: async () => rows }, QUIET);
    expect(result).toEqual({ bench: 'one', date: expect.any(String), node: process.version, rows });
    expect(new Date(result.date).toISOString()).toBe(result.date);
    expect(result.rows[1]).toEqual({ name: 'ratio', value: 3, unit: '×', bar: 2, ok: true });
  });

  it('has no figure that is none', async () => {
    const rows = [{ name: 'cost', value: Number.NaN, unit: 'µs' }];
    await expect(resultOf({ name: 'one', run: async () => rows }, QUIET)).rejects.toThrow('"cost" came out as NaN');
  });

  it('reaches its bar at the bar, and misses it below', () => {
    expect(atLeast(2, { name: 'ratio', value: 2, unit: '×' }).ok).toBe(true);
    expect(atLeast(2, { name: 'ratio', value: 1.99, unit: '×' }).ok).toBe(false);
  });

  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 2, 100], 3],
  ])('takes of %j the median %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });

  it('has no median of nothing', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('the table', () => {
  it('has its figures flush right and its units below each other', () => {
    const rows = [
      { name: 'updates', value: 31_615.2, unit: '1/s' },
      { name: 'node CPU per update', value: 8.194, unit: 'µs' },
      atLeast(2, { name: 'ratio', value: 5.64, unit: '×' }),
      atLeast(2, { name: 'other', value: 1.5, unit: '×' }),
    ];
    expect(tableOf(ONE, rows).split('\n')).toEqual([
      'one: about one',
      '  updates              31,615 1/s',
      '  node CPU per update    8.19 µs',
      '  ratio                  5.64 ×    reaches 2.00',
      '  other                  1.50 ×    MISSES 2.00',
    ]);
  });

  it.each([
    [0, '0.000'],
    [0.0123, '0.012'],
    [8.194, '8.19'],
    [46.92, '46.9'],
    [731_449.4, '731,449'],
    [-12.34, '-12.3'],
  ])('writes %d as %s', (value, text) => {
    expect(figureOf(value)).toBe(text);
  });
});

describe('the file of results', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flatlands-bench-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gets an object of one benchmark and an array of several', () => {
    const file = join(folder, 'results.json');
    const result = { bench: 'one', date: '2026-01-01T00:00:00.000Z', node: 'v20.0.0', rows: [] };
    writeResults(file, [result]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(result);
    expect(isWritable(file)).toBe(true);
    writeResults(file, [result, { ...result, bench: 'two' }]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([result, { ...result, bench: 'two' }]);
  });

  it('may be new, but is no folder and in no folder that is not there', () => {
    expect(isWritable(join(folder, 'new.json'))).toBe(true);
    expect(isWritable(folder)).toBe(false);
    expect(isWritable(join(folder, 'nowhere', 'new.json'))).toBe(false);
  });
});

describe('the command', () => {
  const MAIN = join(import.meta.dirname, '../bench/main.ts');
  const NAMES = BENCHMARKS.map(({ name }) => name);
  const run = (...args: string[]) => runProgram(process.execPath, ['--import', 'tsx', MAIN, ...args]);

  it('lists the benchmarks with --help, and ends with 0', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of NAMES) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it.each([
    [['no-such'], `There is no benchmark "no-such"; the benchmarks are ${NAMES.join(', ')}.\n`],
    [
      ['broker-publish', '--json', '/no/such/folder/r.json'],
      '--json takes the name of a file that can be written, not "/no/such/folder/r.json".\n',
    ],
    [
      ['density', '--plot', '/no/such/folder/p.svg'],
      '--plot takes the name of a file that can be written, not "/no/such/folder/p.svg".\n',
    ],
  ])('refuses %j before anything runs, in one sentence and with 2', async (args, sentence) => {
    expect(await run(...args)).toEqual({ code: 2, signal: null, stdout: '', stderr: sentence });
  });
});
