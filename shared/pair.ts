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

export const nextRev = (rev: number): number => (rev + 1) & 0xffff;

/** Negative, zero or positive as a is older than, the same as or newer than b. */
export const comparePairs = (a: Pair, b: Pair): number =>
  a.generation === b.generation ? revDistance(a.rev, b.rev) : a.generation - b.generation;
