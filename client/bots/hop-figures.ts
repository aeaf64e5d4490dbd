import type { Spread } from './histogram.ts';
import type { Hop, HopTally } from './hops.ts';
import { MS_DIGITS, spreadOf } from './report-figures.ts';

/** Some hops take less than a tenth of a millisecond. */
const HOP_DIGITS = MS_DIGITS + 1;

/** Of all changes of direction that were followed to somebody on the same node, or on another one; p50 and p99 in ms. */
export interface HopFigures {
  readonly count: number;
  readonly whole: Spread;
  readonly hops: Readonly<Record<Hop, Spread | null>>;
}

/** Null when nothing was followed. */
export function hopFigures({ whole: all, hops }: HopTally): HopFigures | null {
  const whole = spreadOf(all, HOP_DIGITS);
  if (whole === null) return null;
  const of = (hop: Hop): Spread | null => spreadOf(hops[hop], HOP_DIGITS);
  return {
    count: all.count,
    whole,
    hops: {
      up: of('up'),
      flush: of('flush'),
      broker: of('broker'),
      frames: of('frames'),
      write: of('write'),
      down: of('down'),
    },
  };
}
