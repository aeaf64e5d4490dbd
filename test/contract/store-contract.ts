import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ID_BLOCK, type Store } from '../../server/store/store.ts';
import { buildingRules } from './store-building.ts';
import { gemRules } from './store-gems.ts';
import { orderRules } from './store-order.ts';
import { ADA, FAR, type Stores } from './store-people.ts';
import { recordRules } from './store-records.ts';
import { talkRules } from './store-talk.ts';

/** A store under test, empty at first. */
export interface StoreUnderTest {
  /** Opens it once more, as one more node would. */
  readonly connect: () => Promise<Store>;
  close(): Promise<void>;
}

/** Blocks that begin with these ids share none. */
function expectApart(firsts: readonly number[]): void {
  const sorted = firsts.toSorted((a, b) => a - b);
  for (let i = 1; i < sorted.length; i++) {
    expect((sorted[i] as number) - (sorted[i - 1] as number)).toBeGreaterThanOrEqual(ID_BLOCK);
  }
}

/** The guarantees written on the Store interface, for any implementation of it. */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the guarantees of a store`, () => {
    let under: StoreUnderTest;
    let stores: Store[];

    beforeEach(async () => {
      under = await open();
      stores = await Promise.all([under.connect(), under.connect(), under.connect()]);
    });

    afterEach(async () => {
      await Promise.all(stores.map((store) => store.close()));
      await under.close();
    });

    /** Another of the connections at every turn. */
    const any: Stores = (turn) => stores[turn % stores.length] as Store;

    it('never gives an id twice, whoever takes and however many at once', async () => {
      const firsts = await Promise.all(Array.from({ length: 60 }, (_, turn) => any(turn).takeIdBlock(0)));
      firsts.push(await any(0).takeIdBlock(0), await any(1).takeIdBlock(0));
      for (const first of firsts) {
        expect(Number.isInteger(first)).toBe(true);
        expect(first).toBeGreaterThanOrEqual(1);
        expect(first + ID_BLOCK - 1).toBeLessThan(2 ** 32);
      }
      expectApart(firsts);
    });

    it('gives ids above those that a node knows of, and still none twice', async () => {
      expect(await any(0).takeIdBlock(5_000)).toBeGreaterThan(5_000);
      // Below, in the middle of, just at the end of and far above what was given by then.
      const floors = [0, 1, 5_500, 6_000, 6_001, 40_000, 4_000_000_000];
      const taken = await Promise.all(
        Array.from({ length: 70 }, async (_, turn) => {
          const above = floors[turn % floors.length] as number;
          return { above, first: await any(turn).takeIdBlock(above) };
        }),
      );
      for (const { above, first } of taken) {
        expect(first).toBeGreaterThan(above);
        expect(first + ID_BLOCK - 1).toBeLessThan(2 ** 32);
      }
      expectApart(taken.map(({ first }) => first));
    });

    it('does not know a token that nobody signed up with', async () => {
      expect(await any(0).signIn('nobody')).toBeUndefined();
      await any(0).signUp('somebody', 7, ADA);
      expect(await any(1).signIn('nobody')).toBeUndefined();
      expect(await any(1).signIn('somebod')).toBeUndefined();
      expect(await any(1).signIn('')).toBeUndefined();
    });

    it('gives back the same player, whichever connection asks, and each its own', async () => {
      await any(0).signUp('ada', 1, ADA);
      await any(1).signUp('bob', 4_294_967_295, ADA);
      expect(await any(2).signIn('ada')).toMatchObject({ id: 1 });
      expect(await any(0).signIn('bob')).toMatchObject({ id: 4_294_967_295 });
      expect(await any(1).signIn('ada')).toMatchObject({ id: 1 });
    });

    it('raises the generation at every sign-in, above the 1 of the sign-up', async () => {
      await any(0).signUp('ada', 1, ADA);
      let last = 1;
      for (let turn = 0; turn < 10; turn++) {
        const { generation } = (await any(turn).signIn('ada')) ?? { generation: 0 };
        expect(generation).toBeGreaterThan(last);
        last = generation;
      }
    });

    it('raises it atomically: of many sign-ins at once, no two get the same', async () => {
      await any(0).signUp('ada', 1, ADA);
      const signedIn = await Promise.all(Array.from({ length: 60 }, (_, turn) => any(turn).signIn('ada')));
      const generations = signedIn.map((each) => each?.generation ?? 0);
      expect(new Set(generations).size).toBe(60);
      expect(Math.min(...generations)).toBeGreaterThan(1);
      expect((await any(0).signIn('ada'))?.generation).toBeGreaterThan(Math.max(...generations));
    });

    it('keeps the place that was saved last, to the unit, anywhere in the world', async () => {
      await any(0).signUp('ada', 1, ADA);
      await any(0).signUp('bob', 2, ADA);
      expect((await any(1).signIn('ada'))?.place).toBeUndefined();
      await any(0).savePlace(1, { x: 1, y: -1 });
      await any(1).savePlace(1, FAR);
      await any(2).savePlace(2, { x: 0, y: 0 });
      expect((await any(2).signIn('ada'))?.place).toEqual(FAR);
      expect((await any(0).signIn('ada'))?.place).toEqual(FAR);
      expect((await any(0).signIn('bob'))?.place).toEqual({ x: 0, y: 0 });
    });

    it('keeps a home beside the place', async () => {
      await any(0).signUp('ada', 1, ADA);
      expect((await any(1).signIn('ada'))?.home).toBeUndefined();
      await any(0).saveHome(1, FAR);
      await any(1).savePlace(1, { x: 1, y: 2 });
      expect(await any(2).signIn('ada')).toMatchObject({ home: FAR, place: { x: 1, y: 2 } });
    });

    it('passes over places and homes of players whom it does not know', async () => {
      await any(0).savePlace(99, FAR);
      await any(1).saveHome(99, FAR);
      expect(await any(2).info()).toMatchObject({ profiles: 0 });
      await any(0).signUp('late', 99, ADA);
      expect(await any(1).signIn('late')).toEqual({ id: 99, generation: 2, person: { ...ADA, version: 1 } });
    });

    it('keeps name and look, to the letter, and raises their version with every change', async () => {
      const odd = { name: 'Zoë 🦊 "\\:\u2028 {sq:1,2} 名', look: 7 };
      await any(0).signUp('ada', 1, odd);
      expect((await any(1).signIn('ada'))?.person).toEqual({ ...odd, version: 1 });
      expect(await any(2).rename(1, ADA)).toEqual({ ...ADA, version: 2 });
      expect(await any(0).rename(1, ADA)).toEqual({ ...ADA, version: 3 });
      expect((await any(1).signIn('ada'))?.person).toEqual({ ...ADA, version: 3 });
      expect(await any(0).rename(2, ADA)).toBeUndefined();
    });

    it('gives no version twice, and goes on from 65535 with 0', async () => {
      await any(0).signUp('ada', 1, ADA);
      const renamed = await Promise.all(Array.from({ length: 60 }, (_, turn) => any(turn).rename(1, ADA)));
      expect(new Set(renamed.map((person) => person?.version)).size).toBe(60);
      const person = { ...ADA, version: 65_534 };
      const rest = { generation: 1, place: undefined, home: undefined, score: 0 };
      await any(1).take({ type: 'player', id: 1, tokenHash: 'ada', person, ...rest });
      expect((await any(2).rename(1, ADA))?.version).toBe(65_535);
      expect((await any(0).rename(1, ADA))?.version).toBe(0);
      expect((await any(1).rename(1, ADA))?.version).toBe(1);
    });

    it('changes one thing of a player without touching what is changed at the same time', async () => {
      await any(0).signUp('ada', 1, ADA);
      await Promise.all([
        ...Array.from({ length: 20 }, (_, turn) => any(turn).signIn('ada')),
        ...Array.from({ length: 20 }, (_, turn) => any(turn + 1).rename(1, ADA)),
        any(0).savePlace(1, FAR),
        any(1).saveHome(1, { x: 3, y: 4 }),
      ]);
      expect(await any(2).signIn('ada')).toEqual({
        id: 1,
        generation: 22,
        person: { ...ADA, version: 21 },
        place: FAR,
        home: { x: 3, y: 4 },
      });
    });

    buildingRules(any);
    gemRules(any);
    talkRules(any);
    recordRules(any);
    orderRules(any);
  });
}
