import { describe, expect, it } from 'vitest';
import type { App } from '../../server/app.ts';
import { CLOSE } from '../../shared/closing.ts';
import { STANDING } from '../../shared/motion.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';
import { SHARED_WORLDS, type StartNodes } from '../helpers/world-of-nodes.ts';

const twoNodes = (): Promise<App[]> => (SHARED_WORLDS['one Redis'] as StartNodes)(2);

/** Comes to a first node, and to the other from then on, as by a load balancer that knows who is ready. */
function walkerOf(here: App, there: App): Promise<Walker> {
  const urls = [here.url];
  return Walker.join(here.url, { url: () => urls.pop() ?? there.url });
}

async function readiness({ port }: App): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  return `${response.status} ${await response.text()}`;
}

describe('a node that drains (P-GO-1)', () => {
  it('hands its players over: who they are, where they are and what they say go on, and nobody sees them gone', async () => {
    const [here, there] = (await twoNodes()) as [App, App];
    const ada = await walkerOf(here, there);
    const ben = await Walker.join(there.url, {});
    await ben.sees(ada);
    const { id } = ada;
    await ada.turn(0);
    await until('Ada has walked a little', () => (ada.client.ownPosition()?.x ?? 0) > 700);
    await ada.turn(STANDING);
    const { x, y } = here.node.world.players.get(id) ?? {};
    const since = ben.sights.length;

    const asked = ada.client.say('I am off');
    await here.drain();
    await until('Ada is in again', () => ada.client.state.phase === 'joined' && ada.client.ownPosition());
    expect(asked, 'the line was sent').toBeDefined();
    expect(ada.id).toBe(id);
    expect(ada.client.ownPosition()).toMatchObject({ x, y });
    await until('Ben has heard it', () => ben.client.chat.entries.some(({ text }) => text === 'I am off'));
    await ada.turn(64);
    await ben.sawTurn(id, 64, since);
    expect(ben.sights.slice(since).filter(({ what }) => what === 'left')).toEqual([]);
    expect(there.node.world.players.size).toBe(2);
  });

  it('is not ready, refuses whoever comes, and is gone when its last player is', async () => {
    const [here, there] = (await twoNodes()) as [App, App];
    // It acknowledges, and does not know what it is asked to do.
    const { client: raw } = await RawClient.join(here.url);
    const draining = here.drain();
    await raw.next('goAway');
    expect(await readiness(here)).toMatch(/^503 .*draining/s);
    const late = await RawClient.open(here.url);
    expect(await late.closed()).toEqual({ code: CLOSE.draining.code, reason: CLOSE.draining.sentence });
    expect(await readiness(there)).toMatch(/^200/);
    raw.socket.close(1000);
    await draining;
    await expect(readiness(here)).rejects.toThrow();
  });

  it('stops at once where nobody could take its players over', async () => {
    const [here, there] = (await twoNodes()) as [App, App];
    const raws = [];
    for (const { url } of [here, there]) {
      const { client } = await RawClient.join(url);
      raws.push(client);
    }
    // Both drain: neither waits for the other to take its players.
    await Promise.all([here.drain(), there.drain()]);
    for (const raw of raws) expect((await raw.closed()).code).toBe(CLOSE.goingAway.code);

    const alone = await startTestApp();
    const { client: last } = await RawClient.join(alone.url);
    await alone.drain();
    expect(last.messages.filter(({ type }) => type === 'goAway')).toEqual([]);
    expect((await last.closed()).code).toBe(CLOSE.goingAway.code);
  });

  it('is cut short by a stop', async () => {
    const [here] = (await twoNodes()) as [App, App];
    const { client: raw } = await RawClient.join(here.url);
    const draining = here.drain();
    await raw.next('goAway');
    await here.stop();
    await draining;
    expect((await raw.closed()).code).toBe(CLOSE.goingAway.code);
  });
});
