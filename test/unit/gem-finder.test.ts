import { describe, expect, it } from 'vitest';
import type { Actor } from '../../server/actions/actor.ts';
import { GemFinder } from '../../server/actions/gem-finder.ts';
import { refusalSentence } from '../../server/actions/refusal.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { StoreError } from '../../server/store/store.ts';
import type { FoundGem } from '../../server/world/land.ts';
import type { Player } from '../../server/world/player.ts';
import { GEM_PERIOD_TICKS, gemPeriod, gemsOf } from '../../shared/gems.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import { tileAtIndex } from '../../shared/tiles.ts';
import { Stage } from '../helpers/stage.ts';
import { StoreBreakdown, troubledStore } from '../helpers/troubled-store.ts';

const MOST = 8;
const HERE = { sx: 3, sy: 3 } as const;

/** A finder beside a node's own, on the node's grid, with a store that the test has to itself. */
class Bench {
  readonly memory = createMemoryStore();
  readonly breakdown = new StoreBreakdown();
  readonly failures: unknown[] = [];
  readonly told: string[] = [];
  /** Who has a session, by id. */
  readonly actors = new Map<number, Actor>();
  readonly stage: Stage;
  readonly finder: GemFinder;
  readonly ada: Player;

  private constructor(stage: Stage, ada: Player) {
    this.stage = stage;
    this.ada = ada;
    this.actors.set(ada.id, { player: ada, tell: (message) => this.told.push(inWords(message)) });
    this.finder = new GemFinder({
      store: troubledStore(this.memory, this.breakdown),
      terrain: stage.terrain,
      most: MOST,
      grid: () => stage.node.grid,
      actorOf: (id) => this.actors.get(id),
      failed: (error) => this.failures.push(error),
    });
  }

  static async open(): Promise<Bench> {
    const stage = await Stage.start();
    const seat = await stage.join({ at: [112, 112], width: 4, height: 4 });
    await stage.until('the square is known', () => stage.node.grid.thingsOf(3, 3) !== undefined);
    return new Bench(stage, stage.node.world.players.get(seat.id) as Player);
  }

  get tick(): number {
    return this.stage.node.world.tick;
  }

  /** The gems that the rule says lie here now. */
  get lying(): readonly FoundGem[] {
    const period = gemPeriod(this.stage.terrain.seed, 3, 3, this.tick);
    return gemsOf(this.stage.terrain, MOST, 3, 3, period).map(({ index, points }) => ({
      ...HERE,
      period,
      index,
      points,
    }));
  }

  /** Where the finder says that one of them is. */
  at(gem: FoundGem, tick = this.tick): FoundGem | undefined {
    const { tile } = gemsOf(this.stage.terrain, MOST, 3, 3, gem.period).find(({ index }) => index === gem.index) ?? {
      tile: 0,
    };
    const { tileX, tileY } = tileAtIndex(3, 3, tile);
    return this.finder.gemAt(tileX, tileY, tick);
  }
}

function inWords(message: ServerMessage): string {
  if (message.type === 'score') return `score ${message.score}, rank ${message.rank}`;
  return message.type === 'refused' ? `${message.n}: ${message.sentence}` : message.type;
}

describe('gem finder (P-GEM-5)', () => {
  it('knows where gems lie by the rule, in squares that are known', async () => {
    const bench = await Bench.open();
    expect(bench.lying.length).toBeGreaterThan(3);
    for (const gem of bench.lying) expect(bench.at(gem)).toEqual(gem);
    const found = Array.from({ length: 1024 }, (_, tile) => tileAtIndex(3, 3, tile)).filter(
      ({ tileX, tileY }) => bench.finder.gemAt(tileX, tileY, bench.tick) !== undefined,
    );
    expect(found).toHaveLength(bench.lying.length);
    const elsewhere = gemsOf(bench.stage.terrain, MOST, 900, 900, gemPeriod(7, 900, 900, bench.tick));
    for (const { tile } of elsewhere) {
      const { tileX, tileY } = tileAtIndex(900, 900, tile);
      expect(bench.finder.gemAt(tileX, tileY, bench.tick)).toBeUndefined();
    }
  });

  it('claims what somebody has come upon, once, and tells them their score', async () => {
    const bench = await Bench.open();
    const [gem] = bench.lying as [FoundGem];
    await bench.finder.touched({ player: bench.ada, gem }, bench.tick);
    expect(bench.told).toEqual([`score ${gem.points}, rank 1`]);
    expect(bench.at(gem), 'nobody comes upon it again').toBeUndefined();
    expect(await bench.finder.claimsOf(HERE, bench.tick)).toEqual({ period: gem.period, claimed: 1 << gem.index });
    expect(bench.stage.node.grid.thingsOf(3, 3)?.hasClaimed(gem)).toBe(true);
  });

  it('asks the store once while it is asked, however many come upon it', async () => {
    const bench = await Bench.open();
    const [gem] = bench.lying as [FoundGem];
    const both = [1, 2].map(() => bench.finder.touched({ player: bench.ada, gem }, bench.tick));
    expect(bench.at(gem), 'and nobody comes upon it meanwhile').toBeUndefined();
    await Promise.all(both);
    expect((await bench.memory.top(9)).map(({ score }) => score)).toEqual([gem.points]);
    expect(bench.told).toEqual([`score ${gem.points}, rank 1`]);
  });

  it('says so when somebody else was quicker, and knows it from then on', async () => {
    const bench = await Bench.open();
    const [gem] = bench.lying as [FoundGem];
    await bench.memory.claim(gem.period, `3,3,${gem.index}`, 77, gem.points, 0);
    await bench.finder.touched({ player: bench.ada, gem }, bench.tick);
    expect(bench.told).toEqual(['0: Somebody else was quicker.']);
    expect(bench.at(gem)).toBeUndefined();
    expect((await bench.memory.top(9)).map(({ player }) => player)).toEqual([77]);
  });

  it('lets a gem lie that the store could not keep, and tries it again after a while', async () => {
    const bench = await Bench.open();
    const [gem] = bench.lying as [FoundGem];
    bench.breakdown.begin('unavailable', (method) => method === 'claim');
    await bench.finder.touched({ player: bench.ada, gem }, bench.tick);
    expect(bench.told).toEqual([`0: ${refusalSentence(new StoreError('unavailable', ''))}`]);
    expect(bench.failures).toHaveLength(1);
    bench.breakdown.end();
    expect(bench.at(gem)).toBeUndefined();
    expect(bench.at(gem, bench.tick + 100)).toEqual(gem);
    bench.finder.settle(bench.tick + 100);
    expect(bench.at(gem)).toEqual(gem);
    await bench.finder.touched({ player: bench.ada, gem }, bench.tick);
    expect(bench.told.at(-1)).toBe(`score ${gem.points}, rank 1`);
  });

  it('tells a score that the store would not say as soon as it does, to whoever is still there', async () => {
    const bench = await Bench.open();
    bench.breakdown.begin('unavailable', (method) => method === 'rankOf');
    await bench.finder.tellScore(bench.ada.id);
    await bench.finder.tellScore(4711);
    expect(bench.told).toEqual([]);
    bench.breakdown.end();
    bench.finder.settle(bench.tick);
    await bench.stage.ticks(2);
    expect(bench.told).toEqual(['score 0, rank 0']);
    bench.finder.settle(bench.tick);
    await bench.stage.ticks(2);
    expect(bench.told).toHaveLength(1);
    expect(bench.failures).toHaveLength(2);
  });

  it('counts claims by period: what was claimed in one is there again in the next, somewhere else', async () => {
    const bench = await Bench.open();
    for (const gem of bench.lying) await bench.finder.touched({ player: bench.ada, gem }, bench.tick);
    const all = bench.lying.reduce((mask, { index }) => mask | (1 << index), 0) >>> 0;
    expect(await bench.finder.claimsOf(HERE, bench.tick)).toEqual({ period: bench.lying[0]?.period, claimed: all });
    const later = bench.tick + GEM_PERIOD_TICKS;
    expect(await bench.finder.claimsOf(HERE, later)).toEqual({ period: (bench.lying[0]?.period ?? 0) + 1, claimed: 0 });
  });
});
