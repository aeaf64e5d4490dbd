import { BufferImageSource, Container, Sprite, Texture } from 'pixi.js';
import { MAX_SQUARE, MIN_SQUARE, TILES_PER_SQUARE } from '../../shared/constants.ts';
import { type Square, type SquareKey, squareKey, squareOrigin } from '../../shared/grid.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { SQUARE_PIXELS } from './art/ground-painter.ts';
import type { Camera, TileRect } from './camera.ts';
import type { SquareBytes } from './paint-order.ts';
import { SquarePainter } from './square-painter.ts';

/** Squares are painted when they come this close to the window, in tiles. */
export const PAINT_MARGIN = 8;
/** … and given back when they are further away than this, in tiles. */
export const KEEP_MARGIN = 20;
/** Squares that come near the window and are begun in one frame; those in it are begun at once. */
const NEW_PER_FRAME = 1;
/** Pictures sent to the graphics card in one frame, a megabyte each; more wait for the next. */
const SENT_PER_FRAME = 2;

/** A picture of one square, used again for another when the land moves on. */
class SquareView {
  readonly #source = new BufferImageSource({
    resource: new Uint8Array(SQUARE_PIXELS * SQUARE_PIXELS * 4),
    width: SQUARE_PIXELS,
    height: SQUARE_PIXELS,
    format: 'rgba8unorm',
    alphaMode: 'premultiplied-alpha',
    scaleMode: 'nearest',
    label: 'square',
  });
  readonly sprite = new Sprite(new Texture({ source: this.#source }));
  sx = 0;
  sy = 0;
  isPainted = false;

  /** Shows another picture from now on; gives the bytes of the one before. */
  send(bytes: SquareBytes): SquareBytes {
    const before = this.#source.resource as SquareBytes;
    this.#source.resource = bytes;
    this.#source.update();
    this.isPainted = true;
    return before;
  }
}

/** The ground: one texture per square near the window, painted before it comes into sight, recycled behind it. */
export class TerrainLayer {
  readonly view = new Container();
  readonly #painter = new SquarePainter();
  readonly #shown = new Map<SquareKey, SquareView>();
  readonly #free: SquareView[] = [];
  #terrain: Terrain | undefined;
  #anchorVersion = -1;

  /** Whether the ground of the whole window is there. */
  isComplete = false;

  update(camera: Camera, terrain: Terrain): void {
    if (terrain !== this.#terrain) this.#clear(terrain);
    const moved = camera.anchorVersion !== this.#anchorVersion;
    this.#anchorVersion = camera.anchorVersion;
    const screen = squareRect(camera.tiles());
    const keep = squareRect(camera.tiles(KEEP_MARGIN));
    for (const square of this.#shown.values()) {
      if (!contains(keep, square)) this.#release(square);
      else {
        if (moved) place(square, camera);
        square.sprite.visible = square.isPainted && contains(screen, square);
      }
    }
    this.#want(squareRect(camera.tiles(PAINT_MARGIN)), screen, camera, terrain);
    this.#show(terrain, screen);
    this.#order(terrain, screen, camera);
  }

  /** The squares whose ground is drawn now. */
  squares(): Square[] {
    return [...this.#shown.values()].filter(({ sprite }) => sprite.visible).map(({ sx, sy }) => ({ sx, sy }));
  }

  #want(rect: TileRect, screen: TileRect, camera: Camera, terrain: Terrain): void {
    let left = NEW_PER_FRAME;
    for (let sy = Math.max(rect.top, MIN_SQUARE); sy <= Math.min(rect.bottom, MAX_SQUARE); sy++) {
      for (let sx = Math.max(rect.left, MIN_SQUARE); sx <= Math.min(rect.right, MAX_SQUARE); sx++) {
        const key = squareKey(sx, sy);
        if (this.#shown.has(key)) continue;
        if (!contains(screen, { sx, sy }) && left-- <= 0) continue;
        const square = this.#free.pop() ?? this.#create();
        square.sx = sx;
        square.sy = sy;
        place(square, camera);
        this.#shown.set(key, square);
        // Trees, shores and whoever walks there ask for it soon, all at once; it takes a while to be worked out.
        terrain.square(sx, sy);
      }
    }
  }

  /** Takes in what has been painted. */
  #show(terrain: Terrain, screen: TileRect): void {
    for (let left = SENT_PER_FRAME; left > 0; left--) {
      const done = this.#painter.take();
      if (done === undefined) return;
      const { kind, seed, sx, sy, bytes } = done;
      const square = this.#shown.get(squareKey(sx, sy));
      const isWanted = square?.isPainted === false && kind === terrain.kind && seed === terrain.seed;
      this.#painter.give(isWanted ? square.send(bytes) : bytes);
      if (isWanted) square.sprite.visible = contains(screen, square);
    }
  }

  /** Has painted what is not there yet: what is missing on the screen first, nearest first. */
  #order(terrain: Terrain, screen: TileRect, camera: Camera): void {
    const missing = (square: SquareView): boolean => !square.isPainted && contains(screen, square);
    const isNew = ({ isPainted, sx, sy }: SquareView): boolean => !isPainted && !this.#painter.isOrdered(sx, sy);
    while (!this.#painter.isBusy) {
      const next =
        this.#nearest(camera, (square) => isNew(square) && contains(screen, square)) ?? this.#nearest(camera, isNew);
      if (next === undefined) break;
      this.#painter.order(terrain, next.sx, next.sy);
    }
    this.isComplete = this.#nearest(camera, missing) === undefined;
  }

  #nearest(camera: Camera, isWanted: (square: SquareView) => boolean): SquareView | undefined {
    let nearest: SquareView | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const square of this.#shown.values()) {
      if (!isWanted(square)) continue;
      const distance = Math.hypot(squareOrigin(square.sx + 0.5) - camera.x, squareOrigin(square.sy + 0.5) - camera.y);
      if (distance >= least) continue;
      least = distance;
      nearest = square;
    }
    return nearest;
  }

  #create(): SquareView {
    const square = new SquareView();
    this.view.addChild(square.sprite);
    return square;
  }

  #release(square: SquareView): void {
    this.#shown.delete(squareKey(square.sx, square.sy));
    square.sprite.visible = false;
    square.isPainted = false;
    this.#free.push(square);
  }

  #clear(terrain: Terrain): void {
    for (const square of this.#shown.values()) this.#release(square);
    this.#terrain = terrain;
    this.isComplete = false;
  }
}

function place(square: SquareView, camera: Camera): void {
  square.sprite.position.set(camera.anchoredX(squareOrigin(square.sx)), camera.anchoredY(squareOrigin(square.sy)));
}

/** The squares that a rectangle of tiles touches. */
export function squareRect(tiles: TileRect): TileRect {
  return {
    left: Math.floor(tiles.left / TILES_PER_SQUARE),
    top: Math.floor(tiles.top / TILES_PER_SQUARE),
    right: Math.floor(tiles.right / TILES_PER_SQUARE),
    bottom: Math.floor(tiles.bottom / TILES_PER_SQUARE),
  };
}

const contains = (rect: TileRect, { sx, sy }: Square): boolean =>
  sx >= rect.left && sx <= rect.right && sy >= rect.top && sy <= rect.bottom;
