import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../server/app.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';
import { openPlayer } from '../helpers/playing.ts';
import { startShardWithClient } from '../helpers/shard.ts';

declare global {
  interface Window {
    readonly axe?: { run(): Promise<AxeResults> };
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const DESKTOP = { width: 1280, height: 720 };
const PHONE = { width: 320, height: 568 };

let app: App;
let browser: TestBrowser;

beforeAll(async () => {
  app = await startShardWithClient({ terrain: 'flat', gems: 8 });
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

/** What axe finds that keeps somebody out, a line for each. */
async function violations(page: Page): Promise<string[]> {
  // As a debugger does, which the content security policy does not concern.
  if (await page.evaluate(() => window.axe === undefined)) await page.evaluate(AXE);
  const results = await page.evaluate(() => window.axe?.run());
  if (results === undefined) throw new Error('axe is not there');
  expect(results.passes.length).toBeGreaterThan(5);
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => `${impact}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** Opens something, looks at it with axe, and closes it. */
async function look(page: Page, name: string, open: () => Promise<unknown>, shown: string): Promise<void> {
  await open();
  await page.locator(shown).first().waitFor();
  expect.soft(await violations(page), name).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator(shown).first().waitFor({ state: 'hidden' });
}

/** What has the focus, as it is called. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: node } = document;
    if (node === null || node === document.body) return '';
    if (node.ariaLabel !== null) return node.ariaLabel;
    const read = node.cloneNode(true) as Element;
    for (const hidden of read.querySelectorAll('[aria-hidden="true"]')) hidden.remove();
    return read.textContent?.trim() ?? '';
  });

const press = (page: Page, key: string) => () => page.keyboard.press(key);

describe('axe finds nothing', () => {
  test('on the start card, and on that of somebody who comes back', async () => {
    const page = await browser.openPage(DESKTOP, { url: `http://127.0.0.1:${app.port}/` });
    await page.getByRole('button', { name: 'Play' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await screenshot(page, 'start-card');
  });

  test('while one plays and talks, builds, looks things up', async () => {
    const ben = await openPlayer(browser, app, 'Ben', [44, 40], PHONE);
    const { page } = await openPlayer(browser, app, 'Ada', [40, 40], DESKTOP);
    await ben.page.keyboard.press('Enter');
    await ben.page.keyboard.type('Good morning');
    await ben.page.keyboard.press('Enter');
    await page.locator('.line', { hasText: 'Good morning' }).waitFor();
    expect.soft(await violations(page), 'playing').toEqual([]);
    await look(page, 'chat', press(page, 'KeyT'), '.chat-form');
    await look(page, 'building', press(page, 'KeyB'), '.palette');
    await look(page, 'emotes', press(page, 'KeyE'), '.emotes');
    await look(page, 'leaderboard', press(page, 'KeyL'), '.board-own');
    await look(page, 'menu', () => page.getByRole('button', { name: 'Menu' }).click(), '.game-menu');
  });

  test('in the cards: you, settings, help, the net lab', async () => {
    const { page } = await openPlayer(browser, app, 'Ada', [1240, 40], DESKTOP);
    await look(page, 'you', () => page.getByRole('button', { name: /^you are ada/i }).click(), 'dialog[open]');
    await look(page, 'settings', press(page, 'KeyO'), 'dialog[open]');
    await look(page, 'help', press(page, 'KeyH'), 'dialog[open]');
    await look(page, 'net lab', press(page, 'KeyN'), '.lab');
  });

  test('on a phone', async () => {
    const { page } = await openPlayer(browser, app, 'Ada', [240, 40], PHONE, { touch: true });
    await page.keyboard.press('KeyM');
    expect.soft(await violations(page), 'playing, with the map').toEqual([]);
    await look(page, 'chat', press(page, 'KeyT'), '.chat-form');
    await look(page, 'building', press(page, 'KeyB'), '.palette');
    await look(page, 'menu', () => page.getByRole('button', { name: 'Menu' }).tap(), '.game-menu');
  });

  test('on the banner of a connection that is lost', async () => {
    const other = await startShardWithClient({ gems: 0 });
    const { page } = await openPlayer(browser, other, 'Ada', [0, 0], PHONE, {
      expected: [/WebSocket/, /ERR_CONNECTION_REFUSED/],
    });
    await other.stop();
    await page.locator('.banner').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

describe('without a mouse', () => {
  test('one comes in, reaches every button in the order in which they are seen, and goes round', async () => {
    const page = await browser.openPage(DESKTOP, { url: `http://127.0.0.1:${app.port}/?at=440,40` });
    await page.getByRole('textbox', { name: 'Your name' }).waitFor();
    expect(await focused(page)).toBe('');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('name');
    await page.keyboard.type('Ada');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => window.flatlands?.ready === true);
    expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['Flatlands']);

    const round: string[] = [];
    for (let stop = 0; stop < 12; stop++) {
      await page.keyboard.press('Tab');
      const name = await focused(page);
      if (name === '' || name === round[0]) break;
      round.push(name);
      if (name === 'Menu') await screenshot(page, 'focus');
    }
    expect(round).toEqual([
      expect.stringMatching(/^the world, seen from above/i),
      'You are Ada: change your name and look',
      'Score 0; leaderboard',
      'Go to your own place',
      'Copy a link to where you stand',
      'Menu',
      'Chat',
      'Build',
      'Emotes',
    ]);
  });

  test('whatever is opened can be left again, and leaves one where one was', async () => {
    const { page } = await openPlayer(browser, app, 'Ada', [640, 40], DESKTOP);
    const menu = page.getByRole('button', { name: 'Menu', exact: true });
    // Nothing but the keyboard: a focus that a script gives to nobody who types shows no ring.
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let stop = 0; stop < 12 && !name.test(await focused(page)); stop++) await page.keyboard.press('Tab');
      expect(await focused(page)).toMatch(name);
    };
    await tabTo(/^Menu$/);
    await page.keyboard.press('Enter');
    expect(await menu.getAttribute('aria-expanded')).toBe('true');
    expect(await focused(page)).toBe('Map');
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).toBe('Help');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('Squares');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('Menu');
    expect(await menu.getAttribute('aria-expanded')).toBe('false');

    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await focused(page)).toBe('Menu');

    await tabTo(/^Emotes$/);
    await page.keyboard.press('Space');
    await page.locator('.emotes').waitFor();
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('Emotes');

    await tabTo(/^Score/);
    await page.keyboard.press('Enter');
    await page.locator('.board').waitFor();
    expect(await focused(page)).toBe('Close the leaderboard');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toMatch(/^Score/);
  });

  test('one is told where one is and who is near, and the map says so too', async () => {
    await openPlayer(browser, app, 'Ben', [845, 42], PHONE);
    const { page } = await openPlayer(browser, app, 'Ada', [841, 42], DESKTOP);
    await page.waitForFunction(() => window.flatlands?.scenePeople().some(({ name }) => name === 'Ben'));
    await page.keyboard.press('KeyI');
    const said = page.getByRole('status').filter({ hasText: 'You are in square 26, 1.' });
    await said.waitFor();
    expect(await said.textContent()).toContain('1 player near: Ben 4 tiles east.');
    const map = page.getByRole('img', { name: /^Map\. You are in square 26, 1\./ });
    await map.waitFor();
    expect(await map.getAttribute('aria-label')).toMatch(/squares subscribed\.$/);
    await page.getByRole('status').filter({ hasText: 'You are in the world, as Ada.' }).waitFor({ state: 'attached' });
  });

  test('nothing moves for whoever asked for that, and the system’s own colours show what is switched on', async () => {
    const { page } = await openPlayer(browser, app, 'Ada', [1040, 40], DESKTOP);
    await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
    expect(await page.locator('.hint').evaluate((node) => getComputedStyle(node).transitionDuration)).toBe('0s');
    await page.getByRole('button', { name: 'Menu' }).click();
    const switched = page.locator('.game-menu-button[aria-pressed="true"]');
    const plain = page.locator('.game-menu-button:not([aria-pressed="true"])').first();
    const ground = (node: Element): string => getComputedStyle(node).backgroundColor;
    expect(await switched.evaluate(ground)).not.toBe(await plain.evaluate(ground));
    await screenshot(page, 'forced-colours');
  });
});
