/**
 * The checksum of a square's picture (G8): the sum, modulo 2^32, of one hash for every occupant. It covers what was
 * sent (who, generation, rev), never where playback shows them, and can be kept up to date by adding and subtracting.
 * The mixing is that of MurmurHash3's finaliser.
 */
export function occupantHash(id: number, generation: number, rev: number): number {
  let h = Math.imul(id, 0x9e3779b1) ^ Math.imul(generation, 0x85ebca77) ^ Math.imul(rev + 1, 0xc2b2ae3d);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

export const addHash = (sum: number, hash: number): number => (sum + hash) >>> 0;
export const subtractHash = (sum: number, hash: number): number => (sum - hash) >>> 0;
