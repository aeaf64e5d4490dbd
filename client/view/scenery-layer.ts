import { Container } from 'pixi.js';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { type Terrain, TREE, WATER } from '../../shared/terrain.ts';
import { detailHash, treeOf } from './art/ground-survey.ts';
import { GLINT_FRAMES, TREE_FOOT, TREE_HEIGHT, TREE_SHADE_X, TREE_SHADE_Y } from './art/scenery-art.ts';
import { covers } from './art/tile-look.ts';
import type { Atlas } from './atlas.ts';
import type { BuiltMap } from './built-map.ts';
import { type Camera, contains, sameRect, type TileRect, UNITS_PER_PIXEL } from './camera.ts';
import type { Place } from './marker-layer.ts';
import { SpritePool } from './sprite-pool.ts';
import type { TableSprite } from './sprite-table.ts';

/** Tiles around the window whose trees are kept: crowns reach up and to the sides. */
const MARGIN = 3;
/** How much is left of a tree that hides oneself, and how fast it fades, per ms. */
const HIDING_ALPHA = 0.5;
const FADE_PER_MS = 1 / 300;
/** Reach of a crown from its tree's foot, in units: to each side, and from just behind the foot upwards. */
const CROWN_HALF_WIDTH = 13 * UNITS_PER_PIXEL;
const CROWN_HEIGHT = 36 * UNITS_PER_PIXEL;
/** One tile of open water in so many has a glint. */
const GLINT_EVERY = 5;
const GLINT_STEP_MS = 420;
/** Steps in which nothing is seen, between two glints. */
const GLINT_REST = 4;
/** Where a tree's foot stands in its tile, in pixels from the tile's upper edge. */
const FOOT_IN_TILE = 12;

interface Placed {
  readonly tileX: number;
  readonly tileY: number;
  /** Place of the foot, in units. */
  readonly x: number;
  readonly y: number;
  readonly sprite: TableSprite;
  /** What lies under a tree; undefined for a glint. */
  readonly shade: TableSprite | undefined;
  /** Steps by which a glint is ahead of the others; undefined for a tree. */
  readonly ahead: number | undefined;
}

/**
 * Trees, which stand among the people, and the glints on the water, where nothing is built over them. Only for the
 * tiles near the window, so their number is that of the tiles; sprites change places when tiles come and go.
 */
export class SceneryLayer {
  /** Lies over the ground. */
  readonly glints = new Container();
  /** The shade under trees; lies over the ground and what is built on it. */
  readonly shades = new Container();
  readonly #atlas: Atlas;
  readonly #trees: SpritePool;
  readonly #shadePool: SpritePool;
  readonly #glintPool: SpritePool;
  readonly #placed = new Map<string, Placed>();
  #rect: TileRect = { left: 0, top: 0, right: -1, bottom: -1 };
  #terrain: Terrain | undefined;
  #anchorVersion = -1;
  #step = -1;

  /** @param standing where trees stand, sorted by their feet */
  constructor(atlas: Atlas, standing: Container) {
    this.#atlas = atlas;
    this.#trees = new SpritePool(standing, atlas.white);
    this.#shadePool = new SpritePool(this.shades, atlas.white);
    this.#glintPool = new SpritePool(this.glints, atlas.white);
  }

  /**
   * @param own trees in front of this place become see-through
   * @param ms since the last frame
   * @param calm nothing moves by itself
   */
  update(
    camera: Camera,
    terrain: Terrain,
    map: BuiltMap,
    own: Place | undefined,
    nowMs: number,
    ms: number,
    calm: boolean,
  ): void {
    const rect = camera.tiles(MARGIN);
    const fresh = terrain !== this.#terrain;
    if (fresh || !sameRect(rect, this.#rect)) this.#move(rect, terrain, map, camera, fresh);
    for (const { tileX, tileY } of map.changes) {
      if (contains(rect, tileX, tileY)) this.#mend(tileX, tileY, terrain, map, camera);
    }
    if (camera.anchorVersion !== this.#anchorVersion) {
      this.#anchorVersion = camera.anchorVersion;
      for (const placed of this.#placed.values()) put(placed, camera);
    }
    for (const { sprite, x, y, ahead } of this.#placed.values()) {
      if (ahead !== undefined) continue;
      const hides =
        own !== undefined && Math.abs(own.x - x) < CROWN_HALF_WIDTH && own.y < y && own.y > y - CROWN_HEIGHT;
      if (hides) sprite.alpha = Math.max(HIDING_ALPHA, sprite.alpha - (calm ? 1 : ms * FADE_PER_MS));
      else if (sprite.alpha < 1) sprite.alpha = Math.min(1, sprite.alpha + (calm ? 1 : ms * FADE_PER_MS));
    }
    const step = calm ? 0 : Math.floor(nowMs / GLINT_STEP_MS);
    if (step === this.#step) return;
    this.#step = step;
    for (const placed of this.#placed.values())
      if (placed.ahead !== undefined) this.#shine(placed.sprite, placed.ahead);
  }

  #move(rect: TileRect, terrain: Terrain, map: BuiltMap, camera: Camera, fresh: boolean): void {
    const old = this.#rect;
    this.#rect = rect;
    this.#terrain = terrain;
    for (const [key, placed] of this.#placed) {
      if (fresh || !contains(rect, placed.tileX, placed.tileY)) this.#remove(key, placed);
    }
    for (let tileY = rect.top; tileY <= rect.bottom; tileY++) {
      for (let tileX = rect.left; tileX <= rect.right; tileX++) {
        if (fresh || !contains(old, tileX, tileY)) this.#mend(tileX, tileY, terrain, map, camera);
      }
    }
  }

  /** Sees to it that there is on a tile what belongs there. */
  #mend(tileX: number, tileY: number, terrain: Terrain, map: BuiltMap, camera: Camera): void {
    const ground = terrain.groundAt(tileX, tileY);
    if (ground !== TREE && ground !== WATER) return;
    const key = `${tileX},${tileY}`;
    const placed = this.#placed.get(key);
    if (covers(map.kindAt(tileX, tileY))) {
      if (placed !== undefined) this.#remove(key, placed);
    } else if (placed === undefined) {
      if (ground === TREE) this.#plant(terrain, tileX, tileY, camera);
      else this.#glint(terrain, tileX, tileY, camera);
    }
  }

  #plant(terrain: Terrain, tileX: number, tileY: number, camera: Camera): void {
    const { kind, dx, dy } = treeOf(terrain.seed, tileX, tileY);
    const sprite = this.#trees.take(this.#atlas.trees[kind]);
    sprite.anchor.set(0.5, (TREE_HEIGHT - TREE_FOOT) / TREE_HEIGHT);
    const x = tileX * UNITS_PER_TILE + (8 + dx) * UNITS_PER_PIXEL;
    const y = tileY * UNITS_PER_TILE + (FOOT_IN_TILE + dy) * UNITS_PER_PIXEL;
    sprite.zIndex = y;
    const shade = this.#shadePool.take(this.#atlas.treeShade);
    this.#add({ tileX, tileY, x, y, sprite, shade, ahead: undefined }, camera);
  }

  #glint(terrain: Terrain, tileX: number, tileY: number, camera: Camera): void {
    const hash = detailHash(terrain.seed, tileX, tileY);
    if (hash % GLINT_EVERY !== 0) return;
    // On open water only: along the shore the waves are painted.
    const open =
      terrain.groundAt(tileX - 1, tileY) === WATER &&
      terrain.groundAt(tileX + 1, tileY) === WATER &&
      terrain.groundAt(tileX, tileY - 1) === WATER &&
      terrain.groundAt(tileX, tileY + 1) === WATER;
    if (!open) return;
    const ahead = (hash >>> 8) % (GLINT_FRAMES + GLINT_REST);
    const sprite = this.#glintPool.take(this.#atlas.glints[0]);
    sprite.anchor.set(0.5, 0.5);
    const x = tileX * UNITS_PER_TILE + (4 + ((hash >>> 12) & 7)) * UNITS_PER_PIXEL;
    const y = tileY * UNITS_PER_TILE + (4 + ((hash >>> 16) & 7)) * UNITS_PER_PIXEL;
    this.#shine(sprite, ahead);
    this.#add({ tileX, tileY, x, y, sprite, shade: undefined, ahead }, camera);
  }

  #add(placed: Placed, camera: Camera): void {
    put(placed, camera);
    this.#placed.set(`${placed.tileX},${placed.tileY}`, placed);
  }

  #remove(key: string, { sprite, shade, ahead }: Placed): void {
    this.#placed.delete(key);
    (ahead === undefined ? this.#trees : this.#glintPool).give(sprite);
    if (shade !== undefined) this.#shadePool.give(shade);
  }

  #shine(sprite: TableSprite, ahead: number): void {
    const step = (this.#step + ahead) % (GLINT_FRAMES + GLINT_REST);
    const texture = this.#atlas.glints[step];
    sprite.visible = texture !== undefined;
    if (texture !== undefined) sprite.texture = texture;
  }
}

function put({ sprite, shade, x, y }: Placed, camera: Camera): void {
  const anchoredX = camera.anchoredX(x);
  const anchoredY = camera.anchoredY(y);
  sprite.position.set(anchoredX, anchoredY);
  // Towards the right, for the light comes from the left.
  shade?.position.set(anchoredX + 1 - TREE_SHADE_X, anchoredY - TREE_SHADE_Y);
}
