import { MAX_SQUARE, MIN_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { type Square, type SquareKey, squareIndexOf } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import { counted, describeSurroundings, type Surroundings, squareWords } from '../surroundings.ts';
import { element, setText } from './element.ts';
import { MAP_COLUMNS, MAP_ROWS, MapDrawing } from './map-drawing.ts';
import { SquarePictures } from './square-pictures.ts';

/** What the map shows. Places are in units. */
export interface MapView extends Surroundings {
  /** In tiles. */
  readonly screen: { readonly width: number; readonly height: number };
  readonly interest: ReadonlyMap<SquareKey, unknown>;
  /** Undefined before the first welcome. */
  readonly ground: Ground | undefined;
}

/** The squares of the map from the one in its middle, which one is in; the nearest first. */
const OFFSETS: readonly Square[] = Array.from({ length: MAP_COLUMNS * MAP_ROWS }, (_, index) => ({
  sx: (index % MAP_COLUMNS) - (MAP_COLUMNS - 1) / 2,
  sy: Math.floor(index / MAP_COLUMNS) - (MAP_ROWS - 1) / 2,
})).sort((a, b) => Math.hypot(a.sx, a.sy) - Math.hypot(b.sx, b.sy));

/** Time for painting land at an update, in ms: a few squares, and what is left comes with the next ones. */
const PAINT_MS = 2;
/** What the map is called changes no more often than this, in ms. */
const LABEL_MS = 5000;

/** The land from further away: the squares around, which of them one is subscribed to, and who is there. */
export class Minimap {
  readonly #box: HTMLElement;
  readonly #canvas = element('canvas', 'minimap-canvas');
  readonly #context: CanvasRenderingContext2D | null;
  readonly #square = element('span', 'minimap-square');
  readonly #subscribed = element('span', 'minimap-subscribed');
  readonly #caption = element('figcaption', 'minimap-caption', [this.#square, this.#subscribed]);
  readonly #pictures = new SquarePictures(() => performance.now());
  #labelledAt = Number.NEGATIVE_INFINITY;
  /** Of the room for the map, in CSS pixels. */
  #width = 0;

  constructor(parent: HTMLElement) {
    this.#canvas.setAttribute('role', 'img');
    this.#canvas.ariaLabel = 'Map of the squares around you';
    this.#context = this.#canvas.getContext('2d');
    this.#box = element('figure', 'minimap', [this.#canvas, this.#caption]);
    this.#box.hidden = true;
    parent.append(this.#box);
    // Told, not asked for: an answer in between would make the browser lay out the whole page at once.
    new ResizeObserver(([entry]) => {
      this.#width = entry?.borderBoxSize[0]?.inlineSize ?? 0;
    }).observe(this.#caption);
  }

  get isShown(): boolean {
    return !this.#box.hidden;
  }

  show(shown: boolean): void {
    this.#box.hidden = !shown;
  }

  /**
   * To be called a few times a second.
   * @param density device pixels to a CSS pixel
   */
  draw(view: MapView, density: number, nowMs: number): void {
    const context = this.#context;
    if (context === null || this.#box.hidden || this.#width === 0) return;
    this.#describe(view, nowMs);
    // As wide as there is room for, which the style says.
    const side = Math.max(1, Math.floor((this.#width * density) / MAP_COLUMNS));
    this.#resize(side, density);
    const middle = { sx: squareIndexOf(view.own.x), sy: squareIndexOf(view.own.y) };
    const squares = OFFSETS.map(({ sx, sy }) => ({ sx: middle.sx + sx, sy: middle.sy + sy })).filter(isInWorld);
    if (view.ground !== undefined) this.#pictures.paint(view.ground, squares, view.interest, PAINT_MS);
    const drawing = new MapDrawing(context, middle, side, density);
    drawing.land(squares, view.interest, this.#pictures);
    drawing.screen(view.own, view.screen);
    for (const { tileX, tileY } of view.gems) {
      drawing.speck((tileX + 0.5) * UNITS_PER_TILE, (tileY + 0.5) * UNITS_PER_TILE, 2);
    }
    drawing.people(view.people, 3);
    if (view.company !== undefined) drawing.company(view.own, view.company);
    drawing.own(view.own.x, view.own.y, 5);
  }

  #resize(side: number, density: number): void {
    const [width, height] = [MAP_COLUMNS * side, MAP_ROWS * side];
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
    // Exactly as large as its pixels, or the browser would blur them.
    this.#canvas.style.width = `${width / density}px`;
    this.#canvas.style.height = `${height / density}px`;
  }

  #describe(view: MapView, nowMs: number): void {
    const subscribed = view.interest.size;
    setText(this.#square, `Square ${squareWords(view.own)}`);
    setText(this.#subscribed, `${subscribed} subscribed`);
    if (nowMs - this.#labelledAt < LABEL_MS) return;
    this.#labelledAt = nowMs;
    this.#canvas.ariaLabel = `Map. ${describeSurroundings(view)} ${counted(subscribed, 'square')} subscribed.`;
  }
}

const isInWorld = ({ sx, sy }: Square): boolean =>
  sx >= MIN_SQUARE && sx <= MAX_SQUARE && sy >= MIN_SQUARE && sy <= MAX_SQUARE;
