import {
  ENTER_MARGIN_TILES,
  LEAVE_MARGIN_TILES,
  LINGER_TICKS,
  UNITS_PER_SQUARE,
  UNITS_PER_TILE,
} from '../../shared/constants.ts';
import {
  rectContains,
  type SquareKey,
  squareIndexOf,
  squareKey,
  squareOrigin,
  squaresOf,
  squaresOnScreen,
} from '../../shared/grid.ts';
import type { GridSquare } from './grid-square.ts';

/** A square of a session's interest. */
export interface InterestEntry {
  readonly square: GridSquare;
  /** When it may go, if the screen does not come near again; undefined while it is near. */
  leaveAt: number | undefined;
  /** Whether the client has had a snapshot, and so gets the square's deltas. */
  joined: boolean;
  /** Whether it has also had what people have left there. */
  isFurnished: boolean;
}

/** Where a session looks from: units and tiles. */
export interface Outlook {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface InterestSource {
  acquire(sx: number, sy: number): GridSquare;
  release(square: GridSquare): void;
}

/** What most updates have to say. */
const NOTHING: readonly InterestEntry[] = [];

/**
 * The squares one session is subscribed to (G1): all that the screen plus the enter margin touches, and those beyond
 * the leave margin for a linger longer. Between the margins nothing changes, so walking along a border costs nothing.
 */
export class Interest {
  readonly entries = new Map<SquareKey, InterestEntry>();
  readonly #source: InterestSource;
  /** The screen of the last reckoning, and where it may be with the same outcome: from left and top up to, not at, right and bottom. */
  #width = 0;
  #height = 0;
  #left = 0;
  #top = 0;
  #right = 0;
  #bottom = 0;
  /** When the next square that lingers has to go, in ticks; undefined while none does. */
  #leaveAt: number | undefined;
  #isSettled = true;

  constructor(source: InterestSource) {
    this.#source = source;
  }

  /** Whether the client has been given all there is of every square. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Whatever could be given has been given. */
  settle(): void {
    this.#isSettled = true;
    for (const { joined, isFurnished } of this.entries.values()) if (!joined || !isFurnished) this.#isSettled = false;
  }

  /** The client has to be given everything afresh. */
  unsettle(): void {
    this.#isSettled = false;
    for (const entry of this.entries.values()) {
      entry.joined = false;
      entry.isFurnished = false;
    }
  }

  /** Follows the outlook; returns the entries that have left the interest. Costs next to nothing where nothing changes. */
  update(outlook: Outlook, tick: number): readonly InterestEntry[] {
    if (this.#hasMoved(outlook)) {
      this.#reach(outlook);
      this.#enter(outlook);
    } else if (this.#leaveAt === undefined || tick < this.#leaveAt) return NOTHING;
    return this.#leave(outlook, tick);
  }

  /** Gives everything up. */
  clear(): void {
    for (const { square } of this.entries.values()) this.#source.release(square);
    this.entries.clear();
    this.#leaveAt = undefined;
    // No place is within these bounds: the next outlook is looked at whatever it is.
    this.#right = this.#left;
  }

  #hasMoved({ x, y, width, height }: Outlook): boolean {
    const isWithin = x >= this.#left && x < this.#right && y >= this.#top && y < this.#bottom;
    return !isWithin || width !== this.#width || height !== this.#height;
  }

  /** Notes how far one can go from here until another square comes within one of the margins, or leaves it. */
  #reach({ x, y, width, height }: Outlook): void {
    this.#width = width;
    this.#height = height;
    [this.#left, this.#right] = reachOf(x, width);
    [this.#top, this.#bottom] = reachOf(y, height);
  }

  #enter({ x, y, width, height }: Outlook): void {
    for (const { sx, sy } of squaresOf(squaresOnScreen(x, y, width, height, ENTER_MARGIN_TILES))) {
      if (this.entries.has(squareKey(sx, sy))) continue;
      const square = this.#source.acquire(sx, sy);
      this.#isSettled = false;
      // The square's own key: a string of its own for each session would be dearer than the entry.
      this.entries.set(square.key, { square, leaveAt: undefined, joined: false, isFurnished: false });
    }
  }

  #leave({ x, y, width, height }: Outlook, tick: number): readonly InterestEntry[] {
    const keep = squaresOnScreen(x, y, width, height, LEAVE_MARGIN_TILES);
    let left: InterestEntry[] | undefined;
    this.#leaveAt = undefined;
    for (const entry of this.entries.values()) {
      const { square } = entry;
      if (rectContains(keep, square.sx, square.sy)) {
        entry.leaveAt = undefined;
        continue;
      }
      entry.leaveAt ??= tick + LINGER_TICKS;
      if (tick < entry.leaveAt) {
        this.#leaveAt = Math.min(this.#leaveAt ?? entry.leaveAt, entry.leaveAt);
        continue;
      }
      this.entries.delete(square.key);
      this.#source.release(square);
      left ??= [];
      left.push(entry);
    }
    return left ?? NOTHING;
  }
}

/**
 * Along one axis, between which coordinates (the first within, the second beyond) both margins' edges stay in the
 * squares they are in when the middle of a screen of so many tiles is at `at`.
 */
function reachOf(at: number, sizeTiles: number): readonly [from: number, to: number] {
  let from = Number.NEGATIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  for (const marginTiles of [ENTER_MARGIN_TILES, LEAVE_MARGIN_TILES]) {
    const half = (sizeTiles / 2 + marginTiles) * UNITS_PER_TILE;
    for (const edge of [-half, half]) {
      const origin = squareOrigin(squareIndexOf(at + edge)) - edge;
      from = Math.max(from, origin);
      to = Math.min(to, origin + UNITS_PER_SQUARE);
    }
  }
  return [from, to];
}
