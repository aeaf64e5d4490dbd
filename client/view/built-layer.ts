import { BufferImageSource, Container, Rectangle, Sprite, Texture } from 'pixi.js';
import { TILES_PER_SQUARE } from '../../shared/constants.ts';
import { type Square, type SquareKey, type SquareRect, squareKey, squareOrigin } from '../../shared/grid.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { SQUARE_PIXELS, TILE_PIXELS } from './art/ground-painter.ts';
import type { BuiltMap, TilePlace } from './built-map.ts';
import { BuiltSquare } from './built-square.ts';
import type { Camera } from './camera.ts';

/** Tiles painted in one frame: a whole square, built all over, takes two frames. */
const TILES_PER_FRAME = 512;
/** Textures sent to the graphics card in one frame. */
const SQUARES_PER_FRAME = 4;

/** A square's picture on the graphics card, used again for another when the land moves on. */
class SquareView {
  readonly square = new BuiltSquare();
  readonly #source = new BufferImageSource({
    resource: this.square.pixels.bytes,
    width: SQUARE_PIXELS,
    height: SQUARE_PIXELS,
    format: 'rgba8unorm',
    alphaMode: 'premultiplied-alpha',
    scaleMode: 'nearest',
    label: 'built',
  });
  /** Only as large as what is drawn: every pixel of it is drawn over the ground's. */
  readonly #frame = new Rectangle(0, 0, SQUARE_PIXELS, SQUARE_PIXELS);
  readonly #texture = new Texture({ source: this.#source, frame: this.#frame, dynamic: true });
  readonly sprite = new Sprite(this.#texture);

  begin(sx: number, sy: number): void {
    this.square.begin(sx, sy);
    this.sprite.visible = false;
  }

  /** Sends the picture; false when there is nothing in it. */
  send(camera: Camera): boolean {
    const bounds = this.square.bounds();
    if (bounds === undefined) return false;
    const { left, top, right, bottom } = bounds;
    const { frame } = this.#texture;
    frame.x = left * TILE_PIXELS;
    frame.y = top * TILE_PIXELS;
    frame.width = (right - left + 1) * TILE_PIXELS;
    frame.height = (bottom - top + 1) * TILE_PIXELS;
    this.#texture.update();
    this.#source.update();
    this.sprite.visible = true;
    this.place(camera);
    return true;
  }

  place(camera: Camera): void {
    const { sx, sy } = this.square;
    const { x, y } = this.#texture.frame;
    this.sprite.position.set(camera.anchoredX(squareOrigin(sx)) + x, camera.anchoredY(squareOrigin(sy)) + y);
  }
}

/** What is built flat on the ground: one texture for each square that has any of it, painted where it changes. */
export class BuiltLayer {
  readonly view = new Container();
  readonly #shown = new Map<SquareKey, SquareView>();
  readonly #free: SquareView[] = [];
  #anchorVersion = -1;

  /** @param keep squares that the map may know of; pictures of others are given back */
  update(camera: Camera, terrain: Terrain, map: BuiltMap, keep: SquareRect): void {
    for (const [key, view] of this.#shown) if (!contains(keep, view.square)) this.#release(key, view);
    for (const change of map.changes) this.#markAround(change, keep);
    if (camera.anchorVersion !== this.#anchorVersion) {
      this.#anchorVersion = camera.anchorVersion;
      for (const view of this.#shown.values()) view.place(camera);
    }
    this.#paint(camera, terrain, map);
  }

  /** A tile is seen in itself and in what it does to the eight around it. */
  #markAround({ tileX, tileY }: TilePlace, keep: SquareRect): void {
    for (let y = tileY - 1; y <= tileY + 1; y++) {
      for (let x = tileX - 1; x <= tileX + 1; x++) {
        const sx = Math.floor(x / TILES_PER_SQUARE);
        const sy = Math.floor(y / TILES_PER_SQUARE);
        if (!contains(keep, { sx, sy })) continue;
        this.#viewOf(sx, sy).square.mark(x - sx * TILES_PER_SQUARE, y - sy * TILES_PER_SQUARE);
      }
    }
  }

  #paint(camera: Camera, terrain: Terrain, map: BuiltMap): void {
    let tiles = TILES_PER_FRAME;
    let squares = SQUARES_PER_FRAME;
    const dirty = [...this.#shown].filter(([, { square }]) => square.isDirty);
    // What is near the middle of the window is seen first.
    if (dirty.length > 1) dirty.sort(([, a], [, b]) => distance(a.square, camera) - distance(b.square, camera));
    for (const [key, view] of dirty) {
      if (tiles <= 0 || squares <= 0) return;
      tiles -= view.square.paint(map, terrain, tiles);
      squares--;
      if (!view.send(camera) && !view.square.isDirty) this.#release(key, view);
    }
  }

  #viewOf(sx: number, sy: number): SquareView {
    const key = squareKey(sx, sy);
    let view = this.#shown.get(key);
    if (view === undefined) {
      view = this.#free.pop() ?? this.#create();
      view.begin(sx, sy);
      this.#shown.set(key, view);
    }
    return view;
  }

  #create(): SquareView {
    const view = new SquareView();
    this.view.addChild(view.sprite);
    return view;
  }

  #release(key: SquareKey, view: SquareView): void {
    this.#shown.delete(key);
    view.sprite.visible = false;
    this.#free.push(view);
  }
}

const distance = ({ sx, sy }: Square, camera: Camera): number =>
  Math.hypot(squareOrigin(sx + 0.5) - camera.x, squareOrigin(sy + 0.5) - camera.y);

const contains = (rect: SquareRect, { sx, sy }: Square): boolean =>
  sx >= rect.left && sx <= rect.right && sy >= rect.top && sy <= rect.bottom;
