import { queryObjects } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { Session } from '../../server/gateway/session.ts';
import { GridSquare } from '../../server/grid/grid-square.ts';
import { Interest } from '../../server/grid/interest.ts';
import { LocalStream } from '../../server/grid/local-stream.ts';
import { Replica } from '../../server/grid/replica.ts';
import { SquareThings } from '../../server/grid/square-things.ts';
import { Player } from '../../server/world/player.ts';
import { STANDING } from '../../shared/motion.ts';
import { SmallWorld } from '../bench/memory/small-world.ts';

/** By then nobody who has gone is in the world, and the broker holds no square that nobody looks at, in ticks. */
const REST_TICKS = 400;
const EAST = 0;

const KINDS = { GridSquare, Replica, SquareThings, LocalStream, Session, Player, Interest };

/** Objects of each kind that are still in use. */
function inUse(): Readonly<Record<string, unknown>> {
  // It takes a constructor, whatever that wants to be called with.
  const count = (kind: unknown): unknown => queryObjects(kind as () => unknown, { format: 'count' });
  return Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, count(kind)]));
}

/** Ten people come and go; in a function of its own, for what it knows of them goes with it. */
async function visit(world: SmallWorld, round: number): Promise<void> {
  const here = Array.from({ length: 10 }, (_, i) => world.join({ at: [200 * round + 20 * i, 16] }));
  await world.ticks(10);
  expect(here.filter(({ session }) => session.joined !== undefined)).toHaveLength(10);
  for (const dweller of here) world.leave(dweller);
  await world.ticks(10);
}

describe('a node that has been up for long', () => {
  it('keeps nothing of the squares that somebody has walked through', { timeout: 30_000 }, async () => {
    const world = await SmallWorld.open();
    const walker = world.join({ at: [16, 16] });
    await world.ticks(REST_TICKS);
    const player = walker.session.joined?.player;
    if (player === undefined) throw new Error('nobody has joined');
    walker.walk(EAST, world.tick);
    while (player.sx < 40) await world.ticks(20);
    walker.walk(STANDING, world.tick);
    await world.ticks(REST_TICKS);
    expect(world.node.grid.subscribedCount).toBe(walker.session.joined?.viewer.interest.entries.size);
    const { subscribedCount } = world.node.grid;
    const squares = { GridSquare: subscribedCount, Replica: subscribedCount, SquareThings: subscribedCount };
    expect(inUse()).toEqual({ ...squares, LocalStream: 1, Session: 1, Player: 1, Interest: 1 });
  });

  it('keeps nothing of those who have come and gone', { timeout: 30_000 }, async () => {
    const world = await SmallWorld.open();
    for (let round = 0; round < 20; round++) await visit(world, round);
    await world.ticks(REST_TICKS);
    expect([world.node.world.players.size, world.node.sessionCount, world.node.grid.subscribedCount]).toEqual([
      0, 0, 0,
    ]);
    expect(inUse()).toEqual(Object.fromEntries(Object.keys(KINDS).map((name) => [name, 0])));
  });
});
