/** Six seconds and more of a knot every 50 ms. */
const KNOTS = 128;

/**
 * The last seconds of a player's true way: points of world time, straight lines between them. Bounded; the oldest
 * knot makes room for the newest.
 */
export class Path {
  readonly #worldMs = new Float64Array(KNOTS);
  readonly #x = new Float64Array(KNOTS);
  readonly #y = new Float64Array(KNOTS);
  /** Knots ever kept; the newest is at `#count - 1`, modulo KNOTS. */
  #count = 0;
  #oldest = 0;

  /** World time of the newest knot; 0 without any. */
  get lastMs(): number {
    return this.#count > this.#oldest ? this.#time(this.#count - 1) : 0;
  }

  clear(): void {
    this.#count = 0;
    this.#oldest = 0;
  }

  /** Adds a knot, in ms and units. What was said of later times is forgotten: the newest word counts. */
  add(worldMs: number, x: number, y: number): void {
    while (this.#count > this.#oldest && this.#time(this.#count - 1) >= worldMs) this.#count--;
    const at = this.#count % KNOTS;
    this.#worldMs[at] = worldMs;
    this.#x[at] = x;
    this.#y[at] = y;
    this.#count++;
    this.#oldest = Math.max(this.#oldest, this.#count - KNOTS);
  }

  /** Where the player was at a world time, or undefined when no two knots lie around it. */
  at(worldMs: number): { x: number; y: number } | undefined {
    for (let i = this.#count - 1; i > this.#oldest; i--) {
      const from = this.#time(i - 1);
      if (from > worldMs) continue;
      const to = this.#time(i);
      if (worldMs > to) return undefined;
      const a = (i - 1) % KNOTS;
      const b = i % KNOTS;
      const share = (worldMs - from) / (to - from);
      const x = this.#x[a] as number;
      const y = this.#y[a] as number;
      return { x: x + ((this.#x[b] as number) - x) * share, y: y + ((this.#y[b] as number) - y) * share };
    }
    return undefined;
  }

  /** True when the path reaches back to `worldMs` and `test` holds at every knot since. */
  everySince(worldMs: number, test: (x: number, y: number) => boolean): boolean {
    for (let i = this.#count - 1; i >= this.#oldest; i--) {
      if (!test(this.#x[i % KNOTS] as number, this.#y[i % KNOTS] as number)) return false;
      if (this.#time(i) <= worldMs) return true;
    }
    return false;
  }

  #time(index: number): number {
    return this.#worldMs[index % KNOTS] as number;
  }
}
