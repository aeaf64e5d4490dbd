import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { settingsTable } from '../helpers/settings-table.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('the README', () => {
  test('has the configuration table that follows from the settings', () => {
    expect(read('README.md')).toContain(settingsTable());
  });

  test('names the two commands that do everything, and .ci/run runs the one that tests', () => {
    const lines = read('README.md').split('\n');
    expect(lines).toContain('npm ci && npm start');
    expect(lines).toContain('npm ci && npm test');
    expect(read('.ci/run').split('\n')).toContain('npm ci && npm test');
  });

  test('names only npm scripts that exist', () => {
    const named = [...read('README.md').matchAll(/npm (?:run ([\w:-]+)|(start|test)\b)/g)].map((m) => m[1] ?? m[2]);
    for (const script of named) expect(Object.keys(packageJson.scripts)).toContain(script);
  });

  test.each(['README.md', 'SECURITY.md'])('%s links to nothing in the project that is not there', (file) => {
    const targets = [...read(file).matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map((match) => match[1] as string);
    for (const target of targets) expect(existsSync(join(ROOT, target)), target).toBe(true);
  });
});
