import { readFileSync } from 'node:fs';

/** Files that a process may have open, as this one has been allowed; infinite where nothing is said. */
export function maxOpenFiles(limits = readFileSync('/proc/self/limits', 'latin1')): number {
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
  return soft === undefined || soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

/** @throws Error that says what to do when a process may not have so many connections open besides its own files */
export function assertOpenFiles(connections: number, allowed = maxOpenFiles()): void {
  const needed = connections + SPARE;
  if (allowed >= needed) return;
  throw new Error(
    `${connections} connections take ${needed} open files, and a process may have ${allowed}: raise it, as with "ulimit -n ${needed}".`,
  );
}

/** What a process has open besides: its program, its pipes, what it listens on. */
const SPARE = 100;
