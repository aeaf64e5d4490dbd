import { TICK_MS } from './constants.ts';

/** Milliseconds that never run backwards, from any origin. The only source of time that is passed in. */
export type Monotonic = () => number;

/** World time: milliseconds since the world's creation. */
export interface WorldClock {
  /** World time now, in ms, not rounded. */
  nowMs(): number;
}

/** The tick that a world time lies in. */
export const tickAt = (worldMs: number): number => Math.floor(worldMs / TICK_MS);

/** The world clock of a node that is alone: the monotonic clock, from `startMs` of world time. */
export function createWorldClock(monotonic: Monotonic, startMs = 0): WorldClock {
  const origin = monotonic() - startMs;
  return { nowMs: () => monotonic() - origin };
}
