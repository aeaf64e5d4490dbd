/**
 * Everything that `npm test` does: system packages, types, lint, build, tests. The last line is the count. Words on the
 * command line narrow the tests to files whose path contains one of them.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './runner/child.ts';
import { ensurePackages, privilegeHere, SYSTEM_PACKAGES } from './runner/system-packages.ts';
import { addTallies, closingLine, type Tally, tallyTests } from './runner/tally.ts';

const ROOT = join(import.meta.dirname, '..');

const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);

/** Runs a step that passes or fails as a whole. */
async function step(title: string, command: string, args: readonly string[]): Promise<Tally> {
  console.log(`\n▶ ${title}`);
  const code = await run(command, args, { cwd: ROOT });
  if (code !== 0) console.log(`✗ ${title} failed`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function tests(filters: readonly string[]): Promise<Tally> {
  console.log('\n▶ Tests');
  const folder = mkdtempSync(join(tmpdir(), 'flatlands-test-'));
  const reportFile = join(folder, 'report.json');
  const args = ['run', '--config', 'test/vitest.config.ts', '--reporter=default', '--reporter=json'];
  const code = await run(bin('vitest'), [...args, `--outputFile.json=${reportFile}`, ...filters], { cwd: ROOT });
  const tally = tallyTests(existsSync(reportFile) ? readFileSync(reportFile, 'utf8') : undefined, code);
  rmSync(folder, { recursive: true });
  for (const remark of tally.remarks) console.log(remark);
  return tally;
}

async function all(filters: readonly string[]): Promise<Tally> {
  const packages = await ensurePackages(SYSTEM_PACKAGES, privilegeHere());
  if (packages.kind === 'missing') {
    console.error(packages.sentence);
    return { passed: 0, failed: 1 };
  }
  return addTallies([
    await step('Types', bin('tsc'), ['--noEmit']),
    await step('Lint', bin('biome'), ['check', '--error-on-warnings', 'server', 'client', 'shared', 'test']),
    await step('Build', bin('tsx'), ['server/build.ts', '--force']),
    await tests(filters),
  ]);
}

const tally = await all(process.argv.slice(2));
process.exitCode = tally.failed === 0 ? 0 : 1;
console.log(`\n${closingLine(tally)}`);
