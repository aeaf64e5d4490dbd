import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ticks of the clock in which /proc/PID/stat counts: a hundred a second on every Linux. */
const MICROS_PER_CLOCK_TICK = 10_000;
/** Places in /proc/PID/stat behind the command's closing bracket, where the third field is the first. */
const UTIME = 14 - 3;
const STIME = 15 - 3;

/**
 * Processor time that a process and its threads have used so far, user and system, in µs. To the nanosecond where the
 * kernel keeps statistics of its scheduler, else to 10 ms.
 * @throws Error when there is no such process
 */
export function cpuMicrosOf(pid: number): number {
  return ofScheduler(pid) ?? ofStat(pid);
}

function ofScheduler(pid: number): number | undefined {
  const threads = `/proc/${pid}/task`;
  let nanos = 0;
  for (const thread of readdirSync(threads)) {
    try {
      nanos += Number(readFileSync(join(threads, thread, 'schedstat'), 'latin1').split(' ')[0]);
    } catch {
      return undefined;
    }
  }
  return nanos / 1000;
}

function ofStat(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The command stands in brackets and may hold blanks and brackets of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME]) + Number(fields[STIME])) * MICROS_PER_CLOCK_TICK;
}
