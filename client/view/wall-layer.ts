import type { Container } from 'pixi.js';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { isWall, tileLook } from './art/tile-look.ts';
import { JOIN_EAST, JOIN_NORTH, JOIN_SOUTH, JOIN_WEST, WALL_RISE } from './art/wall-art.ts';
import type { Atlas } from './atlas.ts';
import type { BuiltMap } from './built-map.ts';
import { type Camera, contains, sameRect, type TileRect } from './camera.ts';
import { SpritePool } from './sprite-pool.ts';
import type { TableSprite } from './sprite-table.ts';

/** Tiles around the window whose walls are kept: they reach up. */
const MARGIN = 2;
/**
 * Where a wall stands among people, in units from its tile's upper edge. Nobody comes nearer than the edges, but who
 * stands beside a wall is to be seen whole in the lower half of the tile.
 */
export const WALL_FOOT = UNITS_PER_TILE / 2;

interface Wall {
  readonly tileX: number;
  readonly tileY: number;
  readonly sprite: TableSprite;
}

/** Walls near the window, which stand among the people; sprites change places when tiles come and go. */
export class WallLayer {
  readonly #atlas: Atlas;
  readonly #pool: SpritePool;
  readonly #walls = new Map<string, Wall>();
  #rect: TileRect = { left: 0, top: 0, right: -1, bottom: -1 };
  #anchorVersion = -1;

  /** @param standing where walls stand, sorted by their feet */
  constructor(atlas: Atlas, standing: Container) {
    this.#atlas = atlas;
    this.#pool = new SpritePool(standing, atlas.white);
  }

  update(camera: Camera, map: BuiltMap): void {
    const rect = camera.tiles(MARGIN);
    if (!sameRect(rect, this.#rect)) this.#move(rect, map, camera);
    for (const { tileX, tileY } of map.changes) {
      this.#mend(tileX, tileY, map, camera);
      this.#mend(tileX - 1, tileY, map, camera);
      this.#mend(tileX + 1, tileY, map, camera);
      this.#mend(tileX, tileY - 1, map, camera);
      this.#mend(tileX, tileY + 1, map, camera);
    }
    if (camera.anchorVersion === this.#anchorVersion) return;
    this.#anchorVersion = camera.anchorVersion;
    for (const wall of this.#walls.values()) put(wall, camera);
  }

  #move(rect: TileRect, map: BuiltMap, camera: Camera): void {
    const old = this.#rect;
    this.#rect = rect;
    for (const [key, wall] of this.#walls) {
      if (!contains(rect, wall.tileX, wall.tileY)) this.#remove(key, wall);
    }
    for (let tileY = rect.top; tileY <= rect.bottom; tileY++) {
      for (let tileX = rect.left; tileX <= rect.right; tileX++) {
        if (!contains(old, tileX, tileY) && isWall(map.kindAt(tileX, tileY))) this.#mend(tileX, tileY, map, camera);
      }
    }
  }

  /** Makes the wall on a tile what it should be: there or not, of its colour, joined with its neighbours. */
  #mend(tileX: number, tileY: number, map: BuiltMap, camera: Camera): void {
    if (!contains(this.#rect, tileX, tileY)) return;
    const key = `${tileX},${tileY}`;
    const kind = map.kindAt(tileX, tileY);
    let wall = this.#walls.get(key);
    if (!isWall(kind)) {
      if (wall !== undefined) this.#remove(key, wall);
      return;
    }
    const joins =
      (map.kindAt(tileX - 1, tileY) === kind ? JOIN_WEST : 0) |
      (map.kindAt(tileX + 1, tileY) === kind ? JOIN_EAST : 0) |
      (map.kindAt(tileX, tileY - 1) === kind ? JOIN_NORTH : 0) |
      (map.kindAt(tileX, tileY + 1) === kind ? JOIN_SOUTH : 0);
    const texture = this.#atlas.wall(tileLook(kind)?.variant ?? 0, joins);
    if (wall === undefined) {
      wall = { tileX, tileY, sprite: this.#pool.take(texture) };
      wall.sprite.zIndex = tileY * UNITS_PER_TILE + WALL_FOOT;
      put(wall, camera);
      this.#walls.set(key, wall);
    } else wall.sprite.texture = texture;
  }

  #remove(key: string, wall: Wall): void {
    this.#walls.delete(key);
    this.#pool.give(wall.sprite);
  }
}

function put({ tileX, tileY, sprite }: Wall, camera: Camera): void {
  sprite.position.set(camera.anchoredX(tileX * UNITS_PER_TILE), camera.anchoredY(tileY * UNITS_PER_TILE) - WALL_RISE);
}
