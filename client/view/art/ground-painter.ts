import { TILES_PER_SQUARE } from '../../../shared/constants.ts';
import { GRASS, latticeHash, type Terrain } from '../../../shared/terrain.ts';
import { createWobble, FIELD_SCALE, type Field, NOISE_SIDE, RING_TILES, sampleRow } from './field.ts';
import { FLOWER_BEDS, GROUND_STAMPS, type GroundStamp } from './ground-stamps.ts';
import { detailHash, flowerBedOf, GroundSurvey, SURVEY_SIDE } from './ground-survey.ts';
import { inShade, LAND } from './palette.ts';
import { ink, type Pixels } from './pixels.ts';

/** Pixels along one side of a tile's picture. */
export const TILE_PIXELS = 16;
export const SQUARE_PIXELS = TILES_PER_SQUARE * TILE_PIXELS;

/** Pixels around a square for which it is known what rises there: edges and shadows look that far. */
const EDGE = 10;
const MASK_SIDE = SQUARE_PIXELS + 2 * EDGE;
// Where a blended field counts as being inside, of FIELD_SCALE. What blocks is drawn a little larger than its tiles.
const WATER_FROM = 470;
const SAND_FROM = 490;
const ROCK_FROM = 450;
const ROCK_FACE_PIXELS = 7;
const BANK_PIXELS = 3;

const COLOUR = Object.fromEntries(Object.entries(LAND).map(([name, rgb]) => [name, ink(rgb)])) as Record<
  keyof typeof LAND,
  number
>;

/** Thresholds of ordered dithering, 4 × 4, around 0. */
const DITHER = Float32Array.from([0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5], (step) => step - 7.5);
const ditherAt = (x: number, y: number): number => DITHER[(y & 3) * 4 + (x & 3)] as number;
const noiseAt = (x: number, y: number): number => (y & (NOISE_SIDE - 1)) * NOISE_SIDE + (x & (NOISE_SIDE - 1));

/**
 * Draws the ground of whole squares. Borders between kinds of terrain come about per pixel, not from a set of
 * border tiles: each kind is a field blended between the middles of tiles, a wobble is added, and where it passes a
 * threshold the kind begins, with an edge along it (a rim, foam, a bank, a face of rock) by what lies a few pixels away. A square takes some ten milliseconds, so it is painted in steps of a few rows;
 * working memory is kept, so painting allocates nothing.
 */
export class GroundPainter {
  readonly #survey = new GroundSurvey();
  readonly #wobble = createWobble((x, y) => latticeHash(0x77, x, y));
  /** Wobble and dithering as grass wants them. */
  readonly #grain = Int8Array.from(this.#wobble, (value, at) =>
    Math.round(0.14 * value + 0.5 * ditherAt(at % NOISE_SIDE, Math.floor(at / NOISE_SIDE))),
  );
  readonly #patchRow = new Int32Array(SQUARE_PIXELS);
  readonly #lowRow = new Int32Array(SQUARE_PIXELS);
  readonly #waterRow = new Int32Array(SQUARE_PIXELS);
  readonly #deepRow = new Int32Array(SQUARE_PIXELS);
  readonly #maskRow = new Int32Array(MASK_SIDE);
  readonly #waterMask = new Uint8Array(MASK_SIDE * MASK_SIDE);
  readonly #rockMask = new Uint8Array(MASK_SIDE * MASK_SIDE);
  #picture: Pixels | undefined;
  #y = 0;

  /** Begins to paint square (sx, sy) over the whole of `picture`, SQUARE_PIXELS wide and high. */
  begin(picture: Pixels, terrain: Terrain, sx: number, sy: number): void {
    const survey = this.#survey;
    survey.take(terrain, sx, sy);
    if (survey.hasWater) this.#fillMask(this.#waterMask, survey.water, WATER_FROM, 1);
    if (survey.hasRock) this.#fillMask(this.#rockMask, survey.rock, ROCK_FROM, 0.7);
    this.#picture = picture;
    this.#y = 0;
  }

  /** Paints the next rows of pixels; true when the square is done. */
  paintRows(count: number): boolean {
    const picture = this.#picture;
    if (picture === undefined) return true;
    const end = Math.min(SQUARE_PIXELS, this.#y + count);
    for (; this.#y < end; this.#y++) this.#paintRow(picture.data, this.#y);
    if (this.#y < SQUARE_PIXELS) return false;
    this.#stampAll(picture);
    this.#picture = undefined;
    return true;
  }

  #fillMask(mask: Uint8Array, field: Field, from: number, wobbling: number): void {
    const row = this.#maskRow;
    for (let y = -EDGE; y < SQUARE_PIXELS + EDGE; y++) {
      sampleRow(field, y, -EDGE, row);
      const at = (y + EDGE) * MASK_SIDE;
      for (let x = 0; x < MASK_SIDE; x++) {
        const value = row[x] as number;
        const inside = value > 0 && value + wobbling * (this.#wobble[noiseAt(x - EDGE, y)] as number) >= from;
        mask[at + x] = inside ? 1 : 0;
      }
    }
  }

  #paintRow(pixels: Int32Array, y: number): void {
    const survey = this.#survey;
    sampleRow(survey.patch, y, 0, this.#patchRow);
    sampleRow(survey.low, y, 0, this.#lowRow);
    if (survey.hasWater) {
      sampleRow(survey.water, y, 0, this.#waterRow);
      sampleRow(survey.deep, y, 0, this.#deepRow);
    } else this.#waterRow.fill(0);
    const tileRow = Math.floor(y / TILE_PIXELS) * TILES_PER_SQUARE;
    const at = y * SQUARE_PIXELS;
    for (let tile = 0; tile < TILES_PER_SQUARE; tile++) {
      const end = (tile + 1) * TILE_PIXELS;
      if (survey.meadow[tileRow + tile] === 1) {
        for (let x = end - TILE_PIXELS; x < end; x++) pixels[at + x] = this.#grass(x, y);
      } else {
        for (let x = end - TILE_PIXELS; x < end; x++) pixels[at + x] = this.#mixed(x, y);
      }
    }
  }

  #grass(x: number, y: number): number {
    const patch = ((this.#patchRow[x] as number) >> 10) + (this.#grain[noiseAt(x, y)] as number);
    return patch < 92 ? COLOUR.grassDark : patch > 158 ? COLOUR.grassLight : COLOUR.grass;
  }

  #mixed(x: number, y: number): number {
    const { hasWater, hasRock } = this.#survey;
    const mask = (y + EDGE) * MASK_SIDE + x + EDGE;
    if (hasRock && this.#rockMask[mask] === 1) return this.#stone(mask, x, y);
    const colour = hasWater && this.#waterMask[mask] === 1 ? this.#pond(mask, x, y) : this.#shore(x, y);
    return hasRock && this.#isUnderRock(mask) ? inShade(colour) : colour;
  }

  /** Sand or grass, with what lies between them and along the water. */
  #shore(x: number, y: number): number {
    const wobble = this.#wobble[noiseAt(x, y)] as number;
    const low = (this.#lowRow[x] as number) + 1.2 * wobble;
    if (low < SAND_FROM - 70) return this.#grass(x, y);
    if (low < SAND_FROM) return COLOUR.grassEdge;
    if (low < SAND_FROM + 55) return COLOUR.sandEdge;
    if ((this.#waterRow[x] as number) + wobble > WATER_FROM - 130) return COLOUR.sandWet;
    const patch = ((this.#patchRow[x] as number) >> 10) + 0.3 * wobble + ditherAt(x, y);
    return patch < 70 ? COLOUR.sandDark : patch > 165 ? COLOUR.sandLight : COLOUR.sand;
  }

  #pond(mask: number, x: number, y: number): number {
    const water = this.#waterMask;
    // The bank that the northern shore shows, then the foam along every shore.
    for (let up = 1; up <= BANK_PIXELS; up++) {
      if (water[mask - up * MASK_SIDE] === 0) return up === BANK_PIXELS ? COLOUR.waterFoam : COLOUR.waterBank;
    }
    if (water[mask + MASK_SIDE] === 0 || water[mask - 1] === 0 || water[mask + 1] === 0) return COLOUR.waterFoam;
    const wobble = this.#wobble[noiseAt(x, y)] as number;
    const dither = 6 * ditherAt(x, y);
    if ((this.#deepRow[x] as number) + wobble + dither > 560) return COLOUR.waterDeep;
    return (this.#waterRow[x] as number) + 0.8 * wobble + dither < 0.78 * FIELD_SCALE
      ? COLOUR.waterShallow
      : COLOUR.water;
  }

  #stone(mask: number, x: number, y: number): number {
    const rock = this.#rockMask;
    for (let down = 1; down <= ROCK_FACE_PIXELS; down++) {
      if (rock[mask + down * MASK_SIDE] === 1) continue;
      // The face below the edge: its foot darker, with clefts.
      if (down <= 2) return COLOUR.rockFoot;
      return (this.#wobble[noiseAt(x * 3, y)] as number) > 45 ? COLOUR.rockFoot : COLOUR.rockFace;
    }
    if (rock[mask + (ROCK_FACE_PIXELS + 1) * MASK_SIDE] === 0) return COLOUR.rockLight;
    if (rock[mask - MASK_SIDE] === 0 || rock[mask - 1] === 0 || rock[mask + 1] === 0) return COLOUR.rockDark;
    if (rock[mask - 2 * MASK_SIDE] === 0 || rock[mask - 2] === 0) return COLOUR.rockLight;
    // Lit spots, more of them where the grass would be lighter.
    const slab = ((this.#patchRow[x] as number) >> 10) + 1.2 * (this.#wobble[noiseAt(x >> 1, y)] as number);
    return slab > 232 ? COLOUR.rockLight : COLOUR.rock;
  }

  /** Just below or right of a rock, where its shadow lies. */
  #isUnderRock(mask: number): boolean {
    const rock = this.#rockMask;
    return (
      rock[mask - MASK_SIDE] === 1 ||
      rock[mask - 3 * MASK_SIDE] === 1 ||
      rock[mask - 1] === 1 ||
      rock[mask - 2 - MASK_SIDE] === 1
    );
  }

  /** Flowers, tufts, shells and pebbles: in tiles that are one kind all around, by the hash of the tile. */
  #stampAll(picture: Pixels): void {
    const { ground, seed, firstX, firstY } = this.#survey;
    for (let row = RING_TILES; row < SURVEY_SIDE - RING_TILES; row++) {
      for (let column = RING_TILES; column < SURVEY_SIDE - RING_TILES; column++) {
        const kind = ground[row * SURVEY_SIDE + column] as number;
        const hash = detailHash(seed, firstX + column, firstY + row);
        const bed = kind === GRASS ? flowerBedOf(seed, firstX + column, firstY + row, FLOWER_BEDS.length) : undefined;
        const stamp = pickStamp(bed === undefined ? GROUND_STAMPS[kind] : FLOWER_BEDS[bed], hash);
        if (stamp === undefined || !this.#survey.isUniform(row, column, kind)) continue;
        const [width, height] = [(stamp.rows[0] as string).length, stamp.rows.length];
        const x = (column - RING_TILES) * TILE_PIXELS + ((hash >>> 20) % (TILE_PIXELS - width + 1));
        const y = (row - RING_TILES) * TILE_PIXELS + ((hash >>> 26) % (TILE_PIXELS - height + 1));
        picture.stamp(stamp.rows, x, y, stamp.colours);
      }
    }
  }
}

function pickStamp(choices: readonly GroundStamp[] | undefined, hash: number): GroundStamp | undefined {
  if (choices === undefined) return undefined;
  let draw = hash & 0xff;
  for (const stamp of choices) {
    if (draw < stamp.of256) return stamp;
    draw -= stamp.of256;
  }
  return undefined;
}
