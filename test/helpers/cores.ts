import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The core of what is measured, and another one for whatever puts it under load. */
export interface Cores {
  readonly measured: number;
  readonly load: number;
}

/** Numbers of a list such as `0-2,5`. */
export function numbersOf(list: string): number[] {
  return list
    .split(',')
    .filter((part) => part.trim() !== '')
    .flatMap((part) => {
      const [first, last] = part.split('-').map(Number) as [number, number | undefined];
      return Array.from({ length: (last ?? first) - first + 1 }, (_, i) => first + i);
    });
}

/**
 * The first two of the cores that this process may use, or undefined where there are not two of them, or where no
 * `taskset` (of util-linux) can bind a process to one.
 */
export function twoCores(): Cores | undefined {
  if (spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status !== 0) return undefined;
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '';
  const [measured, load] = numbersOf(allowed);
  return measured === undefined || load === undefined ? undefined : { measured, load };
}

/**
 * The words of a command that runs on one core alone, with all its threads; the process keeps its id. Without a core
 * it runs anywhere.
 */
export const onCore = (core: number | undefined, command: readonly string[]): readonly string[] =>
  core === undefined ? command : ['taskset', '--cpu-list', String(core), ...command];
