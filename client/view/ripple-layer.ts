import { Container } from 'pixi.js';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { type Terrain, WATER } from '../../shared/terrain.ts';
import { detailHash } from './art/ground-survey.ts';
import { covers } from './art/tile-look.ts';
import type { Atlas } from './atlas.ts';
import type { BuiltMap } from './built-map.ts';
import { type Camera, contains, sameRect, type TileRect, UNITS_PER_PIXEL } from './camera.ts';
import { SpritePool } from './sprite-pool.ts';
import type { TableSprite } from './sprite-table.ts';

/** Tiles around the window whose ripples are kept. */
const MARGIN = 1;
/** One tile of the shore in so many has ripples. */
const EVERY = 2;
/** How long each picture is seen, and the steps in which there is nothing to see. */
const STEP_MS = 340;
const REST = 5;
/** Ripples begin so far from the middle of their tile towards open water, in pixels, and come in a pixel a step. */
const OFFSHORE = 2;
const NOWHERE: TileRect = { left: 0, top: 0, right: -1, bottom: -1 };

export type RippleArt = Pick<Atlas, 'white' | 'ripples'>;

interface Ripple {
  readonly tileX: number;
  readonly tileY: number;
  /** Where the ripple begins, in units. */
  readonly x: number;
  readonly y: number;
  /** The way to the shore: -1, 0 or 1. */
  readonly inX: number;
  readonly inY: number;
  /** Steps by which it is ahead of the others. */
  readonly ahead: number;
  readonly sprite: TableSprite;
}

/** The small waves that come in along the shores near the window, where nothing is built over them. */
export class RippleLayer {
  /** Lies over the ground. */
  readonly view = new Container();
  readonly #atlas: RippleArt;
  readonly #pool: SpritePool;
  readonly #ripples = new Map<string, Ripple>();
  #rect = NOWHERE;
  #terrain: Terrain | undefined;
  #anchorVersion = -1;
  #step = -1;

  constructor(atlas: RippleArt) {
    this.#atlas = atlas;
    this.#pool = new SpritePool(this.view, atlas.white);
  }

  /** @param calm the water stands still */
  update(camera: Camera, terrain: Terrain, map: BuiltMap, nowMs: number, calm: boolean): void {
    if (terrain !== this.#terrain) this.clear();
    this.#terrain = terrain;
    const rect = camera.tiles(MARGIN);
    if (!sameRect(rect, this.#rect)) this.#move(rect, terrain, map, camera);
    for (const { tileX, tileY } of map.changes) {
      if (contains(rect, tileX, tileY)) this.#mend(tileX, tileY, terrain, map, camera);
    }
    const step = calm ? 0 : Math.floor(nowMs / STEP_MS);
    if (step === this.#step && camera.anchorVersion === this.#anchorVersion) return;
    this.#step = step;
    this.#anchorVersion = camera.anchorVersion;
    for (const ripple of this.#ripples.values()) this.#show(ripple, camera);
  }

  /** Forgets everything. */
  clear(): void {
    for (const [key, ripple] of this.#ripples) this.#remove(key, ripple);
    this.#rect = NOWHERE;
  }

  #move(rect: TileRect, terrain: Terrain, map: BuiltMap, camera: Camera): void {
    const old = this.#rect;
    this.#rect = rect;
    for (const [key, ripple] of this.#ripples) {
      if (!contains(rect, ripple.tileX, ripple.tileY)) this.#remove(key, ripple);
    }
    for (let tileY = rect.top; tileY <= rect.bottom; tileY++) {
      const isOldRow = tileY >= old.top && tileY <= old.bottom;
      for (let tileX = rect.left; tileX <= rect.right; tileX++) {
        // What was there before is passed over in one stride: walking brings one column at a time.
        if (isOldRow && tileX >= old.left && tileX <= old.right) tileX = old.right;
        else this.#mend(tileX, tileY, terrain, map, camera);
      }
    }
  }

  /** Sees to it that there is on a tile what belongs there. */
  #mend(tileX: number, tileY: number, terrain: Terrain, map: BuiltMap, camera: Camera): void {
    if (terrain.groundAt(tileX, tileY) !== WATER) return;
    const hash = detailHash(terrain.seed, tileX, tileY) >>> 5;
    if (hash % EVERY !== 0) return;
    const key = `${tileX},${tileY}`;
    const there = this.#ripples.get(key);
    if (covers(map.kindAt(tileX, tileY))) {
      if (there !== undefined) this.#remove(key, there);
      return;
    }
    if (there !== undefined) return;
    const land = (dx: number, dy: number): number => (terrain.groundAt(tileX + dx, tileY + dy) === WATER ? 0 : 1);
    const inX = land(1, 0) - land(-1, 0);
    const inY = land(0, 1) - land(0, -1);
    // Open water, or a strait with nowhere to come in.
    if (inX === 0 && inY === 0) return;
    const aside = ((hash >>> 4) % 7) - 3;
    const ripple: Ripple = {
      tileX,
      tileY,
      x: (tileX + 0.5) * UNITS_PER_TILE + (inX === 0 ? aside : -OFFSHORE * inX) * UNITS_PER_PIXEL,
      y: (tileY + 0.5) * UNITS_PER_TILE + (inY === 0 ? aside : -OFFSHORE * inY) * UNITS_PER_PIXEL,
      inX,
      inY,
      ahead: (hash >>> 8) % (this.#atlas.ripples.length + REST),
      sprite: this.#pool.take(undefined),
    };
    this.#ripples.set(key, ripple);
    this.#show(ripple, camera);
  }

  #show({ sprite, x, y, inX, inY, ahead }: Ripple, camera: Camera): void {
    const { ripples } = this.#atlas;
    const step = (this.#step + ahead) % (ripples.length + REST);
    const texture = ripples[step];
    sprite.visible = texture !== undefined;
    if (texture === undefined) return;
    sprite.texture = texture;
    sprite.anchor.set(Math.floor(texture.width / 2) / texture.width, Math.floor(texture.height / 2) / texture.height);
    sprite.position.set(camera.anchoredX(x) + inX * step, camera.anchoredY(y) + inY * step);
  }

  #remove(key: string, { sprite }: Ripple): void {
    this.#ripples.delete(key);
    this.#pool.give(sprite);
  }
}
