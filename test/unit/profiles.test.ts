import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProfileBook } from '../../client/core/profiles.ts';
import { MAX_WHO_IDS } from '../../shared/constants.ts';
import type { Profile } from '../../shared/protocol.ts';

const profile = (id: number, version = 1): Profile => ({ id, version, name: `P${id} v${version}`, look: 0 });

describe('profile book', () => {
  it('asks for whoever is met without a profile, and no more once it is there (P-PROF-2)', () => {
    const book = new ProfileBook();
    expect(book.wanted(0)).toEqual([]);
    book.meet(7, 1);
    book.meet(9, 1);
    expect(book.wanted(1000)).toEqual([7, 9]);
    book.learn([profile(7), profile(9)]);
    expect(book.wanted(60_000)).toEqual([]);
    expect(book.nameOf(7)).toBe('P7 v1');
    book.meet(7, 1);
    expect(book.wanted(120_000)).toEqual([]);
  });

  it('asks again for another version, and shows the old name until it comes (P-PROF-2)', () => {
    const book = new ProfileBook();
    book.learn([profile(7, 1)]);
    book.meet(7, 2);
    expect(book.wanted(0)).toEqual([7]);
    expect(book.nameOf(7)).toBe('P7 v1');
    // An answer of before is not what was asked for.
    book.learn([profile(7, 1)]);
    expect(book.wanted(10_000)).toEqual([7]);
    book.learn([profile(7, 2)]);
    expect(book.wanted(20_000)).toEqual([]);
    expect(book.nameOf(7)).toBe('P7 v2');
  });

  it('does not ask for the same player again within a few seconds (P-PROF-2)', () => {
    const book = new ProfileBook();
    book.meet(7, 1);
    expect(book.wanted(1000)).toEqual([7]);
    expect(book.wanted(2000)).toEqual([]);
    expect(book.wanted(3900)).toEqual([]);
    expect(book.wanted(4100)).toEqual([7]);
  });

  it('asks for at most MAX_WHO_IDS at once, and for the others soon after (P-PROF-2, P-CONN-7)', () => {
    const book = new ProfileBook();
    for (let id = 1; id <= 150; id++) book.meet(id, 1);
    const asked: number[] = [];
    let questions = 0;
    for (let now = 0; now < 1000; now += 16) {
      const ids = book.wanted(now);
      if (ids.length === 0) continue;
      questions++;
      expect(ids.length).toBeLessThanOrEqual(MAX_WHO_IDS);
      asked.push(...ids);
    }
    expect(questions).toBe(3);
    expect(asked).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
  });

  it('does not ask for somebody who is no longer shown', () => {
    const book = new ProfileBook();
    book.meet(7, 1);
    book.part(7);
    expect(book.wanted(0)).toEqual([]);
  });

  it('asks for nobody of an earlier session: they may be gone', () => {
    const book = new ProfileBook();
    book.learn([profile(8)]);
    book.meet(7, 1);
    book.partAll();
    expect(book.wanted(0)).toEqual([]);
    expect(book.nameOf(8)).toBe('P8 v1');
  });

  it('the name of somebody who is shown is kept, however many others are met (P-PROF-2)', () => {
    const book = new ProfileBook();
    book.meet(1, 1);
    book.learn([profile(1)]);
    for (let id = 2; id < 6000; id++) {
      book.meet(id, 1);
      book.learn([profile(id)]);
      book.part(id);
    }
    expect(book.nameOf(1)).toBe('P1 v1');
    // That of somebody met long ago and gone is not.
    expect(book.nameOf(2)).toBeUndefined();
    book.meet(2, 1);
    expect(book.wanted(1e6)).toEqual([2]);
  });

  it('an answer may come in several messages and any order, and each name ends up with its player', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { maxLength: 100 }),
        fc.integer({ min: 1, max: 10 }),
        (ids, size) => {
          const book = new ProfileBook();
          for (const id of ids) book.meet(id, 1);
          const answers = ids.toReversed().map((id) => profile(id));
          for (let i = 0; i < answers.length; i += size) book.learn(answers.slice(i, i + size));
          expect(ids.map((id) => book.nameOf(id))).toEqual(ids.map((id) => `P${id} v1`));
          expect(book.wanted(0)).toEqual([]);
        },
      ),
    );
  });
});
