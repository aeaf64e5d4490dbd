import { describe, expect, it } from 'vitest';
import { Replica } from '../../client/core/replica.ts';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { squaresOf } from '../../shared/grid.ts';
import { STANDING } from '../../shared/motion.ts';
import { RecordWriter } from '../../shared/records.ts';
import { judge, type Onlooker } from '../bench/crowd/truth.ts';
import { seatsOf } from '../bench/placement.ts';

const PORTS = [1, 2, 3, 4];

describe('placing the crowd', () => {
  const spread = seatsOf({ ports: PORTS, playersEach: 30, placement: 'spread at random', row: 1 });
  const grouped = seatsOf({ ports: PORTS, playersEach: 30, placement: 'grouped by place', row: 1 });

  it.each([
    ['spread', spread],
    ['grouped', grouped],
  ])('gives every node as many players: %s', (_name, seats) => {
    for (const port of PORTS) expect(seats.filter((seat) => seat.port === port)).toHaveLength(30);
  });

  it('puts the same people in the same places under either placement', () => {
    const homes = (seats: typeof spread) => seats.map(({ tileX, tileY, seed }) => `${tileX},${tileY} ${seed}`).sort();
    expect(homes(spread)).toEqual(homes(grouped));
  });

  it('has the nodes of a place be all of them when spread, and one when grouped', () => {
    const nodesOfPlaces = (seats: typeof spread): number[] => {
      const nodes = PORTS.map(() => new Set<number>());
      for (const { tileX, port } of seats) nodes[Math.round(tileX / 512)]?.add(port);
      return nodes.map(({ size }) => size);
    };
    expect(nodesOfPlaces(spread)).toEqual([4, 4, 4, 4]);
    expect(nodesOfPlaces(grouped)).toEqual([1, 1, 1, 1]);
  });
});

describe('judging what the crowd sees', () => {
  const NOBODY = { entered: ignore, left: ignore, moved: ignore, profiled: ignore, duplicated: ignore };
  const ADA = { id: 1, rev: 5, tileX: 0 };
  const BOB = { id: 2, rev: 9, tileX: 10 };

  /** Somebody at a tile of row 0 who is shown these people, and was told of these columns of squares. */
  function onlooker(self: typeof ADA, shown: readonly (typeof ADA)[], columns = [-1, 0, 1]): Onlooker {
    const replica = new Replica(() => false, NOBODY);
    for (const { sx, sy } of squaresOf({ left: columns[0] ?? 0, right: columns.at(-1) ?? 0, top: -1, bottom: 0 })) {
      const records = new RecordWriter();
      for (const { id, rev, tileX } of shown) {
        if (sy !== 0 || sx !== Math.floor(tileX / 32)) continue;
        const motion = { tick: 100, x: tileX * UNITS_PER_TILE, y: 0, heading: STANDING };
        records.enter({ id, generation: 1, rev, look: 0, profileVersion: 0, from: 0 }, motion, sx, sy, 100);
      }
      replica.snapshot({ type: 'snapshot', sx, sy, enters: records.take() }, 100);
    }
    const { id, rev, tileX } = self;
    return {
      id,
      replica,
      settled: { type: 'own', n: 1, rev, tick: 100, x: tileX * UNITS_PER_TILE, y: 0, heading: STANDING },
    };
  }

  const ALL = [ADA, BOB];
  const bob = onlooker(BOB, ALL);

  it('finds nothing wrong where everybody sees everybody, and counts them', () => {
    expect(judge([onlooker(ADA, ALL), bob])).toEqual({ wrong: [], onScreen: 1, inInterest: 1 });
  });

  it.each([
    ['somebody missing', onlooker(ADA, [ADA]), '1 is not shown 2.'],
    ['an old rev', onlooker(ADA, [ADA, { ...BOB, rev: 8 }]), '1 is shown an earlier 2.'],
    ['another place', onlooker(ADA, [ADA, { ...BOB, tileX: 11 }]), '1 is shown an earlier 2.'],
    ['a ghost', onlooker(ADA, [...ALL, { id: 3, rev: 1, tileX: 3 }]), '1 is shown 3, who has left.'],
    ['a missing square', onlooker(ADA, ALL, [0, 1]), '1 was not told of the square -1,'],
    ['no answer', { ...onlooker(ADA, ALL), settled: undefined }, 'Somebody has no answer yet.'],
  ])('finds %s', (_what, ada, sentence) => {
    expect(judge([ada, bob]).wrong.join(' ')).toContain(sentence);
  });
});

function ignore(): void {}
