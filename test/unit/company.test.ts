import { describe, expect, it } from 'vitest';
import type { Lookout } from '../../server/actions/actor.ts';
import { Company } from '../../server/actions/company.ts';
import { Sight } from '../../server/gateway/sight.ts';
import type { Node } from '../../server/node.ts';
import type { Player } from '../../server/world/player.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import type { Seat } from '../helpers/seat.ts';
import { Stage } from '../helpers/stage.ts';

const companyOf = ({ grid, world }: Node, random = 0): Company => new Company({ grid, world, random: () => random });

/** Where each seat was told that others are, since the last time. */
const told = (seat: Seat): string[] => seat.of('company').map(({ at }) => (at === null ? 'over' : at.join()));

/** Long enough for another round. */
const ROUND_TICKS = 45;

describe('company (P-COMPANY-1)', () => {
  it('is told to those who see nobody: the nearest square with people in it', async () => {
    const stage = await Stage.start();
    const [ada, ben, carl] = [
      await stage.join({ at: [1000, 1000], width: 10, height: 10 }),
      await stage.join({ at: [1200, 1000], width: 10, height: 10 }),
      await stage.join({ at: [5000, 1000], width: 10, height: 10 }),
    ];
    await stage.ticks(ROUND_TICKS);
    expect(new Set([ada, ben, carl].map((seat) => told(seat).at(-1)))).toEqual(new Set(['1200,1008', '1008,1008']));
    expect(told(carl).at(-1)).toBe('1200,1008');
    // At most every two seconds.
    for (const seat of [ada, ben, carl]) seat.clear();
    await stage.ticks(10 * 40);
    for (const seat of [ada, ben, carl]) expect(told(seat).length).toBeLessThanOrEqual(11);
  });

  it('is over when somebody comes into sight, and when nobody is left; that is told once', async () => {
    const stage = await Stage.start();
    const ada = await stage.join({ at: [1000, 1000], width: 10, height: 10 });
    await stage.ticks(ROUND_TICKS);
    expect(told(ada), 'who is alone in the world is told nothing').toEqual([]);
    const ben = await stage.join({ at: [3000, 1000], width: 10, height: 10 });
    await stage.ticks(ROUND_TICKS);
    expect(told(ada)).toContain('2992,1008');
    const carl = await stage.join({ at: [1003, 1000], width: 10, height: 10 });
    ada.clear();
    await stage.ticks(3 * ROUND_TICKS);
    expect(told(ada)).toEqual(['over']);
    expect(told(carl), 'who has company needs none').toEqual([]);
    carl.leave();
    await stage.ticks(ROUND_TICKS);
    expect(told(ada).at(-1)).toBe('2992,1008');
    ben.leave();
    ada.clear();
    await stage.ticks(3 * ROUND_TICKS);
    expect(told(ada)).toEqual(['over']);
  });

  it('is that of other nodes, too', async () => {
    const stage = await Stage.start({ nodes: 2 });
    const [here, there] = stage.nodes as [Node, Node];
    const ada = await stage.join({ at: [1000, 1000], width: 10, height: 10 }, here);
    const ben = await stage.join({ at: [-3000, 1000], width: 10, height: 10 }, there);
    await stage.ticks(2 * ROUND_TICKS);
    expect([told(ada).at(-1), told(ben).at(-1)]).toEqual(['-2992,1008', '1008,1008']);
    expect(companyOf(here).isNear({ sx: Math.floor(-3000 / 32) - 1, sy: Math.floor(1000 / 32) })).toBe(true);
    expect(companyOf(here).isNear({ sx: Math.floor(-3000 / 32) - 2, sy: Math.floor(1000 / 32) })).toBe(false);
  });

  it('is looked for on behalf of all, some in each round', async () => {
    const stage = await Stage.start();
    const ada = await stage.join({ at: [1000, 1000], width: 10, height: 10 });
    await stage.join({ at: [3000, 1000], width: 10, height: 10 });
    const { grid, world } = stage.node;
    const player = world.players.get(ada.id) as Player;
    const outbox = {
      normal: () => undefined,
      bulk: () => undefined,
      isBehind: () => false,
      seal: () => undefined,
      send: () => undefined,
    };
    const viewer = grid.view(outbox, new Sight(player, { width: 10, height: 10 }));
    await stage.ticks(4);
    const heard = new Map<number, number>();
    const lookouts = Array.from({ length: 250 }, (_, i): Lookout => {
      const tell = ({ type }: ServerMessage): void => {
        if (type === 'company') heard.set(i, (heard.get(i) ?? 0) + 1);
      };
      return { player, viewer, tell };
    });
    const company = companyOf(stage.node);
    company.settle(lookouts);
    expect(heard.size).toBeLessThan(250);
    for (let i = 0; i < 4; i++) company.settle(lookouts);
    expect(new Set(heard.values())).toEqual(new Set([2]));
    expect(heard.size).toBe(250);
  });
});

describe('where newcomers appear', () => {
  it('is where all do when nobody is anywhere, or somebody there', async () => {
    const stage = await Stage.start();
    expect(companyOf(stage.node).somewhere()).toBeUndefined();
    await stage.join({ at: [1000, 1000] });
    await stage.join({ at: [0, 0] });
    expect(companyOf(stage.node).somewhere()).toBeUndefined();
  });

  it('is beside somebody when all are elsewhere, on whichever node', async () => {
    const stage = await Stage.start({ nodes: 2 });
    const [here, there] = stage.nodes as [Node, Node];
    await stage.join({ at: [1000, 1001] }, here);
    await stage.ticks(ROUND_TICKS);
    expect(companyOf(here).somewhere()).toEqual([1000, 1001]);
    expect(companyOf(there).somewhere(), 'of other nodes’ people the square is known').toEqual([1008, 1008]);
    await stage.join({ at: [-5000, 70] }, here);
    await stage.ticks(ROUND_TICKS);
    const places = [0, 0.999].map((random) => companyOf(here, random).somewhere()?.join());
    expect(new Set(places)).toEqual(new Set(['1000,1001', '-5000,70']));
  });
});
