/**
 * `(generation, rev)`: which of two pieces of news about a player is the newer one (G7).
 * The generation is a u32 raised at every sign-in; rev is a u16 that counts a player's motions, crossings and leave
 * and wraps, compared by serial number arithmetic (RFC 1982).
 */
export interface Pair {
  readonly generation: number;
  readonly rev: number;
}

/** a − b of two revs: positive when a is newer, at most 32,767 away. */
export const revDistance = (a: number, b: number): number => ((a - b + 0x8000) & 0xffff) - 0x8000;

/** The rev next to a known one whose low byte this is: at most 127 newer than it, or 128 older. */
export const revNear = (low: number, known: number): number => (known + (((low - known) << 24) >> 24)) & 0xffff;

/** How much newer a rev may be for `revNear` to find it. */
export const MAX_REV_STEP = 127;

export const nextRev = (rev: number): number => (rev + 1) & 0xffff;

/** Negative, zero or positive as a is older than, the same as or newer than b. */
export const comparePairs = (a: Pair, b: Pair): number =>
  a.generation === b.generation ? revDistance(a.rev, b.rev) : a.generation - b.generation;
