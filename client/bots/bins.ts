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
  readonly #cells = new Map<string, T[]>();

  constructor(cellUnits: number) {
    this.#cellUnits = cellUnits;
  }

  rebuild(items: Iterable<T>): void {
    this.#cells.clear();
    for (const item of items) {
      const key = `${Math.floor(item.x / this.#cellUnits)},${Math.floor(item.y / this.#cellUnits)}`;
      const cell = this.#cells.get(key);
      if (cell === undefined) this.#cells.set(key, [item]);
      else cell.push(item);
    }
  }

  /**
   * Visits everybody whose cell touches the rectangle of the given half sizes around (x, y): all in it, and some
   * around it.
   */
  near(x: number, y: number, halfWidth: number, halfHeight: number, visit: (item: T) => void): void {
    const left = Math.floor((x - halfWidth) / this.#cellUnits);
    const right = Math.floor((x + halfWidth) / this.#cellUnits);
    const top = Math.floor((y - halfHeight) / this.#cellUnits);
    const bottom = Math.floor((y + halfHeight) / this.#cellUnits);
    for (let cellY = top; cellY <= bottom; cellY++) {
      for (let cellX = left; cellX <= right; cellX++) {
        const cell = this.#cells.get(`${cellX},${cellY}`);
        if (cell !== undefined) for (const item of cell) visit(item);
      }
    }
  }
}
