import { DROPPED_TICKS, LEAVE_MARGIN_TILES, LINGER_TICKS, TICK_MS } from '../../shared/constants.ts';

/** What the oracle forgives, in ms unless the name says otherwise. They stand in every report. */
export interface Budgets {
  /** Inside somebody's screen for longer than this, a player has to be shown there. */
  readonly mandatoryAfterMs: number;
  /** An update that took longer counts as late … */
  readonly lateAfterMs: number;
  /** … and one that took longer than this as missed. */
  readonly missedAfterMs: number;
  /** How far from the screen a square may still be shown, in tiles. */
  readonly leaveMarginTiles: number;
  /** In a square beyond that margin for longer than this, a player must no longer be shown. */
  readonly ghostAfterMs: number;
  /** Out of the world for longer than this, a player must no longer be shown. */
  readonly goneAfterMs: number;
  /** The same for one whose connection broke, and who may come back. */
  readonly droppedGoneAfterMs: number;
  /** How often the pictures are compared with the truth. */
  readonly sampleMs: number;
}

const LINGER_MS = LINGER_TICKS * TICK_MS;

export const BUDGETS: Budgets = {
  mandatoryAfterMs: 1000,
  lateAfterMs: 500,
  missedAfterMs: 3000,
  leaveMarginTiles: LEAVE_MARGIN_TILES,
  ghostAfterMs: LINGER_MS + 1000,
  goneAfterMs: 1000 + 500,
  droppedGoneAfterMs: DROPPED_TICKS * TICK_MS + 1000 + 500,
  sampleMs: 250,
};
