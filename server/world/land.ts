import type { GemPoints } from '../../shared/gems.ts';

/** A gem that lies on a tile now. */
export interface FoundGem {
  readonly sx: number;
  readonly sy: number;
  readonly period: number;
  readonly index: number;
  readonly points: GemPoints;
}

/** What the rules ask of the land besides whether it blocks. */
export interface Land {
  /** Whether nobody may enter a square for the moment: what is built there cannot be known. */
  isClosed(sx: number, sy: number): boolean;
  /** The gem on a tile at a tick that nobody has claimed as far as is known. */
  gemAt(tileX: number, tileY: number, tick: number): FoundGem | undefined;
}

/** A land without gems that is open everywhere. */
export const OPEN_LAND: Land = { isClosed: () => false, gemAt: () => undefined };

/** Some tiles, bounds inclusive. */
export interface TileRect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
