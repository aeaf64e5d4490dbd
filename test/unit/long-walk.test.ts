import { queryObjects } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { ShownPlayer } from '../../client/core/shown-player.ts';
import { SquarePicture } from '../../client/core/square-picture.ts';
import { Track } from '../../client/core/track.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { WalkInThrong } from '../helpers/walk-in-throng.ts';

const SCREEN = { width: 40, height: 23 };
const COUNT = 24;

const throngOf = (count: number): WalkInThrong =>
  new WalkInThrong({
    terrain: createTerrain('flat', 7),
    count,
    random: seededRandom(1),
    screen: SCREEN,
    at: [29, 27],
  });

/** Objects of a kind that are still in use. */
const inUse = (kind: { readonly prototype: object }): number =>
  // It takes a constructor, whatever that wants to be called with.
  queryObjects(kind as () => unknown, { format: 'count' }) as unknown as number;

describe('a long walk in a crowd', () => {
  it('shows everybody who is there and nobody else, and nothing is corrected or asked for again', () => {
    const walk = throngOf(COUNT);
    walk.walk(60_000);
    const { client } = walk.server;
    expect(walk.throng.crossings).toBeGreaterThan(5);
    expect(walk.throng.arrivals).toBeGreaterThan(3 * COUNT);
    expect(client.counters).toMatchObject({ corrections: 0, divergences: 0, duplicates: 0 });
    expect([...client.people()]).toHaveLength(COUNT);
    expect(client.ownPosition()).toMatchObject({ heading: expect.any(Number), walking: true });
  });

  it('who is asked for frame after frame is who is asked for once, in the same places', () => {
    const walk = throngOf(COUNT);
    const { client } = walk.server;
    walk.walk(10_000, () => {
      const shown = client.peopleShown().map((person) => ({ ...person }));
      expect([...client.people()]).toEqual(shown);
    });
    expect(client.peopleShown()).toBe(client.peopleShown());
    expect(client.peopleShown().filter(({ name }) => name !== undefined).length).toBeGreaterThan(COUNT / 2);
  });

  it('keeps no more after an hour than after a few minutes, through thousands of people', { timeout: 60_000 }, () => {
    const walk = throngOf(COUNT);
    const { client } = walk.server;
    walk.walk(3 * 60_000);
    expect(inUse(ShownPlayer)).toBeLessThan(2 * COUNT);
    const squares = client.squares.size;
    walk.walk(57 * 60_000);
    expect(walk.throng.arrivals).toBeGreaterThan(100 * COUNT);
    expect(walk.throng.crossings).toBeGreaterThan(300);
    // Besides those who are shown now there may be a few who are about to come or have just gone.
    expect(inUse(ShownPlayer)).toBeLessThan(2 * COUNT);
    expect(inUse(Track)).toBeLessThan(2 * COUNT + 2);
    expect(inUse(SquarePicture)).toBeLessThanOrEqual(squares + 8);
    expect(client.squares.size).toBeLessThanOrEqual(squares + 8);
    expect(client.peopleShown()).toHaveLength(COUNT);
    expect(client.chat.entries.length).toBeLessThan(200);
    expect(client.counters).toMatchObject({ corrections: 0, divergences: 0, duplicates: 0 });
  });
});
