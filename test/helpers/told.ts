import { squareOrigin } from '../../shared/grid.ts';
import { STANDING } from '../../shared/motion.ts';
import type { Changes, Check, Motions, Snapshot } from '../../shared/protocol.ts';
import { RecordWriter } from '../../shared/records.ts';

/** News of a player as a server tells it; positions are in units from the corner of the square. */
export interface Moving {
  readonly id: number;
  readonly rev: number;
  readonly dx?: number;
  readonly dy?: number;
  readonly heading?: number;
  readonly ago?: number;
}

export interface Entering extends Moving {
  readonly generation?: number;
  readonly look?: number;
  readonly profileVersion?: number;
  readonly from?: number;
}

export interface Leaving {
  readonly id: number;
  readonly rev: number;
  readonly generation?: number;
  readonly to?: number;
}

/** Ages in records count from the frame's tick; here that is always 0 before they are subtracted. */
const TICK = 1000;

function entersOf(sx: number, sy: number, enters: readonly Entering[]): Uint8Array {
  const writer = new RecordWriter();
  for (const { id, rev, generation = 1, dx = 0, dy = 0, heading = STANDING, ago = 0, ...rest } of enters) {
    const { look = 0, profileVersion = 1, from = 0 } = rest;
    const motion = { tick: TICK - ago, x: squareOrigin(sx) + dx, y: squareOrigin(sy) + dy, heading };
    writer.enter({ id, generation, rev, look, profileVersion, from }, motion, sx, sy, TICK);
  }
  return writer.take();
}

export function changes(sx: number, sy: number, enters: readonly Entering[], leaves: readonly Leaving[]): Changes {
  const writer = new RecordWriter();
  for (const { id, rev, generation = 1, to = 0 } of leaves) writer.leave({ id, generation, rev, to });
  return { type: 'changes', sx, sy, enters: entersOf(sx, sy, enters), leaves: writer.take() };
}

export const snapshot = (sx: number, sy: number, enters: readonly Entering[]): Snapshot => ({
  type: 'snapshot',
  sx,
  sy,
  enters: entersOf(sx, sy, enters),
});

export function motions(...moves: readonly Moving[]): Motions {
  const writer = new RecordWriter();
  for (const { id, rev, dx = 0, dy = 0, heading = STANDING, ago = 0 } of moves) {
    writer.motion(id, rev, { tick: TICK - ago, x: dx, y: dy, heading }, 0, 0, TICK);
  }
  return { type: 'motions', records: writer.take() };
}

export function check(sx: number, sy: number, count: number, checksum: number): Check {
  const writer = new RecordWriter();
  writer.check({ sx, sy, count, checksum });
  return { type: 'check', records: writer.take() };
}
