import { describe, expect, it } from 'vitest';
import { Distribution, EchoedDistribution } from '../../client/bots/histogram.ts';
import { createRandom } from '../../client/bots/random.ts';
import { distributionOf } from './sample-report.ts';

const PERCENTILES = [0, 1, 50, 90, 99, 99.9, 100];
const percentilesOf = (distribution: Distribution): number[] => PERCENTILES.map((at) => distribution.at(at));

/** Latencies as they are met: most small, some large, some beyond the scale. */
function latencies(seed: number, count: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => 20 / (random() + 1e-4));
}

describe('a distribution', () => {
  it.each([1, 2, 3])('comes back from its text exactly, with seed %i', (seed) => {
    const original = distributionOf(latencies(seed, 5000));
    const decoded = Distribution.decode(original.encode());
    expect(decoded.count).toBe(5000);
    expect(percentilesOf(decoded)).toEqual(percentilesOf(original));
  });

  it('of two halves added up from their texts is that of the whole', () => {
    const values = latencies(4, 4000);
    const joined = Distribution.decode(distributionOf(values.slice(0, 1000)).encode());
    joined.add(Distribution.decode(distributionOf(values.slice(1000)).encode()));
    const whole = distributionOf(values);
    expect(joined.count).toBe(whole.count);
    expect(percentilesOf(joined)).toEqual(percentilesOf(whole));
    expect(joined.encode()).toBe(whole.encode());
  });

  it('comes back when it is empty, and when all of it is beyond the scale', () => {
    expect(Distribution.decode(new Distribution().encode()).count).toBe(0);
    const beyond = distributionOf([1e9, 1e9]);
    expect(Distribution.decode(beyond.encode()).at(100)).toBe(beyond.at(100));
  });

  it.each(['', 'nonsense', 'AAAA', distributionOf([1, 2, 3]).encode().slice(0, 20)])(
    'is not read from "%s"',
    (text) => {
      expect(() => Distribution.decode(text)).toThrow();
    },
  );

  it('counts a value as often as it is told', () => {
    const distribution = new Distribution();
    distribution.record(10, 99);
    distribution.record(500);
    expect(distribution.count).toBe(100);
    expect(distribution.at(99)).toBeCloseTo(10, 1);
    expect(distribution.at(100)).toBeCloseTo(500, 0);
  });

  it('with an echo records in both, and keeps its own when the echo is reset', () => {
    const echo = new Distribution();
    const distribution = new EchoedDistribution(echo);
    distribution.record(5);
    echo.reset();
    distribution.record(7);
    expect(distribution.count).toBe(2);
    expect(echo.count).toBe(1);
    expect(echo.at(50)).toBeCloseTo(7, 2);
  });
});
