import type { Square } from '../../shared/grid.ts';
import type { TerrainKind } from '../../shared/terrain.ts';

/** A picture of a square's ground: RGBA, SQUARE_PIXELS wide and high. */
export type SquareBytes = Uint8Array<ArrayBuffer>;

/** What goes to the thread that paints, and comes back with the picture in `bytes`. */
export interface PaintOrder extends Square {
  readonly kind: TerrainKind;
  readonly seed: number;
  readonly bytes: SquareBytes;
}
