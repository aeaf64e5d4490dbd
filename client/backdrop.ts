import { UNITS_PER_TILE } from '../shared/constants.ts';
import { Ground } from '../shared/ground.ts';
import { createTerrain } from '../shared/terrain.ts';
import type { Picture } from './view/picture.ts';

/** Any seed and place would do; here is a shore with woods behind it. */
const SEED = 7;
const TILE_X = 176;
const TILE_Y = 148;
const TILES_PER_SECOND = 0.4;

/** The land behind the start card, before anything is known of the world. */
export class Backdrop {
  readonly #ground = new Ground(createTerrain('meadows', SEED));

  /** @param calm stands still instead of passing by slowly */
  at(nowMs: number, calm: boolean): Picture {
    const way = calm ? 0 : (nowMs / 1000) * TILES_PER_SECOND;
    return {
      terrain: this.#ground.terrain,
      ground: this.#ground,
      focus: { x: (TILE_X + way) * UNITS_PER_TILE, y: TILE_Y * UNITS_PER_TILE },
      own: undefined,
      people: [],
      target: undefined,
      interest: new Map(),
      tick: 0,
      gems: [],
      pending: [],
      cursor: undefined,
      emotes: new Map(),
      truths: [],
    };
  }
}
