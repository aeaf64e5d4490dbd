import type { Random } from './random.ts';

/** Sizes kept one by one. */
export const SAMPLE_SIZE = 1000;
/** Larger frames count as this large in percentiles, and as what they are elsewhere. */
const MAX_COUNTED_BYTES = 64 * 1024 - 1;

/** How large frames are, in bytes: all counted, and a fair sample kept. Bounded, and quick enough for every frame. */
export class FrameSizes {
  readonly #random: Random;
  readonly #counts = new Uint32Array(MAX_COUNTED_BYTES + 1);
  readonly #sample: number[] = [];
  #count = 0;
  #sum = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get count(): number {
    return this.#count;
  }

  /** 0 without any. */
  get mean(): number {
    return this.#sum / Math.max(1, this.#count);
  }

  /** Up to SAMPLE_SIZE sizes, each frame as likely as any other to be among them. */
  get sample(): readonly number[] {
    return this.#sample;
  }

  record(bytes: number): void {
    const at = Math.min(bytes, MAX_COUNTED_BYTES);
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#count++;
    this.#sum += bytes;
    // Algorithm R (Vitter, 1985).
    if (this.#sample.length < SAMPLE_SIZE) this.#sample.push(bytes);
    else {
      const place = Math.floor(this.#random() * this.#count);
      if (place < SAMPLE_SIZE) this.#sample[place] = bytes;
    }
  }

  /** How often each size came, by rising size; the largest may stand for larger ones. */
  *counts(): Iterable<readonly [bytes: number, count: number]> {
    for (let bytes = 0; bytes <= MAX_COUNTED_BYTES; bytes++) {
      const count = this.#counts[bytes] as number;
      if (count > 0) yield [bytes, count];
    }
  }

  /** The size that this share of all frames, in percent, does not exceed; 0 without any. */
  at(percentile: number): number {
    const wanted = Math.max(1, Math.ceil((this.#count * percentile) / 100));
    let seen = 0;
    for (let bytes = 0; bytes <= MAX_COUNTED_BYTES; bytes++) {
      seen += this.#counts[bytes] as number;
      if (seen >= wanted) return bytes;
    }
    return 0;
  }
}
