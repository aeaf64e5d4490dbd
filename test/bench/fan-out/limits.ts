import type { Fault } from '../../../client/bots/report.ts';

/** What a `socket.write` of 200 bytes took on the machine of PERFORMANCE.md: µs are given as if it did here as well. */
export const REFERENCE_WRITE_MICROS = 4.7;

/** What is still taken for a scene as it was meant. */
export interface Tolerance {
  /** Faults that are rows, with a bar of 0; any other means that what was measured was something else. */
  readonly counted: ReadonlySet<Fault['kind']>;
  /** Of the core of the players' process, from 0 to 1: beyond it, it does not keep up and measures itself. */
  readonly loadShare: number;
  /** How late its event loop may be, at p99. */
  readonly loadDelayMs: number;
  /** How far the server may have stretched its flushes. */
  readonly flushLevel: number;
  /** Everybody turns about once a second; of a crowd that could not, every figure would be about something else. */
  readonly leastTurns: number;
  /** How far off the number of others in each interest may be, as shares of what it is to be. */
  readonly fewer: number;
  readonly more: number;
  /** The server's count of updates and the players' agree to such a share of it. */
  readonly agreement: number;
}

const COUNTED: readonly Fault['kind'][] = ['missed', 'ghost', 'duplicated'];

/** Of a scene with server and players alone on their cores. With 25 others meant there are 22 to 30. */
export const ALONE: Tolerance = {
  counted: new Set(COUNTED),
  loadShare: 0.95,
  loadDelayMs: 100,
  flushLevel: 0,
  leastTurns: 0.8,
  fewer: 3 / 25,
  more: 5 / 25,
  agreement: 0.15,
};

/**
 * Of scenes that begin at once, at servers that are all new: they fall behind for a while, flush more seldom and turn
 * some away, as they are meant to, and what is counted in a moment is not counted well. Pictures are right all the same.
 */
export const AT_ONCE: Tolerance = {
  counted: new Set([...COUNTED, 'refused']),
  loadShare: 0.95,
  loadDelayMs: 500,
  flushLevel: Number.POSITIVE_INFINITY,
  leastTurns: 0.5,
  fewer: 0.5,
  more: 0.5,
  agreement: Number.POSITIVE_INFINITY,
};
