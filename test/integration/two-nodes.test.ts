import { describe, expect, it } from 'vitest';
import type { App } from '../../server/app.ts';
import { CLOSE } from '../../shared/closing.ts';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';
import { SHARED_WORLDS, type StartNodes, startNodes } from '../helpers/world-of-nodes.ts';

interface TwoNodes {
  readonly east: App;
  readonly west: App;
  /** Either side of the border between squares 0,0 and 1,0, each on a node of their own. */
  readonly ada: Walker;
  readonly ben: Walker;
}

async function twoNodes(start: StartNodes): Promise<TwoNodes> {
  const [west, east] = (await start(2)) as [App, App];
  const ada = await Walker.join(west.url, { name: 'Ada', look: 3, at: [30, 16] });
  const ben = await Walker.join(east.url, { name: 'Ben', look: 5, at: [33, 16] });
  await ada.sees(ben);
  await ben.sees(ada);
  return { west, east, ada, ben };
}

/** How one sees the other. */
const seen = (watcher: Walker, id: number) => [...watcher.client.people()].find((person) => person.id === id);

/** Nothing that either was told was wrong, and nothing had to be healed between the nodes. */
function expectHealth({ west, east, ada, ben }: TwoNodes): void {
  for (const { client, endings } of [ada, ben]) {
    expect(endings).toEqual([]);
    expect(client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
  }
  for (const { node } of [west, east])
    expect(node.grid.counters).toMatchObject({ gaps: 0, divergences: 0, foreign: 0 });
}

/** Walks until the own place is beyond an x, to the east or west of it. */
async function walkPast(walker: Walker, heading: number, x: number): Promise<void> {
  await walker.turn(heading);
  const sign = heading === 0 ? 1 : -1;
  await until(`${walker.id} was past ${x}`, () => ((walker.client.ownPosition()?.x ?? 0) - x) * sign > 0);
}

const WORLDS = Object.entries({ 'one process': startNodes, ...SHARED_WORLDS });

describe.each(WORLDS)('two players on different nodes that share a world over %s', (_name, start) => {
  it('see each other enter, by name and look, where the other really is', async () => {
    const scene = await twoNodes(start);
    const { ada, ben } = scene;
    await until('Ada knew Ben by name', () => seen(ada, ben.id)?.name === 'Ben');
    await until('Ben knew Ada by name', () => seen(ben, ada.id)?.name === 'Ada');
    const [adaX, benX] = [30, 33].map((tile) => (tile + 0.5) * UNITS_PER_TILE);
    expect(seen(ada, ben.id)).toMatchObject({ look: 5, x: benX, y: 16.5 * UNITS_PER_TILE, walking: false });
    expect(seen(ben, ada.id)).toMatchObject({ look: 3, x: adaX, y: 16.5 * UNITS_PER_TILE, walking: false });
    expectHealth(scene);
  });

  it('see each other walk, and stop at the same place to the unit', async () => {
    const scene = await twoNodes(start);
    const { ada, ben } = scene;
    for (const heading of [64, 100, 192, STANDING]) {
      await ada.turn(heading);
      await ben.sawTurn(ada.id, heading);
    }
    const own = ada.client.ownPosition();
    await until('Ben saw Ada where she is', () => {
      const shown = seen(ben, ada.id);
      return shown !== undefined && shown.x === own?.x && shown.y === own.y && !shown.walking;
    });
    expectHealth(scene);
  });

  it('see each other cross a border, shown once and always', async () => {
    const scene = await twoNodes(start);
    const { ada, ben } = scene;
    const wrong: string[] = [];
    let sampled = 0;
    ben.onPicture = () => {
      sampled++;
      const shown = [...ben.client.people()].filter(({ id }) => id === ada.id).length;
      if (shown !== 1) wrong.push(`shown ${shown} times after frame ${ben.frames}`);
    };
    const border = 32 * UNITS_PER_TILE;
    await walkPast(ada, 0, border + UNITS_PER_TILE);
    await walkPast(ada, 128, border - UNITS_PER_TILE);
    await walkPast(ada, 0, border + UNITS_PER_TILE);
    await ada.turn(STANDING);
    await ben.sawTurn(ada.id, STANDING);
    expect(ben.client.squares.get('1,0')?.occupants.has(ada.id)).toBe(true);
    expect(ben.client.squares.get('0,0')?.occupants.has(ada.id)).toBe(false);
    expect(wrong).toEqual([]);
    expect(sampled).toBeGreaterThan(50);
    expect(ben.sights.filter(({ what }) => what === 'left')).toEqual([]);
    expectHealth(scene);
  });

  it('see each other leave', async () => {
    const scene = await twoNodes(start);
    const { ada, ben } = scene;
    const { id } = ada;
    ada.leave();
    await until('Ben missed Ada', () => !ben.shows(id), 1000);
    expectHealth(scene);
  });

  it('see each other gone at once when a node is stopped', async () => {
    const { west, ada, ben } = await twoNodes(start);
    const others = await Promise.all([29, 31, 35].map((x) => Walker.join(west.url, { at: [x, 15] })));
    await ben.sees(...others);
    const gone = [ada, ...others].map(({ id }) => id);
    const stopped = west.stop();
    await until('Ben missed all of them', () => gone.every((id) => !ben.shows(id)), 1000);
    await stopped;
    expect(ada.endings[0]?.code).toBe(CLOSE.goingAway.code);
    expect(ben.endings).toEqual([]);
    // The node that is left is as well as before.
    await ben.turn(32);
    expect(ben.client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
  });
});

describe.each(WORLDS)('a player who signs in on another node, over %s', (_name, start) => {
  it('takes over there what the first node has in view, and is one and the same to everybody', async () => {
    const scene = await twoNodes(start);
    const { west, east, ada, ben } = scene;
    const carl = await Walker.join(west.url, { name: 'Carl', at: [28, 16] });
    await carl.sees(ada);
    const { id, token } = ada;
    const { client, welcome } = await RawClient.join(east.url, { name: 'Ada', token, at: [31, 16] });
    expect(welcome).toMatchObject({ id, generation: 2, token });
    await until('the first session was closed', () => ada.endings.length > 0);
    expect(ada.endings).toEqual([{ code: CLOSE.takenOver.code, reason: CLOSE.takenOver.sentence }]);
    expect(ada.client.state.phase).toBe('closed');

    client.send({ type: 'input', n: 1, tick: 0, heading: 64, frame: 0 });
    for (const watcher of [ben, carl]) {
      await watcher.sawTurn(id, 64);
      expect(watcher.client.replica.players.get(id)).toMatchObject({ generation: 2 });
      expect(watcher.sights.filter((sight) => sight.id === id && sight.what !== 'moved')).toHaveLength(1);
      expect(watcher.client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
    }
    expect(west.node.world.players.has(id)).toBe(false);
    expect(east.node.world.players.has(id)).toBe(true);
  });

  it('after leaving comes back at the same place', async () => {
    const { east, ada, ben } = await twoNodes(start);
    await ada.turn(200);
    await ada.turn(STANDING);
    const own = ada.client.ownPosition();
    const { id, token } = ada;
    ada.leave();
    await until('Ben missed Ada', () => !ben.shows(id));
    const back = await Walker.join(east.url, { name: 'Ada', token, at: null });
    expect(back.id).toBe(id);
    expect(back.client.ownPosition()).toMatchObject({ x: own?.x, y: own?.y });
    await ben.sees(back);
  });
});
