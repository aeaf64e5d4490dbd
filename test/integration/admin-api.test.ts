import { describe, expect, it } from 'vitest';
import type { App } from '../../server/app.ts';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import type { SlowSession, Topology } from '../../shared/topology.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { Walker } from '../helpers/walker.ts';
import { SHARED_WORLDS } from '../helpers/world-of-nodes.ts';

const TOKEN = 'a-token-for-those-who-run-it';
const TILES_OF_A_SQUARE = 32;

const ask = (app: App, authorization?: string, path = 'topology'): Promise<Response> =>
  fetch(`http://127.0.0.1:${app.port}/admin/api/${path}`, {
    headers: authorization === undefined ? {} : { authorization },
  });

async function topologyOf(app: App): Promise<Topology> {
  const response = await ask(app, `Bearer ${TOKEN}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Topology;
}

describe('who may look', () => {
  it('is who has the token, and nobody where there is none', async () => {
    const app = await startTestApp({ adminToken: TOKEN });
    expect((await ask(app, `Bearer ${TOKEN}`)).status).toBe(200);
    for (const authorization of [undefined, '', 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, TOKEN]) {
      const response = await ask(app, authorization);
      expect(response.status, `${authorization}`).toBe(401);
      expect(await response.json()).toEqual({ error: 'That takes the token of --admin-token.' });
    }
    const closed = await startTestApp();
    const response = await ask(closed, 'Bearer null');
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: 'This server was started without --admin-token.' });
  });

  it('cannot be tried out: after ten wrong tokens there is one a second, and who has it is let in all the same', async () => {
    let nowMs = 0;
    const app = await startTestApp({ adminToken: TOKEN }, { monotonic: () => nowMs });
    const wrong = async (): Promise<number> => (await ask(app, 'Bearer wrong')).status;
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) statuses.push(await wrong());
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    expect((await ask(app, `Bearer ${TOKEN}`)).status).toBe(200);
    nowMs += 1000;
    expect([await wrong(), await wrong()]).toEqual([401, 429]);
    expect((await ask(app, 'Bearer wrong', 'anything')).status, 'whatever is asked for').toBe(429);
  });

  it('learns nothing of what is not there without the token', async () => {
    const app = await startTestApp({ adminToken: TOKEN });
    expect((await ask(app, undefined, 'nothing')).status).toBe(401);
    expect((await ask(app, `Bearer ${TOKEN}`, 'nothing')).status).toBe(404);
    expect((await ask(app, `Bearer ${TOKEN}`)).headers.get('cache-control')).toBe('no-store');
  });
});

describe('what may be changed', () => {
  const drain = (app: App, authorization = `Bearer ${TOKEN}`): Promise<Response> =>
    fetch(`http://127.0.0.1:${app.port}/admin/api/drain`, { method: 'POST', headers: { authorization } });

  it('is nothing, unless that is asked for', async () => {
    let asked = 0;
    const options = { drainAsked: () => void asked++ };
    const readOnly = await startTestApp({ adminToken: TOKEN }, options);
    const refused = await drain(readOnly);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toEqual({
      error: 'This server was started without --admin-writes, or is one of several workers.',
    });
    const app = await startTestApp({ adminToken: TOKEN, adminWrites: true }, options);
    expect((await drain(app, 'Bearer wrong')).status).toBe(401);
    expect(asked).toBe(0);
    expect((await drain(app)).status).toBe(202);
    expect(asked).toBe(1);
  });
});

describe('the topology', () => {
  it.each(Object.entries(SHARED_WORLDS))(
    'of three nodes over %s has all of them, whichever is asked',
    async (_, start) => {
      const nodes = await start(3, { adminToken: TOKEN });
      const [first, second] = nodes as [App, App];
      const x = 3 * TILES_OF_A_SQUARE + 4;
      const ada = await Walker.join(first.url, { at: [x, -5] });
      const ben = await Walker.join(first.url, { at: [x + 2, -5] });
      await ada.sees(ben);
      expect(Math.floor((ada.client.ownPosition()?.x ?? 0) / UNITS_PER_TILE)).toBe(x);
      for (const app of nodes) {
        const { asker, nodes: known } = await topologyOf(app);
        expect(asker).toBe(app.node.name);
        expect(known.map(({ state }) => state.node).sort()).toEqual(nodes.map(({ node }) => node.name).sort());
        expect(new Set(known.map(({ health }) => health))).toEqual(new Set(['up']));
        const state = known.find(({ state: { node } }) => node === first.node.name)?.state;
        expect(state).toMatchObject({
          address: `127.0.0.1:${first.port}`,
          pid: process.pid,
          isOpen: true,
          sessions: 2,
          players: 2,
          crowds: [[3, -1, 2]],
          slow: [],
          broker: { isConnected: true, lastError: null },
        });
        expect(state?.squares).toBeGreaterThan(0);
        expect(state?.load.residentBytes).toBeGreaterThan(1e7);
      }

      await second.stop();
      const health = async (): Promise<string | undefined> =>
        (await topologyOf(first)).nodes.find(({ state }) => state.node === second.node.name)?.health;
      await expect.poll(health, { interval: 200 }).toBe('missing');
      const { nodes: known } = await topologyOf(first);
      expect(known).toHaveLength(3);
    },
  );

  it('tells who is behind, by how much', async () => {
    const app = await startTestApp({ adminToken: TOKEN });
    const { client, welcome } = await RawClient.join(app.url, { name: 'Silent' });
    client.isAcknowledging = false;
    const walker = await Walker.join(app.url);
    await walker.turn(0);
    const slowest = async (): Promise<SlowSession | undefined> => (await topologyOf(app)).nodes[0]?.state.slow[0];
    await expect.poll(slowest, { interval: 200 }).toMatchObject({ id: welcome.id, name: 'Silent' });
    const slow = await slowest();
    expect(slow?.behindMs).toBeGreaterThan(1500);
    expect(slow?.unacknowledgedBytes).toBeGreaterThan(0);
  });
});
