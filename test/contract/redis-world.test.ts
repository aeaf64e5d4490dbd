import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseRedisAddress, type RedisAddress } from '../../server/broker/redis-address.ts';
import { connectRedisCommands, type RedisCommandLink, type RedisTarget } from '../../server/store/redis-commands.ts';
import { ASK_MS, openRedisWorld, type RedisWorld } from '../../server/store/redis-world.ts';
import { Disagreement, termsOf, type WorldTerms } from '../../server/store/world-terms.ts';
import type { Monotonic, WorldClock } from '../../shared/clock.ts';
import { RedisCluster } from '../helpers/redis-cluster.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { until } from '../helpers/until.ts';

const TERMS = termsOf({
  seed: 7,
  terrain: 'meadows',
  channelSquares: 1,
  gems: 2,
  redis: [parseRedisAddress('redis://a') as RedisAddress],
  redisCluster: [],
});

/** A machine's monotonic clock: some origin, and it runs a little wrong. */
const monotonicOf =
  (originMs: number, rate = 1): Monotonic =>
  () =>
    originMs + performance.now() * rate;

interface Node {
  readonly link: RedisCommandLink;
  readonly world: RedisWorld;
  readonly disagreements: string[];
}

describe('a world agreed over Redis', () => {
  let server: RedisServer;
  let target: RedisTarget;
  let world: string;
  let worlds = 0;
  const links: RedisCommandLink[] = [];
  const opened: RedisWorld[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
    target = { kind: 'server', address: server.address };
  });
  beforeEach(() => {
    world = `test-${++worlds}`;
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) each.stop();
    await Promise.all(links.splice(0).map((link) => link.close()));
  });
  afterAll(() => server.close());

  const connect = (): RedisCommandLink => {
    const link = connectRedisCommands(target, 'test');
    links.push(link);
    return link;
  };

  /** One more node, with a connection of its own. */
  async function node(monotonic: Monotonic = monotonicOf(0), terms: WorldTerms = TERMS): Promise<Node> {
    const link = connect();
    const disagreements: string[] = [];
    const disagreed = (sentence: string): void => void disagreements.push(sentence);
    const agreed = await openRedisWorld({ commands: link.commands, world, terms, monotonic, disagreed });
    opened.push(agreed);
    return { link, world: agreed, disagreements };
  }

  const nowMs = ({ world }: Node): number => world.clock.nowMs();
  const key = (): string => `flatlands:${world}:world`;

  const created = (): Promise<string> => server.command('HGET', key(), 'created');

  /** How far a node is from world time by the record itself, in ms: the server's time of day is this machine's. */
  async function errorMs(clock: WorldClock): Promise<number> {
    const createdMs = Number(await created());
    return Math.abs(clock.nowMs() - (Date.now() - createdMs));
  }

  /** Sets the world's beginning to so much later, in ms: its time falls behind by that. */
  async function delay(ms: number): Promise<void> {
    await server.command('HINCRBYFLOAT', key(), 'created', `${ms}`);
  }

  /** Waits until the record is there and begins in the past. */
  async function recordMoved(): Promise<void> {
    let createdMs = Number.POSITIVE_INFINITY;
    await until('the record has moved', () => {
      void created().then((text) => {
        createdMs = text === '' ? createdMs : Number(text);
      });
      return createdMs < Date.now();
    });
  }

  const elapsed = (ms: number): Promise<true> => {
    const from = performance.now();
    return until(`${ms} ms have passed`, () => performance.now() - from >= ms, 2 * ms + 1000);
  };

  it('begins at 0 with the first node, and two nodes agree on its time at once', async () => {
    const first = await node(monotonicOf(1e9));
    expect(nowMs(first)).toBeGreaterThan(0);
    expect(nowMs(first)).toBeLessThan(2000);
    await elapsed(300);
    const second = await node(monotonicOf(-77));
    expect(Math.abs(nowMs(second) - nowMs(first))).toBeLessThan(20);
    expect(nowMs(second)).toBeGreaterThan(300);
    expect(await server.command('HGET', key(), 'terms')).toBe(JSON.stringify(TERMS));
  });

  it('begins where it is told to when there is no record of it, and only then', async () => {
    const open = async (startMs: () => Promise<number>): Promise<Node> => {
      const link = connect();
      const { commands } = link;
      const monotonic = monotonicOf(1e5);
      const opening = openRedisWorld({ commands, world, terms: TERMS, monotonic, startMs, disagreed: () => undefined });
      const agreed = await opening;
      opened.push(agreed);
      return { link, world: agreed, disagreements: [] };
    };
    let asked = 0;
    const first = await open(async () => {
      if (++asked < 3) throw new Error('not yet');
      return 5_000_000;
    });
    expect(asked).toBe(3);
    expect(first.world.isNew).toBe(true);
    expect(nowMs(first)).toBeGreaterThan(5_000_000);
    expect(nowMs(first)).toBeLessThan(5_002_000);
    const second = await open(async () => 9_000_000);
    expect(second.world.isNew).toBe(false);
    expect(Math.abs(nowMs(second) - nowMs(first))).toBeLessThan(20);
    // Nor when the record is lost later: those who run know better.
    await server.command('DEL', key());
    await elapsed(1.5 * ASK_MS);
    expect(await server.command('EXISTS', key())).toBe('1');
    expect(nowMs(second)).toBeLessThan(5_010_000);
    expect(Math.abs(nowMs(second) - nowMs(first))).toBeLessThan(20);
  });

  it('many nodes that set it up at the same moment agree', async () => {
    const nodes = await Promise.all(Array.from({ length: 8 }, (_, i) => node(monotonicOf(i * 1e6))));
    const times = nodes.map(nowMs);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(20);
  });

  it('keeps a monotonic clock that runs wrong to the time of Redis', async () => {
    const [exact, fast, slow] = await Promise.all([
      node(monotonicOf(0)),
      node(monotonicOf(5e5, 1.005)),
      node(monotonicOf(-5e5, 0.995)),
    ]);
    const createdMs = await created();
    // Left alone they would be 60 ms off by then.
    await elapsed(12 * ASK_MS);
    expect(await created(), 'a clock that is a little ahead moves no record').toBe(createdMs);
    // The best of 8 answers may be the oldest: 8 times what a clock gains between two, and what one answer is off.
    const most = 8 * ASK_MS * 0.005 + 5;
    for (const each of [fast, slow]) {
      expect(Math.abs(nowMs(each) - nowMs(exact))).toBeLessThan(most);
      expect(Math.abs(each.world.offsetMs)).toBeLessThan(most);
    }
  });

  it('comes back with the same time when Redis dies and has lost everything', async () => {
    const nodes = await Promise.all([node(monotonicOf(4e6)), node(monotonicOf(0))]);
    const first = nodes[0] as Node;
    await delay(-100_000);
    await until('both have jumped', () => nodes.every((each) => nowMs(each) > 100_000));
    const origins = new Map(nodes.map((each) => [each, nowMs(each) - performance.now()]));
    const jumpsMs = (): number[] =>
      [...origins].map(([each, origin]) => Math.abs(nowMs(each) - performance.now() - origin));
    const worst = [0];
    const watch = setInterval(() => worst.push(...jumpsMs()), 5);
    try {
      await server.kill();
      await until('the nodes have noticed', () => nodes.every((each) => each.world.lastError !== undefined));
      await server.restart();
      await until('the nodes have asked again', () => nodes.every((each) => each.world.lastError === undefined));
      expect(await errorMs(first.world.clock)).toBeLessThan(50);
      const newcomer = await node(monotonicOf(-9e9));
      expect(Math.abs(nowMs(newcomer) - nowMs(first))).toBeLessThan(50);
      await elapsed(2 * ASK_MS);
      expect(Math.max(...worst, ...jumpsMs())).toBeLessThan(50);
    } finally {
      clearInterval(watch);
    }
  });

  it('goes on for the nodes that run when a new one sets it up before them', async () => {
    const old = await node();
    await delay(-3_600_000);
    await until('the old node has jumped', () => nowMs(old) > 3_600_000);
    await server.command('DEL', key());
    const fresh = await node(monotonicOf(12));
    await until('the new one has come after', () => nowMs(fresh) > 3_600_000);
    expect(Math.abs(nowMs(fresh) - nowMs(old))).toBeLessThan(20);
  });

  it('moves its record when that falls 10 s behind the nodes, whose time just goes on', async () => {
    const first = await node();
    const before = nowMs(first) - performance.now();
    await delay(10_000);
    expect(Number(await created())).toBeGreaterThan(Date.now());
    await recordMoved();
    expect(await errorMs(first.world.clock)).toBeLessThan(50);
    await elapsed(ASK_MS);
    expect(Math.abs(nowMs(first) - performance.now() - before)).toBeLessThan(20);
  });

  it('is kept up as well by a node that knows the server by another name', async () => {
    (await node()).world.stop();
    const second = await node(monotonicOf(3), { ...TERMS, servers: ['/run/redis.sock'] });
    await delay(10_000);
    await recordMoved();
    expect(await errorMs(second.world.clock)).toBeLessThan(50);
    await server.command('DEL', key());
    await recordMoved();
    expect(await server.command('HGET', key(), 'terms')).toBe(JSON.stringify(TERMS));
  });

  it('takes its nodes along at once when its record is 10 s ahead of them', async () => {
    const nodes = await Promise.all([node(), node(monotonicOf(1e7))]);
    const before = nowMs(nodes[0] as Node) - performance.now();
    await delay(-10_000);
    await until('both have jumped', () => nodes.every((each) => nowMs(each) - performance.now() - before > 5000));
    for (const { world: agreed } of nodes) {
      expect(await errorMs(agreed.clock)).toBeLessThan(50);
      expect(agreed.lastError).toBeUndefined();
    }
  });

  it('is approached by a hundredth of the time that passes when its record is less than a second ahead', async () => {
    const first = await node();
    const before = nowMs(first) - performance.now();
    await delay(-700);
    await elapsed(4 * ASK_MS);
    const gainedMs = nowMs(first) - performance.now() - before;
    // From the next answer on, which comes within a second.
    expect(gainedMs).toBeGreaterThan(3 * ASK_MS * 0.01 - 15);
    expect(gainedMs).toBeLessThan(4 * ASK_MS * 0.01 + 15);
    expect(first.world.offsetMs).toBeGreaterThan(600);
  });

  it('never runs backwards, whatever becomes of its record', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -20_000, max: 20_000 }), { minLength: 2, maxLength: 3 }),
        fc.double({ min: 0.995, max: 1.005, noNaN: true }),
        async (delays, rate) => {
          world = `test-${++worlds}`;
          const each = await node(monotonicOf(1e6, rate));
          let last = nowMs(each);
          let backwards = 0;
          const look = (): void => {
            const now = nowMs(each);
            backwards = Math.max(backwards, last - now);
            last = now;
          };
          for (const ms of delays) {
            if (ms % 5 === 0) await server.command('DEL', key());
            else await delay(ms);
            const from = performance.now();
            await until('it has asked', () => {
              look();
              return performance.now() - from > 1.2 * ASK_MS;
            });
          }
          expect(backwards).toBe(0);
          each.world.stop();
        },
      ),
      { numRuns: 3 },
    );
  });

  it('refuses a node on other terms with the sentence, and stays as it is', async () => {
    await node();
    const before = await server.command('HGETALL', key());
    const others: readonly [Partial<WorldTerms>, RegExp][] = [
      [{ seed: 8 }, /seed 7 .* --seed 8: start it with --seed 7/],
      [{ terrain: 'flat' }, /--terrain flat: start it with --terrain meadows/],
      [{ channelSquares: 16 }, /--channel-squares 16: start it with --channel-squares 1;/],
      [{ gems: 3 }, /--gems 3: start it with --gems 2;/],
      [{ servers: ['a:6379', 'b:6379'] }, /spread over a:6379 and this server was given a:6379, b:6379/],
      [{ servers: ['cluster'] }, /was given a Redis Cluster/],
      [{ protocol: 99 }, /speaks protocol 99: run the same version on all nodes/],
      [{ constants: 'ffffffffffff' }, /to ffffffffffff: run the same version on all nodes/],
    ];
    for (const [other, sentence] of others) {
      const refusal = await node(undefined, { ...TERMS, ...other }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(refusal).toBeInstanceOf(Disagreement);
      expect((refusal as Disagreement).message).toMatch(sentence);
      expect((refusal as Disagreement).message).toContain(`"${world}"`);
    }
    await server.command('HSET', key(), 'terms', 'something else');
    await expect(node()).rejects.toThrow('set up by a version of Flatlands unknown to this one');
    await server.command('HSET', key(), 'terms', JSON.stringify(TERMS));
    expect(await server.command('HGETALL', key())).toBe(before);
  });

  it('can be given other terms once its nodes are down, and its time goes on', async () => {
    const first = await node();
    await delay(-50_000);
    first.world.stop();
    await server.command('HDEL', key(), 'terms');
    const second = await node(undefined, { ...TERMS, channelSquares: 4 });
    expect(nowMs(second)).toBeGreaterThan(50_000);
    await expect(node()).rejects.toThrow('--channel-squares 4');
  });

  it('tells its nodes once when another one has been set up in its place', async () => {
    const first = await node();
    await delay(-100_000);
    await until('it is older than what comes', () => nowMs(first) > 100_000);
    await server.command('DEL', key());
    await node(undefined, { ...TERMS, seed: 9 });
    const createdMs = await created();
    await until('the first node has noticed', () => first.disagreements.length > 0);
    const then = nowMs(first);
    await elapsed(1.5 * ASK_MS);
    expect(first.disagreements).toEqual([expect.stringContaining('has seed 9 and this server was started with')]);
    expect(await created()).toBe(createdMs);
    expect(nowMs(first)).toBeGreaterThanOrEqual(then + 1.5 * ASK_MS);
  });

  it('is waited for while Redis is down, and saying why', async () => {
    await server.kill();
    const link = connect();
    const waits: string[] = [];
    const opening = openRedisWorld({
      commands: link.commands,
      world,
      terms: TERMS,
      monotonic: monotonicOf(0),
      disagreed: () => undefined,
      waiting: (sentence) => waits.push(sentence),
    });
    await until('it has asked in vain', () => waits.length >= 3);
    expect(waits[0]).not.toBe('');
    await server.restart();
    const agreed = await opening;
    opened.push(agreed);
    expect(await errorMs(agreed.clock)).toBeLessThan(50);
  });

  it('is waited for no longer when the start is aborted', async () => {
    const link = connect();
    const open = (signal: AbortSignal): Promise<RedisWorld> =>
      openRedisWorld({
        commands: link.commands,
        world,
        terms: TERMS,
        monotonic: monotonicOf(0),
        disagreed: () => undefined,
        signal,
      });
    await expect(open(AbortSignal.abort('never begun'))).rejects.toBe('never begun');
    await until('Redis is connected', () => link.trouble === undefined);
    process.kill(server.pid, 'SIGSTOP');
    try {
      for (const afterMs of [0, 100]) {
        const aborting = new AbortController();
        const outcome = open(aborting.signal).catch((reason: unknown) => reason);
        await elapsed(afterMs);
        const before = performance.now();
        aborting.abort('enough');
        expect(await outcome).toBe('enough');
        expect(performance.now() - before).toBeLessThan(200);
      }
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await server.kill();
    const aborting = new AbortController();
    const outcome = open(aborting.signal).catch((reason: unknown) => reason);
    await elapsed(200);
    aborting.abort('enough');
    expect(await outcome).toBe('enough');
    await server.restart();
  });

  it('runs on while Redis is silent, and stops asking when it is stopped', async () => {
    const first = await node();
    process.kill(server.pid, 'SIGSTOP');
    try {
      const before = nowMs(first) - performance.now();
      await until('the silence is noticed', () => first.world.lastError !== undefined);
      expect(Math.abs(nowMs(first) - performance.now() - before)).toBeLessThan(20);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await until('Redis has answered', () => first.world.lastError === undefined);
    first.world.stop();
    await elapsed(50);
    await server.command('DEL', key());
    await elapsed(1.5 * ASK_MS);
    expect(await server.command('EXISTS', key())).toBe('0');
  });
});

describe('a world agreed over a Redis Cluster', () => {
  it('is one for all nodes, wherever they meet the cluster', async () => {
    const cluster = await RedisCluster.start();
    const links: RedisCommandLink[] = [];
    const opened: RedisWorld[] = [];
    const terms = { ...TERMS, servers: ['cluster'] };
    try {
      // Keys of several worlds lie on several masters.
      for (const world of ['one', 'two', 'three', 'four', 'five']) {
        const times = await Promise.all(
          cluster.seeds.map(async (seed, i) => {
            const link = connectRedisCommands({ kind: 'cluster', addresses: [seed] }, 'test');
            links.push(link);
            const { commands } = link;
            const monotonic = monotonicOf(i * 1e8);
            const agreed = await openRedisWorld({ commands, world, terms, monotonic, disagreed: () => undefined });
            opened.push(agreed);
            return agreed.clock;
          }),
        ).then((clocks) => clocks.map((clock) => clock.nowMs()));
        expect(Math.max(...times) - Math.min(...times)).toBeLessThan(20);
        const { commands } = links[0] as RedisCommandLink;
        const other = { ...terms, seed: 8 };
        const refused = openRedisWorld({
          commands,
          world,
          terms: other,
          monotonic: monotonicOf(0),
          disagreed: () => undefined,
        });
        await expect(refused).rejects.toBeInstanceOf(Disagreement);
      }
    } finally {
      for (const each of opened) each.stop();
      await Promise.all(links.map((link) => link.close()));
      await cluster.close();
    }
  });
});
