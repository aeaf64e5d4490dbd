import { TILES_PER_SQUARE } from '../../shared/constants.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { paintBuilt } from './art/built-painter.ts';
import { SQUARE_PIXELS, TILE_PIXELS } from './art/ground-painter.ts';
import { detailHash } from './art/ground-survey.ts';
import { Pixels } from './art/pixels.ts';
import type { BuiltMap } from './built-map.ts';
import type { TileRect } from './camera.ts';

const TILES = TILES_PER_SQUARE * TILES_PER_SQUARE;

/** The picture of what is built flat on one square: clear where nothing is, painted a tile at a time. */
export class BuiltSquare {
  readonly pixels = new Pixels(SQUARE_PIXELS, SQUARE_PIXELS);
  readonly #dirty = new Uint8Array(TILES);
  readonly #drawn = new Uint8Array(TILES);
  readonly #around = new Uint8Array(9);
  #dirtyCount = 0;
  #sx = 0;
  #sy = 0;

  get sx(): number {
    return this.#sx;
  }

  get sy(): number {
    return this.#sy;
  }

  get isDirty(): boolean {
    return this.#dirtyCount > 0;
  }

  /** Becomes the clear picture of a square. */
  begin(sx: number, sy: number): void {
    this.#sx = sx;
    this.#sy = sy;
    this.pixels.data.fill(0);
    this.#dirty.fill(0);
    this.#drawn.fill(0);
    this.#dirtyCount = 0;
  }

  /** Notes that a tile of the square, given by its column and row, must be painted again. */
  mark(column: number, row: number): void {
    const tile = row * TILES_PER_SQUARE + column;
    if (this.#dirty[tile] === 1) return;
    this.#dirty[tile] = 1;
    this.#dirtyCount++;
  }

  /** Paints marked tiles, `most` at most; gives how many. */
  paint(map: BuiltMap, terrain: Terrain, most: number): number {
    let painted = 0;
    for (let tile = 0; tile < TILES && painted < most && this.#dirtyCount > 0; tile++) {
      if (this.#dirty[tile] === 0) continue;
      this.#dirty[tile] = 0;
      this.#dirtyCount--;
      painted++;
      this.#paintTile(tile, map, terrain);
    }
    return painted;
  }

  /** The columns and rows in which anything is drawn, undefined when the picture is clear. */
  bounds(): TileRect | undefined {
    let [left, top, right, bottom] = [TILES_PER_SQUARE, TILES_PER_SQUARE, -1, -1];
    for (let tile = 0; tile < TILES; tile++) {
      if (this.#drawn[tile] === 0) continue;
      const column = tile % TILES_PER_SQUARE;
      const row = Math.floor(tile / TILES_PER_SQUARE);
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
    }
    return right < 0 ? undefined : { left, top, right, bottom };
  }

  #paintTile(tile: number, map: BuiltMap, terrain: Terrain): void {
    const column = tile % TILES_PER_SQUARE;
    const row = Math.floor(tile / TILES_PER_SQUARE);
    const tileX = this.#sx * TILES_PER_SQUARE + column;
    const tileY = this.#sy * TILES_PER_SQUARE + row;
    const kinds = this.#around;
    for (let at = 0; at < kinds.length; at++) {
      kinds[at] = map.kindAt(tileX - 1 + (at % 3), tileY - 1 + Math.floor(at / 3));
    }
    const x = column * TILE_PIXELS;
    const y = row * TILE_PIXELS;
    this.pixels.rect(x, y, TILE_PIXELS, TILE_PIXELS, 0);
    const ground = terrain.groundAt(tileX, tileY);
    paintBuilt(this.pixels, x, y, { kinds, ground, hash: detailHash(terrain.seed, tileX, tileY), tileX, tileY });
    this.#drawn[tile] = this.#isClear(x, y) ? 0 : 1;
  }

  #isClear(left: number, top: number): boolean {
    const { data } = this.pixels;
    for (let y = top; y < top + TILE_PIXELS; y++) {
      for (let at = y * SQUARE_PIXELS + left; at < y * SQUARE_PIXELS + left + TILE_PIXELS; at++) {
        if (data[at] !== 0) return false;
      }
    }
    return true;
  }
}
