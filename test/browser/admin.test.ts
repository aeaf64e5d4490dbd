import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../client/bots/options.ts';
import { runBots } from '../../client/bots/run.ts';
import { STANDING } from '../../shared/motion.ts';
import { BARE } from '../../shared/tiles.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';
import { NodeProcess } from '../helpers/node-process.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { ensureServerBuilt } from '../helpers/server-process.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';

const TOKEN = 'a-token-for-those-who-run-it';
const PLAYERS = 40;
const WALL = 17;
const WIDE = { width: 1440, height: 1000 };
const PHONE = { width: 390, height: 844 };

let redis: RedisServer;
let nodes: NodeProcess[];
let browser: TestBrowser;

beforeAll(async () => {
  await ensureServerBuilt();
  redis = await RedisServer.start();
  const flags = [
    '--redis',
    redis.url,
    '--open-spawn',
    '--log-level',
    'error',
    '--admin-token',
    TOKEN,
    '--admin-writes',
  ];
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

/** How often the page has been told how all nodes are. */
const looks = (page: Page): Promise<number> =>
  page.evaluate(() => Number(document.querySelector('#admin')?.getAttribute('data-looks') ?? 0));

const rowsOf = (page: Page): Promise<string[]> => page.locator('.nodes tbody tr').allInnerTexts();

/** Where somebody could build a wall now, two tiles or more away from them. */
function freeTiles({ client }: Walker): (readonly [number, number])[] {
  const { x = 0, y = 0 } = client.ownPosition() ?? {};
  const [tileX, tileY] = [Math.floor(x / 256), Math.floor(y / 256)];
  const around = [-3, -2, 2, 3].flatMap((dx) => [-1, 0, 1].map((dy) => [tileX + dx, tileY + dy] as const));
  return around.filter(([atX, atY]) => client.whyNot(atX, atY, WALL) === undefined);
}

describe('the page of those who run the servers', () => {
  it('asks for the token, says when it is the wrong one, and forgets it with its tab', async () => {
    const page = await open(WIDE, [/401 \(Unauthorized\)/]);
    await screenshot(page, 'admin-token');
    await enter(page, 'not-the-right-token-at-all');
    await expect.poll(() => page.locator('.card .why').innerText()).toBe('That takes the token of --admin-token.');
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
    expect(await page.locator('.plot canvas').count()).toBe(5);
    // A few looks for the plots to show something.
    await expect.poll(() => page.locator('.nodes tbody').innerText(), { timeout: 10_000 }).toMatch(/\d+ %/);
    await expect.poll(() => looks(page), { timeout: 15_000 }).toBeGreaterThan(4);
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

  it('finds people, sends them away, lays rules down and undoes what they built', { timeout: 60_000 }, async () => {
    const [here, there] = nodes as [NodeProcess, NodeProcess];
    const ada = await Walker.join(there.url, { name: 'Ada the builder', at: [40, 0] });
    await until('she sees the ground', () => freeTiles(ada).length >= 3);
    const built = freeTiles(ada).slice(0, 3);
    for (const [x, y] of built) {
      expect(ada.client.build(x, y, WALL)).toBeDefined();
      await until('it stands', () => [...ada.client.pendingEdits()].length === 0);
    }
    const tileOfAda = Object.values(ada.client.ownPosition() ?? {})
      .slice(0, 2)
      .map((at) => Math.floor(Number(at) / 256));
    const page = await open(WIDE);
    await enter(page);
    const { id } = ada;
    await page.getByRole('searchbox').fill('builder');
    await page.getByRole('button', { name: 'Find' }).click();
    const row = page.locator('.people tbody tr');
    await expect
      .poll(() => row.innerText())
      .toMatch(new RegExp(`^Ada the builder#${id}\\s+${tileOfAda.join(', ')}\\s.*${there.port}`, 's'));

    // Where the time of a turn goes, over two nodes.
    const ben = await Walker.join(here.url, { at: [40, 2] });
    await ben.sees(ada);
    await page.getByRole('button', { name: 'Follow: Ada' }).click();
    await page.getByText(/^As soon as Ada/).waitFor();
    await ada.turn(64);
    await page.getByText(/told everywhere .* ms after/).waitFor();
    await expect.poll(() => page.locator('.hop-row').count()).toBe(2);
    await ada.turn(STANDING);
    ben.leave();

    // Counted first, then done.
    await page.getByRole('button', { name: 'Undo: Ada' }).click();
    await page.getByRole('button', { name: 'Count', exact: true }).click();
    await page.getByText('3 tiles would be set back.').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('Done: 3 of 3 tiles set back.').waitFor();
    const isBare = ([x, y]: readonly [number, number]) =>
      ada.client.ground?.kindAt(x, y, Number.MAX_SAFE_INTEGER) === BARE;
    await until('the ground is bare', () => built.every(isBare));

    await page.getByRole('button', { name: 'Protect an area' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('the square');
    for (const [side, value] of Object.entries({ 'From X': 30, 'From Y': -5, 'To X': 50, 'To Y': 5 })) {
      await dialog.getByLabel(side).fill(`${value}`);
    }
    await screenshot(page, 'admin-dialog');
    await dialog.getByRole('button', { name: 'Protect' }).click();
    await page.getByText('nobody builds in “the square”, 30, -5 to 50, 5').waitFor();

    await page.getByRole('button', { name: 'Ban: Ada' }).click();
    await dialog.getByLabel('For').selectOption('an hour');
    await dialog.getByLabel('Reason').fill('walls everywhere');
    await dialog.getByRole('button', { name: 'Ban' }).click();
    await until('she is out', () => ada.endings.length > 0);
    expect(ada.endings[0]?.reason).toContain('walls everywhere, until ');
    await page.getByText(`#${id} is not let in`).waitFor();
    await expect.poll(() => page.locator('.audit tbody tr').count()).toBeGreaterThanOrEqual(4);
    await screenshot(page, 'admin-moderation');

    // Another page, at another node, sees the present at once, and what is done here as it is.
    const other = await browser.openPage(PHONE, { url: `http://127.0.0.1:${here.port}/admin` });
    await enter(other);
    await other.getByText(`#${id} is not let in`).waitFor();
    await page.getByRole('button', { name: `Lift: #${id} is not let in` }).click();
    await expect.poll(() => other.getByText(`#${id} is not let in`).count()).toBe(0);
    const scrollWidth = await other.evaluate(() => document.documentElement.scrollWidth);
    expect(scrollWidth, 'nothing hangs over the edge').toBeLessThanOrEqual(PHONE.width);
    await screenshot(other, 'admin-moderation-phone');
    for (const one of [page, other]) await one.context().close();
  });
});
