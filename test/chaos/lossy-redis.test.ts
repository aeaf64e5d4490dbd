import { describe, expect, it } from 'vitest';
import { createRedisBroker } from '../../server/broker/redis-broker.ts';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { headingTowards, STANDING } from '../../shared/motion.ts';
import { LossyProxy } from '../helpers/lossy-proxy.ts';
import { faultsOf, truthOf } from '../helpers/picture-truth.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';
import { ownRedis } from '../helpers/world-of-nodes.ts';

const NODES = 3;
const WALKERS = 24;
const ROAM_MS = 10_000;
/** Each turns about so often, in ms. */
const TURN_MS = 700;
const LOSS = 0.2;
/** What was lost last is noticed by an announcement, asked for, and answered; a lease for whoever was missed. */
const HEAL_MS = 10_000;
/** Walkers keep to this many tiles around a corner where four squares meet. */
const RANGE_TILES = 60;

const seed = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

describe('three nodes over a real Redis that loses a fifth of what it carries', () => {
  it(`every picture becomes the truth, and is healed by asking (seed ${seed})`, { timeout: 60_000 }, async () => {
    const random = seededRandom(seed);
    const redis = await ownRedis();
    const proxies = Array.from({ length: NODES }, () => new LossyProxy(createRedisBroker(redis.address), random));
    const config = { redis: [redis.address], world: 'lossy' };
    const nodes = await Promise.all(proxies.map(({ connect }) => startTestApp(config, { connectBroker: connect })));
    const near = (): number => Math.floor((random() - 0.5) * RANGE_TILES);
    const walkers = await Promise.all(
      Array.from({ length: WALKERS }, (_, i) => {
        const { url } = nodes[i % NODES] as (typeof nodes)[number];
        return Walker.join(url, { at: [near(), near()], screen: { width: 40, height: 24 } });
      }),
    );

    for (const proxy of proxies) proxy.loss = LOSS;
    const endsAt = performance.now() + ROAM_MS;
    const nextTurn = walkers.map(() => performance.now() + random() * TURN_MS);
    await until(
      'everybody has walked about',
      () => {
        const now = performance.now();
        for (const [i, { client }] of walkers.entries()) {
          if (now < (nextTurn[i] as number)) continue;
          nextTurn[i] = now + random() * 2 * TURN_MS;
          const place = client.ownPosition();
          const isFar = place !== undefined && Math.hypot(place.x, place.y) > (RANGE_TILES / 2) * UNITS_PER_TILE;
          client.walk(isFar ? headingTowards(-place.x, -place.y) : Math.floor(random() * 256));
        }
        return now >= endsAt;
      },
      2 * ROAM_MS,
    );
    for (const { client } of walkers) client.walk(STANDING);
    for (const proxy of proxies) proxy.loss = 0;
    const mendedAt = performance.now();

    const servers = nodes.map(({ node }) => node);
    const wrong = (): string[] => {
      const players = truthOf(servers);
      return walkers.flatMap(({ client }) => faultsOf(client, players));
    };
    await until('everybody stands', () => servers.every(({ world }) => [...world.players.values()].every(isStanding)));
    await until('every picture is the truth', () => wrong().length === 0, HEAL_MS).catch(() => {
      expect(wrong()).toEqual([]);
    });
    const healMs = Math.round(performance.now() - mendedAt);

    const total = (name: 'gaps' | 'questions' | 'healed' | 'checksCompared'): number =>
      servers.reduce((sum, { grid }) => sum + grid.counters[name], 0);
    const report = {
      seed,
      delivered: proxies.reduce((sum, { delivered }) => sum + delivered, 0),
      dropped: proxies.reduce((sum, { dropped }) => sum + dropped, 0),
      gaps: total('gaps'),
      questions: total('questions'),
      healed: total('healed'),
      checksCompared: total('checksCompared'),
      healMs,
    };
    console.log(`convergence over a lossy Redis ${JSON.stringify(report)}`);
    for (const name of ['dropped', 'gaps', 'healed', 'checksCompared'] as const) {
      expect(report[name], name).toBeGreaterThan(0);
    }
    for (const { client, endings } of walkers) {
      expect(endings).toEqual([]);
      expect(client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
    }
  });
});

const isStanding = ({ heading }: { readonly heading: number }): boolean => heading === STANDING;
