import { describe, expect, it } from 'vitest';
import { BEHAVIOURS, BORDERS, createBehaviour, createCaravan } from '../../client/bots/behaviour.ts';
import { type BotsOptions, DEFAULTS, MIXED, MIXTURE } from '../../client/bots/options.ts';
import { freeNear, middleOf } from '../../client/bots/place.ts';
import { populate } from '../../client/bots/population.ts';
import { createRandom } from '../../client/bots/random.ts';
import { Trek } from '../../client/bots/trek.ts';
import { TICK_MS, TILES_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { squareIndexOf } from '../../shared/grid.ts';
import { type Blocked, type Body, STANDING, step } from '../../shared/motion.ts';
import { createTerrain } from '../../shared/terrain.ts';

const SEEDS = [1, 2, 3];
const open: Blocked = () => false;
const meadows = createTerrain('meadows', 7).blocked;

const options = (some: Partial<BotsOptions>): BotsOptions => ({ ...DEFAULTS, ...some });

/** How many others are on somebody's screen, on average. */
function meanInView(places: readonly { tileX: number; tileY: number }[]): number {
  const { width, height } = DEFAULTS.screen;
  let sum = 0;
  for (const a of places) {
    for (const b of places) {
      if (a !== b && Math.abs(a.tileX - b.tileX) <= width / 2 && Math.abs(a.tileY - b.tileY) <= height / 2) sum++;
    }
  }
  return sum / places.length;
}

describe('a population', () => {
  it.each(SEEDS)('spread out has about 25 others in view of each, fewer at the rim (seed %i)', (seed) => {
    const roles = populate(options({ players: 1000, seed }), open);
    expect(meanInView(roles.map(({ place }) => place))).toBeGreaterThan(20);
    expect(meanInView(roles.map(({ place }) => place))).toBeLessThan(28);
  });

  it('placed together, or a crowd, has nearly everybody in view of each', () => {
    const together = populate(options({ players: 100, placement: 'together' }), open);
    expect(meanInView(together.map(({ place }) => place))).toBe(99);
    const crowd = populate(options({ players: 100, behaviours: { crowd: 1 } }), open);
    expect(meanInView(crowd.map(({ place }) => place))).toBe(99);
  });

  it('has the shares asked for, to within one player', () => {
    const count = (players: number, name: string): number =>
      populate(options({ players, behaviours: MIXED }), open).filter(({ behaviour }) => behaviour === name).length;
    expect(BEHAVIOURS.map((name) => count(500, name))).toEqual([270, 90, 90, 50, 0, 0, 0, 0, 0]);
    for (const players of [1, 2, 3, 7, 11]) {
      const counts = BEHAVIOURS.map((name) => count(players, name));
      expect(counts.reduce((sum, one) => sum + one)).toBe(players);
      for (const [i, name] of BEHAVIOURS.entries()) {
        expect(Math.abs((counts[i] as number) - (MIXTURE[name] ?? 0) * players)).toBeLessThan(1);
      }
    }
  });

  it('is lively where it is mixed, and nowhere else', () => {
    const roles = populate(options({ players: 300, behaviours: { mixed: 2, wander: 1 } }), open);
    expect(roles.filter(({ isLively }) => isLively)).toHaveLength(200);
    expect(roles.filter(({ isLively, behaviour }) => !isLively && behaviour === 'wander')).toHaveLength(100);
    expect(populate(options({ behaviours: { wander: 1 } }), open).some(({ isLively }) => isLively)).toBe(false);
  });

  it('has the full picture in the share asked for, of every behaviour and on every server, from first to last', () => {
    const urls = ['ws://a/ws', 'ws://b/ws'];
    const behaviours = { wander: 6, border: 3, crowd: 1 };
    const roles = populate(options({ players: 1000, fullShare: 0.05, behaviours, urls }), open);
    const full = [...roles.keys()].filter((i) => roles[i]?.isFull);
    expect(full).toHaveLength(50);
    for (const [name, count] of [
      ['wander', 30],
      ['border', 15],
      ['crowd', 5],
    ] as const) {
      const own = full.filter((i) => roles[i]?.behaviour === name);
      expect(Math.abs(own.length - count)).toBeLessThanOrEqual(1);
      for (const node of [0, 1]) {
        expect(Math.abs(own.filter((i) => i % 2 === node).length - count / 2)).toBeLessThanOrEqual(1);
      }
    }
    const byHundred = Array.from({ length: 5 }, (_, k) => full.filter((i) => Math.floor(i / 200) === k).length);
    for (const count of byHundred) expect(Math.abs(count - 10)).toBeLessThanOrEqual(4);
  });

  it.each([
    [1, 100],
    [0.5, 50],
    [0.29, 29],
    [0.001, 1],
  ])('with a full share of %d has %i of 100 with the full picture', (fullShare, count) => {
    const roles = populate(options({ players: 100, fullShare }), open);
    expect(roles.filter(({ isFull }) => isFull)).toHaveLength(count);
  });

  it('has the full picture throughout where anybody needs it: to build, to find gems, and beside those who build', () => {
    for (const behaviours of [{ builder: 1 }, MIXED, { wander: 9, builder: 1 }]) {
      const roles = populate(options({ players: 50, fullShare: 0.1, behaviours }), open);
      expect(roles.every(({ isFull }) => isFull)).toBe(true);
    }
  });

  it('gives the picture to those who need it for what they do, and not to the slow', () => {
    const behaviours = { wander: 10, phones: 1, chatter: 1, slow: 1 };
    const roles = populate(options({ players: 1300, fullShare: 0.1, behaviours }), open);
    const full = (name: string): number => roles.filter(({ behaviour, isFull }) => behaviour === name && isFull).length;
    expect([full('wander'), full('phones'), full('chatter'), full('slow')]).toEqual([100, 100, 100, 0]);
    const beside = populate(options({ players: 100, behaviours: { builder: 1, slow: 1 } }), open);
    expect(beside.every(({ behaviour, isFull }) => isFull === (behaviour === 'builder'))).toBe(true);
  });

  it('has phones upright, and everybody else on the screen asked for', () => {
    const roles = populate(options({ players: 10, behaviours: { wander: 1, phones: 1 } }), open);
    for (const { behaviour, screen } of roles) {
      expect(screen).toEqual(behaviour === 'phones' ? { width: 13, height: 26 } : DEFAULTS.screen);
    }
  });

  it('has those who migrate on one screen, with one caravan', () => {
    const roles = populate(options({ players: 200, behaviours: { wander: 1, migrate: 1 } }), open);
    const migrants = roles.filter(({ behaviour }) => behaviour === 'migrate');
    expect(meanInView(migrants.map(({ place }) => place))).toBe(99);
    expect(new Set(roles.map(({ caravan }) => caravan)).size).toBe(1);
  });

  it('walks the same ways whatever the full share is', () => {
    const ways = (fullShare: number): string =>
      JSON.stringify(populate(options({ fullShare }), meadows).map(({ place, behaviour }) => [place, behaviour]));
    expect(ways(0.1)).toBe(ways(1));
  });

  it('is the same for the same seed and another for another', () => {
    const places = (seed: number): string =>
      JSON.stringify(populate(options({ seed }), meadows).map(({ place, behaviour }) => [place, behaviour]));
    expect(places(5)).toBe(places(5));
    expect(places(5)).not.toBe(places(6));
  });

  it('stands on free tiles', () => {
    const roles = populate(options({ players: 500, behaviours: MIXED }), meadows);
    expect(roles.filter(({ place }) => meadows(place.tileX, place.tileY))).toEqual([]);
  });

  it('takes a nearest tile where one is blocked', () => {
    const home = { tileX: 5, tileY: 5 };
    const disc: Blocked = (x, y) => Math.max(Math.abs(x - 5), Math.abs(y - 5)) < 3;
    const { tileX, tileY } = freeNear(home, disc);
    expect(Math.max(Math.abs(tileX - 5), Math.abs(tileY - 5))).toBe(3);
    expect(freeNear(home, open)).toEqual(home);
    expect(freeNear(home, () => true)).toEqual(home);
  });
});

const EAST = 0;
/** How long a caravan waits before it sets out. */
const GATHER_MS = 5000;

/** Ten minutes of a behaviour on open ground: every turn's time, and every tick's place. */
function live(name: (typeof BEHAVIOURS)[number], seed: number, home = { tileX: 64, tileY: -32 }) {
  const behaviour = createBehaviour(name, home, {
    border: BORDERS[seed % BORDERS.length] as (typeof BORDERS)[number],
    caravan: createCaravan(EAST, GATHER_MS),
    random: createRandom(seed),
  });
  const body: Body = { ...middleOf(home), heading: STANDING };
  const turns: number[] = [];
  const places: { x: number; y: number }[] = [];
  let turnAtMs = 0;
  for (let nowMs = 0; nowMs < 600_000; nowMs += TICK_MS) {
    if (nowMs >= turnAtMs) {
      const { heading, forMs } = behaviour.turn(body.x, body.y, nowMs);
      body.heading = heading;
      turns.push(forMs);
      turnAtMs += forMs;
    }
    step(body, open, 1);
    places.push({ x: body.x, y: body.y });
  }
  return { turns, places };
}

describe.each(BEHAVIOURS)('%s', (name) => {
  it.each(SEEDS)('turns once a second on average, and never all the time (seed %i)', (seed) => {
    const { turns } = live(name, seed);
    expect(turns.length).toBeGreaterThan(540);
    expect(turns.length).toBeLessThan(660);
    expect(Math.min(...turns)).toBeGreaterThanOrEqual(250);
  });

  it.each(SEEDS)('stays near home, or near where it has got to by then (seed %i)', (seed) => {
    const { places } = live(name, seed);
    const home = middleOf({ tileX: 64, tileY: -32 });
    const caravan = createCaravan(EAST, GATHER_MS);
    const away = places
      .map(({ x, y }, i) => {
        const gone = name === 'migrate' ? caravan.at(i * TICK_MS).dx : 0;
        return Math.hypot(x - home.x - gone, y - home.y) / UNITS_PER_TILE;
      })
      .sort((a, b) => a - b);
    expect(away[Math.floor(away.length * 0.95)]).toBeLessThan(name === 'crowd' ? 5 : 10);
    expect(away.at(-1)).toBeLessThan(16);
  });
});

describe('border', () => {
  it.each(SEEDS)('crosses between squares nearly every second (seed %i)', (seed) => {
    const { places } = live('border', seed);
    const squares = places.map(({ x, y }) => `${squareIndexOf(x)},${squareIndexOf(y)}`);
    const crossings = squares.filter((square, i) => i > 0 && square !== squares[i - 1]).length;
    expect(crossings).toBeGreaterThan(300);
  });
});

describe('a trek', () => {
  /** Walks by the shared rule until the trek ends; returns how far from the destination. */
  function walk(blocked: Blocked, from: { x: number; y: number }, to: { x: number; y: number }, seed: number) {
    const trek = new Trek(to, createRandom(seed));
    const body: Body = { ...from, heading: STANDING };
    let nowMs = 0;
    for (; trek.state === 'walking'; nowMs += TICK_MS) {
      body.heading = trek.heading(body.x, body.y, nowMs);
      step(body, blocked, 1);
    }
    return {
      state: trek.state,
      seconds: nowMs / 1000,
      tiles: Math.hypot(body.x - to.x, body.y - to.y) / UNITS_PER_TILE,
    };
  }

  const start = middleOf({ tileX: 0, tileY: 0 });
  const goal = middleOf({ tileX: 60, tileY: 25 });

  it('goes straight over open ground', () => {
    const { state, seconds, tiles } = walk(open, start, goal, 1);
    expect(state).toBe('arrived');
    expect(tiles).toBeLessThan(2);
    expect(seconds).toBeLessThan(18);
  });

  it.each(SEEDS)('gets round a wall (seed %i)', (seed) => {
    const wall: Blocked = (x, y) => x === TILES_PER_SQUARE && y > 8 && y < 20;
    expect(walk(wall, start, goal, seed).state).toBe('arrived');
  });

  it('gives up in bounded time when there is no way', () => {
    const moat: Blocked = (x, y) => Math.max(Math.abs(x), Math.abs(y)) === 10;
    const { state, seconds } = walk(moat, start, goal, 1);
    expect(state).toBe('given up');
    expect(seconds).toBeLessThan(60);
  });
});
