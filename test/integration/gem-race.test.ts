import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseRedisAddress, type RedisAddress } from '../../server/broker/redis-address.ts';
import type { StorePlace } from '../../server/upkeep/store-place.ts';
import { BOARD_LENGTH } from '../../shared/constants.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { gemLists, type ListedGem } from '../helpers/gem-lists.ts';
import { GemRacer } from '../helpers/gem-racer.ts';
import { NodeProcess } from '../helpers/node-process.ts';
import { ensureServerBuilt } from '../helpers/server-process.ts';
import { until } from '../helpers/until.ts';
import { ownRedis } from '../helpers/world-of-nodes.ts';
import { pointsOf } from '../kills/audit.ts';
import { MOST_GEMS } from '../kills/scenes.ts';
import { readWorld } from '../kills/stored-world.ts';

beforeAll(ensureServerBuilt);

const WORLD = 'race';
const SEED = 7;
const GEMS = 1000;
const PAIRS = 100;
const RACE_MS = 120_000;
const SETTLE_MS = 20_000;
const DRIVE_MS = 50;
/** No gem makes room for another before the race is over: five minutes. */
const UNTIL_TICK = 6000;
const FLAGS = ['--open-spawn', '--terrain', 'flat', '--seed', `${SEED}`, '--gems', `${MOST_GEMS}`, '--world', WORLD];

/** Two players, one on each node, who run for the same gems. */
class Pair {
  readonly racers: readonly [GemRacer, GemRacer];
  readonly gems: readonly ListedGem[];
  #next = 0;
  readonly #arrived = new Set<GemRacer>();

  constructor(racers: readonly [GemRacer, GemRacer], gems: readonly ListedGem[]) {
    this.racers = racers;
    this.gems = gems;
  }

  /** Both go on once both are there, or the gem is gone; round and round until all are gone. */
  run(nowMs: number): boolean {
    const gem = this.#wanted();
    if (gem === undefined) {
      for (const racer of this.racers) racer.stand();
      return true;
    }
    for (const racer of this.racers) if (!this.#arrived.has(racer) && racer.runTo(gem, nowMs)) this.#arrived.add(racer);
    if (this.#arrived.size === 2) this.#goOn();
    return false;
  }

  #wanted(): ListedGem | undefined {
    for (let tried = 0; tried < this.gems.length; tried++) {
      const gem = this.gems[this.#next % this.gems.length] as ListedGem;
      if (this.racers.some((racer) => racer.sees(gem))) return gem;
      this.#goOn();
    }
    return undefined;
  }

  #goOn(): void {
    this.#next++;
    this.#arrived.clear();
  }
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

describe('two nodes, one gem', () => {
  it('200 players race for 1,000 gems: each is claimed once, and every point is there', {
    timeout: 240_000,
  }, async () => {
    const redis = await ownRedis();
    const urls: string[] = [];
    for (let i = 0; i < 2; i++) {
      const node = await NodeProcess.start(...FLAGS, '--redis', redis.url, '--log-level', 'warn');
      onTestFinished(() => node.close());
      urls.push(node.url);
    }
    const terrain = createTerrain('flat', SEED);
    const lists = gemLists({ terrain, most: MOST_GEMS, atLeast: GEMS, lists: PAIRS, untilTick: UNTIL_TICK });
    const gems = lists.flat();
    expect(gems.length).toBeGreaterThanOrEqual(GEMS);

    const pairs = lists.map((list, i) => {
      const [{ tileX, tileY }] = list as [ListedGem];
      const [a, b] = urls.map((url, node) => {
        return GemRacer.start(url, `Racer ${i}-${node}`, terrain, [tileX - 2, tileY]);
      }) as [GemRacer, GemRacer];
      return new Pair([a, b], list);
    });
    const racers = pairs.flatMap((pair) => pair.racers);
    expect(racers).toHaveLength(2 * PAIRS);
    let isOn = false;
    let running = pairs;
    const timer = setInterval(() => {
      const nowMs = performance.now();
      for (const { client } of racers) client.update();
      if (isOn) running = running.filter((pair) => !pair.run(nowMs));
    }, DRIVE_MS);
    onTestFinished(() => {
      clearInterval(timer);
      for (const { client } of racers) client.close();
    });
    await Promise.all(racers.map((racer) => racer.joined()));
    // Somebody may have appeared on a gem, which those who came later were told with the picture of the square.
    const lying = new Set(
      pairs.flatMap(({ racers: both, gems: own }) => own.filter((gem) => both.every((r) => r.sees(gem)))),
    );

    const startMs = performance.now();
    isOn = true;
    await until('all gems were gone', () => running.length === 0, RACE_MS);
    expect(lying.size).toBeGreaterThan(gems.length * 0.9);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);

    const place: StorePlace = {
      kind: 'redis',
      target: { kind: 'server', address: parseRedisAddress(redis.url) as RedisAddress },
      world: WORLD,
    };
    for (const { client } of racers) client.watchBoard(true);
    // What is told last is told with the next frame, and the leaderboard every two seconds.
    await until(
      'everybody was told their points',
      async () => {
        const { people } = await readWorld(place);
        return racers.every(({ id, score, client }) => {
          return people.get(id)?.score === score && client.board?.score === score;
        });
      },
      SETTLE_MS,
    );
    const { claims, people } = await readWorld(place);

    // Each of the gems once, and no gem twice.
    const names = claims.map(({ period, gem }) => `${period}:${gem}`);
    expect(new Set(names).size).toBe(names.length);
    const owners = new Map(claims.map(({ period, gem, player }) => [`${period}:${gem}`, player]));
    const raced = gems.filter(({ period, sx, sy, index }) => owners.has(`${period}:${sx},${sy},${index}`));
    expect(raced).toHaveLength(gems.length);

    // No point more or less than the claims come to, for anybody.
    const earned = new Map<number, number>();
    for (const { period, gem, player } of claims) {
      earned.set(player, (earned.get(player) ?? 0) + (pointsOf(terrain, period, gem) ?? Number.NaN));
    }
    for (const { id, score } of racers) {
      expect(people.get(id)?.score).toBe(earned.get(id) ?? 0);
      expect(score).toBe(earned.get(id) ?? 0);
    }
    expect(sum(racers.map(({ score }) => score))).toBe(sum(earned.values()));

    // The leaderboard is right, on both nodes and for everybody on it or not.
    const ranking = [...earned].sort(([a, points], [b, others]) => others - points || a - b);
    const top = ranking
      .slice(0, BOARD_LENGTH)
      .map(([player, score]) => ({ player, name: people.get(player)?.person.name, score }));
    for (const { client, id } of racers) {
      const rank = ranking.findIndex(([player]) => player === id) + 1;
      expect(client.board).toMatchObject({ rows: top, score: earned.get(id) ?? 0, rank });
    }

    // Both of a pair know whose a gem is: one of them, or a third one who came by.
    for (const { racers: both, gems: own } of pairs) {
      for (const gem of own) {
        const owner = owners.get(`${gem.period}:${gem.sx},${gem.sy},${gem.index}`);
        for (const racer of both) {
          expect(racer.sees(gem)).toBe(false);
          if (lying.has(gem)) expect([owner, 0]).toContain(racer.ownerOf(gem));
        }
      }
    }
    const refusals = racers.flatMap((racer) => racer.refusals);
    expect(new Set(refusals)).toEqual(new Set(['Somebody else was quicker.']));
    // Most gems were touched by both, and each of these was refused to one.
    expect(refusals.length).toBeGreaterThan(gems.length / 4);
    const [first, second] = [0, 1].map((node) => sum(pairs.map(({ racers: both }) => claimsOf(both[node]?.id))));
    console.log(
      `${claims.length} claims for ${gems.length} gems, ${first} by players of one node and ${second} of the other; ` +
        `${refusals.length} touched by both; ${sum(earned.values())} points; ${seconds} s`,
    );

    function claimsOf(id: number | undefined): number {
      return claims.filter(({ player }) => player === id).length;
    }
  });
});
