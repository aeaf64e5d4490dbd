import { UNITS_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { clampScreen, type SquareKey, squareIndexOf, squareKey } from '../../shared/grid.ts';
import { element } from './element.ts';

/** What the map shows of a square in the interest. */
export interface MapSquare {
  readonly occupants: { readonly size: number };
}

/** A place in units. */
interface Place {
  readonly x: number;
  readonly y: number;
}

const COLUMNS = 7;
const ROWS = 5;
/** Side of a square on the map, in CSS pixels. */
const CELL = 36;
const COLOUR = {
  paper: 'rgba(24, 34, 41, 0.82)',
  line: 'rgba(255, 253, 245, 0.22)',
  subscribed: 'rgba(255, 215, 106, 0.34)',
  subscribedLine: 'rgba(255, 215, 106, 0.85)',
  screen: '#ff7f66',
  screenFill: 'rgba(255, 127, 102, 0.3)',
  person: '#fffdf5',
  own: '#ffe7a3',
  count: 'rgba(255, 253, 245, 0.75)',
} as const;

/** The grid from further away than the scene shows it: one's screen on it, and the squares that it touches. */
export class GridMap {
  readonly #canvas = element('canvas', 'grid-map');
  readonly #context: CanvasRenderingContext2D | null;

  constructor(parent: HTMLElement) {
    this.#canvas.setAttribute('role', 'img');
    this.#canvas.ariaLabel = 'The squares around you; those you are subscribed to are coloured';
    this.#context = this.#canvas.getContext('2d');
    this.#canvas.hidden = true;
    parent.append(this.#canvas);
  }

  show(shown: boolean): void {
    this.#canvas.hidden = !shown;
  }

  /** @param screen in tiles */
  draw(
    own: Place,
    screen: { readonly width: number; readonly height: number },
    interest: ReadonlyMap<SquareKey, MapSquare>,
    people: Iterable<Place>,
    density: number,
  ): void {
    const context = this.#context;
    if (context === null || this.#canvas.hidden) return;
    const width = Math.round(COLUMNS * CELL * density);
    const height = Math.round(ROWS * CELL * density);
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, COLUMNS * CELL, ROWS * CELL);
    context.fillStyle = COLOUR.paper;
    context.fillRect(0, 0, COLUMNS * CELL, ROWS * CELL);

    const left = squareIndexOf(own.x) - Math.floor(COLUMNS / 2);
    const top = squareIndexOf(own.y) - Math.floor(ROWS / 2);
    // Differences first: what is large cancels before it is scaled.
    const mapX = (x: number): number => ((x - left * UNITS_PER_SQUARE) / UNITS_PER_SQUARE) * CELL;
    const mapY = (y: number): number => ((y - top * UNITS_PER_SQUARE) / UNITS_PER_SQUARE) * CELL;

    this.#drawCells(context, left, top, interest);
    this.#drawScreen(context, mapX(own.x), mapY(own.y), screen);
    context.fillStyle = COLOUR.person;
    for (const { x, y } of people) context.fillRect(mapX(x) - 1, mapY(y) - 1, 2, 2);
    context.fillStyle = COLOUR.own;
    context.beginPath();
    context.arc(mapX(own.x), mapY(own.y), 3, 0, 2 * Math.PI);
    context.fill();
  }

  #drawCells(
    context: CanvasRenderingContext2D,
    left: number,
    top: number,
    interest: ReadonlyMap<SquareKey, MapSquare>,
  ): void {
    context.lineWidth = 1;
    context.strokeStyle = COLOUR.line;
    context.beginPath();
    for (let column = 1; column < COLUMNS; column++) {
      context.moveTo(column * CELL + 0.5, 0);
      context.lineTo(column * CELL + 0.5, ROWS * CELL);
    }
    for (let row = 1; row < ROWS; row++) {
      context.moveTo(0, row * CELL + 0.5);
      context.lineTo(COLUMNS * CELL, row * CELL + 0.5);
    }
    context.stroke();
    context.font = '600 9px system-ui, sans-serif';
    context.textBaseline = 'top';
    for (let row = 0; row < ROWS; row++) {
      for (let column = 0; column < COLUMNS; column++) {
        const square = interest.get(squareKey(left + column, top + row));
        if (square === undefined) continue;
        context.fillStyle = COLOUR.subscribed;
        context.fillRect(column * CELL + 1, row * CELL + 1, CELL - 1, CELL - 1);
        context.strokeStyle = COLOUR.subscribedLine;
        context.strokeRect(column * CELL + 0.5, row * CELL + 0.5, CELL, CELL);
        if (square.occupants.size === 0) continue;
        context.fillStyle = COLOUR.count;
        context.fillText(String(square.occupants.size), column * CELL + 4, row * CELL + 4);
      }
    }
  }

  #drawScreen(
    context: CanvasRenderingContext2D,
    x: number,
    y: number,
    screen: { readonly width: number; readonly height: number },
  ): void {
    const tiles = clampScreen(screen.width, screen.height);
    const perTile = (CELL * UNITS_PER_TILE) / UNITS_PER_SQUARE;
    const width = tiles.width * perTile;
    const height = tiles.height * perTile;
    context.fillStyle = COLOUR.screenFill;
    context.fillRect(x - width / 2, y - height / 2, width, height);
    context.lineWidth = 1.5;
    context.strokeStyle = COLOUR.screen;
    context.strokeRect(x - width / 2, y - height / 2, width, height);
  }
}
