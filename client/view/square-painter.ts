import { type Square, type SquareKey, squareKey } from '../../shared/grid.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { GroundPainter, SQUARE_PIXELS } from './art/ground-painter.ts';
import { Pixels } from './art/pixels.ts';
import type { PaintOrder, SquareBytes } from './paint-order.ts';

/** Squares on their way at a time: enough for the other thread not to wait for frames, few enough to be wanted still. */
const MOST_ORDERS = 3;
/** Where there is no other thread: rows of pixels painted in one frame. */
const ROWS_PER_FRAME = 48;

/**
 * Paints the ground of squares, in a thread of its own: one takes ten milliseconds and more, which is most of a frame.
 * In a browser that does not start the thread it is done here, a few rows a frame.
 */
export class SquarePainter {
  /** Ordered and not taken yet, the oldest first. */
  readonly #orders = new Map<SquareKey, Square & { readonly terrain: Terrain }>();
  readonly #done: PaintOrder[] = [];
  readonly #free: SquareBytes[] = [];
  #worker: Worker | undefined;
  readonly #here = { painter: new GroundPainter(), pixels: new Pixels(SQUARE_PIXELS, SQUARE_PIXELS) };
  #paintedHere: SquareKey | undefined;

  constructor() {
    if (typeof Worker === 'undefined') return;
    const worker = new Worker(new URL('./ground-worker.ts', import.meta.url), { type: 'module' });
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<PaintOrder>) => {
      this.#done.push(data);
    };
    worker.onerror = () => {
      this.#worker = undefined;
    };
  }

  /** Whether no more can be ordered now. */
  get isBusy(): boolean {
    return this.#orders.size >= MOST_ORDERS;
  }

  isOrdered(sx: number, sy: number): boolean {
    return this.#orders.has(squareKey(sx, sy));
  }

  order(terrain: Terrain, sx: number, sy: number): void {
    this.#orders.set(squareKey(sx, sy), { terrain, sx, sy });
    if (this.#worker === undefined) return;
    const { kind, seed } = terrain;
    const bytes = this.#bytes();
    this.#worker.postMessage({ kind, seed, sx, sy, bytes } satisfies PaintOrder, [bytes.buffer]);
  }

  /** What is done, undefined while nothing is; to be called once a frame at least. Its bytes are the caller's. */
  take(): PaintOrder | undefined {
    const done = this.#done.shift() ?? this.#paintHere();
    if (done !== undefined) this.#orders.delete(squareKey(done.sx, done.sy));
    return done;
  }

  /** Takes bytes that nobody needs, for another picture. */
  give(bytes: SquareBytes): void {
    this.#free.push(bytes);
  }

  #paintHere(): PaintOrder | undefined {
    if (this.#worker !== undefined) return undefined;
    const [first] = this.#orders;
    if (first === undefined) return undefined;
    const [key, { terrain, sx, sy }] = first;
    const { painter, pixels } = this.#here;
    if (this.#paintedHere !== key) painter.begin(pixels, terrain, sx, sy);
    this.#paintedHere = key;
    if (!painter.paintRows(ROWS_PER_FRAME)) return undefined;
    this.#paintedHere = undefined;
    const bytes = this.#bytes();
    bytes.set(pixels.bytes);
    return { kind: terrain.kind, seed: terrain.seed, sx, sy, bytes };
  }

  #bytes(): SquareBytes {
    return this.#free.pop() ?? new Uint8Array(SQUARE_PIXELS * SQUARE_PIXELS * 4);
  }
}
