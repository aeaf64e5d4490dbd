import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../client/bots/command-line.ts';

const parse = (line: string) => parseCommandLine(line.split(' '));

describe('the command line of the bots, where it is about reports,', () => {
  it('takes a page besides a report', () => {
    expect(parse('--players 5 --html r.html --report r.json')).toMatchObject({
      kind: 'run',
      options: { players: 5 },
      htmlFile: 'r.html',
      reportFile: 'r.json',
    });
  });

  it('joins two reports or more', () => {
    expect(parse('--join a.json b.json c.json --report out.json --html out.html')).toEqual({
      kind: 'join',
      files: ['a.json', 'b.json', 'c.json'],
      reportFile: 'out.json',
      htmlFile: 'out.html',
    });
    expect(parse('--html out.html --join a.json 2.json')).toMatchObject({ files: ['a.json', '2.json'] });
  });

  it('compares two', () => {
    expect(parse('--compare a.json b.json --html out.html')).toEqual({
      kind: 'compare',
      files: ['a.json', 'b.json'],
      htmlFile: 'out.html',
    });
  });

  it.each([
    ['--join a.json', '--join takes the names of two or more files with reports, not 1.'],
    ['--compare a.json', '--compare takes the names of two files with reports, not 1.'],
    ['--compare a b c', '--compare takes the names of two files with reports, not 3.'],
    ['--join', '--join takes the names of two or more files with reports, but no value follows it.'],
    ['--join a b --join c d', '--join is given twice, and is taken once.'],
    ['--join a b --players 5', '--join goes with --report and --html alone, not --players.'],
    ['--join a b --compare c d', '--join goes with --report and --html alone, not --compare.'],
    ['--compare a b --report r.json', '--compare goes with --html alone, not --report.'],
    ['--html', '--html takes the name of a file, but no value follows it.'],
  ])('answers %s with one sentence, and status 2', (line, text) => {
    expect(parse(line)).toEqual({ kind: 'print', text, exitCode: 2 });
  });
});
