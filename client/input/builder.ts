import { isSameTile, type Tile, tilesBetween } from './tile-line.ts';

/** A tile and what it is to become. */
export interface TileWish extends Tile {
  readonly kind: number;
}

/** Where one builds. */
export interface Site {
  /** Whether requests can be sent now. */
  isOpen(): boolean;
  /** The kind on a tile, as known or as already asked for. */
  kindAt(tileX: number, tileY: number): number;
  /** A sentence why a tile cannot be set now, undefined when it can. */
  whyNot(tileX: number, tileY: number, kind: number): string | undefined;
  build(tileX: number, tileY: number, kind: number): void;
}

/** Edits sent at once, and per second after that: with walking and talking beside, below the server's limits. */
const BURST = 40;
const PER_SECOND = 15;
/** Tiles that wait to be sent; what a stroke touches beyond them is not built. */
const MAX_WAITING = 256;

/**
 * Turns strokes of a pointer into edits: every tile once per stroke, those between two looks at the pointer too, and no
 * faster than the server takes them.
 */
export class Builder {
  readonly #site: Site;
  readonly #refused: (sentence: string) => void;
  readonly #waiting = new Map<string, TileWish>();
  readonly #touched = new Set<string>();
  #kind = 0;
  /** Where the stroke is now; undefined between strokes. */
  #at: Tile | undefined;
  #allowed = BURST;
  #updatedAt: number | undefined;

  /** @param refused takes a sentence for the player */
  constructor(site: Site, refused: (sentence: string) => void) {
    this.#site = site;
    this.#refused = refused;
  }

  /** What is to be built and has not been asked for yet. */
  get waiting(): Iterable<TileWish> {
    return this.#waiting.values();
  }

  get isStroking(): boolean {
    return this.#at !== undefined;
  }

  /** A stroke begins: the pointer went down on a tile. */
  press(tile: Tile, kind: number): void {
    this.#touched.clear();
    this.#kind = kind;
    this.#at = tile;
    // Only here: a stroke that wanders out of reach and back is no reason to speak.
    const sentence = this.#touch(tile);
    if (sentence !== undefined) this.#refused(sentence);
  }

  /** The pointer is over a tile, or the land has moved under it; nothing happens between strokes. */
  drag(tile: Tile): void {
    if (this.#at === undefined || isSameTile(this.#at, tile)) return;
    for (const passed of tilesBetween(this.#at, tile)) this.#touch(passed);
    this.#at = tile;
  }

  release(): void {
    this.#at = undefined;
    this.#touched.clear();
  }

  /** Forgets what waits, as when building is over. */
  clear(): void {
    this.release();
    this.#waiting.clear();
  }

  /** Asks for what waits, as fast as it may; to be called every frame. */
  update(nowMs: number): void {
    const sinceMs = nowMs - (this.#updatedAt ?? nowMs);
    this.#updatedAt = nowMs;
    this.#allowed = Math.min(BURST, this.#allowed + (sinceMs / 1000) * PER_SECOND);
    if (!this.#site.isOpen()) return;
    for (const [key, { tileX, tileY, kind }] of this.#waiting) {
      if (this.#allowed < 1) break;
      this.#waiting.delete(key);
      // Since the stroke one may have walked away, or somebody onto the tile.
      if (this.#site.whyNot(tileX, tileY, kind) !== undefined) continue;
      this.#allowed--;
      this.#site.build(tileX, tileY, kind);
    }
  }

  /** Returns why a tile cannot be set, undefined when it can or need not. */
  #touch({ tileX, tileY }: Tile): string | undefined {
    const key = `${tileX},${tileY}`;
    if (this.#touched.has(key)) return undefined;
    const kind = this.#kind;
    if ((this.#waiting.get(key)?.kind ?? this.#site.kindAt(tileX, tileY)) === kind) return undefined;
    const sentence = this.#site.whyNot(tileX, tileY, kind);
    if (sentence !== undefined) return sentence;
    if (this.#waiting.size >= MAX_WAITING) return undefined;
    this.#touched.add(key);
    this.#waiting.set(key, { tileX, tileY, kind });
    return undefined;
  }
}
