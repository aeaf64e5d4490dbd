import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePairs, nextRev, revDistance } from '../../shared/pair.ts';

const rev = fc.integer({ min: 0, max: 0xffff });
const generation = fc.integer({ min: 0, max: 0xffffffff });

describe('revs', () => {
  it('a rev is newer than those up to 32,767 before it, across the wrap too (P-PAIR-2)', () => {
    fc.assert(
      fc.property(rev, fc.integer({ min: 1, max: 0x7fff }), (older, ahead) => {
        const newer = (older + ahead) & 0xffff;
        expect(revDistance(newer, older)).toBe(ahead);
        expect(revDistance(older, newer)).toBe(-ahead);
      }),
    );
  });

  it('a rev is the same as itself only (P-PAIR-2)', () => {
    fc.assert(fc.property(rev, rev, (a, b) => (revDistance(a, b) === 0) === (a === b)));
  });

  it('revs exactly half the circle apart are each older than the other, so neither replaces the other (P-PAIR-2)', () => {
    fc.assert(
      fc.property(rev, (a) => {
        const b = (a + 0x8000) & 0xffff;
        expect([revDistance(a, b), revDistance(b, a)]).toEqual([-0x8000, -0x8000]);
      }),
    );
  });

  it('the next rev is one newer, and 0 follows 65,535 (P-PAIR-2)', () => {
    expect(nextRev(0xffff)).toBe(0);
    fc.assert(fc.property(rev, (a) => revDistance(nextRev(a), a) === 1));
  });
});

describe('pairs', () => {
  it('the higher generation is the newer one whatever the revs are, and generations do not wrap (P-PAIR-1)', () => {
    fc.assert(
      fc.property(generation, generation, rev, rev, (g, h, r, s) => {
        fc.pre(g !== h);
        const order = comparePairs({ generation: g, rev: r }, { generation: h, rev: s });
        expect(Math.sign(order)).toBe(g > h ? 1 : -1);
      }),
    );
  });

  it('in one generation the revs decide (P-PAIR-1)', () => {
    fc.assert(
      fc.property(generation, rev, rev, (g, r, s) => {
        expect(comparePairs({ generation: g, rev: r }, { generation: g, rev: s })).toBe(revDistance(r, s));
      }),
    );
  });
});
