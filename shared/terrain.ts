import { SPAWN_RADIUS_TILES, TILES_PER_SQUARE } from './constants.ts';

/** Kinds of ground, as they stand in `Terrain.square`. */
export const GRASS = 0;
export const SAND = 1;
export const WATER = 2;
export const TREE = 3;
export const ROCK = 4;
export type Ground = typeof GRASS | typeof SAND | typeof WATER | typeof TREE | typeof ROCK;

export const TERRAINS = ['meadows', 'flat'] as const;
export type TerrainKind = (typeof TERRAINS)[number];

export interface Terrain {
  readonly kind: TerrainKind;
  readonly seed: number;
  groundAt(tileX: number, tileY: number): Ground;
  readonly blocked: (tileX: number, tileY: number) => boolean;
  /** The ground of a square's 1,024 tiles, row by row. Read only; valid until other squares push it out of the cache. */
  square(sx: number, sy: number): Uint8Array;
}

export const isBlockedGround = (ground: number): boolean => ground >= WATER;

/**
 * A 32-bit hash of a lattice point. Coordinates exceed 32 bits, so their low and high words enter apart.
 * All arithmetic is on unsigned 32-bit integers (M7); vectors stand in PROTOCOL.md.
 */
export function latticeHash(seed: number, x: number, y: number): number {
  const xLow = x >>> 0;
  const yLow = y >>> 0;
  const xHigh = Math.floor(x / 2 ** 32) >>> 0;
  const yHigh = Math.floor(y / 2 ** 32) >>> 0;
  let h = seed >>> 0;
  h = mix(h ^ xLow);
  h = mix(h ^ yLow);
  h = mix(h ^ xHigh ^ Math.imul(yHigh, 0x9e3779b1));
  return h >>> 0;
}

/** One round of MurmurHash3's finaliser with an odd constant added. */
function mix(value: number): number {
  let h = Math.imul(value + 0x9e3779b9, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h;
}

/**
 * Value noise from 0 to 255: the top bytes of the hashes of the four lattice points around a tile, blended linearly
 * in integers. `scale` is the lattice's width in tiles, a power of two up to 256.
 */
export function valueNoise(seed: number, tileX: number, tileY: number, scale: number): number {
  const cellX = Math.floor(tileX / scale);
  const cellY = Math.floor(tileY / scale);
  const fx = tileX - cellX * scale;
  const fy = tileY - cellY * scale;
  const a = latticeHash(seed, cellX, cellY) >>> 24;
  const b = latticeHash(seed, cellX + 1, cellY) >>> 24;
  const c = latticeHash(seed, cellX, cellY + 1) >>> 24;
  const d = latticeHash(seed, cellX + 1, cellY + 1) >>> 24;
  const top = a * (scale - fx) + b * fx;
  const bottom = c * (scale - fx) + d * fx;
  return Math.floor((top * (scale - fy) + bottom * fy) / (scale * scale));
}

// Each layer of noise has a seed of its own, so that hills and woods do not coincide.
const HILLS = 0x68696c6c;
const KNOLLS = 0x6b6e6f6c;
const WOODS = 0x776f6f64;
const TREES = 0x74726565;

/** The rule behind `--terrain meadows`: mostly grass, ponds with sandy shores, woods, outcrops of rock. */
export function meadowsGround(seed: number, tileX: number, tileY: number): Ground {
  if (inSpawnArea(tileX, tileY)) return GRASS;
  const height = 3 * valueNoise(seed ^ HILLS, tileX, tileY, 32) + valueNoise(seed ^ KNOLLS, tileX, tileY, 8);
  if (height < 250) return WATER;
  if (height < 300) return SAND;
  if (height > 830) return ROCK;
  const wood = valueNoise(seed ^ WOODS, tileX, tileY, 16);
  if (wood > 140) {
    // The deeper in the wood, the denser: from none at its rim to about two tiles in five.
    if (latticeHash(seed ^ TREES, tileX, tileY) >>> 24 < wood - 140) return TREE;
  }
  return GRASS;
}

/** Tiles within SPAWN_RADIUS_TILES of tile 0,0. */
export const inSpawnArea = (tileX: number, tileY: number): boolean =>
  Math.abs(tileX) <= SPAWN_RADIUS_TILES &&
  Math.abs(tileY) <= SPAWN_RADIUS_TILES &&
  tileX * tileX + tileY * tileY <= SPAWN_RADIUS_TILES * SPAWN_RADIUS_TILES;

/**
 * Squares kept, 1 kB each: sets of four, in each of which the oldest gives way. Memory is bounded whatever is visited,
 * and no two or three squares that happen to share a set push each other out all the time.
 */
const CACHE_SETS = 1024;
const CACHE_WAYS = 4;

interface CachedSquare {
  readonly sx: number;
  readonly sy: number;
  readonly ground: Uint8Array;
}

/**
 * Terrain as a function of seed and tile (M7), computed a square at a time and cached.
 * @param seed u32
 */
export function createTerrain(kind: TerrainKind, seed: number): Terrain {
  const slots = new Array<CachedSquare | undefined>(CACHE_SETS * CACHE_WAYS);
  const oldest = new Uint8Array(CACHE_SETS);
  const flat = new Uint8Array(TILES_PER_SQUARE * TILES_PER_SQUARE);

  const square = (sx: number, sy: number): Uint8Array => {
    if (kind === 'flat') return flat;
    const set = (Math.imul(sx, 0x9e3779b1) ^ Math.imul(sy, 0x85ebca77)) >>> 22;
    const first = set * CACHE_WAYS;
    for (let slot = first; slot < first + CACHE_WAYS; slot++) {
      const cached = slots[slot];
      if (cached !== undefined && cached.sx === sx && cached.sy === sy) return cached.ground;
    }
    const ground = new Uint8Array(TILES_PER_SQUARE * TILES_PER_SQUARE);
    for (let row = 0; row < TILES_PER_SQUARE; row++) {
      for (let column = 0; column < TILES_PER_SQUARE; column++) {
        ground[row * TILES_PER_SQUARE + column] = meadowsGround(
          seed,
          sx * TILES_PER_SQUARE + column,
          sy * TILES_PER_SQUARE + row,
        );
      }
    }
    const way = oldest[set] as number;
    slots[first + way] = { sx, sy, ground };
    oldest[set] = (way + 1) % CACHE_WAYS;
    return ground;
  };

  const groundAt = (tileX: number, tileY: number): Ground => {
    const sx = Math.floor(tileX / TILES_PER_SQUARE);
    const sy = Math.floor(tileY / TILES_PER_SQUARE);
    const index = (tileY - sy * TILES_PER_SQUARE) * TILES_PER_SQUARE + (tileX - sx * TILES_PER_SQUARE);
    return square(sx, sy)[index] as Ground;
  };

  return {
    kind,
    seed,
    square,
    groundAt,
    blocked: kind === 'flat' ? () => false : (tileX, tileY) => isBlockedGround(groundAt(tileX, tileY)),
  };
}
