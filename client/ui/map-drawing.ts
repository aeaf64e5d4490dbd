import { TILES_PER_SQUARE, UNITS_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { clampScreen, type Square, type SquareKey, squareKey } from '../../shared/grid.ts';
import { edgePoint } from './edge-point.ts';
import type { SquarePictures } from './square-pictures.ts';

/** Squares that the map shows; the one in its middle is the one that one is in. */
export const MAP_COLUMNS = 7;
export const MAP_ROWS = 5;

const COLOUR = {
  unknown: '#26343a',
  far: 'rgb(24 34 41 / 52%)',
  line: 'rgb(24 34 41 / 45%)',
  subscribed: '#ffd76a',
  screen: '#fffdf5',
  edge: '#18222b',
  person: '#fffdf5',
  gem: '#6fe3ee',
  own: '#ffd76a',
  company: '#ff9a80',
} as const;

/** A place in units. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** One drawing of the map, in device pixels. */
export class MapDrawing {
  readonly #context: CanvasRenderingContext2D;
  readonly #middle: Square;
  /** Of a square. */
  readonly #side: number;
  readonly #density: number;

  constructor(context: CanvasRenderingContext2D, middle: Square, side: number, density: number) {
    this.#context = context;
    this.#middle = middle;
    this.#side = side;
    this.#density = density;
    context.fillStyle = COLOUR.unknown;
    context.fillRect(0, 0, MAP_COLUMNS * side, MAP_ROWS * side);
  }

  land(squares: readonly Square[], interest: ReadonlyMap<SquareKey, unknown>, pictures: SquarePictures): void {
    const context = this.#context;
    const side = this.#side;
    const line = this.#thickness(1);
    // Enlarged, the pixels of the land stay pixels; made smaller, none of them is to vanish.
    context.imageSmoothingEnabled = side < TILES_PER_SQUARE;
    const size = TILES_PER_SQUARE;
    for (const square of squares) {
      const [x, y] = this.#corner(square);
      const at = pictures.find(square.sx, square.sy);
      if (at !== undefined) context.drawImage(pictures.canvas, at.x, at.y, size, size, x, y, side, side);
      if (interest.has(squareKey(square.sx, square.sy))) continue;
      context.fillStyle = COLOUR.far;
      context.fillRect(x, y, side, side);
    }
    context.fillStyle = COLOUR.line;
    for (let column = 1; column < MAP_COLUMNS; column++) context.fillRect(column * side, 0, line, MAP_ROWS * side);
    for (let row = 1; row < MAP_ROWS; row++) context.fillRect(0, row * side, MAP_COLUMNS * side, line);
    context.fillStyle = COLOUR.subscribed;
    for (const { sx, sy } of squares) {
      if (!interest.has(squareKey(sx, sy))) continue;
      const [x, y] = this.#corner({ sx, sy });
      const isOutside = (dx: number, dy: number): boolean => !interest.has(squareKey(sx + dx, sy + dy));
      if (isOutside(-1, 0)) context.fillRect(x, y, line, side);
      if (isOutside(1, 0)) context.fillRect(x + side - line, y, line, side);
      if (isOutside(0, -1)) context.fillRect(x, y, side, line);
      if (isOutside(0, 1)) context.fillRect(x, y + side - line, side, line);
    }
  }

  /** What of the land is in the window. */
  screen(own: Place, screen: { readonly width: number; readonly height: number }): void {
    const tiles = clampScreen(screen.width, screen.height);
    const perTile = this.#side / TILES_PER_SQUARE;
    const [width, height] = [Math.round(tiles.width * perTile), Math.round(tiles.height * perTile)];
    const x = Math.round(this.#x(own.x) - width / 2);
    const y = Math.round(this.#y(own.y) - height / 2);
    const line = this.#thickness(1);
    const edge = (outer: number, colour: string): void => {
      this.#context.lineWidth = line;
      this.#context.strokeStyle = colour;
      // A line lies on both sides of its path: half a line further in it fills whole pixels.
      const inset = line / 2 - outer;
      this.#context.strokeRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset);
    };
    edge(line, COLOUR.edge);
    edge(-line, COLOUR.edge);
    edge(0, COLOUR.screen);
  }

  /** A speck of so many CSS pixels. */
  speck(x: number, y: number, pixels: number): void {
    const size = this.#thickness(pixels);
    this.#context.fillStyle = COLOUR.gem;
    this.#context.fillRect(Math.round(this.#x(x) - size / 2), Math.round(this.#y(y) - size / 2), size, size);
  }

  /** Oneself: a dot of so many CSS pixels with an edge around it. */
  own(x: number, y: number, pixels: number): void {
    const size = this.#thickness(pixels);
    const edge = this.#thickness(1);
    const left = Math.round(this.#x(x) - size / 2);
    const top = Math.round(this.#y(y) - size / 2);
    this.#context.fillStyle = COLOUR.edge;
    this.#context.fillRect(left - edge, top - edge, size + 2 * edge, size + 2 * edge);
    this.#context.fillStyle = COLOUR.own;
    this.#context.fillRect(left, top, size, size);
  }

  /** The same for people on the map, edges first; those who stand on the same pixels are one dot. */
  people(places: Iterable<Place>, pixels: number): void {
    const context = this.#context;
    const size = this.#thickness(pixels);
    const edge = this.#thickness(1);
    const [width, height] = [MAP_COLUMNS * this.#side, MAP_ROWS * this.#side];
    const corners = new Set<number>();
    for (const { x, y } of places) {
      const left = Math.round(this.#x(x) - size / 2);
      const top = Math.round(this.#y(y) - size / 2);
      if (left >= 0 && left < width && top >= 0 && top < height) corners.add(top * width + left);
    }
    context.fillStyle = COLOUR.edge;
    for (const at of corners) {
      context.fillRect((at % width) - edge, Math.floor(at / width) - edge, size + 2 * edge, size + 2 * edge);
    }
    context.fillStyle = COLOUR.person;
    for (const at of corners) context.fillRect(at % width, Math.floor(at / width), size, size);
  }

  /** The nearest people: where they are, or at the edge the way to them. */
  company(own: Place, [tileX, tileY]: readonly [number, number]): void {
    const [x, y] = [this.#x((tileX + 0.5) * UNITS_PER_TILE), this.#y((tileY + 0.5) * UNITS_PER_TILE)];
    const [width, height] = [MAP_COLUMNS * this.#side, MAP_ROWS * this.#side];
    const margin = this.#thickness(9);
    const box = { left: margin, top: margin, right: width - margin, bottom: height - margin };
    const [dx, dy] = [x - this.#x(own.x), y - this.#y(own.y)];
    const isOnMap = x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    const context = this.#context;
    context.fillStyle = COLOUR.company;
    context.strokeStyle = COLOUR.edge;
    context.lineWidth = this.#thickness(1);
    context.save();
    context.beginPath();
    if (isOnMap || (dx === 0 && dy === 0)) context.arc(x, y, this.#thickness(4), 0, 2 * Math.PI);
    else {
      const at = edgePoint(box, dx, dy);
      context.translate(at.x, at.y);
      context.rotate(Math.atan2(dy, dx));
      const [long, wide] = [this.#thickness(7), this.#thickness(5)];
      context.moveTo(long, 0);
      context.lineTo(-long / 2, wide);
      context.lineTo(-long / 2, -wide);
      context.closePath();
    }
    context.fill();
    context.stroke();
    context.restore();
  }

  #corner({ sx, sy }: Square): [x: number, y: number] {
    const [column, row] = [sx - this.#middle.sx + (MAP_COLUMNS - 1) / 2, sy - this.#middle.sy + (MAP_ROWS - 1) / 2];
    return [column * this.#side, row * this.#side];
  }

  // Differences first: what is large cancels before it is scaled.
  #x(x: number): number {
    return ((x - this.#middle.sx * UNITS_PER_SQUARE) / UNITS_PER_SQUARE + (MAP_COLUMNS - 1) / 2) * this.#side;
  }
  #y(y: number): number {
    return ((y - this.#middle.sy * UNITS_PER_SQUARE) / UNITS_PER_SQUARE + (MAP_ROWS - 1) / 2) * this.#side;
  }

  #thickness(cssPixels: number): number {
    return Math.max(1, Math.round(cssPixels * this.#density));
  }
}
