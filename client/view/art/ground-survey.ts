import { TILES_PER_SQUARE } from '../../../shared/constants.ts';
import { GRASS, latticeHash, ROCK, SAND, type Terrain, TREE, valueNoise, WATER } from '../../../shared/terrain.ts';
import { type Field, RING_TILES } from './field.ts';

/** Tiles along one side of a square with its ring. */
export const SURVEY_SIDE = TILES_PER_SQUARE + 2 * RING_TILES;

// Seeds that keep the looks apart from the rule of the terrain.
const PATCHES = 0x70617463;
const DETAILS = 0x7374616d;
const FLOWERS = 0x666c7772;

/** A number that belongs to a tile, for choosing what it looks like. */
export const detailHash = (seed: number, tileX: number, tileY: number): number =>
  latticeHash(seed ^ DETAILS, tileX, tileY);

/** Which bed of flowers, 0 to `beds` - 1, a tile of grass lies in, undefined for none. */
export function flowerBedOf(seed: number, tileX: number, tileY: number, beds: number): number | undefined {
  if (valueNoise(seed ^ FLOWERS, tileX, tileY, 4) < 205) return undefined;
  return latticeHash(seed ^ FLOWERS, Math.floor(tileX / 16), Math.floor(tileY / 16)) % beds;
}

/** Where a tree stands in its tile, in pixels from the middle, and which kind it is: the same for everyone. */
export function treeOf(seed: number, tileX: number, tileY: number): { kind: number; dx: number; dy: number } {
  const hash = detailHash(seed, tileX, tileY);
  // Woods of pines and woods of leaves, with strangers in each and a blossom now and then.
  const pines = valueNoise(seed ^ PATCHES, tileX, tileY, 64) > 128 !== (hash & 0xf) < 2;
  const kind = pines ? 3 + ((hash >>> 4) & 1) : (hash >>> 8) % 41 === 0 ? 5 : (hash >>> 4) % 3;
  return { kind, dx: ((hash >>> 16) % 7) - 3, dy: ((hash >>> 20) % 5) - 2 };
}

const newField = (): Field => ({ values: new Uint8Array(SURVEY_SIDE * SURVEY_SIDE), side: SURVEY_SIDE });

/** What lies in the tiles of one square and its ring, as the fields that its picture blends. Used again for every square. */
export class GroundSurvey {
  readonly ground = new Uint8Array(SURVEY_SIDE * SURVEY_SIDE);
  readonly water = newField();
  /** Water with nothing but water around it. */
  readonly deep = newField();
  /** Water or sand: what grass ends at. */
  readonly low = newField();
  readonly rock = newField();
  /** Broad patches of lighter and darker ground, 0 to 255. */
  readonly patch = newField();
  /** Per tile of the square: whether it and all around it is green, so that nothing but grass shows in it. */
  readonly meadow = new Uint8Array(TILES_PER_SQUARE * TILES_PER_SQUARE);
  hasWater = false;
  hasRock = false;
  seed = 0;
  /** The first tile of the ring. */
  firstX = 0;
  firstY = 0;

  take(terrain: Terrain, sx: number, sy: number): void {
    this.seed = terrain.seed;
    this.firstX = sx * TILES_PER_SQUARE - RING_TILES;
    this.firstY = sy * TILES_PER_SQUARE - RING_TILES;
    this.hasWater = false;
    this.hasRock = false;
    for (let row = 0; row < SURVEY_SIDE; row++) {
      for (let column = 0; column < SURVEY_SIDE; column++) {
        const at = row * SURVEY_SIDE + column;
        const kind = terrain.groundAt(this.firstX + column, this.firstY + row);
        this.ground[at] = kind;
        this.water.values[at] = kind === WATER ? 1 : 0;
        this.low.values[at] = kind === WATER || kind === SAND ? 1 : 0;
        this.rock.values[at] = kind === ROCK ? 1 : 0;
        this.patch.values[at] = valueNoise(terrain.seed ^ PATCHES, this.firstX + column, this.firstY + row, 8);
        if (kind === WATER) this.hasWater = true;
        if (kind === ROCK) this.hasRock = true;
      }
    }
    this.#sound();
    this.#findMeadows();
  }

  /** Whether a tile (row and column of the survey, not of its rim) and all around it is of one kind. */
  isUniform(row: number, column: number, kind: number): boolean {
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const other = this.ground[(row + dy) * SURVEY_SIDE + column + dx];
        if (other !== kind && !(kind === GRASS && other === TREE)) return false;
      }
    }
    return true;
  }

  #sound(): void {
    this.deep.values.fill(0);
    if (!this.hasWater) return;
    for (let row = 1; row < SURVEY_SIDE - 1; row++) {
      for (let column = 1; column < SURVEY_SIDE - 1; column++) {
        this.deep.values[row * SURVEY_SIDE + column] = this.isUniform(row, column, WATER) ? 1 : 0;
      }
    }
  }

  #findMeadows(): void {
    for (let row = 0; row < TILES_PER_SQUARE; row++) {
      for (let column = 0; column < TILES_PER_SQUARE; column++) {
        const uniform = this.isUniform(row + RING_TILES, column + RING_TILES, GRASS);
        this.meadow[row * TILES_PER_SQUARE + column] = uniform ? 1 : 0;
      }
    }
  }
}
