import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder for the test that calls it, which goes with all that is in it. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flatlands-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
