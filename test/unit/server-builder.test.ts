import { describe, expect, it } from 'vitest';
import { Builder } from '../../server/actions/builder.ts';
import { Refusal } from '../../server/actions/refusal.ts';
import type { Node } from '../../server/node.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { StoreError } from '../../server/store/store.ts';
import type { Player } from '../../server/world/player.ts';
import { EDIT_LEAD_TICKS } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import { readEdits } from '../../shared/tile-records.ts';
import { tileIndexOf } from '../../shared/tiles.ts';
import type { Seat } from '../helpers/seat.ts';
import { Stage, type StageOptions } from '../helpers/stage.ts';
import { StoreBreakdown, troubledStore } from '../helpers/troubled-store.ts';
import { counted } from '../helpers/walls.ts';

const EAST = 0;
const WALL = 17;
const PLANKS = 34;
const FLOWERS = 41;
const UNKNOWN_KIND = 'There is nothing of that kind to build with.';
const FAR = 'That is out of reach.';
const SPAWN = 'Nothing can be built where people arrive.';
const UNSEEN = 'That is out of sight.';
const TAKEN = 'Somebody stands there.';
const ROUGH = 'Flowers do not grow there.';
const SINCE = 'Somebody else has built there since.';

/** A builder beside a node's own, on the node's world, with a store that the test has to itself. */
class Site {
  readonly memory = createMemoryStore();
  readonly breakdown = new StoreBreakdown();
  readonly stage: Stage;
  readonly builder: Builder;

  private constructor(stage: Stage) {
    const { grid, world, ground } = stage.node;
    this.stage = stage;
    this.builder = new Builder({
      store: troubledStore(this.memory, this.breakdown),
      grid,
      world,
      ground,
      wallMs: () => 0,
    });
  }

  static async open(options: StageOptions = {}): Promise<Site> {
    return new Site(await Stage.start(options));
  }

  /** Somebody on a tile, once what is built around them is known. */
  async seat(at: readonly [number, number], screen = 20, node: Node = this.stage.node): Promise<Seat> {
    const seat = await this.stage.join({ at: [...at], width: screen, height: screen }, node);
    const { sx, sy } = tileIndexOf(...at);
    await this.stage.until('the ground is known', () =>
      seat.of('ground').some((each) => each.sx === sx && each.sy === sy),
    );
    return seat;
  }

  player(seat: Seat): Player {
    return this.stage.nodes.flatMap(({ world }) => world.players.get(seat.id) ?? [])[0] as Player;
  }

  /** Puts somebody on a tile, whatever is there. */
  async put(seat: Seat, tileX: number, tileY: number): Promise<void> {
    const { world } = this.stage.node;
    world.teleport(this.player(seat), tileX * 256 + 128, tileY * 256 + 128);
    await this.stage.ticks(3);
  }

  /** Builds; how it ended, in words. */
  build(seat: Seat, tileX: number, tileY: number, kind: number, ifRevision: number | null = null): Promise<string> {
    const asked = this.builder.edit(this.player(seat), { ...tileIndexOf(tileX, tileY), kind, ifRevision });
    return asked.then(
      ({ revision, before }) => `revision ${revision}, before ${before}`,
      (error: unknown) => (error instanceof Refusal ? error.message : String(error)),
    );
  }
}

describe('the rules of building (P-EDIT-2)', () => {
  it('set a tile within reach, and tell those who see it from when on', async () => {
    const site = await Site.open();
    const ada = await site.seat([100, 100]);
    expect(await site.build(ada, 103, 101, WALL)).toBe('revision 1, before 0');
    const { tick } = site.stage;
    expect(await site.build(ada, 103, 101, PLANKS)).toBe('revision 2, before 17');
    expect(site.stage.node.ground.kindAt(103, 101, tick + EDIT_LEAD_TICKS - 1)).toBe(0);
    expect(site.stage.node.ground.kindAt(103, 101, tick + EDIT_LEAD_TICKS)).toBe(PLANKS);
    await site.stage.ticks(3);
    const told = ada.of('edits').flatMap(({ records }) => readEdits(records));
    expect(told.map(({ revision, player, kind }) => [revision, player, kind])).toEqual([
      [1, ada.id, WALL],
      [2, ada.id, PLANKS],
    ]);
    expect(new Set(told.map((each) => each.tick))).toEqual(new Set([tick + EDIT_LEAD_TICKS]));
  });

  it('know the kinds, the reach and the spawn area', async () => {
    const site = await Site.open();
    const ada = await site.seat([100, 100]);
    for (const kind of [9, 25, 45, 255]) expect(await site.build(ada, 101, 101, kind)).toBe(UNKNOWN_KIND);
    // Eight tiles, and one that is forgiven.
    expect(await site.build(ada, 109, 100, WALL)).toBe('revision 1, before 0');
    expect(await site.build(ada, 110, 100, WALL)).toBe(FAR);
    expect(await site.build(ada, 107, 107, WALL)).toBe(FAR);
    expect(await site.build(ada, 100, 90, 0)).toBe(FAR);
    const ben = await site.seat([8, 10]);
    expect(await site.build(ben, 9, 9, 1)).toBe(SPAWN);
    expect(await site.build(ben, 9, 9, 0)).toBe(SPAWN);
    expect(await site.build(ben, 10, 9, 1)).toBe('revision 1, before 0');
  });

  it('set nothing in a square that nobody of the node sees, or whose store cannot be read', async () => {
    const site = await Site.open();
    const ada = await site.seat([121, 112], 1);
    expect(await site.build(ada, 129, 112, WALL)).toBe(UNSEEN);
    await site.seat([130, 112], 1);
    expect(await site.build(ada, 129, 112, WALL)).toBe('revision 1, before 0');
  });

  it('let flowers grow on open ground only, and walls and floors stand anywhere', async () => {
    const site = await Site.open({ terrain: 'meadows' });
    const { terrain } = site.stage;
    const ada = await site.seat([100, 100]);
    const { x, y } = site.player(ada);
    const [tileX, tileY] = [Math.floor(x / 256), Math.floor(y / 256)];
    const around = Array.from({ length: 81 }, (_, i) => [tileX - 4 + (i % 9), tileY - 4 + Math.floor(i / 9)] as const);
    const rough = around.find(([i, j]) => terrain.blocked(i, j));
    const open = around.find(([i, j]) => !terrain.blocked(i, j) && i !== tileX && j !== tileY);
    if (rough === undefined || open === undefined) throw new Error('another seed is needed');
    expect(await site.build(ada, ...rough, FLOWERS)).toBe(ROUGH);
    expect(await site.build(ada, ...rough, PLANKS)).toMatch(/^revision/);
    await site.stage.ticks(EDIT_LEAD_TICKS);
    expect(await site.build(ada, ...rough, FLOWERS), 'the ground is what it was').toBe(ROUGH);
    expect(await site.build(ada, ...open, FLOWERS)).toMatch(/^revision/);
    // To take a bridge away from under somebody would leave them in the water.
    const ben = await site.seat(open);
    await site.put(ben, ...rough);
    expect(await site.build(ada, ...rough, 0)).toBe(TAKEN);
    ben.leave();
    await site.stage.ticks(4);
    expect(await site.build(ada, ...rough, 0)).toMatch(/^revision/);
  });
});

describe('somebody in the way (P-EDIT-2)', () => {
  it('is whoever stands there, oneself too, but for what does not block', async () => {
    const site = await Site.open();
    const ada = await site.seat([100, 100]);
    await site.seat([103, 100]);
    expect(await site.build(ada, 100, 100, WALL)).toBe(TAKEN);
    expect(await site.build(ada, 103, 100, WALL)).toBe(TAKEN);
    expect(await site.build(ada, 103, 100, PLANKS)).toBe('revision 1, before 0');
    expect(await site.build(ada, 104, 100, WALL)).toBe('revision 2, before 0');
  });

  it('is nobody where a wall is already: it may have another colour', async () => {
    const site = await Site.open();
    const ada = await site.seat([100, 100]);
    expect(await site.build(ada, 102, 100, WALL)).toMatch(/^revision 1/);
    await site.stage.ticks(EDIT_LEAD_TICKS);
    await site.put(ada, 102, 100);
    expect(await site.build(ada, 102, 100, WALL + 1)).toMatch(/^revision 2/);
  });

  it('is whoever walks onto it before the wall would count, also from the square beside', async () => {
    for (const nodes of [1, 2]) {
      const site = await Site.open({ nodes });
      const ada = await site.seat([129, 114]);
      const other = site.stage.nodes.at(-1) as Node;
      const ben = await site.seat([124, 112], 20, other);
      await site.stage.until('Ada sees Ben', () => ada.timesIn(ben.id) === 1);
      ben.turn(EAST);
      // In square 3,3 a little before the border, where a step takes him over it within the lead.
      await site.stage.until('Ben is near', () => site.player(ben).x > 128 * 256 - 3 * 51);
      expect(site.player(ben).sx).toBe(3);
      expect(await site.build(ada, 128, 112, WALL), `${nodes} nodes`).toBe(TAKEN);
      expect(await site.build(ada, 129, 112, WALL), 'he will not be there yet').toMatch(/^revision/);
      expect(await site.build(ada, 126, 112, WALL), 'he has left it').toMatch(/^revision/);
      ben.turn(STANDING);
    }
  });

  it('is not looked for along the same way again and again, however long somebody has walked it', async () => {
    const stage = await Stage.start({ nodes: 2 });
    const [here, there] = stage.nodes as [Node, Node];
    const memory = createMemoryStore();
    const { blocked, calls } = counted(here.ground.blocked);
    const ground = Object.create(here.ground, { blocked: { value: blocked } }) as Node['ground'];
    const builder = new Builder({ store: memory, grid: here.grid, world: here.world, ground, wallMs: () => 0 });
    const ada = await stage.join({ at: [110, 112], width: 10, height: 10 }, here);
    const ben = await stage.join({ at: [100, 112], width: 10, height: 10 }, there);
    await stage.until('Ada sees Ben', () => ada.timesIn(ben.id) === 1 && ada.of('ground').length > 0);
    ben.turn(EAST);
    await stage.until('Ben is beside Ada', () => (there.world.players.get(ben.id)?.x ?? 0) > 108 * 256);
    const player = here.world.players.get(ada.id) as Player;
    const build = async (tileX: number): Promise<number> => {
      const before = calls();
      await builder.edit(player, { ...tileIndexOf(tileX, 118), kind: WALL, ifRevision: null });
      return calls() - before;
    };
    expect(await build(110)).toBeGreaterThan(7);
    expect(await build(111)).toBeLessThan(5);
  });
});

describe('what has been built since, and what cannot be kept', () => {
  it('an edit with a revision is granted only on the edit that made it (P-EDIT-4)', async () => {
    const site = await Site.open();
    const ada = await site.seat([100, 100]);
    const ben = await site.seat([101, 100]);
    await site.build(ada, 103, 101, PLANKS);
    await site.build(ada, 103, 102, PLANKS);
    expect(await site.build(ada, 103, 101, 0, 1), 'another tile’s edit is none of this one').toBe(
      'revision 3, before 34',
    );
    await site.build(ada, 103, 101, PLANKS);
    await site.build(ben, 103, 101, FLOWERS);
    expect(await site.build(ada, 103, 101, 0, 4)).toBe(SINCE);
    expect(await site.build(ada, 103, 103, WALL, 0), 'nobody has built there').toBe('revision 6, before 0');
    await site.stage.ticks(EDIT_LEAD_TICKS);
    expect(site.stage.node.ground.kindAt(103, 101, site.stage.tick)).toBe(FLOWERS);
  });

  it('an edit that the store does not keep is not told', async () => {
    const site = await Site.open();
    const ada = await site.seat([100, 100]);
    site.breakdown.begin('full');
    const failed = site.builder.edit(site.player(ada), { ...tileIndexOf(103, 101), kind: WALL, ifRevision: null });
    await expect(failed).rejects.toBeInstanceOf(StoreError);
    await site.stage.ticks(EDIT_LEAD_TICKS);
    expect(ada.of('edits')).toEqual([]);
    expect(site.stage.node.ground.kindAt(103, 101, site.stage.tick)).toBe(0);
  });
});
