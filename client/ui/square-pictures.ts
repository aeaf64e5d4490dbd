import { TILES_PER_SQUARE } from '../../shared/constants.ts';
import { type Square, type SquareKey, squareKey } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import { GRASS, ROCK, SAND, TREE, WATER } from '../../shared/terrain.ts';
import { TILE_COLOURS, TILE_KINDS, type TileKind } from '../../shared/tiles.ts';
import { BLOSSOMS, FLOORS, LAND, PALETTE, TILE_SHADES } from '../view/art/palette.ts';
import { element } from './element.ts';

/** Squares kept in miniature: three maps' worth. The one that was not looked at for longest gives way. */
const MOST = 120;
/** Squares side by side in the canvas that holds them. */
const COLUMNS = 12;
/** The land, from the numbers of Ground to 0xRRGGBB. */
const GROUND_COLOURS = new Map([
  [GRASS, LAND.grass],
  [SAND, LAND.sand],
  [WATER, LAND.water],
  [TREE, PALETTE.forest],
  [ROCK, LAND.rock],
]);
const KIND_COLOURS = new Map(TILE_KINDS.map((kind) => [kind.number, colourOf(kind)]));

function colourOf({ group, number }: TileKind): number {
  const variant = TILE_KINDS.filter((other) => other.group === group && other.number < number).length;
  const shades = TILE_SHADES[TILE_COLOURS[variant] ?? 'grey'];
  switch (group) {
    case 'paint':
      return shades.light;
    case 'wall':
      return shades.base;
    case 'floor':
      return variant === 0 ? FLOORS.earth : FLOORS.plankDark;
    case 'flower':
      return BLOSSOMS[variant]?.petal ?? LAND.petalWhite;
  }
}

/**
 * Paints a square with a pixel to a tile, row by row.
 * @param pixels RGBA, 4 × 32 × 32 bytes
 */
export function paintSquare(ground: Ground, sx: number, sy: number, pixels: Uint8ClampedArray): void {
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const paint = (tile: number, colour: number): void => view.setUint32(tile * 4, ((colour << 8) | 0xff) >>> 0);
  for (const [tile, kind] of ground.terrain.square(sx, sy).entries()) {
    paint(tile, GROUND_COLOURS.get(kind) ?? LAND.grass);
  }
  for (const [tile, kind] of ground.tilesOf(sx, sy)) {
    const colour = KIND_COLOURS.get(kind);
    if (colour !== undefined) paint(tile, colour);
  }
}

/**
 * Whether a picture can stay as it is.
 * @param painted the version of Ground that it shows, undefined for none
 * @param version the one of now: 0 for a square that nothing is known of, and for one where nothing is built
 */
export function isGood(painted: number | undefined, version: number, isSubscribed: boolean): boolean {
  if (painted === undefined || painted === version) return painted !== undefined;
  // Of a square that one is no longer subscribed to, what was last seen there stays.
  return version === 0 && !isSubscribed;
}

/** A square that has been painted: its place in the canvas, counted row by row, and what it shows. */
interface Painted {
  readonly slot: number;
  version: number;
}

/** Squares in miniature, a pixel to a tile, each painted once until somebody builds there. */
export class SquarePictures {
  readonly canvas = element('canvas', '');
  readonly #context: CanvasRenderingContext2D | null;
  readonly #monotonic: () => number;
  readonly #image = new ImageData(TILES_PER_SQUARE, TILES_PER_SQUARE);
  /** The one that was looked at last comes last. */
  readonly #painted = new Map<SquareKey, Painted>();
  #terrain: Ground['terrain'] | undefined;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
    this.canvas.width = COLUMNS * TILES_PER_SQUARE;
    this.canvas.height = Math.ceil(MOST / COLUMNS) * TILES_PER_SQUARE;
    this.#context = this.canvas.getContext('2d');
  }

  /**
   * Paints what is wanted and is not there yet or has changed, first come first painted, until the time is up; one
   * square is always painted, so that it gets done on any machine.
   * @param interest the squares that one is subscribed to
   */
  paint(ground: Ground, wanted: Iterable<Square>, interest: ReadonlyMap<SquareKey, unknown>, budgetMs: number): void {
    if (ground.terrain !== this.#terrain) {
      this.#terrain = ground.terrain;
      this.#painted.clear();
    }
    const until = this.#monotonic() + budgetMs;
    for (const { sx, sy } of wanted) {
      const key = squareKey(sx, sy);
      const version = ground.versionOf(sx, sy);
      if (isGood(this.#painted.get(key)?.version, version, interest.has(key))) continue;
      this.#put(key, version, ground, sx, sy);
      if (this.#monotonic() >= until) return;
    }
  }

  /** Where in the canvas a square is, in pixels; undefined when it is not painted yet. */
  find(sx: number, sy: number): { readonly x: number; readonly y: number } | undefined {
    const key = squareKey(sx, sy);
    const painted = this.#painted.get(key);
    if (painted === undefined) return undefined;
    this.#painted.delete(key);
    this.#painted.set(key, painted);
    return placeOf(painted.slot);
  }

  #put(key: SquareKey, version: number, ground: Ground, sx: number, sy: number): void {
    const slot = this.#painted.get(key)?.slot ?? this.#free();
    this.#painted.set(key, { slot, version });
    paintSquare(ground, sx, sy, this.#image.data);
    const { x, y } = placeOf(slot);
    this.#context?.putImageData(this.#image, x, y);
  }

  #free(): number {
    if (this.#painted.size < MOST) return this.#painted.size;
    for (const [key, { slot }] of this.#painted) {
      this.#painted.delete(key);
      return slot;
    }
    return 0;
  }
}

const placeOf = (slot: number): { x: number; y: number } => ({
  x: (slot % COLUMNS) * TILES_PER_SQUARE,
  y: Math.floor(slot / COLUMNS) * TILES_PER_SQUARE,
});
