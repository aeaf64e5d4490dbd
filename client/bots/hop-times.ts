import type { Traced } from '../../shared/protocol.ts';
import type { HopTimes } from './hops.ts';

/**
 * How long each hop of a followed input took.
 * @param atMs the world time at which the observer had it
 */
export function hopTimesOf(
  { sentMs, readMs, flushedMs, arrivedMs, plannedMs, writtenMs }: Traced,
  atMs: number,
): HopTimes {
  return [
    readMs - sentMs,
    flushedMs - readMs,
    arrivedMs === null ? null : arrivedMs - flushedMs,
    plannedMs - (arrivedMs ?? flushedMs),
    writtenMs - plannedMs,
    atMs - writtenMs,
  ];
}
