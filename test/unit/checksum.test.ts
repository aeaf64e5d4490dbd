import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addHash, occupantHash, subtractHash } from '../../shared/checksum.ts';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const rev = fc.integer({ min: 0, max: 0xffff });
const occupant = fc.tuple(u32, u32, rev);

describe('checksums', () => {
  it('the hash of an occupant is a u32 (P-CHECK-2)', () => {
    fc.assert(
      fc.property(occupant, (who) => {
        const hash = occupantHash(...who);
        expect(Number.isInteger(hash) && hash >= 0 && hash <= 0xffffffff).toBe(true);
      }),
    );
  });

  it('the sum does not depend on the order of the occupants (P-CHECK-2)', () => {
    fc.assert(
      fc.property(fc.array(occupant), (everybody) => {
        const sum = (list: typeof everybody): number => list.reduce((s, who) => addHash(s, occupantHash(...who)), 0);
        expect(sum([...everybody].reverse())).toBe(sum(everybody));
      }),
    );
  });

  it('taking an occupant out again undoes adding them (P-CHECK-2)', () => {
    fc.assert(
      fc.property(u32, u32, (sum, hash) => {
        expect(subtractHash(addHash(sum, hash), hash)).toBe(sum);
        expect(addHash(subtractHash(sum, hash), hash)).toBe(sum);
      }),
    );
  });

  it('another id, generation or rev alone gives another hash, in all but few cases (P-CHECK-2)', () => {
    const hashes = new Set<number>();
    for (let i = 0; i < 1000; i++) {
      hashes.add(occupantHash(1 + i, 1, 0));
      hashes.add(occupantHash(1, 2 + i, 0));
      hashes.add(occupantHash(1, 1, 1 + i));
    }
    expect(hashes.size).toBe(3000);
  });

  it('nobody at all sums up to 0, and an occupant with all fields at their lowest does not (P-CHECK-2)', () => {
    expect(occupantHash(1, 0, 0)).not.toBe(0);
    expect(occupantHash(0, 0, 0)).not.toBe(0);
  });
});
