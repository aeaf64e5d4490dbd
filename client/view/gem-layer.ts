import { Container } from 'pixi.js';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { latticeHash } from '../../shared/terrain.ts';
import { isWall } from './art/tile-look.ts';
import type { Atlas } from './atlas.ts';
import type { BuiltMap } from './built-map.ts';
import { type Camera, contains, UNITS_PER_PIXEL } from './camera.ts';
import { SpriteDeal } from './sprite-deal.ts';

/** A gem that lies somewhere. */
export interface GemToDraw {
  readonly tileX: number;
  readonly tileY: number;
  readonly points: number;
}

/** Tiles around the window whose gems are drawn. */
const MARGIN = 1;
/** Where a gem's shadow lies in its tile, in pixels from the upper edge, and how high the gem floats over it. */
const FOOT_IN_TILE = 12;
const FLOAT = 1;
/** A gem rises or sinks by a pixel after so many ticks; all see it do so alike. */
const BOB_TICKS = 9;
/** A gem glints once in so many ms, in steps of so many. */
const GLINT_EVERY_MS = 1300;
const GLINT_STEP_MS = 70;

/** Gems: their shadows on the ground, themselves among those who stand. */
export class GemLayer {
  /** Lies over the ground, under everything that stands. */
  readonly shadows = new Container();
  readonly #atlas: Atlas;
  readonly #shadows: SpriteDeal;
  readonly #gems: SpriteDeal;

  /** @param standing where gems lie, sorted by their feet */
  constructor(atlas: Atlas, standing: Container) {
    this.#atlas = atlas;
    this.#shadows = new SpriteDeal(this.shadows, atlas.white);
    this.#gems = new SpriteDeal(standing, atlas.white);
  }

  /**
   * Draws the gems that lie now.
   * @param tick of the world
   * @param calm gems lie still
   */
  update(gems: Iterable<GemToDraw>, map: BuiltMap, camera: Camera, tick: number, nowMs: number, calm: boolean): void {
    const rect = camera.tiles(MARGIN);
    this.#shadows.begin();
    this.#gems.begin();
    for (const { tileX, tileY, points } of gems) {
      // Whoever builds a wall over a gem has hidden it.
      if (!contains(rect, tileX, tileY) || isWall(map.kindAt(tileX, tileY))) continue;
      const phase = latticeHash(0x67656d, tileX, tileY);
      const x = camera.anchoredX((tileX + 0.5) * UNITS_PER_TILE);
      const footY = tileY * UNITS_PER_TILE + FOOT_IN_TILE * UNITS_PER_PIXEL;
      const y = camera.anchoredY(footY);
      const isUp = !calm && Math.floor(tick / BOB_TICKS + (phase & 1)) % 2 === 1;
      const shadow = this.#shadows.next(this.#atlas.gemShadow);
      shadow.anchor.set(0.5, 0.5);
      shadow.position.set(x, y);
      const frames = this.#atlas.gem(points);
      const glint = calm ? 0 : Math.floor(((nowMs + (phase >>> 8)) % GLINT_EVERY_MS) / GLINT_STEP_MS);
      const texture = frames[glint] ?? frames[0] ?? this.#atlas.white;
      const gem = this.#gems.next(texture);
      gem.anchor.set(Math.floor(texture.width / 2) / texture.width, 1);
      gem.position.set(x, y - FLOAT - (isUp ? 1 : 0));
      gem.zIndex = footY;
    }
    this.#shadows.end();
    this.#gems.end();
  }
}
