import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortByFeet } from '../../client/view/sort-by-feet.ts';

interface Figure {
  zIndex: number;
  readonly name: number;
}

const figuresOf = (feet: readonly number[]): Figure[] => feet.map((zIndex, name) => ({ zIndex, name }));
const sorted = (figures: readonly Figure[]): Figure[] => [...figures].sort((a, b) => a.zIndex - b.zIndex);

describe('sorting by the feet', () => {
  it('puts those who stand further up first, and leaves who stands equally far up in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 300 }), (feet) => {
        const figures = figuresOf(feet);
        const expected = sorted(figures);
        sortByFeet(figures);
        expect(figures).toEqual(expected);
      }),
    );
  });

  it('does so too when everybody is in another place than before', () => {
    const figures = figuresOf(Array.from({ length: 2000 }, (_, at) => 2000 - at));
    const expected = sorted(figures);
    sortByFeet(figures);
    expect(figures).toEqual(expected);
  });

  it('keeps the order of frame after frame in which people pass each other', () => {
    const figures = figuresOf(Array.from({ length: 200 }, (_, at) => (at * 37) % 200));
    for (let frame = 0; frame < 50; frame++) {
      for (const figure of figures) figure.zIndex += ((figure.name * 13 + frame) % 7) - 3;
      const expected = sorted(figures);
      sortByFeet(figures);
      expect(figures).toEqual(expected);
    }
  });
});
