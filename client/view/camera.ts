import { MAX_SCREEN_HEIGHT_TILES, MAX_SCREEN_WIDTH_TILES, UNITS_PER_TILE } from '../../shared/constants.ts';
import { squareIndexOf, squareOrigin } from '../../shared/grid.ts';
import { MAX_ZOOM } from '../preferences.ts';
import { TILE_PIXELS } from './art/ground-painter.ts';

/** Units in one pixel of the art. */
export const UNITS_PER_PIXEL = UNITS_PER_TILE / TILE_PIXELS;
/** How fast the camera closes the distance to what it follows, per second. */
const FOLLOW_RATE = 9;
/** A distance beyond this is a teleport: the camera is there at once, in units. */
const JUMP_UNITS = 12 * UNITS_PER_TILE;
/** The anchor follows the camera when it is further away than this, in squares. */
const ANCHOR_SQUARES = 64;
/** What a comfortable view shows, in tiles: where it comes closest to this, the default zoom lies. */
const COMFORTABLE_TILES = { width: 40, height: 24 } as const;
/** Smallest default zoom: on a phone fewer tiles are better than tiny ones. */
const MIN_DEFAULT_ZOOM = 2;
/** On the smallest phones it is less, so that about this many tiles fit across, but never less than this. */
const TILES_ACROSS = 12;
const MIN_ROOMY_ZOOM = 1.5;
/** However close one goes, this many tiles stay visible along the shorter side. */
const LEAST_TILES = 6;

/** A point of the window in CSS pixels, or a place in units. */
interface Spot {
  readonly x: number;
  readonly y: number;
}

/** A rectangle of the world, in tiles, bounds inclusive. */
export interface TileRect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Which part of the world the window shows. Everything is computed in doubles from units, which stay exact to a
 * fraction of a pixel out to the edge of the world; what leaves here are whole pixels of the canvas, or
 * pixels of the art from an anchor nearby, so that nothing large ever becomes a float32.
 */
export class Camera {
  /** Size of the canvas, in its pixels: the device's, or those of the art when it is drawn coarsely. */
  width = 1;
  height = 1;
  /** Whole pixels of the canvas to a pixel of the art. */
  scale = MIN_DEFAULT_ZOOM;
  /** Pixels of the canvas to a CSS pixel. */
  density = 1;
  /** Raised whenever places computed from the anchor have lost their meaning. */
  anchorVersion = 0;
  #x = 0;
  #y = 0;
  #anchorX = 0;
  #anchorY = 0;
  /** The pixel of the world in the canvas's upper left corner. */
  #left = 0;
  #top = 0;
  #isPlaced = false;
  /** The window as last fitted. */
  #window = { width: 1, height: 1, density: 1 };

  /**
   * Fits the camera to a window of CSS pixels.
   * @param density device pixels to a CSS pixel
   * @param zoom CSS pixels to a pixel of the art, undefined for the default
   * @param coarse draws one pixel for each of the art, for the browser to enlarge: a fraction of the work, for a little
   * less smoothness
   */
  fit(cssWidth: number, cssHeight: number, density: number, zoom: number | undefined, coarse: boolean): void {
    this.#window = { width: cssWidth, height: cssHeight, density };
    const scale = this.#scaleOf(zoom ?? defaultZoom(cssWidth, cssHeight));
    this.scale = coarse ? 1 : scale;
    this.density = coarse ? density / scale : density;
    this.width = Math.max(1, Math.ceil(cssWidth * this.density - 0.01));
    this.height = Math.max(1, Math.ceil(cssHeight * this.density - 0.01));
    this.anchorVersion++;
    this.#settle(0, 0);
  }

  /** CSS pixels to a pixel of the art, which need be no whole number. */
  get zoom(): number {
    return this.scale / this.density;
  }

  /** The whole zoom a step closer, or with -1 further away; undefined where that shows nothing else. */
  zoomBy(step: 1 | -1): number | undefined {
    const scale = this.#scaleOf(this.zoom);
    for (let zoom = step > 0 ? 1 : MAX_ZOOM; zoom >= 1 && zoom <= MAX_ZOOM; zoom += step) {
      if (step * (this.#scaleOf(zoom) - scale) > 0) return zoom;
    }
    return undefined;
  }

  /** Size of the window in tiles. */
  get screenTiles(): { width: number; height: number } {
    const tile = TILE_PIXELS * this.scale;
    return { width: Math.ceil(this.width / tile), height: Math.ceil(this.height / tile) };
  }

  /** The middle of the window, in units. */
  get x(): number {
    return this.#x;
  }
  get y(): number {
    return this.#y;
  }

  /** Comes closer to a place in units, in `ms` of time; at once when it is far away, or when `rigid`. */
  follow(x: number, y: number, ms: number, rigid: boolean): void {
    const far = Math.max(Math.abs(x - this.#x), Math.abs(y - this.#y)) > JUMP_UNITS;
    const left = rigid || far || !this.#isPlaced ? 0 : Math.exp((-FOLLOW_RATE * ms) / 1000);
    this.#isPlaced = true;
    const lagX = (this.#x - x) * left;
    const lagY = (this.#y - y) * left;
    this.#x = x + lagX;
    this.#y = y + lagY;
    this.#anchorTo();
    this.#settle(lagX, lagY);
  }

  /** Where a place in units lies, in whole pixels of the canvas from its upper left corner. */
  screenX(x: number): number {
    return Math.round(x * this.#perUnit) - this.#left;
  }
  screenY(y: number): number {
    return Math.round(y * this.#perUnit) - this.#top;
  }

  /** The place in units under a pixel of the canvas. */
  worldX(pixelX: number): number {
    return (pixelX + this.#left) / this.#perUnit;
  }
  worldY(pixelY: number): number {
    return (pixelY + this.#top) / this.#perUnit;
  }

  /** The place in units under a point of the window in CSS pixels. */
  placeUnder(point: Spot): Spot {
    return { x: this.worldX(point.x * this.density), y: this.worldY(point.y * this.density) };
  }

  tileUnder(point: Spot): { readonly tileX: number; readonly tileY: number } {
    const { x, y } = this.placeUnder(point);
    return { tileX: Math.floor(x / UNITS_PER_TILE), tileY: Math.floor(y / UNITS_PER_TILE) };
  }

  /** The point of the window in CSS pixels over a place in units. */
  pointOver(place: Spot): Spot {
    return { x: this.screenX(place.x) / this.density, y: this.screenY(place.y) / this.density };
  }

  /** Where a place in units lies, in pixels of the art from the anchor. */
  anchoredX(x: number): number {
    return (x - this.#anchorX) / UNITS_PER_PIXEL;
  }
  anchoredY(y: number): number {
    return (y - this.#anchorY) / UNITS_PER_PIXEL;
  }

  /** The same, on whole pixels of the canvas: for what moves. */
  snappedX(x: number): number {
    return (Math.round(x * this.#perUnit) - this.#anchorX * this.#perUnit) / this.scale;
  }
  snappedY(y: number): number {
    return (Math.round(y * this.#perUnit) - this.#anchorY * this.#perUnit) / this.scale;
  }

  /** Where the anchor lies, in pixels of the canvas from its upper left corner. */
  get anchorScreenX(): number {
    return this.#anchorX * this.#perUnit - this.#left;
  }
  get anchorScreenY(): number {
    return this.#anchorY * this.#perUnit - this.#top;
  }

  /** The tiles that the window shows, grown by a margin in tiles. */
  tiles(margin = 0): TileRect {
    const tile = TILE_PIXELS * this.scale;
    return {
      left: Math.floor(this.#left / tile) - margin,
      top: Math.floor(this.#top / tile) - margin,
      right: Math.floor((this.#left + this.width - 1) / tile) + margin,
      bottom: Math.floor((this.#top + this.height - 1) / tile) + margin,
    };
  }

  /** Whole device pixels to a pixel of the art, at a zoom that the window allows. */
  #scaleOf(zoom: number): number {
    const { width, height, density } = this.#window;
    const most = Math.floor((Math.min(width, height) * density) / (LEAST_TILES * TILE_PIXELS));
    // More than the largest screen would show land where nobody is ever seen.
    const least = Math.max(
      Math.ceil((width * density) / (MAX_SCREEN_WIDTH_TILES * TILE_PIXELS)),
      Math.ceil((height * density) / (MAX_SCREEN_HEIGHT_TILES * TILE_PIXELS)),
    );
    return Math.max(1, least, Math.min(most, Math.round(zoom * density)));
  }

  get #perUnit(): number {
    return this.scale / UNITS_PER_PIXEL;
  }

  /**
   * Puts the window on whole pixels of the canvas. The lag behind what is followed is rounded by itself, so that the followed
   * and the land never round apart and tremble.
   */
  #settle(lagX: number, lagY: number): void {
    const perUnit = this.#perUnit;
    this.#left = Math.round((this.#x - lagX) * perUnit) + Math.round(lagX * perUnit) - Math.floor(this.width / 2);
    this.#top = Math.round((this.#y - lagY) * perUnit) + Math.round(lagY * perUnit) - Math.floor(this.height / 2);
  }

  #anchorTo(): void {
    const sx = squareIndexOf(this.#x);
    const sy = squareIndexOf(this.#y);
    const away = Math.max(Math.abs(sx - squareIndexOf(this.#anchorX)), Math.abs(sy - squareIndexOf(this.#anchorY)));
    if (away <= ANCHOR_SQUARES) return;
    this.#anchorX = squareOrigin(sx);
    this.#anchorY = squareOrigin(sy);
    this.anchorVersion++;
  }
}

/** The zoom at which about COMFORTABLE_TILES are visible, in CSS pixels to a pixel of the art. */
function defaultZoom(cssWidth: number, cssHeight: number): number {
  const fitting = Math.min(
    cssWidth / (COMFORTABLE_TILES.width * TILE_PIXELS),
    cssHeight / (COMFORTABLE_TILES.height * TILE_PIXELS),
  );
  const roomy = Math.max(MIN_ROOMY_ZOOM, Math.min(cssWidth, cssHeight) / (TILES_ACROSS * TILE_PIXELS));
  return Math.max(Math.min(MIN_DEFAULT_ZOOM, roomy), Math.round(fitting));
}

export const contains = (rect: TileRect, tileX: number, tileY: number): boolean =>
  tileX >= rect.left && tileX <= rect.right && tileY >= rect.top && tileY <= rect.bottom;

export const sameRect = (a: TileRect, b: TileRect): boolean =>
  a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom;
