import type { Monotonic } from '../../shared/clock.ts';

/**
 * A monotonic clock that all processes of a machine share, in ms: Node's high-resolution time is the operating system's
 * (on Linux CLOCK_MONOTONIC, since the machine was started), while `performance.now` counts from a process's own start.
 * The two tick alike, and the second one is cheaper to read.
 */
export function machineClock(): Monotonic {
  const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
  return () => originMs + performance.now();
}
