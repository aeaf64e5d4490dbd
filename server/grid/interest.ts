import { ENTER_MARGIN_TILES, LEAVE_MARGIN_TILES, LINGER_TICKS } from '../../shared/constants.ts';
import {
  rectContains,
  type SquareKey,
  type SquareRect,
  sameRect,
  squareKey,
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

const NOWHERE: SquareRect = { left: 1, top: 1, right: 0, bottom: 0 };

/**
 * The squares one session is subscribed to (G1): all that the screen plus the enter margin touches, and those beyond
 * the leave margin for a linger longer. Between the margins nothing changes, so walking along a border costs nothing.
 */
export class Interest {
  readonly entries = new Map<SquareKey, InterestEntry>();
  readonly #source: InterestSource;
  #enter = NOWHERE;
  #keep = NOWHERE;
  #lingering = 0;

  constructor(source: InterestSource) {
    this.#source = source;
  }

  /** Follows the outlook; returns the entries that have left the interest. */
  update({ x, y, width, height }: Outlook, tick: number): InterestEntry[] {
    const enter = squaresOnScreen(x, y, width, height, ENTER_MARGIN_TILES);
    const keep = squaresOnScreen(x, y, width, height, LEAVE_MARGIN_TILES);
    const moved = !sameRect(enter, this.#enter) || !sameRect(keep, this.#keep);
    if (!moved && this.#lingering === 0) return [];
    if (moved) {
      this.#enter = enter;
      this.#keep = keep;
      for (const { sx, sy } of squaresOf(enter)) {
        const key = squareKey(sx, sy);
        if (this.entries.has(key)) continue;
        this.entries.set(key, {
          square: this.#source.acquire(sx, sy),
          leaveAt: undefined,
          joined: false,
          isFurnished: false,
        });
      }
    }
    const left: InterestEntry[] = [];
    this.#lingering = 0;
    for (const [key, entry] of this.entries) {
      if (rectContains(keep, entry.square.sx, entry.square.sy)) {
        entry.leaveAt = undefined;
        continue;
      }
      entry.leaveAt ??= tick + LINGER_TICKS;
      if (tick < entry.leaveAt) {
        this.#lingering++;
        continue;
      }
      this.entries.delete(key);
      this.#source.release(entry.square);
      left.push(entry);
    }
    return left;
  }

  /** Gives everything up. */
  clear(): void {
    for (const { square } of this.entries.values()) this.#source.release(square);
    this.entries.clear();
    this.#enter = NOWHERE;
    this.#keep = NOWHERE;
    this.#lingering = 0;
  }
}
