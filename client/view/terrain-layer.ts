import { BufferImageSource, Container, Sprite, Texture } from 'pixi.js';
import { MAX_SQUARE, MIN_SQUARE, TILES_PER_SQUARE } from '../../shared/constants.ts';
import { type Square, type SquareKey, squareKey, squareOrigin } from '../../shared/grid.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { GroundPainter, SQUARE_PIXELS } from './art/ground-painter.ts';
import { Pixels } from './art/pixels.ts';
import type { Camera, TileRect } from './camera.ts';

/** Squares are painted when they come this close to the window, in tiles. */
export const PAINT_MARGIN = 8;
/** … and given back when they are further away than this, in tiles. */
export const KEEP_MARGIN = 20;
/** Rows of pixels painted in one frame while nothing on the screen is missing. */
const CALM_ROWS = 96;

/** A picture of one square, used again for another when the land moves on. */
class SquareView {
  readonly pixels = new Pixels(SQUARE_PIXELS, SQUARE_PIXELS);
  readonly source = new BufferImageSource({
    resource: this.pixels.bytes,
    width: SQUARE_PIXELS,
    height: SQUARE_PIXELS,
    format: 'rgba8unorm',
    alphaMode: 'premultiplied-alpha',
    scaleMode: 'nearest',
    label: 'square',
  });
  readonly sprite = new Sprite(new Texture({ source: this.source }));
  sx = 0;
  sy = 0;
  isPainted = false;
}

/** The ground: one texture per square near the window, painted a little every frame, recycled behind it. */
export class TerrainLayer {
  readonly view = new Container();
  readonly #painter = new GroundPainter();
  readonly #shown = new Map<SquareKey, SquareView>();
  readonly #free: SquareView[] = [];
  #painting: SquareView | undefined;
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
    this.#want(squareRect(camera.tiles(PAINT_MARGIN)), camera);
    this.#paint(terrain, screen, camera);
  }

  /** The squares whose ground is drawn now. */
  squares(): Square[] {
    return [...this.#shown.values()].filter(({ sprite }) => sprite.visible).map(({ sx, sy }) => ({ sx, sy }));
  }

  #want(rect: TileRect, camera: Camera): void {
    for (let sy = Math.max(rect.top, MIN_SQUARE); sy <= Math.min(rect.bottom, MAX_SQUARE); sy++) {
      for (let sx = Math.max(rect.left, MIN_SQUARE); sx <= Math.min(rect.right, MAX_SQUARE); sx++) {
        const key = squareKey(sx, sy);
        if (this.#shown.has(key)) continue;
        const square = this.#free.pop() ?? this.#create();
        square.sx = sx;
        square.sy = sy;
        place(square, camera);
        this.#shown.set(key, square);
      }
    }
  }

  /** Goes on painting; a square that is missing on the screen is painted whole, one a frame. */
  #paint(terrain: Terrain, screen: TileRect, camera: Camera): void {
    const missing = (square: SquareView): boolean => !square.isPainted && contains(screen, square);
    if (this.#painting === undefined || !missing(this.#painting)) {
      const urgent = this.#nearestUnpainted(camera, missing);
      const next = urgent ?? this.#painting ?? this.#nearestUnpainted(camera, (square) => !square.isPainted);
      if (next !== undefined && next !== this.#painting) {
        this.#painter.begin(next.pixels, terrain, next.sx, next.sy);
        this.#painting = next;
      }
    }
    const square = this.#painting;
    if (square !== undefined && this.#painter.paintRows(missing(square) ? SQUARE_PIXELS : CALM_ROWS)) {
      square.source.update();
      square.isPainted = true;
      square.sprite.visible = contains(screen, square);
      this.#painting = undefined;
    }
    this.isComplete = this.#nearestUnpainted(camera, missing) === undefined;
  }

  #nearestUnpainted(camera: Camera, isWanted: (square: SquareView) => boolean): SquareView | undefined {
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
    if (this.#painting === square) this.#painting = undefined;
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
