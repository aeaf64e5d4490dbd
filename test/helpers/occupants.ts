import type { Occupant } from '../../server/grid/occupant.ts';
import { STANDING } from '../../shared/motion.ts';

/** Somebody as streams tell them: at rest in square 0,0 unless told otherwise. */
export const occupant = (some: Partial<Occupant> & { readonly id: number }): Occupant => ({
  generation: 1,
  rev: 1,
  motion: { tick: 1000, x: 100, y: 200, heading: STANDING },
  look: 0,
  profileVersion: 1,
  name: `P${some.id}`,
  from: 0,
  ...some,
});
