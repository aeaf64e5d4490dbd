import { BARE, TILE_KINDS, type TileGroup } from '../../shared/tiles.ts';
import { type Tile, tileAt } from './place.ts';
import { between, type Random } from './random.ts';

/** What a builder wants to do. */
export type Build = { readonly what: 'set'; readonly tile: Tile; readonly kind: number } | { readonly what: 'undo' };

/** What a builder sees of the world that it builds in. */
export interface Site {
  /** Why a tile cannot be set, or undefined when it can. */
  whyNot(tile: Tile, kind: number): string | undefined;
  /** What stands on a tile now. */
  kindAt(tile: Tile): number;
}

/** Time between two edits, in ms. */
const LEAST_MS = 700;
const MOST_MS = 1300;
/** How far from oneself one builds, in tiles along each axis: within reach also at the corners. */
const AWAY_TILES = 5;
/** Tiles one leaves standing; beyond that the oldest is set back before another is set. */
const MAX_TILES = 24;
/** … and of these so many walls, each for so long, in ms: nobody is to be walled in. */
const MAX_WALLS = 1;
const WALL_MS = 6000;
/** Tiles tried before one lets it be this time. */
const TRIES = 4;
/** The share of edits that take the last one back. */
const UNDO_SHARE = 0.05;
/** How often each group is set, in proportion. */
const GROUPS: readonly (readonly [TileGroup, number])[] = [
  ['paint', 0.5],
  ['floor', 0.22],
  ['flower', 0.2],
  ['wall', 0.08],
];

interface Set extends Tile {
  readonly kind: number;
  readonly atMs: number;
}

const groupOf = (kind: number): TileGroup | undefined => TILE_KINDS.find(({ number }) => number === kind)?.group;

/** Decides what one builder sets and sets back, tile by tile. */
export class TileSetter {
  readonly #random: Random;
  /** What one has set and not set back, oldest first. */
  #own: Set[] = [];
  #nextAtMs: number | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * What is due, if anything; to be called often.
   * @param x,y where the builder stands, in tiles
   */
  due(x: number, y: number, site: Site, nowMs: number): Build | undefined {
    this.#nextAtMs ??= nowMs + between(this.#random, 0, MOST_MS);
    if (nowMs < this.#nextAtMs) return undefined;
    this.#nextAtMs = nowMs + between(this.#random, LEAST_MS, MOST_MS);
    if (this.#random() < UNDO_SHARE) return { what: 'undo' };
    return this.#setBack(site, nowMs) ?? this.#setAnew(x, y, site, nowMs);
  }

  /** What one took back has left this kind on a tile. */
  undone(tile: Tile, kind: number, nowMs: number): void {
    this.#own = this.#own.filter(({ tileX, tileY }) => tileX !== tile.tileX || tileY !== tile.tileY);
    if (kind !== BARE) this.#own.push({ tileX: tile.tileX, tileY: tile.tileY, kind, atMs: nowMs });
  }

  /** Walls that have stood for long enough come first, then what is more than one leaves standing. */
  #setBack(site: Site, nowMs: number): Build | undefined {
    const isFull = this.#own.length >= MAX_TILES;
    for (const set of this.#own) {
      if (!isFull && !(groupOf(set.kind) === 'wall' && nowMs - set.atMs > WALL_MS)) continue;
      const isStanding = site.kindAt(set) === set.kind;
      if (isStanding && site.whyNot(set, BARE) !== undefined) continue;
      // Out of reach it stays on the list, overtaken by somebody else it is theirs.
      this.#own = this.#own.filter((other) => other !== set);
      if (isStanding) return { what: 'set', tile: set, kind: BARE };
    }
    // Nothing within reach: the oldest is left to the world, unless it is a wall.
    const oldest = isFull ? this.#own.findIndex(({ kind }) => groupOf(kind) !== 'wall') : -1;
    if (oldest >= 0) this.#own.splice(oldest, 1);
    return undefined;
  }

  #setAnew(x: number, y: number, site: Site, nowMs: number): Build | undefined {
    for (let i = 0; i < TRIES; i++) {
      const away = (): number => between(this.#random, -AWAY_TILES, AWAY_TILES);
      const tile = tileAt(x + away(), y + away());
      const kind = this.#kind();
      const before = site.kindAt(tile);
      // Walls go when those who set them take them away, and not otherwise.
      if (before === kind || groupOf(before) === 'wall' || site.whyNot(tile, kind) !== undefined) continue;
      this.#own = this.#own.filter(({ tileX, tileY }) => tileX !== tile.tileX || tileY !== tile.tileY);
      this.#own.push({ ...tile, kind, atMs: nowMs });
      return { what: 'set', tile, kind };
    }
    return undefined;
  }

  #kind(): number {
    const walls = this.#own.filter(({ kind }) => groupOf(kind) === 'wall').length;
    let luck = this.#random();
    let group: TileGroup = 'paint';
    for (const [name, share] of GROUPS) {
      if (luck < share) {
        group = name;
        break;
      }
      luck -= share;
    }
    if (group === 'wall' && walls >= MAX_WALLS) group = 'paint';
    const kinds = TILE_KINDS.filter((kind) => kind.group === group);
    return (kinds[Math.floor(this.#random() * kinds.length)] as (typeof kinds)[number]).number;
  }
}
