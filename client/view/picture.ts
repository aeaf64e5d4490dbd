import type { SquareKey } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import type { Terrain } from '../../shared/terrain.ts';
import type { GemToDraw } from './gem-layer.ts';
import type { Truth } from './ghost-layer.ts';
import type { Place } from './marker-layer.ts';
import type { SubscribedSquare } from './overlay.ts';
import type { PersonToDraw } from './person-view.ts';
import type { PendingTile, TileCursor } from './tile-marks.ts';

/** What one frame shows. */
export interface Picture {
  readonly terrain: Terrain;
  /** What the camera follows, in units. */
  readonly focus: Place;
  readonly own: PersonToDraw | undefined;
  /** Everybody else. */
  readonly people: readonly PersonToDraw[];
  /** Where one walks to, in units. */
  readonly target: Place | undefined;
  readonly interest: ReadonlyMap<SquareKey, SubscribedSquare>;
  /** What is built on the terrain. Its newest state is drawn, also of what counts from a coming tick on. */
  readonly ground: Ground;
  /** World time. */
  readonly tick: number;
  /** What lies about to be found; read once. */
  readonly gems: Iterable<GemToDraw>;
  /** Tiles that were asked for and are not there yet; read once. */
  readonly pending: Iterable<PendingTile>;
  /** The tile that would be built now. */
  readonly cursor: TileCursor | undefined;
  /** Emotes by player. */
  readonly emotes: ReadonlyMap<number, number>;
  /** Where the server says that people are; none where that is not to be seen. Read once. */
  readonly truths: Iterable<Truth>;
}

/** How the scene is drawn. */
export interface SceneStyle {
  /**
   * 'sharp' draws in pixels of the device, 'light' in those of the art, for the browser to enlarge, and leaves out
   * lanterns, ripples and footsteps. 'auto' begins sharp, unless the processor does the drawing, and turns coarse, but
   * leaves nothing out, where frames take too long; it stays so until the choice is made anew.
   */
  readonly quality: 'auto' | 'sharp' | 'light';
  /** Day and night as the world has them, or always noon. */
  readonly daylight: 'world' | 'day';
}
