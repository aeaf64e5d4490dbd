import type { Blocked } from '../../shared/motion.ts';

/** Ground without obstacles. */
export const free: Blocked = () => false;

/** About one tile in six is blocked, always the same ones for a seed; close enough to be run into all the time. */
export const walls =
  (seed: number): Blocked =>
  (tileX, tileY) => {
    const h = Math.imul(tileX ^ Math.imul(tileY, 0x9e3779b1) ^ seed, 0x85ebca6b);
    return ((h ^ (h >>> 13)) >>> 0) % 6 === 0;
  };

/** Counts how often the ground is looked at, which is what steps cost. */
export function counted(blocked: Blocked): { readonly blocked: Blocked; readonly calls: () => number } {
  let calls = 0;
  return {
    blocked: (x, y, tick) => {
      calls++;
      return blocked(x, y, tick);
    },
    calls: () => calls,
  };
}
