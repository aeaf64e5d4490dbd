import { Container, type Texture } from 'pixi.js';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { BARE } from '../../shared/tiles.ts';
import { isWall, tileLook } from './art/tile-look.ts';
import { WALL_RISE } from './art/wall-art.ts';
import type { Atlas } from './atlas.ts';
import type { Camera } from './camera.ts';
import { SpriteDeal } from './sprite-deal.ts';
import type { TableSprite } from './sprite-table.ts';
import { WALL_FOOT } from './wall-layer.ts';

/** A tile that was asked for and is not there yet. */
export interface PendingTile {
  readonly tileX: number;
  readonly tileY: number;
  readonly kind: number;
}

/** The tile that would be set. */
export interface TileCursor extends PendingTile {
  readonly isAllowed: boolean;
}

/** How much is seen of what is not there yet, how far that swings, and in which steps. */
const PENDING_ALPHA = 0.5;
const PULSE_ALPHA = [0, 0.06, 0.12, 0.06, 0, -0.06, -0.12, -0.06] as const;
const PULSE_MS = 120;
const PREVIEW_ALPHA = 0.4;

/** Tiles that are only wished for: those that were asked for, and the one under the cursor. */
export class TileMarks {
  /** Lies over what is built. */
  readonly flat = new Container();
  /** Lies over everything that stands. */
  readonly outlines = new Container();
  readonly #atlas: Atlas;
  readonly #floors: SpriteDeal;
  readonly #walls: SpriteDeal;
  readonly #frames: SpriteDeal;

  /** @param standing where walls stand, sorted by their feet */
  constructor(atlas: Atlas, standing: Container) {
    this.#atlas = atlas;
    this.#floors = new SpriteDeal(this.flat, atlas.white);
    this.#walls = new SpriteDeal(standing, atlas.white);
    this.#frames = new SpriteDeal(this.outlines, atlas.white);
  }

  /** @param calm nothing pulses */
  update(
    pending: Iterable<PendingTile>,
    cursor: TileCursor | undefined,
    camera: Camera,
    nowMs: number,
    calm: boolean,
  ): void {
    for (const deal of [this.#floors, this.#walls, this.#frames]) deal.begin();
    const step = calm ? 0 : Math.floor(nowMs / PULSE_MS) % PULSE_ALPHA.length;
    for (const tile of pending) this.#show(tile, PENDING_ALPHA + (PULSE_ALPHA[step] as number), camera);
    if (cursor !== undefined) {
      if (cursor.isAllowed && cursor.kind !== BARE) this.#show(cursor, PREVIEW_ALPHA, camera);
      this.#outline(cursor, camera);
    }
    for (const deal of [this.#floors, this.#walls, this.#frames]) deal.end();
  }

  #show(tile: PendingTile, alpha: number, camera: Camera): void {
    const { kind, tileY } = tile;
    let sprite: TableSprite;
    if (kind === BARE) sprite = put(this.#frames.next(this.#atlas.removal), tile, 0, 0, camera);
    else if (isWall(kind)) {
      const texture = this.#atlas.wall(tileLook(kind)?.variant ?? 0, 0);
      sprite = put(this.#walls.next(texture), tile, 0, -WALL_RISE, camera);
      // In front of the wall that it is to replace.
      sprite.zIndex = tileY * UNITS_PER_TILE + WALL_FOOT + 1;
    } else {
      const texture = this.#atlas.ghost(kind);
      if (texture === undefined) return;
      sprite = put(this.#floors.next(texture), tile, 0, 0, camera);
    }
    sprite.alpha = alpha;
  }

  #outline(cursor: TileCursor, camera: Camera): void {
    const { allowed, refused, cross } = this.#atlas.cursor;
    const draw = (texture: Texture): void => {
      put(this.#frames.next(texture), cursor, -1, -1, camera).alpha = 1;
    };
    draw(cursor.isAllowed ? allowed : refused);
    if (!cursor.isAllowed) draw(cross);
  }
}

/** Puts a sprite over a tile, so many pixels to the right and down. */
function put(sprite: TableSprite, tile: PendingTile, right: number, down: number, camera: Camera): TableSprite {
  sprite.position.set(
    camera.anchoredX(tile.tileX * UNITS_PER_TILE) + right,
    camera.anchoredY(tile.tileY * UNITS_PER_TILE) + down,
  );
  return sprite;
}
