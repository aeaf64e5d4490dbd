import { MAX_SQUARE, MIN_SQUARE, TILES_PER_SQUARE } from '../../shared/constants.ts';
import { type Square, type SquareKey, type SquareRect, squareKey } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import { BARE } from '../../shared/tiles.ts';

export interface TilePlace {
  readonly tileX: number;
  readonly tileY: number;
}

interface KnownSquare extends Square {
  version: number;
  /** The newest kind of every tile, row by row. */
  kinds: Uint8Array;
}

const TILES = TILES_PER_SQUARE * TILES_PER_SQUARE;
/** Of most squares there is nothing to know. Nobody writes to it. */
const NOTHING = new Uint8Array(TILES);

/**
 * What is built on the squares around the window, ready to be looked up tile by tile, and which tiles have changed
 * since the frame before: what is drawn of them is mended there and nowhere else.
 */
export class BuiltMap {
  /** Tiles to be drawn anew; those near a square that came or went are among them, whether or not they changed. */
  changes: TilePlace[] = [];
  readonly #known = new Map<SquareKey, KnownSquare>();
  #ground: Ground | undefined;
  #last: KnownSquare | undefined;

  /**
   * Takes in what has changed.
   * @param want squares to know
   * @param keep squares to go on knowing; holds `want`
   */
  update(ground: Ground, want: SquareRect, keep: SquareRect): void {
    this.changes = [];
    if (ground !== this.#ground) this.#forgetAll();
    this.#ground = ground;
    for (const square of this.#known.values()) {
      if (!contains(keep, square)) this.#forget(square);
      else if (ground.versionOf(square.sx, square.sy) !== square.version) this.#refresh(ground, square);
    }
    for (let sy = Math.max(want.top, MIN_SQUARE); sy <= Math.min(want.bottom, MAX_SQUARE); sy++) {
      for (let sx = Math.max(want.left, MIN_SQUARE); sx <= Math.min(want.right, MAX_SQUARE); sx++) {
        if (!this.#known.has(squareKey(sx, sy))) this.#learn(ground, sx, sy);
      }
    }
  }

  /** What is built on a tile, newest kind; BARE also where nothing is known. */
  kindAt(tileX: number, tileY: number): number {
    const sx = Math.floor(tileX / TILES_PER_SQUARE);
    const sy = Math.floor(tileY / TILES_PER_SQUARE);
    let square = this.#last;
    if (square?.sx !== sx || square.sy !== sy) {
      square = this.#known.get(squareKey(sx, sy));
      if (square === undefined) return BARE;
      this.#last = square;
    }
    return square.kinds[(tileY - sy * TILES_PER_SQUARE) * TILES_PER_SQUARE + tileX - sx * TILES_PER_SQUARE] as number;
  }

  #learn(ground: Ground, sx: number, sy: number): void {
    const square: KnownSquare = { sx, sy, version: 0, kinds: NOTHING };
    this.#known.set(squareKey(sx, sy), square);
    this.#refresh(ground, square);
    // What its neighbours have at the border reaches into it: shadows, joints.
    const left = sx * TILES_PER_SQUARE;
    const top = sy * TILES_PER_SQUARE;
    for (let step = -1; step <= TILES_PER_SQUARE; step++) {
      this.#noteBuilt(left + step, top - 1);
      this.#noteBuilt(left + step, top + TILES_PER_SQUARE);
    }
    for (let step = 0; step < TILES_PER_SQUARE; step++) {
      this.#noteBuilt(left - 1, top + step);
      this.#noteBuilt(left + TILES_PER_SQUARE, top + step);
    }
  }

  #refresh(ground: Ground, square: KnownSquare): void {
    const tiles = ground.tilesOf(square.sx, square.sy);
    const kinds = tiles.size === 0 ? NOTHING : new Uint8Array(TILES);
    for (const [tile, kind] of tiles) kinds[tile] = kind;
    this.#replace(square, kinds);
    square.version = ground.versionOf(square.sx, square.sy);
  }

  #forget(square: KnownSquare): void {
    this.#replace(square, NOTHING);
    this.#known.delete(squareKey(square.sx, square.sy));
    this.#last = undefined;
  }

  #forgetAll(): void {
    for (const square of this.#known.values()) this.#forget(square);
  }

  #replace(square: KnownSquare, kinds: Uint8Array): void {
    const { sx, sy, kinds: old } = square;
    square.kinds = kinds;
    if (old === kinds) return;
    for (let tile = 0; tile < TILES; tile++) {
      if (old[tile] !== kinds[tile]) {
        this.changes.push({
          tileX: sx * TILES_PER_SQUARE + (tile % TILES_PER_SQUARE),
          tileY: sy * TILES_PER_SQUARE + Math.floor(tile / TILES_PER_SQUARE),
        });
      }
    }
  }

  #noteBuilt(tileX: number, tileY: number): void {
    if (this.kindAt(tileX, tileY) !== BARE) this.changes.push({ tileX, tileY });
  }
}

const contains = (rect: SquareRect, { sx, sy }: Square): boolean =>
  sx >= rect.left && sx <= rect.right && sy >= rect.top && sy <= rect.bottom;
