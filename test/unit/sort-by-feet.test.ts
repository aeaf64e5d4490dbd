import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortByFeet } from '../../client/view/sort-by-feet.ts';

/** Keys stand in every third number, from the second on. */
const STRIDE = 3;
const OFFSET = 1;

const keysOf = (feet: readonly number[]): Float64Array =>
  Float64Array.from({ length: feet.length * STRIDE }, (_, at) =>
    at % STRIDE === OFFSET ? (feet[Math.floor(at / STRIDE)] as number) : -at,
  );

const rowsOf = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, row) => row);

/** The rows as any sort that keeps the order of equals has them. */
const expected = (rows: Uint32Array, feet: readonly number[]): number[] =>
  [...rows].sort((a, b) => (feet[a] as number) - (feet[b] as number));

describe('sorting by the feet', () => {
  it('puts those who stand further up first, and leaves who stands equally far up in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 300 }), (feet) => {
        const rows = rowsOf(feet.length);
        sortByFeet(rows, feet.length, keysOf(feet), STRIDE, OFFSET);
        expect([...rows]).toEqual(expected(rowsOf(feet.length), feet));
      }),
    );
  });

  it('does so too when everybody is in another place than before, and touches none beyond those it was told', () => {
    const feet = Array.from({ length: 2000 }, (_, at) => 2000 - at);
    const rows = rowsOf(2010);
    sortByFeet(rows, 2000, keysOf(feet), STRIDE, OFFSET);
    expect([...rows.subarray(0, 2000)]).toEqual(expected(rowsOf(2000), feet));
    expect([...rows.subarray(2000)]).toEqual(Array.from({ length: 10 }, (_, at) => 2000 + at));
  });

  it('keeps the order of frame after frame in which people pass each other', () => {
    const feet = Array.from({ length: 200 }, (_, at) => (at * 37) % 200);
    const rows = rowsOf(200);
    for (let frame = 0; frame < 50; frame++) {
      for (let at = 0; at < 200; at++) feet[at] = (feet[at] as number) + ((at * 13 + frame) % 7) - 3;
      const wanted = expected(rows, feet);
      sortByFeet(rows, 200, keysOf(feet), STRIDE, OFFSET);
      expect([...rows]).toEqual(wanted);
    }
  });
});
