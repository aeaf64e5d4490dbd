import { describe, expect, it, onTestFinished } from 'vitest';
import type { App } from '../../server/app.ts';
import { parseRedisAddress, type RedisAddress } from '../../server/broker/redis-address.ts';
import type { Config } from '../../server/config.ts';
import { MARK_TICKS } from '../../server/grid/limits.ts';
import { connectRedisCommands } from '../../server/store/redis-commands.ts';
import { createRedisStore } from '../../server/store/redis-store.ts';
import type { Store } from '../../server/store/store.ts';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { gemPeriod, gemsOf } from '../../shared/gems.ts';
import { STANDING } from '../../shared/motion.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { tileAtIndex } from '../../shared/tiles.ts';
import { Neighbour } from '../helpers/neighbour.ts';
import type { RedisServer } from '../helpers/redis-server.ts';
import { TcpProxy } from '../helpers/tcp-proxy.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { ThingsTruth } from '../helpers/things-truth.ts';
import { until } from '../helpers/until.ts';
import { ownRedis, SHARED_WORLDS, type StartNodes } from '../helpers/world-of-nodes.ts';

const EAST = 0;
const WALL = 17;
const PAINT = 4;
/** In square 3,3; a few steps to the east of its western border. */
const HERE = [100, 112] as const;
const GEMS = 8;

/** Nobody was told anything twice, closed, or put right. */
function expectHealth(...neighbours: Neighbour[]): void {
  for (const { walker, client, twice } of neighbours) {
    expect(walker.endings).toEqual([]);
    expect(client.counters).toMatchObject({ corrections: 0, divergences: 0, duplicates: 0 });
    expect(twice.faults).toEqual([]);
  }
}

interface Scene {
  readonly west: App;
  readonly east: App;
  readonly ada: Neighbour;
  readonly ben: Neighbour;
}

/** Two nodes with a player each, who see each other. */
async function scene([west, east]: readonly App[]): Promise<Scene> {
  if (west === undefined || east === undefined) throw new Error('two nodes are needed');
  const ada = await Neighbour.join(west.url, { name: 'Ada', at: HERE });
  const ben = await Neighbour.join(east.url, { name: 'Ben', at: [102, 112] });
  await ada.walker.sees(ben.walker);
  await ben.walker.sees(ada.walker);
  for (const each of [ada, ben]) await each.knows(3, 3);
  return { west, east, ada, ben };
}

const twoNodes = async (start: StartNodes): Promise<Scene> => scene(await start(2, { gems: GEMS }));

describe.each(Object.entries(SHARED_WORLDS))('two nodes that share a world over %s', (_name, start) => {
  it('show each other’s edits, lines, emotes, whispers, names and claims', async () => {
    const { west, ada, ben } = await twoNodes(start);
    expect(await ada.build(104, 113, WALL)).toEqual({ isGranted: true, revision: 1, before: 0 });
    await ben.sawTile(104, 113, WALL);
    expect(await ben.build(104, 113, PAINT)).toEqual({ isGranted: true, revision: 2, before: WALL });
    await ada.sawTile(104, 113, PAINT);
    await ada.say('hello');
    await ben.heard('hello');
    await ben.say('/me nods');
    expect(await ada.heard('/me nods')).toMatchObject({ id: 2, name: 'Ben', player: ben.id, isHistory: false });
    ben.client.emote(5);
    await until('Ada saw the emote', () => ada.emotes.length > 0);
    expect(ada.emotes).toEqual([[ben.id, 5]]);

    expect(await ada.say('/to ben psst')).toMatchObject({ isGranted: true });
    await until('both have the whisper', () => ada.whispers.length + ben.whispers.length === 2);
    const whisper = { type: 'whisper', from: ada.id, fromName: 'Ada', to: ben.id, toName: 'Ben', text: 'psst' };
    expect([...ada.whispers, ...ben.whispers]).toEqual([whisper, whisper]);
    expect(await ada.say(`/to #${ben.id} again`)).toMatchObject({ isGranted: true });
    expect(await ada.say('/to Nobody hello')).toEqual({ isGranted: false, sentence: 'Nobody called Nobody is here.' });

    await ben.answerTo(ben.client.setPersona({ name: 'Benjamin', look: 7 }));
    await until('Ada knows his new name', () => {
      const shown = [...ada.client.people()].find(({ id }) => id === ben.id);
      return shown?.name === 'Benjamin' && shown.look === 7;
    });

    const terrain = createTerrain('flat', 7);
    const period = gemPeriod(7, 3, 3, west.node.world.tick);
    const [gem] = gemsOf(terrain, GEMS, 3, 3, period);
    if (gem === undefined) throw new Error('another seed is needed');
    const { tileX, tileY } = tileAtIndex(3, 3, gem.tile);
    const { token } = ben.walker;
    ben.walker.leave();
    const again = await Neighbour.join(west.url, { at: [tileX, tileY], token });
    for (const each of [ada, again]) {
      const claim = await until('the claim was told', () => each.claims.find(({ index }) => index === gem.index));
      expect(claim).toEqual({ type: 'claim', sx: 3, sy: 3, period, index: gem.index, player: again.id });
    }
    await until('the score was told', () => again.client.score.score >= gem.points);
    expect(again.client.persona.name).toBe('Benjamin');
    expectHealth(ada, ben, again);
  });

  it('stop each other’s walkers at a wall, at the same tick (M6)', async () => {
    const { east, ada, ben } = await twoNodes(start);
    const watcher = await Neighbour.join(east.url, { at: [104, 109] });
    await watcher.knows(3, 3);
    const onServer = (): number => east.node.world.players.get(ben.id)?.x ?? Number.NaN;
    await ben.walker.turn(EAST);
    await until('Ben is on his way', () => onServer() > 103 * UNITS_PER_TILE);
    await ada.build(107, 112, WALL);
    await until('Ben stands before it', () => onServer() > 107 * UNITS_PER_TILE - 52);
    const since = east.node.world.tick;
    await until('he has pushed against it for a while', () => east.node.world.tick > since + 10);
    expect(onServer()).toBeLessThan(107 * UNITS_PER_TILE);
    const shown = (who: Neighbour) => [...who.client.people()].find(({ id }) => id === ben.id);
    for (const each of [ada, watcher]) await until('he is shown where he is', () => shown(each)?.x === onServer());
    expect(ben.client.ownPosition()?.x).toBe(onServer());

    await ada.build(107, 112, PAINT);
    await until('Ben goes on', () => onServer() > 108 * UNITS_PER_TILE);
    for (const each of [ada, watcher]) {
      const told = (): boolean =>
        each.walker.sights.some(
          (sight) => sight.what === 'moved' && sight.id === ben.id && sight.motion.tick === each.edits[1]?.tick,
        );
      await until('he was told of afresh from that tick on', told);
    }
    await ben.walker.turn(STANDING);
    expectHealth(ada, ben, watcher);
  });
});

const addressOf = (url: string): RedisAddress => parseRedisAddress(url) as RedisAddress;

/** A node whose messages go one way and whose store another. */
const nodeOn = (broker: string, store: string, config: Partial<Config> = {}): Promise<App> =>
  startTestApp({ redis: [addressOf(broker)], storeRedis: addressOf(store), gems: GEMS, ...config });

/** The store as nodes of these tests have it. */
async function storeOn(redis: RedisServer): Promise<Store> {
  const link = connectRedisCommands({ kind: 'server', address: addressOf(redis.url) }, 'test');
  onTestFinished(() => link.close());
  const store = createRedisStore(link.commands, 'test');
  const isThere = (): Promise<boolean> =>
    store.info().then(
      () => true,
      () => false,
    );
  await until('the store was there', isThere);
  return store;
}

const AROUND = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => ({ sx: 3 + dx, sy: 3 + dy })));

/** Waits until nodes and clients have what the store has. */
async function agree(redis: RedisServer, nodes: readonly App[], people: readonly Neighbour[]): Promise<void> {
  const store = await storeOn(redis);
  let wrong: string[] = ['nobody has looked'];
  const look = async (): Promise<boolean> => {
    const tick = nodes[0]?.node.world.tick ?? 0;
    const truth = new ThingsTruth({ store, terrain: createTerrain('flat', 7), most: GEMS, tick });
    const found = await Promise.all([
      ...nodes.map(({ node }) => truth.faultsOfNode(node, AROUND)),
      ...people.map(({ client }) => truth.faultsOfClient(client)),
    ]);
    wrong = found.flat();
    return wrong.length === 0;
  };
  await until('all agree with the store', look, 15_000).catch((error: unknown) => {
    throw new Error(`${String(error)} ${wrong.join('\n')}`);
  });
}

describe('nodes that lose sight of each other', () => {
  it('agree with the store once they see each other again, and tell nobody anything twice (G9)', async () => {
    const redis = await ownRedis();
    const proxy = await TcpProxy.start(redis.port);
    onTestFinished(() => proxy.close());
    const { west, east, ada, ben } = await scene([
      await nodeOn(`redis://127.0.0.1:${proxy.port}`, redis.url),
      await nodeOn(redis.url, redis.url),
    ]);
    proxy.cut();
    const cutAt = west.node.world.tick;
    // Also over the border, into a square where nobody of that node stands.
    expect(await ada.build(94, 112, WALL)).toMatchObject({ isGranted: true });
    expect(await ada.build(101, 114, WALL)).toMatchObject({ isGranted: true });
    expect(await ben.build(102, 115, PAINT)).toMatchObject({ isGranted: true, revision: 2 });
    expect(await ada.say('can you hear me?')).toMatchObject({ isGranted: true });
    expect(await ben.say('hello?')).toMatchObject({ isGranted: true });
    await until('a node has long given up telling of it', () => west.node.world.tick > cutAt + MARK_TICKS + 40, 12_000);
    expect(ben.kindAt(94, 112)).toBe(0);
    expect(ada.kindAt(102, 115)).toBe(0);
    proxy.mend();
    await agree(redis, [west, east], [ada, ben]);
    expect(ben.kindAt(94, 112)).toBe(WALL);
    expect((await ben.heard('can you hear me?')).isHistory).toBe(false);
    expect((await ada.heard('hello?')).isHistory).toBe(false);
    for (const { twice } of [ada, ben]) expect(twice.faults).toEqual([]);
  });

  it('agree with the store however often connections are killed while people build and talk (G9)', async () => {
    const redis = await ownRedis();
    const { west, east, ada, ben } = await scene([
      await nodeOn(redis.url, redis.url),
      await nodeOn(redis.url, redis.url),
    ]);
    let granted = 0;
    for (let round = 0; round < 6; round++) {
      const kills = (['pubsub', 'normal'] as const).map((type) => redis.command('CLIENT', 'KILL', 'TYPE', type));
      const asked = [ada, ben].flatMap((each, i) => [
        each.build(100 + i * 2, 114 + (round % 3), WALL + round),
        each.build(96 - 2 + i, 115, 1 + round),
      ]);
      if (round < 3) asked.push(ada.say(`ada ${round}`), ben.say(`ben ${round}`));
      const answers = await Promise.all(asked);
      await Promise.all(kills);
      // Whoever was cut off in the middle cannot know whether it was kept, and is told so.
      granted += answers.filter(({ isGranted }) => isGranted).length;
    }
    expect(granted).toBeGreaterThan(0);
    await agree(redis, [west, east], [ada, ben]);
    for (const { twice, walker } of [ada, ben]) {
      expect(twice.faults).toEqual([]);
      expect(walker.endings).toEqual([]);
    }
  });

  it('go on with the store as it is when it comes back with nothing in it', async () => {
    const redis = await ownRedis();
    const { west, east, ada, ben } = await scene([
      await nodeOn(redis.url, redis.url),
      await nodeOn(redis.url, redis.url),
    ]);
    for (const kind of [WALL, PAINT, WALL]) await ada.build(101, 114, kind);
    await ada.say('before');
    await ben.sawTile(101, 114, WALL);
    await ben.heard('before');
    await redis.kill();
    await redis.restart();
    for (const each of [ada, ben]) await each.sawTile(101, 114, 0);
    expect(await ada.build(102, 115, PAINT)).toMatchObject({ isGranted: true, revision: 1 });
    for (const each of [ada, ben]) await each.sawTile(102, 115, PAINT);
    await ben.say('after');
    for (const each of [ada, ben]) expect(await each.heard('after')).toMatchObject({ id: 1, isHistory: false });
    for (const { walker } of [ada, ben]) expect(walker.endings).toEqual([]);
    const newcomer = await Neighbour.join(east.url, { at: HERE });
    await newcomer.sawTile(102, 115, PAINT);
    expect(west.node.ground.tilesOf(3, 3).size).toBe(1);
  });
});

describe('one gem and two nodes', () => {
  it('exactly one gets it, and the other is told that somebody was quicker', async () => {
    const redis = await ownRedis();
    const [west, east] = [await nodeOn(redis.url, redis.url), await nodeOn(redis.url, redis.url)];
    const terrain = createTerrain('flat', 7);
    const [gem] = gemsOf(terrain, GEMS, 3, 3, gemPeriod(7, 3, 3, west.node.world.tick));
    if (gem === undefined) throw new Error('another seed is needed');
    const { tileX, tileY } = tileAtIndex(3, 3, gem.tile);
    const both = await Promise.all([west, east].map(({ url }) => Neighbour.join(url, { at: [tileX, tileY] })));
    await until('it was claimed', () => both.every(({ claims }) => claims.some(({ index }) => index === gem.index)));
    const scores = await (await storeOn(redis)).top(10);
    expect(scores.map(({ score }) => score)).toEqual([gem.points]);
    const winner = scores[0]?.player;
    for (const each of both) {
      // Whoever was told by the store that it is too late hears from its own node first.
      const told = each.claims.filter(({ index }) => index === gem.index);
      expect(told).toHaveLength(1);
      expect([winner, 0]).toContain(told[0]?.player);
      if (each.id === winner) await until('the score was told', () => each.client.score.score === gem.points);
      else expect(each.client.score.score).toBe(0);
    }
    expect(both.flatMap(({ remarks }) => remarks).every((sentence) => sentence === 'Somebody else was quicker.')).toBe(
      true,
    );
    expectHealth(...both);
  });

  it('a whisper to a name that several at the other node have reaches none of them', async () => {
    const redis = await ownRedis();
    const [west, east] = [await nodeOn(redis.url, redis.url), await nodeOn(redis.url, redis.url)];
    const ada = await Neighbour.join(west.url, { name: 'Ada', at: HERE });
    const twins = await Promise.all([0, 1].map((i) => Neighbour.join(east.url, { name: 'Twin', at: [4000 + i, 0] })));
    const answer = await ada.say('/to twin secret');
    expect(answer).toMatchObject({
      isGranted: false,
      sentence: expect.stringMatching(/^There are several of that name: say Twin#\d+ or Twin#\d+\.$/),
    });
    expect(await ada.say(`/to #${twins[1]?.id} secret`)).toMatchObject({ isGranted: true });
    await until('the right one has it', () => twins[1]?.whispers.length === 1);
    expect(twins[0]?.whispers).toEqual([]);
  });
});
