import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../server/app.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';
import { withoutCorrections } from '../helpers/corrections.ts';
import { drawn, openPlayer, type PlayerPage } from '../helpers/playing.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { startShardWithClient } from '../helpers/shard.ts';
import { differences, stillPicture } from '../helpers/still-picture.ts';

const DESKTOP = { width: 1024, height: 720 };
const PHONE = { width: 390, height: 844 };
/** What the panel tells four times a second, of what comes every second. */
const SOON = { timeout: 10_000 };
/** The neighbour only has to be there. */
const TINY = { width: 320, height: 240 };

let app: App;
let browser: TestBrowser;

beforeAll(async () => {
  app = await startShardWithClient({ terrain: 'flat', gems: 0 });
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

const lab = (page: Page) => page.getByRole('region', { name: 'Net lab' });
const slider = (page: Page, name: string) => lab(page).getByRole('slider', { name, exact: true });

async function openLab(page: Page): Promise<void> {
  await page.keyboard.press('KeyN');
  await lab(page).waitFor();
}

/** The numbers beside a plot's title; NaN for what is not known. */
const figures = async (page: Page, plot: string): Promise<number[]> =>
  (await lab(page).locator(`[data-plot="${plot}"] .lab-figure`).allTextContents()).map(Number.parseFloat);

const figure = async (page: Page, plot: string): Promise<number> => (await figures(page, plot)).at(-1) ?? Number.NaN;

/** What stands beside a term. */
const fact = async (page: Page, term: string): Promise<number> =>
  Number.parseFloat(await lab(page).locator(`dt:text-is("${term}") + dd`).innerText());

/** Moves a slider by keys. */
async function moveSlider(page: Page, name: string, ...keys: readonly string[]): Promise<void> {
  await slider(page, name).focus();
  for (const key of keys) await page.keyboard.press(key);
}

/** Walks with a key until one has gone so many units. */
async function walk(page: Page, key: string, units: number): Promise<void> {
  const from = await page.evaluate(() => window.flatlands?.ownPosition());
  await page.keyboard.down(key);
  await page.waitForFunction(
    ([x, y, far]) => {
      const at = window.flatlands?.ownPosition();
      return at !== undefined && Math.hypot(at.x - x, at.y - y) > far;
    },
    [from?.x ?? 0, from?.y ?? 0, units] as const,
  );
  await page.keyboard.up(key);
}

/** What is drawn around somebody, once nothing moves there. */
const portrait = (viewer: PlayerPage, name: string): Promise<Buffer> =>
  stillPicture(viewer.page, async () => {
    const { x, y } = await drawn(viewer, name);
    const clip = { x: Math.round(x) - 16, y: Math.round(y) - 44, width: 32, height: 44 };
    return viewer.page.screenshot({ clip });
  });

/** Of each plot's canvas: device pixels to a CSS pixel, and how many pixels are drawn. */
const canvases = (page: Page): Promise<{ density: number; drawn: number }[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLCanvasElement>('.lab canvas')].map((canvas) => {
      const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
        0,
        0,
        canvas.width,
        canvas.height,
      );
      let drawn = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) drawn++;
      return { density: canvas.width / canvas.clientWidth, drawn };
    }),
  );

describe('the net lab', () => {
  test('makes a connection 200 ± 80 ms worse by keys alone, shows it, and nothing is corrected (M2)', async () => {
    const ben = await openPlayer(browser, app, 'Ben', [2, 0], TINY, { look: 3 });
    const ada = await openPlayer(browser, app, 'Ada', [0, 0], DESKTOP, { look: 0 });
    const { page } = ada;
    const act = async (): Promise<void> => {
      expect(await page.evaluate(() => window.flatlands?.overlay.length)).toBe(0);
      await openLab(page);
      await expect.poll(() => page.evaluate(() => window.flatlands?.overlay.length), SOON).toBeGreaterThan(0);
      await expect.poll(() => fact(page, 'Squares subscribed'), SOON).toBeGreaterThan(0);
      await expect.poll(() => fact(page, 'Players in them'), SOON).toBe(2);

      // The first Tab leads to what is in the panel.
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Close the net lab');
      await moveSlider(page, 'Latency', 'PageUp', 'PageUp');
      await moveSlider(page, 'Jitter', 'PageUp', 'PageUp', 'PageUp', 'ArrowLeft', 'ArrowLeft');
      expect(await slider(page, 'Latency').getAttribute('aria-valuetext')).toBe('200 ms');
      expect(await slider(page, 'Jitter').getAttribute('aria-valuetext')).toBe('± 80 ms');
      expect(await lab(page).getByRole('status').textContent()).toBe('Made worse by 200 ± 80 ms.');
      await expect.poll(() => figure(page, 'Ping'), SOON).toSatisfy((ms: number) => ms >= 120 && ms <= 400);

      // Enter gives the arrow keys back to the game.
      await page.keyboard.press('Enter');
      await ben.page.keyboard.down('ArrowRight');
      for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowUp']) await walk(page, key, 500);
      // The server knows where Ben is; he is shown where he was.
      await expect.poll(() => fact(page, 'Furthest off'), SOON).toBeGreaterThanOrEqual(0.4);
      await ben.page.keyboard.up('ArrowRight');
      expect(await fact(page, 'Ghosts')).toBe(2);
    };
    await withoutCorrections([ada], act, { delayMs: 140, isOfAll: false });
    expect(await figure(page, 'Corrections')).toBe(0);
    expect(await figure(page, 'Ping')).toBeGreaterThanOrEqual(120);
    expect(await figure(page, 'Playback delay')).toBeGreaterThanOrEqual(150);
    const [comingIn = 0, goingOut = 0] = await figures(page, 'Bytes');
    expect(Math.min(comingIn, goingOut)).toBeGreaterThan(0);

    const plots = await canvases(page);
    expect(plots).toHaveLength(5);
    for (const { drawn: pixels } of plots) expect(pixels).toBeGreaterThan(200);
    await screenshot(page, 'net-lab-desktop');

    // A ghost is drawn over oneself, and no longer when its box is cleared.
    await expect.poll(() => fact(page, 'Furthest off'), SOON).toBe(0);
    const withGhost = await portrait(ada, 'Ada');
    await lab(page).getByLabel('Ghosts: where the server says people are').press('Space');
    await expect.poll(() => fact(page, 'Ghosts'), SOON).toBe(0);
    const without = await portrait(ada, 'Ada');
    expect(differences(withGhost, without)).toBeGreaterThan(60);

    // Closed, it goes on, and a chip says so and ends it; the squares are as they were.
    await page.keyboard.press('Escape');
    await lab(page).waitFor({ state: 'hidden' });
    expect(await page.evaluate(() => window.flatlands?.overlay.length)).toBe(0);
    await page.getByRole('button', { name: 'Net lab: 200 ± 80 ms' }).waitFor();
    await page.getByRole('button', { name: 'End what the net lab does to the connection' }).press('Enter');
    await page.getByText('Net lab: 200').waitFor({ state: 'hidden' });
    await openLab(page);
    await expect.poll(() => figure(page, 'Ping'), SOON).toBeLessThan(120);
    await page.keyboard.press('KeyN');
    await lab(page).waitFor({ state: 'hidden' });
  }, 60_000);

  test('stalls and a narrow line show in what arrives, and on a phone it is a sheet below oneself', async () => {
    const crowd = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        RawClient.join(`ws://127.0.0.1:${app.port}/ws`, { at: [(i % 10) - 5, Math.floor(i / 10) + 1] }),
      ),
    );
    const page = await browser.openPage(PHONE, { touch: true, pixelRatio: 2 });
    // Chance that is none: at twelve a minute a stall begins every 3.5 s.
    await page.addInitScript(() => {
      Math.random = () => 0.5;
    });
    await page.goto(`http://127.0.0.1:${app.port}/?name=Eve&at=0,0&zoom=2`);
    await page.waitForFunction(() => window.flatlands?.ready === true);
    await openLab(page);
    await expect.poll(() => fact(page, 'Players in them'), SOON).toBe(crowd.length + 1);
    // The answers to its pings alone come once a second.
    await expect.poll(() => figure(page, 'Frame gap'), SOON).toBeGreaterThan(0);

    // Everything is told afresh when a page comes back to the front.
    const refresh = (): Promise<{ ms: number; bytes: number }> =>
      page.evaluate(
        () =>
          new Promise((resolve) => {
            const before = window.flatlands?.counters?.bytesIn ?? 0;
            const from = performance.now();
            document.dispatchEvent(new Event('visibilitychange'));
            const look = (): void => {
              const bytes = (window.flatlands?.counters?.bytesIn ?? 0) - before;
              if (bytes < 600) requestAnimationFrame(look);
              else resolve({ ms: performance.now() - from, bytes });
            };
            look();
          }),
      );
    await moveSlider(page, 'Bandwidth', 'Home');
    expect(await slider(page, 'Bandwidth').getAttribute('aria-valuetext')).toBe('1 kB/s');
    const { ms, bytes } = await refresh();
    expect(ms, `${bytes} bytes at 1 kB/s`).toBeGreaterThan(bytes * 0.95);
    await expect.poll(() => figure(page, 'Frame gap'), SOON).toBeGreaterThan(bytes * 0.8);
    await page.keyboard.press('End');
    for (const { client } of crowd) client.socket.terminate();

    await moveSlider(page, 'Stalls', 'End');
    expect(await slider(page, 'Stall length').getAttribute('aria-valuetext')).toBe('500 ms');
    await moveSlider(page, 'Stall length', 'End');
    await expect.poll(() => figure(page, 'Frame gap'), { timeout: 15_000 }).toBeGreaterThan(1900);

    const sheet = await lab(page).boundingBox();
    expect(sheet).toMatchObject({ x: 0, width: PHONE.width });
    expect(sheet?.y).toBeGreaterThan(PHONE.height / 2);
    const preset = await lab(page).getByRole('button', { name: 'Mobile', exact: true }).boundingBox();
    expect(preset?.height).toBeGreaterThanOrEqual(44);
    await lab(page).getByRole('button', { name: 'Mobile', exact: true }).tap();
    await screenshot(page, 'net-lab-phone');
    await lab(page).getByRole('figure').first().scrollIntoViewIfNeeded();
    for (const { density } of await canvases(page)) expect(density).toBeCloseTo(2, 1);
    await screenshot(page, 'net-lab-phone-plots');
    await lab(page).getByRole('button', { name: 'None' }).tap();
    await lab(page).getByRole('button', { name: 'Close the net lab' }).tap();
    await lab(page).waitFor({ state: 'hidden' });
  }, 60_000);
});
