import { describe, expect, it } from 'vitest';
import { FrameSizes, SAMPLE_SIZE } from '../../client/bots/frame-sizes.ts';
import { createRandom } from '../../client/bots/random.ts';

function record(sizes: Iterable<number>, seed = 1): FrameSizes {
  const frames = new FrameSizes(createRandom(seed));
  for (const size of sizes) frames.record(size);
  return frames;
}

describe('the sizes of frames', () => {
  it('have an exact mean and exact percentiles', () => {
    const frames = record(Array.from({ length: 1000 }, (_, i) => 1000 - i));
    expect(frames).toMatchObject({ count: 1000, mean: 500.5 });
    expect([1, 50, 99, 100].map((percentile) => frames.at(percentile))).toEqual([10, 500, 990, 1000]);
  });

  it('are nothing where no frame came', () => {
    expect(record([])).toMatchObject({ count: 0, mean: 0, sample: [] });
  });

  it('may be larger than what is told apart', () => {
    const frames = record([1_000_000, 1_000_000]);
    expect(frames.mean).toBe(1_000_000);
    expect(frames.sample).toEqual([1_000_000, 1_000_000]);
    expect(frames.at(50)).toBe(65_535);
  });

  it('are all in the sample as long as there is room', () => {
    const sizes = Array.from({ length: SAMPLE_SIZE }, (_, i) => i);
    expect(record(sizes).sample).toEqual(sizes);
  });

  it.each([1, 2, 3])('are as likely in the sample when they come early as when they come late (seed %i)', (seed) => {
    const COUNT = 20_000;
    const { sample } = record(
      Array.from({ length: COUNT }, (_, i) => i),
      seed,
    );
    expect(sample).toHaveLength(SAMPLE_SIZE);
    expect(new Set(sample).size).toBe(SAMPLE_SIZE);
    // In each quarter 250 ± 14; five times that is next to impossible.
    for (let quarter = 0; quarter < 4; quarter++) {
      const inside = sample.filter((size) => Math.floor((size * 4) / COUNT) === quarter).length;
      expect(Math.abs(inside - SAMPLE_SIZE / 4)).toBeLessThan(70);
    }
  });
});
