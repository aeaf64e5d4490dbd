import { Container } from 'pixi.js';
import { MAX_SQUARE, MIN_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { clampScreen, type Square, type SquareKey, squareKey, squareOrigin } from '../../shared/grid.ts';
import type { Atlas } from './atlas.ts';
import type { Camera } from './camera.ts';
import type { Place } from './marker-layer.ts';
import { SpritePool } from './sprite-pool.ts';
import type { TableSprite } from './sprite-table.ts';
import { squareRect } from './terrain-layer.ts';

/** What the overlay tells of a square in the interest. */
export interface SubscribedSquare extends Square {
  readonly occupants: { readonly size: number };
}

/** A square as the overlay draws it. */
export interface OverlaySquare extends Square {
  readonly subscribed: boolean;
  readonly occupants: number;
  /** Its upper left corner in the window and its side, in CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

const COLOUR = { line: 0xfffdf5, subscribed: 0xffd76a, other: 0x1d2a33, screen: 0xff7f66 } as const;

/** The squares in the window, drawn over the land: which are subscribed to, and the screen they are for. */
export class Overlay {
  readonly view = new Container();
  readonly #pool: SpritePool;
  readonly #taken: TableSprite[] = [];
  #squares: OverlaySquare[] = [];

  constructor(atlas: Atlas) {
    this.#pool = new SpritePool(this.view, atlas.white);
    this.view.visible = false;
  }

  get isShown(): boolean {
    return this.view.visible;
  }

  show(shown: boolean): void {
    this.view.visible = shown;
    if (!shown) this.#clear();
  }

  /** The squares drawn now, none while the overlay is hidden. */
  squares(): readonly OverlaySquare[] {
    return this.#squares;
  }

  /** @param screen the screen told to the server, in tiles */
  update(
    own: Place | undefined,
    screen: { readonly width: number; readonly height: number },
    interest: ReadonlyMap<SquareKey, SubscribedSquare>,
    camera: Camera,
  ): void {
    if (!this.view.visible) return;
    this.#clear();
    const rect = squareRect(camera.tiles());
    for (let sy = Math.max(rect.top, MIN_SQUARE); sy <= Math.min(rect.bottom, MAX_SQUARE); sy++) {
      for (let sx = Math.max(rect.left, MIN_SQUARE); sx <= Math.min(rect.right, MAX_SQUARE); sx++) {
        this.#drawSquare(sx, sy, interest.get(squareKey(sx, sy)), camera);
      }
    }
    if (own !== undefined) this.#drawScreen(own, screen, camera);
  }

  #drawSquare(sx: number, sy: number, square: SubscribedSquare | undefined, camera: Camera): void {
    const left = camera.screenX(squareOrigin(sx));
    const top = camera.screenY(squareOrigin(sy));
    const side = camera.screenX(squareOrigin(sx + 1)) - left;
    const line = thickness(1, camera);
    const subscribed = square !== undefined;
    this.#fill(left, top, side, side, subscribed ? COLOUR.subscribed : COLOUR.other, subscribed ? 0.15 : 0.42);
    this.#fill(left, top, side, line, COLOUR.line, 0.7);
    this.#fill(left, top + line, line, side - line, COLOUR.line, 0.7);
    this.#squares.push({
      sx,
      sy,
      subscribed,
      occupants: square?.occupants.size ?? 0,
      x: left / camera.density,
      y: top / camera.density,
      side: side / camera.density,
    });
  }

  /** The screen's outline, kept inside the window so that it is seen where both agree. */
  #drawScreen(own: Place, screen: { readonly width: number; readonly height: number }, camera: Camera): void {
    const { width, height } = clampScreen(screen.width, screen.height);
    const line = thickness(3, camera);
    const left = Math.max(camera.screenX(own.x - (width / 2) * UNITS_PER_TILE), 0);
    const top = Math.max(camera.screenY(own.y - (height / 2) * UNITS_PER_TILE), 0);
    const right = Math.min(camera.screenX(own.x + (width / 2) * UNITS_PER_TILE), camera.width);
    const bottom = Math.min(camera.screenY(own.y + (height / 2) * UNITS_PER_TILE), camera.height);
    this.#fill(left, top, right - left, line, COLOUR.screen, 0.9);
    this.#fill(left, bottom - line, right - left, line, COLOUR.screen, 0.9);
    this.#fill(left, top + line, line, bottom - top - 2 * line, COLOUR.screen, 0.9);
    this.#fill(right - line, top + line, line, bottom - top - 2 * line, COLOUR.screen, 0.9);
  }

  #fill(x: number, y: number, width: number, height: number, tint: number, alpha: number): void {
    const sprite = this.#pool.take(undefined);
    sprite.tint = tint;
    sprite.alpha = alpha;
    sprite.position.set(x, y);
    sprite.scale.set(width / sprite.texture.width, height / sprite.texture.height);
    this.#taken.push(sprite);
  }

  #clear(): void {
    for (const sprite of this.#taken) this.#pool.give(sprite);
    this.#taken.length = 0;
    this.#squares = [];
  }
}

/** A line of so many CSS pixels, in pixels of the canvas. */
const thickness = (cssPixels: number, camera: Camera): number => Math.max(1, Math.round(cssPixels * camera.density));
