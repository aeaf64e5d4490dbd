import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLogger, prettyLine } from '../../server/logger.ts';
import type { LogFormat } from '../../server/settings.ts';

/** What is written of one warning and one debug line. */
function written(logFormat: LogFormat, isTTY: boolean): string[] {
  const lines: string[] = [];
  const logger = createLogger({ logLevel: 'info', logFormat }, { isTTY, write: (text) => lines.push(text) });
  logger.warn({ why: 'Redis is away', dropped: 3 }, 'the broker is away');
  logger.debug('nobody asked for that');
  return lines;
}

describe('logs', () => {
  it.each([
    ['json', true],
    ['json', false],
    ['auto', false],
  ] as const)('are JSON with %s, terminal %s', (format, isTTY) => {
    const [line = '', ...others] = written(format, isTTY);
    expect(others).toEqual([]);
    expect(JSON.parse(line)).toMatchObject({ level: 40, why: 'Redis is away', dropped: 3, msg: 'the broker is away' });
    expect(line.endsWith('\n')).toBe(true);
  });

  it.each([
    ['pretty', false],
    ['pretty', true],
    ['auto', true],
  ] as const)('are lines for people with %s, terminal %s', (format, isTTY) => {
    const [line = ''] = written(format, isTTY);
    const bare = stripVTControlCharacters(line);
    expect(bare).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}the broker is away why=Redis is away dropped=3\n$/);
    expect(bare !== line, 'colours are for terminals').toBe(isTTY);
  });

  it('have errors with their stacks, and are left as they are when they are something else', () => {
    const line = prettyLine(
      JSON.stringify({ level: 50, time: 0, msg: 'it failed', err: { message: 'no', stack: 'Error: no\n  at x' } }),
      false,
    );
    expect(line).toContain('ERROR it failed');
    expect(line).toContain('\n    Error: no\n      at x');
    expect(prettyLine('something else\n', false)).toBe('something else');
  });
});
