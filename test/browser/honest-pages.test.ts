import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { App } from '../../server/app.ts';
import { Metrics } from '../../server/http/metrics.ts';
import { createHttp } from '../../server/http/server.ts';
import { CLOSE, type CloseReason } from '../../shared/closing.ts';
import { ADMIN_TOKEN, AdminClient } from '../helpers/admin-client.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';
import { openPlayer } from '../helpers/playing.ts';
import { HELLO, RawClient } from '../helpers/raw-client.ts';
import { startShard, startShardWithClient } from '../helpers/shard.ts';

const DESKTOP = { width: 960, height: 600 };
const PHONE = { width: 320, height: 568 };
const CLIENT = join(import.meta.dirname, '../../dist/client');

let app: App;
let browser: TestBrowser;

beforeAll(async () => {
  app = await startShardWithClient({ maxSessions: 1 });
  browser = await TestBrowser.launch();
});

afterEach(async () => {
  await browser.closePages();
  await expect.poll(() => app.node.sessionCount).toBe(0);
});

afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const url = (port: number): string => `http://127.0.0.1:${port}/?name=Ada`;
const banner = (page: Page) => page.locator('.banner:not([hidden])');
const notice = (page: Page) => page.getByRole('alert');

/** Waits until the banner says something. */
const told = (page: Page, title: string): Promise<void> => banner(page).getByText(title, { exact: true }).waitFor();

/** Serves the client, and ends every session as `reason` says at that moment. */
async function startRefusing(first: CloseReason): Promise<{ port: number; reason: CloseReason; refused: number }> {
  const http = await createHttp({ clientDir: CLIENT, ready: () => ({ ready: true }), metrics: new Metrics() });
  const refusing = { port: 0, reason: first, refused: 0 };
  const sockets = new WebSocketServer({ server: http.server, path: '/ws' });
  sockets.on('connection', (socket) => {
    refusing.refused++;
    socket.close(refusing.reason.code, refusing.reason.sentence);
  });
  onTestFinished(async () => {
    sockets.close();
    await http.close();
  });
  await http.listen({ port: 0, host: '127.0.0.1' });
  refusing.port = (http.server.address() as AddressInfo).port;
  return refusing;
}

describe('a server that lets nobody in', () => {
  test('full: it says so, goes on trying, and lets one in as soon as somebody has left', async () => {
    const { client } = await RawClient.join(app.url, { name: 'Ada' });
    const page = await browser.openPage(PHONE, { url: `http://127.0.0.1:${app.port}/?name=Ben`, touch: true });
    await told(page, 'The server is full');
    await banner(page)
      .getByText(/^Trying again in \d+ s\.$/)
      .waitFor();
    expect(await page.getByRole('status').allInnerTexts()).toContain(
      'The server is full. You come in as soon as somebody leaves: this page goes on trying.',
    );
    await screenshot(page, 'server-full-phone');
    client.socket.close(1000);
    await page.waitForFunction(() => window.flatlands?.ready === true);
    await banner(page).waitFor({ state: 'hidden' });
  });

  test('full, with a line at the door: it says the place, which moves up, and lets one in by itself', async () => {
    const busy = await startShardWithClient({ maxSessions: 2, queue: 50, adminToken: ADMIN_TOKEN, adminWrites: true });
    onTestFinished(() => busy.stop());
    const { client: first } = await RawClient.join(busy.url);
    const { client: second } = await RawClient.join(busy.url);
    const before = await Promise.all(
      Array.from({ length: 11 }, async () => {
        const client = await RawClient.open(busy.url);
        client.send(HELLO);
        await client.next('queued');
        return client;
      }),
    );
    const page = await browser.openPage(PHONE, { url: `http://127.0.0.1:${busy.port}/?name=Ben`, touch: true });
    await told(page, 'The world is full: you are 12th in line');
    expect(await page.getByRole('status').allInnerTexts()).toContain(
      'The world is full: you are 12th in line. 12 are waiting. Stay here, and you come in by yourself.',
    );
    await screenshot(page, 'queue-phone');
    for (const client of before) client.socket.close(1000);
    await told(page, 'The world is full: you are next');
    first.socket.close(1000);
    await page.waitForFunction(() => window.flatlands?.ready === true);
    await banner(page).waitFor({ state: 'hidden' });

    // What those who run the world say is to be noticed.
    await new AdminClient(busy).post('/announce', { text: 'The server restarts at nine: you will be back at once.' });
    await page.locator('.toast-announced').waitFor();
    await screenshot(page, 'announced-phone');
    await new AdminClient(busy).post('/kick', { player: 3, reason: 'asleep' });
    await told(page, 'You were sent away');
    await banner(page).getByText('They say: “asleep”.').waitFor();
    await screenshot(page, 'kicked-phone');
    second.socket.close(1000);
  });

  test('of another version: reloading is offered, and when it has not helped that is said, without a loop', async () => {
    const server = await startRefusing(CLOSE.version);
    const page = await browser.openPage(DESKTOP, { url: url(server.port) });
    await told(page, 'There is a newer Flatlands');
    await screenshot(page, 'version');
    const loaded = page.waitForEvent('load');
    await banner(page).getByRole('button', { name: 'Reload' }).click();
    await loaded;
    await told(page, 'The server is of another version');
    await screenshot(page, 'version-still');
    expect(server.refused, 'one attempt for each time it was loaded').toBe(2);
  });

  test('for whatever reason: what it says is true, and its button does what helps', async () => {
    const server = await startRefusing(CLOSE.takenOver);
    const page = await browser.openPage(DESKTOP, { url: `${url(server.port)}&at=1,1` });
    await told(page, 'You are playing elsewhere');
    const before = server.refused;
    server.reason = CLOSE.flood;
    await banner(page).getByRole('button', { name: 'Play here' }).click();
    await told(page, 'The session has ended');
    expect(server.refused).toBe(before + 1);
    server.reason = CLOSE.closedSpawn;
    await banner(page).getByRole('button', { name: 'Come back' }).click();
    await told(page, 'Nobody is there any more');
    await screenshot(page, 'closed-spawn');
    server.reason = CLOSE.unavailable;
    await banner(page).getByRole('button', { name: 'Start at the meadow' }).click();
    await told(page, 'Nobody can come in just now');
    expect(new URL(page.url()).searchParams.has('at')).toBe(false);
    await screenshot(page, 'unavailable');
  });

  test('gone and back: it says so, comes back by itself, and says no more', async () => {
    const first = await startShard({}, { clientDir: CLIENT });
    const { page } = await openPlayer(browser, first, 'Ada', [2, 2], DESKTOP, {
      expected: [/WebSocket/, /ERR_CONNECTION_REFUSED/],
    });
    await first.stop();
    await told(page, 'The server has gone down');
    await screenshot(page, 'server-gone');
    const second = await startShard({ port: first.port }, { clientDir: CLIENT });
    onTestFinished(() => second.stop());
    await page.waitForFunction(() => window.flatlands?.phase === 'joined');
    await banner(page).waitFor({ state: 'hidden' });
    expect(await page.getByRole('status').allInnerTexts()).toContain('You are connected.');
    await page.close();
  });
});

describe('a browser that cannot', () => {
  test('no WebSocket: a plain sentence', async () => {
    const page = await browser.openPage(PHONE);
    await page.addInitScript(() => Object.assign(window, { WebSocket: undefined }));
    await page.goto(url(app.port));
    await notice(page).getByRole('heading', { name: 'Flatlands cannot connect here' }).waitFor();
    await screenshot(page, 'no-websocket-phone');
  });

  test('no WebGL: a plain sentence', async () => {
    const page = await browser.openPage(DESKTOP, { expected: [/WebGL/i] });
    await page.addInitScript(() => {
      const { getContext } = HTMLCanvasElement.prototype;
      Object.assign(HTMLCanvasElement.prototype, {
        getContext(this: HTMLCanvasElement, kind: string, ...options: unknown[]) {
          return kind.startsWith('webgl') ? null : Reflect.apply(getContext, this, [kind, ...options]);
        },
      });
    });
    await page.goto(url(app.port));
    await notice(page).getByRole('heading', { name: 'Flatlands cannot draw here' }).waitFor();
    await screenshot(page, 'no-webgl');
  });

  test('a script that never comes, or that is newer than the browser: what helps, instead of an empty page', async () => {
    const page = await browser.openPage(DESKTOP, { expected: [/Failed to load/, /SyntaxError|^exception: $/] });
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.goto(url(app.port));
    await notice(page).getByRole('heading', { name: 'Flatlands could not start' }).waitFor();
    await page.unroute('**/assets/*.js');
    await page.route('**/assets/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '@future' }));
    await page.goto(url(app.port));
    await notice(page).getByRole('heading', { name: 'Flatlands could not start' }).waitFor();
    await screenshot(page, 'could-not-start');
    await page.unroute('**/assets/*.js');
    await notice(page).getByRole('button', { name: 'Reload' }).click();
    await page.waitForFunction(() => window.flatlands?.ready === true);
    expect(await notice(page).count()).toBe(0);
  });

  test('what takes its time to load says so, after a moment and no longer than it takes', async () => {
    const page = await browser.openPage(DESKTOP);
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await page.route('**/assets/*.js', async (route) => {
      await arrived;
      await route.continue();
    });
    await page.goto(url(app.port), { waitUntil: 'commit' });
    const shown = (): Promise<unknown> =>
      page.evaluate(() => {
        const { content, opacity } = getComputedStyle(document.getElementById('game') ?? document.body, '::after');
        return [content, opacity];
      });
    await expect.poll(shown, { timeout: 15_000 }).toEqual(['"Loading …"', '1']);
    await screenshot(page, 'loading');
    arrive();
    await page.waitForFunction(() => window.flatlands?.ready === true);
    expect(await shown()).toEqual(['none', '1']);
  });
});
