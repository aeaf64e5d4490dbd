import { pino } from 'pino';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type App, startApp } from '../../server/app.ts';
import { parseRedisAddress, type RedisAddress } from '../../server/broker/redis-address.ts';
import { MAX_UNCONFIRMED_BYTES } from '../../server/broker/redis-limits.ts';
import type { Config } from '../../server/config.ts';
import { LEASE_TICKS, UNSUBSCRIBE_TICKS } from '../../server/grid/limits.ts';
import type { HttpLogger } from '../../server/http/server.ts';
import { ID_BLOCK } from '../../server/store/store.ts';
import { CLOSE } from '../../shared/closing.ts';
import { LINGER_TICKS, TICK_MS } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import { HELLO, RawClient } from '../helpers/raw-client.ts';
import type { RedisServer } from '../helpers/redis-server.ts';
import { ensureServerBuilt, SERVER, ServerProcess } from '../helpers/server-process.ts';
import { TEST_CONFIG } from '../helpers/shard.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';
import { ownRedis } from '../helpers/world-of-nodes.ts';

const addressOf = (redis: RedisServer): RedisAddress => parseRedisAddress(redis.url) as RedisAddress;

/** A node on a Redis, in this process, for the test that calls it. */
const node = (redis: RedisServer, config: Partial<Config> = {}): Promise<App> =>
  startTestApp({ redis: [addressOf(redis)], ...config });

async function ready(port: number): Promise<{ status: number; why?: string }> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  const { why } = (await response.json()) as { why?: string };
  return { status: response.status, ...(why === undefined ? {} : { why }) };
}

async function metric(app: App, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${app.port}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

/** Lines that a logger was given, at level `info` and above. */
function logLines(): { readonly logger: HttpLogger; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { logger, lines };
}

/** A port on which nothing listens until `restart`. */
async function redisThatIsDown(): Promise<RedisServer> {
  const redis = await ownRedis();
  await redis.kill();
  return redis;
}

beforeAll(ensureServerBuilt);

describe('a node that starts while Redis is away', () => {
  it('waits, says why, and takes players once Redis is there', async () => {
    const redis = await redisThatIsDown();
    const port = await freePort();
    const { logger, lines } = logLines();
    const starting = startApp({ ...TEST_CONFIG, port, redis: [addressOf(redis)] }, { logger });
    onTestFinished(async () => (await starting).stop());
    await until('it listened', () =>
      ready(port).then(
        () => true,
        () => undefined,
      ),
    );
    await until('it said why', async () => (await ready(port)).why?.includes('ECONNREFUSED'));
    expect(await ready(port)).toMatchObject({ status: 503, why: expect.stringMatching(/^waiting for Redis: .*:\d+/) });
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    await until('it said so in the log', () => lines.some(({ level }) => level === 40));
    await expect(RawClient.open(`ws://127.0.0.1:${port}/ws`)).rejects.toThrow('503');

    await redis.restart();
    const app = await starting;
    expect(await ready(port)).toEqual({ status: 200 });
    await Walker.join(app.url);
    expect(
      lines.filter(({ level }) => level === 40),
      'one line, however long it took',
    ).toHaveLength(1);
  });

  it('ends at once and in good order when it is told to', async () => {
    const redis = await redisThatIsDown();
    const port = String(await freePort());
    const server = ServerProcess.launch(process.execPath, [SERVER, '--port', port, '--redis', redis.url]);
    await until('it listened', () =>
      ready(Number(port)).then(
        () => true,
        () => undefined,
      ),
    );
    server.child.kill('SIGTERM');
    expect(await server.ended).toEqual({ code: 0, signal: null });
  });
});

describe('a node of another world by the same name', () => {
  it('exits with a sentence that says what to change', async () => {
    const redis = await ownRedis();
    await node(redis, { world: 'one', seed: 7 });
    const server = ServerProcess.launch(process.execPath, [
      ...[SERVER, '--port', '0', '--world', 'one', '--seed', '8', '--terrain', 'flat', '--redis', redis.url],
    ]);
    expect(await server.ended).toEqual({ code: 1, signal: null });
    expect(server.stderr).toContain('The world "one" on this Redis has seed 7');
    expect(server.stderr).toContain('start it with --seed 7');
    expect(server.stderr).not.toContain('    at ');
  });
});

describe('a node that loses Redis', () => {
  it('says so once, keeps its own players together, and is whole again without a restart', async () => {
    const redis = await ownRedis();
    const { logger, lines } = logLines();
    const here = await startTestApp({ redis: [addressOf(redis)] }, { logger });
    const there = await node(redis);
    const ada = await Walker.join(here.url, { at: [18, 0] });
    const ben = await Walker.join(here.url, { at: [21, 0] });
    const carl = await Walker.join(there.url, { at: [18, 3] });
    await ada.sees(ben, carl);
    await redis.kill();
    await until('it was not ready', async () => (await ready(here.port)).status === 503);
    expect((await ready(here.port)).why).toContain(`127.0.0.1:${redis.port}`);
    expect(await metric(here, 'flatlands_broker_connected')).toBe(0);

    // Also across a border, into a square that was known before.
    for (const heading of [0, 64, 128]) {
      await ada.turn(heading);
      await ben.sawTurn(ada.id, heading);
      await ben.turn(heading);
      await ada.sawTurn(ben.id, heading);
    }
    await ada.turn(0);
    await ben.turn(0);
    const x = (): number => ada.client.ownPosition()?.x ?? 0;
    await until('Ada has crossed a border', () => x() > 33 * 256, 20_000);
    await ada.turn(64);
    await ben.sawTurn(ada.id, 64);
    expect(ada.shows(carl.id), 'nobody vanishes who may well be there').toBe(true);
    // What is built in the next square cannot be known, so nobody enters it (P-GROUND-6).
    await ada.turn(0);
    await until('Ada was stopped at the border', () => ada.client.counters.corrections > 0, 20_000);
    ada.client.walk(STANDING);
    await until('Ada stands before the border', () => x() < 64 * 256);
    // Nobody can be signed in without the store.
    const late = await RawClient.open(here.url);
    late.send(HELLO);
    expect((await late.closed()).code).toBe(CLOSE.unavailable.code);
    expect(await metric(here, 'flatlands_broker_unconfirmed_bytes')).toBeLessThanOrEqual(MAX_UNCONFIRMED_BYTES);
    expect(await metric(here, 'flatlands_broker_dropped_total')).toBeGreaterThan(0);

    await redis.restart();
    await until('it was ready', async () => (await ready(here.port)).status === 200);
    await carl.turn(200);
    await until('Carl sees where Ada has gone, or no longer her', () => {
      const shown = carl.client.replica.players.get(ada.id);
      return shown?.square === undefined || shown.square.sx === 1;
    });
    const dora = await Walker.join(there.url, { at: [40, 0] });
    await dora.sees(ada, ben);
    await ada.turn(0);
    await until('Ada went on over the border', () => x() > 65 * 256);
    expect(await metric(here, 'flatlands_broker_connected')).toBe(1);
    const about = await until('the log says that it is back', () => {
      const said = lines.filter(({ msg }) => String(msg).startsWith('the broker'));
      return said.length > 1 && said;
    });
    expect(about.map(({ level }) => level)).toEqual([40, 30]);
  });

  it('goes on giving ids that nobody has when Redis comes back with nothing in it', async () => {
    const redis = await ownRedis();
    const [one, other] = [await node(redis), await node(redis)];
    const known = [await Walker.join(one.url), await Walker.join(other.url)].map(({ id }) => id);
    await redis.kill();
    await redis.restart();
    await until('both were ready', async () =>
      (await Promise.all([one, other].map(({ port }) => ready(port)))).every(({ status }) => status === 200),
    );
    const third = await node(redis);
    const newcomer = await Walker.join(third.url);
    expect(known).not.toContain(newcomer.id);
    expect(newcomer.id).toBeGreaterThan(Math.max(...known) - (Math.max(...known) % ID_BLOCK) + ID_BLOCK);
    expect(third.node.world.tick - one.node.world.tick).toBeLessThanOrEqual(2);
  });
});

describe('nodes on one Redis', () => {
  it('subscribe to a channel for each square that is looked at, by its documented name, and to none later', async () => {
    const redis = await ownRedis();
    const app = await node(redis, { world: 'names' });
    const walker = await Walker.join(app.url, { at: [16, 16] });
    const channels = async (): Promise<string[]> => (await redis.command('PUBSUB', 'CHANNELS')).split('\n').sort();
    await until('six squares are looked at', () => walker.client.squares.size === 6);
    const expected = [...walker.client.squares.keys()].map((key) => `flatlands:names:sq:${key}`);
    expect((await channels()).filter((channel) => channel.includes(':sq:'))).toEqual(expected.sort());
    expect(await channels()).toContain('flatlands:names:nodes');
    walker.leave();
    const lingerMs = (LINGER_TICKS + UNSUBSCRIBE_TICKS) * TICK_MS;
    await until(
      'none is left',
      async () => (await channels()).every((name) => !name.includes(':sq:')),
      lingerMs + 2000,
    );
    expect(await redis.info('commandstats', 'cmdstat_psubscribe')).toBeUndefined();
  });

  it('count the players of all', async () => {
    const redis = await ownRedis();
    const [one, other] = [await node(redis), await node(redis)];
    const ada = await Walker.join(one.url, { at: [0, 0] });
    const ben = await Walker.join(other.url, { at: [100_000, 0] });
    const carl = await Walker.join(other.url, { at: [-100_000, 0] });
    await until('all know of all', () => [ada, ben, carl].every(({ client }) => client.playerCount === 3));
    carl.leave();
    await until('all know who left', () => [ada, ben].every(({ client }) => client.playerCount === 2));
    expect(await metric(one, 'flatlands_other_nodes')).toBe(1);
    expect(await metric(one, 'flatlands_other_players')).toBe(1);
    await other.stop();
    const sinceMs = performance.now();
    await until('a goodbye is heard', async () => (await metric(one, 'flatlands_other_nodes')) === 0);
    expect(performance.now() - sinceMs, 'and not missed only').toBeLessThan((LEASE_TICKS * TICK_MS) / 2);
  });

  it('a player who signs in elsewhere, far from where they were, is told so where they were', async () => {
    const redis = await ownRedis();
    const [one, other] = [await node(redis), await node(redis)];
    const ada = await Walker.join(one.url, { at: [0, 0] });
    const { id, token } = ada;
    // Our own client comes back to where it was; others may name a place.
    const { welcome } = await RawClient.join(other.url, { token, at: [1_000_000, 1_000_000] });
    expect(welcome.id).toBe(id);
    await until('the first session was closed', () => ada.endings.length > 0);
    expect(ada.endings).toEqual([{ code: CLOSE.takenOver.code, reason: CLOSE.takenOver.sentence }]);
    await until('the first node let go of the player', () => one.node.world.players.size === 0);
  });

  it('with squares in blocks share channels, and lose none that somebody still looks at', async () => {
    const redis = await ownRedis();
    const nodes = [await node(redis, { channelSquares: 16 }), await node(redis, { channelSquares: 16 })];
    const [ada, ben] = await Promise.all(nodes.map(({ url }) => Walker.join(url, { at: [16, 16] })));
    if (ada === undefined || ben === undefined) throw new Error('nobody joined');
    await ada.sees(ben);
    const blocks = (await redis.command('PUBSUB', 'CHANNELS')).split('\n').filter((name) => name.includes(':sq16:'));
    expect(blocks.length).toBeLessThan(ada.client.squares.size);
    // Ada walks through the block, out of some of its squares and into others.
    await ada.turn(64);
    await ben.sawTurn(ada.id, 64);
    const far = (LINGER_TICKS + UNSUBSCRIBE_TICKS) * TICK_MS;
    const until2 = performance.now() + far;
    await until('squares were let go of', () => performance.now() > until2, far + 2000);
    await ben.turn(64);
    const { grid } = nodes[0]?.node ?? {};
    expect(grid?.counters).toMatchObject({ divergences: 0, gaps: 0 });
    const carl = await Walker.join((nodes[1] as App).url, { at: [16, 60] });
    await carl.sees(ada);
    await ada.sees(carl);
  });
});

async function freePort(): Promise<number> {
  const app = await startApp(TEST_CONFIG);
  await app.stop();
  return app.port;
}
