import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULTS, MIXED } from '../../client/bots/options.ts';
import { runBots } from '../../client/bots/run.ts';
import { NodeProcess } from '../helpers/node-process.ts';
import { RedisCluster } from '../helpers/redis-cluster.ts';
import { ensureServerBuilt } from '../helpers/server-process.ts';
import { ownRedis } from '../helpers/world-of-nodes.ts';

beforeAll(ensureServerBuilt);

/** The flags that put a node into a world on servers of the test's own. */
const WORLDS: Readonly<Record<string, () => Promise<string[]>>> = {
  'one Redis': async () => ['--redis', (await ownRedis()).url],
  'three Redis servers': async () => {
    const servers = await Promise.all([ownRedis(), ownRedis(), ownRedis()]);
    return ['--redis', servers.map(({ url }) => url).join(',')];
  },
  'a Redis Cluster': async () => {
    const cluster = await RedisCluster.start();
    onTestFinished(() => cluster.close());
    return ['--redis-cluster', cluster.masters.map(({ url }) => url).join(',')];
  },
};

describe('bots who know the truth find nothing wrong', () => {
  it.each([
    [2, 'one Redis'],
    [3, 'three Redis servers'],
    [5, 'a Redis Cluster'],
  ] as const)('with %s nodes over %s', { timeout: 90_000 }, async (count, world) => {
    const flags = await (WORLDS[world] as () => Promise<string[]>)();
    const nodes: NodeProcess[] = [];
    for (let i = 0; i < count; i++) {
      const node = await NodeProcess.start('--open-spawn', '--log-level', 'warn', ...flags);
      onTestFinished(() => node.close());
      nodes.push(node);
    }
    const report = await runBots({
      ...DEFAULTS,
      urls: nodes.map(({ url }) => url),
      players: 80,
      seconds: 8,
      behaviours: MIXED,
      rampPerSecond: 100,
      seed: count,
    });
    const why = JSON.stringify({ faults: report.faults, worst: report.worst, generator: report.generator });
    expect(report.faults, why).toEqual([]);
    expect(report.updates).toMatchObject({ missed: 0, ghosts: 0, duplicated: 0 });
    expect(report.updates.expected).toBeGreaterThan(2000);
    expect(report.divergences).toBe(0);
    expect(report.latencyOtherNodeMs).not.toBeNull();
    console.log(
      `${count} nodes over ${world}: ${JSON.stringify({ same: report.latencySameNodeMs, other: report.latencyOtherNodeMs })}`,
    );
    for (const { port } of nodes) {
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(metrics).toMatch(/^flatlands_divergences_total 0$/m);
      expect(metrics).toMatch(/^flatlands_broker_dropped_total 0$/m);
    }
  });
});
