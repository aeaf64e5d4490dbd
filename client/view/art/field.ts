/** Tiles of a square's surroundings that its picture depends on, on every side. */
export const RING_TILES = 3;

/**
 * One value per tile, blended between the middles of tiles: what turns square tiles into rounded shores.
 * `values` holds `side` × `side` tiles, of which the first RING_TILES rows and columns lie outside the square.
 */
export interface Field {
  readonly values: Uint8Array;
  readonly side: number;
}

/** A blended field is its values times this. */
export const FIELD_SCALE = 1024;

/**
 * The blended values along one row of pixels of a square with 16-pixel tiles, times FIELD_SCALE, from pixel `from`
 * on into `out`. Pixels may lie up to RING_TILES - 1 tiles outside. A row at a time, because along it the blend is
 * one addition a pixel.
 */
export function sampleRow(field: Field, y: number, from: number, out: Int32Array): void {
  const { values, side } = field;
  // In half pixels from the middle of the first ring tile: 32 to a tile, so that a pixel's middle is a whole number.
  const v = 2 * y - 15 + RING_TILES * 32;
  const rowAt = (v >> 5) * side;
  const fy = v & 31;
  let x = 0;
  while (x < out.length) {
    const u = 2 * (from + x) - 15 + RING_TILES * 32;
    const at = rowAt + (u >> 5);
    const left = (values[at] as number) * (32 - fy) + (values[at + side] as number) * fy;
    const right = (values[at + 1] as number) * (32 - fy) + (values[at + side + 1] as number) * fy;
    const step = 2 * (right - left);
    let value = left * 32 + (right - left) * (u & 31);
    const end = Math.min(out.length, x + ((33 - (u & 31)) >> 1));
    for (; x < end; x++) {
      out[x] = value;
      value += step;
    }
  }
}

/** Noise repeats every so many pixels: a power of two that divides a square, so that squares meet without a seam. */
export const NOISE_SIDE = 256;

/**
 * Noise from -128 to 127 in soft lumps a few pixels wide, NOISE_SIDE × NOISE_SIDE.
 * @param random hash of a lattice point to a u32; the noise is a function of it alone
 */
export function createWobble(random: (x: number, y: number) => number): Int8Array {
  const coarse = lumps(random, 8, 0);
  const fine = lumps(random, 4, 1000);
  return Int8Array.from(coarse, (value, at) => Math.round(0.6 * value + 0.4 * (fine[at] as number)));
}

function lumps(random: (x: number, y: number) => number, cell: number, apart: number): Float32Array {
  const cells = NOISE_SIDE / cell;
  const lattice = Float32Array.from(
    { length: cells * cells },
    (_, at) => (random(apart + (at % cells), Math.floor(at / cells)) >>> 24) - 128,
  );
  const noise = new Float32Array(NOISE_SIDE * NOISE_SIDE);
  for (let y = 0; y < NOISE_SIDE; y++) {
    const row = Math.floor(y / cell);
    const below = (row + 1) % cells;
    const fy = (y - row * cell) / cell;
    for (let x = 0; x < NOISE_SIDE; x++) {
      const column = Math.floor(x / cell);
      const beside = (column + 1) % cells;
      const fx = (x - column * cell) / cell;
      const top = (lattice[row * cells + column] as number) * (1 - fx) + (lattice[row * cells + beside] as number) * fx;
      const bottom =
        (lattice[below * cells + column] as number) * (1 - fx) + (lattice[below * cells + beside] as number) * fx;
      noise[y * NOISE_SIDE + x] = top * (1 - fy) + bottom * fy;
    }
  }
  return noise;
}
