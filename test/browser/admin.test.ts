import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../client/bots/options.ts';
import { runBots } from '../../client/bots/run.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';
import { NodeProcess } from '../helpers/node-process.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { ensureServerBuilt } from '../helpers/server-process.ts';

const TOKEN = 'a-token-for-those-who-run-it';
const PLAYERS = 40;
const WIDE = { width: 1440, height: 1000 };
const PHONE = { width: 390, height: 844 };

let redis: RedisServer;
let nodes: NodeProcess[];
let browser: TestBrowser;

beforeAll(async () => {
  await ensureServerBuilt();
  redis = await RedisServer.start();
  const flags = ['--redis', redis.url, '--open-spawn', '--log-level', 'error', '--admin-token', TOKEN];
  nodes = await Promise.all([1, 2, 3].map(() => NodeProcess.start(...flags)));
  browser = await TestBrowser.launch();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(nodes?.map((node) => node.close()) ?? []);
  await redis?.close();
});

async function open(size: { width: number; height: number }, expected: RegExp[] = []): Promise<Page> {
  const [node] = nodes as [NodeProcess];
  const page = await browser.openPage(size, { url: `http://127.0.0.1:${node.port}/admin`, expected });
  await page.locator('.card').waitFor();
  return page;
}

async function enter(page: Page, token = TOKEN): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Look' }).click();
}

const rowsOf = (page: Page): Promise<string[]> => page.locator('.nodes tbody tr').allInnerTexts();

describe('the page of those who run the servers', () => {
  it('asks for the token, says when it is the wrong one, and forgets it with its tab', async () => {
    const page = await open(WIDE, [/401 \(Unauthorized\)/]);
    await screenshot(page, 'admin-token');
    await enter(page, 'not-the-right-token-at-all');
    await expect.poll(() => page.locator('.why').innerText()).toBe('That takes the token of --admin-token.');
    await enter(page);
    await page.locator('.nodes').waitFor();
    await page.reload();
    await page.locator('.nodes').waitFor();
    await page.context().close();
    const other = await open(WIDE);
    expect(await other.locator('.nodes').isVisible()).toBe(false);
    await other.context().close();
  });

  it('shows three nodes with people on them, and goes on when one of them is killed', { timeout: 90_000 }, async () => {
    const stop = new AbortController();
    const behaviours = { wander: 5, crowd: 2, migrate: 1 };
    const options = {
      ...DEFAULTS,
      urls: nodes.map(({ url }) => url),
      players: PLAYERS,
      rampPerSecond: PLAYERS,
      behaviours,
    };
    const faults = { fromSeconds: 1, toSeconds: 60 };
    const playing = runBots({ ...options, seconds: 70, faults }, { signal: stop.signal });
    const page = await open(WIDE);
    await enter(page);
    await expect
      .poll(() => page.locator('.summary').innerText(), { timeout: 20_000 })
      .toContain(`${PLAYERS} players · 3 nodes up`);
    await expect
      .poll(() => page.locator('.map-note').innerText())
      .toMatch(new RegExp(`^${PLAYERS} people in \\d+ squares`));
    expect((await rowsOf(page)).map((row) => row.split(/\s+/)[1])).toEqual(['up', 'up', 'up']);
    expect(await page.locator('.plot canvas').count()).toBe(4);
    // A few looks for the plots to show something.
    await expect.poll(() => page.locator('.nodes tbody').innerText(), { timeout: 10_000 }).toMatch(/\d+ %/);
    await page.waitForResponse((response) => response.url().endsWith('/topology'));
    await page.waitForResponse((response) => response.url().endsWith('/topology'));
    await page.waitForResponse((response) => response.url().endsWith('/topology'));
    await screenshot(page, 'admin');

    const [, , third] = nodes as [NodeProcess, NodeProcess, NodeProcess];
    await third.kill();
    await expect
      .poll(() => page.locator('.summary').innerText(), { timeout: 15_000 })
      .toContain('2 nodes up, 1 missing');
    const missing = (await rowsOf(page)).filter((row) => row.includes('missing'));
    expect(missing).toHaveLength(1);
    expect(missing[0]).toContain(`127.0.0.1:${third.port}`);
    await screenshot(page, 'admin-one-killed');

    await page.setViewportSize(PHONE);
    const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(scrollWidth, 'nothing hangs over the edge').toBeLessThanOrEqual(PHONE.width);
    await screenshot(page, 'admin-phone');
    stop.abort();
    await playing;
  });
});
