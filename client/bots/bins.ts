/** Something that stands somewhere, in units. */
interface Placed {
  readonly x: number;
  readonly y: number;
}

/**
 * Who is near a place, without asking everybody: players sorted into cells. It knows nothing of the world's squares;
 * the cells are the oracle's own, so that a mistake in the grid cannot hide in both.
 */
export class Bins<T extends Placed> {
  readonly #cellUnits: number;
  readonly #cells = new Map<number, T[]>();

  constructor(cellUnits: number) {
    this.#cellUnits = cellUnits;
  }

  clear(): void {
    this.#cells.clear();
  }

  add(item: T): void {
    const key = keyOf(Math.floor(item.x / this.#cellUnits), Math.floor(item.y / this.#cellUnits));
    const cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, [item]);
    else cell.push(item);
  }

  /**
   * Visits everybody whose cell touches the rectangle of the given half sizes around (x, y): all in it, and some
   * around it or anywhere.
   */
  near(x: number, y: number, halfWidth: number, halfHeight: number, visit: (item: T) => void): void {
    const left = Math.floor((x - halfWidth) / this.#cellUnits);
    const right = Math.floor((x + halfWidth) / this.#cellUnits);
    const top = Math.floor((y - halfHeight) / this.#cellUnits);
    const bottom = Math.floor((y + halfHeight) / this.#cellUnits);
    for (let cellY = top; cellY <= bottom; cellY++) {
      for (let cellX = left; cellX <= right; cellX++) {
        const cell = this.#cells.get(keyOf(cellX, cellY));
        if (cell !== undefined) for (const item of cell) visit(item);
      }
    }
  }
}

/** Cells so far apart along an axis share a key, which costs a look in vain: near each other no two do. */
const AXIS_BITS = 15;
const AXIS_MASK = 2 ** AXIS_BITS - 1;

/** A small integer. The operators see the lowest bits of numbers of any size, which are all that counts here. */
const keyOf = (cellX: number, cellY: number): number => ((cellX & AXIS_MASK) << AXIS_BITS) | (cellY & AXIS_MASK);
