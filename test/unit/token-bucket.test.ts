import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../server/gateway/token-bucket.ts';

describe('token bucket (P-CONN-7)', () => {
  it('lets a burst through, and then what the rate allows', () => {
    const bucket = new TokenBucket(30, 90, 1000);
    for (let i = 0; i < 90; i++) expect(bucket.take(1, 1000)).toBe(true);
    expect(bucket.take(1, 1000)).toBe(false);
    expect(bucket.take(1, 1033)).toBe(false);
    expect(bucket.take(1, 1034)).toBe(true);
    expect(bucket.take(1, 1034)).toBe(false);
  });

  it('what is refused costs nothing: a cheaper message may still pass', () => {
    const bucket = new TokenBucket(10, 5, 0);
    expect(bucket.take(3, 0)).toBe(true);
    expect(bucket.take(3, 0)).toBe(false);
    expect(bucket.take(2, 0)).toBe(true);
  });

  it('a long pause fills it to the burst and no further', () => {
    const bucket = new TokenBucket(30, 90, 0);
    bucket.take(90, 0);
    expect(bucket.take(90, 3_600_000)).toBe(true);
    expect(bucket.take(1, 3_600_000)).toBe(false);
  });

  it('never lets more through than burst plus rate, and never less than the rate to who keeps to it', () => {
    const request = fc.record({ wait: fc.integer({ min: 0, max: 500 }), cost: fc.integer({ min: 1, max: 10 }) });
    fc.assert(
      fc.property(fc.array(request), (requests) => {
        const bucket = new TokenBucket(30, 90, 0);
        let now = 0;
        let passed = 0;
        for (const { wait, cost } of requests) {
          now += wait;
          if (bucket.take(cost, now)) passed += cost;
          expect(passed).toBeLessThanOrEqual(90 + 0.03 * now + 1e-6);
        }
      }),
    );
    const steady = new TokenBucket(30, 90, 0);
    let refused = 0;
    for (let now = 0; now < 100_000; now += 1000 / 30) if (!steady.take(1, now)) refused++;
    expect(refused).toBe(0);
  });
});
