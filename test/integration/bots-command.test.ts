import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProgramResult, runProgram } from '../helpers/program.ts';
import { startTestApp } from '../helpers/test-app.ts';

const ROOT = join(import.meta.dirname, '../..');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flatlands-bots-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bots = (...args: readonly string[]): Promise<ProgramResult> =>
  runProgram(process.execPath, ['--import', 'tsx', join(ROOT, 'client/bots/main.ts'), ...args], { cwd: ROOT });

/** Three runs, one after the other. */
const SEARCH_MS = 90_000;

const FEW = ['--behaviour', 'crowd', '--placement', 'together', '--seconds', '2'] as const;

describe('npm run bots', () => {
  it('prints a table, writes what it is asked to, and ends with 0', async () => {
    const { url } = await startTestApp();
    const [report, page] = [join(folder, 'report.json'), join(folder, 'report.html')];
    const result = await bots('--url', url, '--players', '4', ...FEW, '--report', report, '--html', page);
    expect(result).toMatchObject({ code: 0, stdout: expect.stringMatching(/All was right\.\n$/) });
    expect(result.stderr).toContain('4/4 players');
    expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({ ok: true, players: { joined: 4 } });
    expect(await readFile(page, 'utf8')).toContain('Flatlands load test');
  });

  it(
    'with --find-limit says how many a server carries, and what ran out',
    async () => {
      const { url } = await startTestApp({ maxSessions: 2 });
      const file = join(folder, 'limit.json');
      const { code, stdout } = await bots('--url', url, '--players', '3', ...FEW, '--find-limit', '--report', file);
      const [first, , ...rest] = stdout.trim().split('\n');
      expect(first).toMatch(/^3 players: .*it does not\. 1 was refused\.$/);
      expect(rest).toEqual([
        expect.stringMatching(/^2 players: p99 \d+(\.\d)? ms, 0 missed: it holds\.$/),
        'This server carries 2 players.',
        'With 3 it does not: 1 was refused. What ran out first: Sessions: the server takes no more than --max-sessions.',
      ]);
      expect(code).toBe(0);
      const limit = JSON.parse(await readFile(file, 'utf8'));
      expect(limit).toMatchObject({ players: 2, isStopped: false, broke: { players: 3 } });
      expect(limit.trials).toHaveLength(3);
    },
    SEARCH_MS,
  );

  it('says in a sentence what it cannot do', async () => {
    expect(await bots('--url', 'ws://127.0.0.1:1/ws', '--players', '1')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^[A-Z].*127\.0\.0\.1:1.*\.\n$/),
    });
    expect(await bots('--find-limit', '--faults', '1-2')).toMatchObject({
      code: 2,
      stderr: '--find-limit goes without --faults.\n',
    });
  });
});
