import { spreadOut } from '../../client/bots/place.ts';
import { createRandom, seedOf, shuffled } from '../../client/bots/random.ts';
import type { Seat } from './crowd/orders.ts';

/**
 * Where players are at home: all over the world whatever their place, so that most of those one sees are on other
 * nodes; or at the node that has their place.
 */
export const PLACEMENTS = ['spread at random', 'grouped by place'] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** About 25 to a screen of 40 × 24 tiles, as the bots have it; fewer at the edges of a place. */
const TILES_EACH = (40 * 24) / 25;
/** From place to place: nobody sees from one into another. */
const APART_TILES = 512;
/** A place lies across six squares, which is what a place of its size does on average. */
const OFF_CORNER_TILES = 16;

export interface PlacementOptions {
  /** Of the nodes; there is one place for each. */
  readonly ports: readonly number[];
  readonly playersEach: number;
  readonly placement: Placement;
  /** Places of another row have nothing to do with those of this one. */
  readonly row: number;
}

/**
 * The same people in the same places, `playersEach` in each place and on each node, under either placement: what is
 * delivered to each is the same, and only the nodes it comes from are not.
 */
export function seatsOf({ ports, playersEach, placement, row }: PlacementOptions): Seat[] {
  const random = createRandom(seedOf(ports.length, 0));
  const homes = ports.flatMap((_, place) =>
    spreadOut(playersEach, TILES_EACH, random).map(({ tileX, tileY }) => ({
      tileX: tileX + place * APART_TILES + OFF_CORNER_TILES,
      tileY: tileY + row * APART_TILES,
    })),
  );
  const byPlace = ports.flatMap((port) => Array.from({ length: playersEach }, () => port));
  const portOf = placement === 'grouped by place' ? byPlace : shuffled(byPlace, random);
  const seats = homes.map(
    (home, i): Seat => ({ ...home, port: portOf[i] as number, seed: seedOf(ports.length, i + 1) }),
  );
  // Everybody comes when the dice say, not place after place.
  return shuffled(seats, createRandom(row));
}
