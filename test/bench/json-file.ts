import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BenchmarkResult } from './benchmark.ts';

/** Whether results can be written to a file of this name; nothing is written yet. */
export function isWritable(file: string): boolean {
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory() === true) return false;
    accessSync(there === undefined ? dirname(file) : file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** One result as an object, several as an array. */
export function writeResults(file: string, results: readonly BenchmarkResult[]): void {
  writeFileSync(file, `${JSON.stringify(results.length === 1 ? results[0] : results, null, 2)}\n`);
}
