import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../shared/closing.ts';
import { HELLO, RawClient } from '../helpers/raw-client.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';

const FULL = { maxSessions: 1, queue: 2 };

async function waiting(url: string, token: string | null = null): Promise<RawClient> {
  const client = await RawClient.open(url);
  client.send({ ...HELLO, token });
  return client;
}

describe('a server that is full (P-QUEUE-1)', () => {
  it('has people wait in line, tells them their place, and lets them in as others go', async () => {
    const app = await startTestApp(FULL);
    const { client: ada } = await RawClient.join(app.url);
    const ben = await waiting(app.url);
    expect(await ben.next('queued')).toMatchObject({ place: 1, of: 1 });
    ben.send({ type: 'alive', frame: 0, nonce: 77 });
    const cid = await waiting(app.url);
    expect(await cid.next('queued')).toMatchObject({ place: 2, of: 2 });
    const dan = await RawClient.open(app.url).then((client) => client.closed());
    expect(dan).toEqual({ code: CLOSE.full.code, reason: CLOSE.full.sentence });
    expect(app.node.sessionPhases()).toMatchObject({ joined: 1, queued: 2 });

    await ada.close();
    await ben.next('welcome');
    const first = ben.frames.find((frame) => frame.some(({ type }) => type === 'welcome')) ?? [];
    expect(first.map(({ type }) => type)).toEqual(expect.arrayContaining(['own', 'pong']));
    await until('Cid has moved up', () =>
      cid.messages.some((message) => message.type === 'queued' && message.place === 1),
    );
    expect(cid.messages.map(({ type }) => type)).not.toContain('welcome');
    await ben.close();
    await cid.next('welcome');
  });

  it('keeps the place of somebody who loses the connection, and lets in who is there meanwhile', async () => {
    const app = await startTestApp({ maxSessions: 1, queue: 5 });
    const { client: ada } = await RawClient.join(app.url);
    const ben = await waiting(app.url);
    const { ticket } = await ben.next('queued');
    const cid = await waiting(app.url);
    await cid.next('queued');
    ben.socket.terminate();
    await until('Ben is away', () => app.node.sessionPhases().queued === 1);
    const again = await waiting(app.url, ticket);
    expect(await again.next('queued')).toMatchObject({ place: 1, of: 2, ticket });
    again.socket.terminate();
    await until('Ben is away', () => app.node.sessionPhases().queued === 1);
    await ada.close();
    await cid.next('welcome');
    const third = await waiting(app.url, ticket);
    await third.next('queued');
    await cid.close();
    // The ticket was for the line: they come as somebody new, with a token of their own.
    expect((await third.next('welcome')).token).not.toBe(ticket);
  });

  it('lets those come back first who have just lost the connection, as who they are', async () => {
    const app = await startTestApp({ maxSessions: 1, queue: 5 });
    const { client: ada, welcome } = await RawClient.join(app.url);
    const ben = await waiting(app.url);
    const cid = await waiting(app.url);
    for (const client of [ben, cid]) await client.next('queued');
    ada.socket.terminate();
    await ben.next('welcome');
    const again = await waiting(app.url, welcome.token);
    expect(await again.next('queued')).toMatchObject({ place: 1, of: 2 });
    await ben.close();
    expect((await again.next('welcome')).id).toBe(welcome.id);
    expect(cid.messages.map(({ type }) => type)).not.toContain('welcome');
  });

  it('closes on those in line who say more than that they are alive', async () => {
    const app = await startTestApp(FULL);
    await RawClient.join(app.url);
    const ben = await waiting(app.url);
    await ben.next('queued');
    for (let i = 0; i < 40; i++) ben.send({ type: 'alive', frame: 0, nonce: null });
    for (let i = 0; i < 33; i++) ben.send({ type: 'emote', emote: 0 });
    expect((await ben.closed()).code).toBe(CLOSE.flood.code);
    expect(app.node.sessionPhases().queued).toBe(0);
  });

  it('brings a real client in by itself', async () => {
    const app = await startTestApp(FULL);
    const { client: ada } = await RawClient.join(app.url);
    const joining = Walker.join(app.url);
    await until('somebody waits', () => app.node.sessionPhases().queued === 1);
    await ada.close();
    const ben = await joining;
    expect(ben.client.state.phase).toBe('joined');
    expect(ben.endings).toEqual([]);
  });
});
