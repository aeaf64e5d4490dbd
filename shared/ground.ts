import { TILES_PER_SQUARE } from './constants.ts';
import { type SquareKey, squareKey } from './grid.ts';
import type { Blocked } from './motion.ts';
import { isBlockedGround, type Terrain } from './terrain.ts';
import type { TileRecord } from './tile-records.ts';
import { BARE, isBlockedTile } from './tiles.ts';

/** What stands on a tile, since when, and what stood there before. */
interface TileState {
  readonly kind: number;
  /** The tick from which on it counts. */
  readonly since: number;
  readonly before: TileState | undefined;
}

/** What people have made of one square. */
interface BuiltSquare {
  readonly tiles: Map<number, TileState>;
  /** Another with every change, of this square or a former picture of it: whoever draws the square looks at it. */
  version: number;
}

/** A tile's past is kept for so long, in ticks: longer than any motion that is walked again. */
const PAST_TICKS = 256;
/** … and for so many changes at most, of which the oldest goes first. */
const PAST_CHANGES = 8;

const NOTHING: ReadonlyMap<number, number> = new Map();

/**
 * The terrain with what people have built on it. An edit counts from a stated tick on (M6), and for a while what was
 * there before is remembered, so that a path is walked over the ground as it was at each of its ticks, whoever walks it
 * and whenever.
 */
export class Ground {
  readonly terrain: Terrain;
  readonly #squares = new Map<SquareKey, BuiltSquare>();
  #version = 0;
  /** The last square looked up: paths stay in one for long. */
  #lastX = Number.NaN;
  #lastY = Number.NaN;
  #last: BuiltSquare | undefined;

  constructor(terrain: Terrain) {
    this.terrain = terrain;
  }

  /** Whether a tile may not be entered at a tick. */
  readonly blocked: Blocked = (tileX, tileY, tick) => {
    const kind = this.#squares.size === 0 ? BARE : this.kindAt(tileX, tileY, tick);
    return kind === BARE ? this.terrain.blocked(tileX, tileY) : isBlockedTile(kind, this.#isRough(tileX, tileY));
  };

  /** What stands on a tile at a tick; BARE for the terrain's own ground. */
  kindAt(tileX: number, tileY: number, tick: number): number {
    const sx = Math.floor(tileX / TILES_PER_SQUARE);
    const sy = Math.floor(tileY / TILES_PER_SQUARE);
    const square = this.#find(sx, sy);
    if (square === undefined) return BARE;
    const tile = (tileY - sy * TILES_PER_SQUARE) * TILES_PER_SQUARE + (tileX - sx * TILES_PER_SQUARE);
    return kindOf(square.tiles.get(tile), tick);
  }

  /** Sets a tile from a tick on. */
  set(sx: number, sy: number, tile: number, kind: number, tick: number): void {
    const square = this.#make(sx, sy);
    square.version = ++this.#version;
    const past = square.tiles.get(tile);
    square.tiles.set(tile, { kind, since: tick, before: pastOf(past, tick) });
  }

  /** Replaces what is known of a square, as it has been for ever; tiles that stay as they are keep their past. */
  load(sx: number, sy: number, tiles: readonly (readonly [tile: number, kind: number])[]): void {
    if (tiles.length === 0 && this.#find(sx, sy) === undefined) return;
    const square = this.#make(sx, sy);
    square.version = ++this.#version;
    const old = new Map(square.tiles);
    square.tiles.clear();
    for (const [tile, kind] of tiles) {
      const known = old.get(tile);
      square.tiles.set(tile, known?.kind === kind ? known : { kind, since: 0, before: undefined });
    }
    // Bare tiles are told by being left out: one that was bare already stays as it was, too.
    for (const [tile, known] of old) if (known.kind === BARE && !square.tiles.has(tile)) square.tiles.set(tile, known);
  }

  /** Forgets a square: it is as the terrain has it. */
  drop(sx: number, sy: number): void {
    this.#squares.delete(squareKey(sx, sy));
    this.#lastX = Number.NaN;
  }

  clear(): void {
    this.#squares.clear();
    this.#lastX = Number.NaN;
  }

  /** Changes whenever the square's tiles do; 0 while nothing is known of it. */
  versionOf(sx: number, sy: number): number {
    return this.#find(sx, sy)?.version ?? 0;
  }

  /** Tiles that are not BARE at a tick. */
  tilesAt(sx: number, sy: number, tick: number): TileRecord[] {
    const tiles: TileRecord[] = [];
    for (const [tile, newest] of this.#find(sx, sy)?.tiles ?? []) {
      const kind = kindOf(newest, tick);
      if (kind !== BARE) tiles.push({ tile, kind });
    }
    return tiles;
  }

  /** Tiles by their index in the square with the newest kind, BARE ones left out; for drawing. */
  tilesOf(sx: number, sy: number): ReadonlyMap<number, number> {
    const square = this.#find(sx, sy);
    if (square === undefined) return NOTHING;
    const kinds = new Map<number, number>();
    for (const [tile, { kind }] of square.tiles) if (kind !== BARE) kinds.set(tile, kind);
    return kinds;
  }

  /** Whether the terrain itself blocks. */
  #isRough(tileX: number, tileY: number): boolean {
    return isBlockedGround(this.terrain.groundAt(tileX, tileY));
  }

  #find(sx: number, sy: number): BuiltSquare | undefined {
    if (sx === this.#lastX && sy === this.#lastY) return this.#last;
    this.#lastX = sx;
    this.#lastY = sy;
    this.#last = this.#squares.get(squareKey(sx, sy));
    return this.#last;
  }

  #make(sx: number, sy: number): BuiltSquare {
    let square = this.#find(sx, sy);
    if (square === undefined) {
      square = { tiles: new Map(), version: ++this.#version };
      this.#squares.set(squareKey(sx, sy), square);
      this.#last = square;
    }
    return square;
  }
}

function kindOf(newest: TileState | undefined, tick: number): number {
  let state = newest;
  while (state !== undefined && state.since > tick) state = state.before;
  return state?.kind ?? BARE;
}

/** What is worth remembering of a tile that changes at a tick. */
function pastOf(state: TileState | undefined, tick: number): TileState | undefined {
  const recent: TileState[] = [];
  for (let at = state; at !== undefined && recent.length < PAST_CHANGES; at = at.before) {
    // A state that is overtaken before it ever counted never was.
    if (at.since >= tick) continue;
    recent.push(at);
    if (tick - at.since > PAST_TICKS) break;
  }
  return recent.reduceRight<TileState | undefined>((before, { kind, since }) => ({ kind, since, before }), undefined);
}
