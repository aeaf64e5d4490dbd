import { expect, it } from 'vitest';
import { DEFAULTS } from '../../client/bots/options.ts';
import { runBots } from '../../client/bots/run.ts';
import { startApp } from '../../server/app.ts';
import { CLOSE } from '../../shared/closing.ts';
import { TEST_CONFIG } from '../helpers/shard.ts';
import { TcpProxy } from '../helpers/tcp-proxy.ts';

it('those who migrate, come and go, are on phones, slow or talkative see and are seen as everybody is', async () => {
  const app = await startApp({ ...TEST_CONFIG, world: 'behaviours' });
  try {
    const report = await runBots({
      ...DEFAULTS,
      urls: [app.url],
      players: 60,
      seconds: 12,
      behaviours: { wander: 2, migrate: 2, churn: 3, phones: 2, slow: 1, chatter: 2 },
      rampPerSecond: 60,
      seed: 5,
    });
    const { updates, chat, byBehaviour, closings, players } = report;
    expect(report.faults, JSON.stringify({ faults: report.faults, worst: report.worst })).toEqual([]);
    expect(updates.seen).toBeGreaterThan(1000);
    // The slow have no picture, and were sent away for it.
    expect(players).toMatchObject({ joined: 60, full: 55, dropped: 0 });
    expect(closings.map(({ code }) => code)).toEqual([CLOSE.slow.code]);
    expect(byBehaviour.slow).toMatchObject({ players: 5, updates: 0 });
    for (const name of ['migrate', 'churn', 'phones', 'chatter']) {
      expect(byBehaviour[name]?.updates, name).toBeGreaterThan(50);
    }
    // A line takes 150 ms there and back, and half of that lies between a phone and the server.
    expect(byBehaviour.phones?.latencyMs?.p50).toBeGreaterThan((byBehaviour.wander?.latencyMs?.p50 ?? 0) + 30);
    // Each of ten says something every three seconds.
    expect(chat.seen).toBeGreaterThan(100);
  } finally {
    await app.stop();
  }
});

it('those who come and go are one player each, also when their connection breaks', { timeout: 60_000 }, async () => {
  const app = await startApp({ ...TEST_CONFIG, world: 'broken' });
  const proxy = await TcpProxy.start(app.port);
  try {
    const options = { players: 24, seconds: 14, rampPerSecond: 24, behaviours: { churn: 3, builder: 1, chatter: 1 } };
    const faults = { fromSeconds: 2, toSeconds: 9 };
    const report = await runBots(
      { ...DEFAULTS, ...options, faults, seed: 5, urls: [`ws://127.0.0.1:${proxy.port}/ws`] },
      { onFault: async () => proxy.breakOff() },
    );
    expect(report.faults, JSON.stringify({ faults: report.faults, worst: report.worst })).toEqual([]);
    expect(report.inFault?.dropped).toBeGreaterThan(10);
    expect(report.inFault?.edits.duplicated).toBe(0);
    expect(report.closings.map(({ code }) => code)).not.toContain(CLOSE.takenOver.code);
  } finally {
    await proxy.close();
    await app.stop();
  }
});
