import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../client/bots/options.ts';
import { runBots } from '../../client/bots/run.ts';
import type { App } from '../../server/app.ts';
import { MAX_TRACES } from '../../server/grid/limits.ts';
import type { Traced } from '../../shared/protocol.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';
import { SHARED_WORLDS, type StartNodes } from '../helpers/world-of-nodes.ts';

const twoNodes = (): Promise<App[]> => (SHARED_WORLDS['one Redis'] as StartNodes)(2);

/** Somebody who watches what is followed, with what they were told and when. */
async function watcher(url: string): Promise<{ walker: Walker; told: (Traced & { readonly atMs: number })[] }> {
  const told: (Traced & { readonly atMs: number })[] = [];
  const walker = await Walker.join(url, { observer: { traced: (traced, atMs) => told.push({ ...traced, atMs }) } });
  walker.client.watchTraces(true);
  return { walker, told };
}

/** The times are in order, but for the errors of two clients' clocks. */
function expectInOrder({
  sentMs,
  readMs,
  flushedMs,
  arrivedMs,
  plannedMs,
  writtenMs,
  atMs,
}: Traced & { atMs: number }): void {
  expect(readMs).toBeGreaterThan(sentMs - 20);
  expect(flushedMs).toBeGreaterThanOrEqual(readMs);
  expect(arrivedMs ?? flushedMs).toBeGreaterThanOrEqual(flushedMs - 5);
  expect(plannedMs).toBeGreaterThanOrEqual(arrivedMs ?? flushedMs);
  expect(writtenMs).toBeGreaterThanOrEqual(plannedMs);
  expect(atMs).toBeGreaterThan(writtenMs - 20);
}

describe('a change of direction that is followed (P-TRACE-1)', () => {
  it('is told to those who ask for it, on the same node and on another one, and to nobody else', async () => {
    const [here, there] = (await twoNodes()) as [App, App];
    const near = await watcher(here.url);
    const far = await watcher(there.url);
    const { client: raw } = await RawClient.join(there.url, { at: [0, 0] });
    const mover = await Walker.join(here.url, { at: [1, 1] });
    await near.walker.sees(mover);
    await far.walker.sees(mover);
    mover.client.trace(77);
    await mover.turn(0);
    await until('both were told', () => near.told.length > 0 && far.told.length > 0);
    for (const { told, isOther } of [
      { told: near.told, isOther: false },
      { told: far.told, isOther: true },
    ]) {
      expect(told).toHaveLength(1);
      const [traced] = told as [Traced & { readonly atMs: number }];
      expect(traced).toMatchObject({ id: 77, player: mover.id });
      expect(traced.arrivedMs === null).toBe(!isOther);
      expectInOrder(traced);
    }
    // The next turn is not followed, and who did not ask is not told.
    await mover.turn(64);
    await far.walker.sawTurn(mover.id, 64);
    expect([near.told.length, far.told.length]).toEqual([1, 1]);
    expect(raw.messages.filter(({ type }) => type === 'traced')).toEqual([]);
  });

  it('is told no more to those who no longer ask', async () => {
    const app = await startTestApp();
    const { walker, told } = await watcher(app.url);
    const mover = await Walker.join(app.url, { at: [1, 1] });
    await walker.sees(mover);
    mover.client.trace(1);
    await mover.turn(0);
    await until('it was told', () => told.length === 1);
    walker.client.watchTraces(false);
    mover.client.trace(2);
    await mover.turn(64);
    await walker.sawTurn(mover.id, 64);
    mover.client.trace(3);
    await mover.turn(0);
    await walker.sawTurn(mover.id, 0);
    expect(told.length).toBeLessThanOrEqual(2);
    expect(told.map(({ id }) => id)).not.toContain(3);
  });

  it('is one of no more than a server likes to follow', async () => {
    const app = await startTestApp();
    const { walker, told } = await watcher(app.url);
    const { client: raw, welcome } = await RawClient.join(app.url, { at: [1, 1] });
    const { id, tick } = await raw.next('own').then((own) => ({ ...own, id: welcome.id }));
    await until('it is seen', () => walker.shows(id));
    // Of one player the last is followed, whatever came before it; an input that never comes is forgotten.
    raw.send(
      { type: 'input', n: 1, tick, heading: 0, frame: 0 },
      { type: 'trace', n: 1, id: 1, sentMs: 0 },
      { type: 'trace', n: 1, id: 2, sentMs: 0 },
    );
    await until('it was told', () => told.length > 0);
    expect(told.map((traced) => traced.id)).toEqual([2]);
    raw.send({ type: 'trace', n: 99, id: 3, sentMs: 0 });
    raw.send({ type: 'input', n: 2, tick: tick + 1, heading: 64, frame: 0 });
    await walker.sawTurn(id, 64);
    expect(told).toHaveLength(1);
    expect(MAX_TRACES).toBeLessThanOrEqual(1000);
  });
});

describe('the hops that bots report', () => {
  const players = { ...DEFAULTS, players: 24, seconds: 4, rampPerSecond: 24, tracesPerSecond: 20 };

  it('of one node go through no broker', { timeout: 60_000 }, async () => {
    const app = await startTestApp();
    const { faults, hops } = await runBots({ ...players, urls: [app.url] });
    expect(faults).toEqual([]);
    expect(hops.otherNode).toBeNull();
    expect(hops.sameNode?.count).toBeGreaterThan(100);
    expect(hops.sameNode?.hops.broker).toBeNull();
    for (const hop of ['up', 'flush', 'frames', 'write', 'down'] as const)
      expect(hops.sameNode?.hops[hop], hop).not.toBeNull();
  });

  it.each([1, 2])(
    'of two nodes over Redis are told apart, also where the bots are in %i processes',
    { timeout: 60_000 },
    async (processes) => {
      const nodes = await twoNodes();
      const { faults, hops, latencyMs } = await runBots({ ...players, processes, urls: nodes.map(({ url }) => url) });
      expect(faults).toEqual([]);
      for (const side of [hops.sameNode, hops.otherNode]) expect(side?.count).toBeGreaterThan(50);
      expect(hops.otherNode?.hops.broker).not.toBeNull();
      // What was followed took about as long as everything else.
      const whole = hops.otherNode?.whole.p50 ?? Number.NaN;
      expect(Math.abs(whole - (latencyMs?.p50 ?? Number.NaN))).toBeLessThan(50);
    },
  );
});
