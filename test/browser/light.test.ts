import { join } from 'node:path';
import type { JSHandle, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../server/app.ts';
import { createWorldClock } from '../../shared/clock.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';
import { openPlayer } from '../helpers/playing.ts';
import { startShard, startShardWithClient } from '../helpers/shard.ts';
import { stillPicture } from '../helpers/still-picture.ts';

/** Small, for software draws it. */
const WINDOW = { width: 520, height: 400 };
/** A sandy point in a lake, of the seed that tests have. */
const SHORE = [186, 102] as const;
/** The middle of the window, where nothing of the page lies over the scene, in CSS pixels. */
const MIDDLE = { x: 160, y: 100, width: 200, height: 190 };
/** World time in the middle of the night. */
const NIGHT_MS = 18 * 60_000;

let byDay: App;
let byNight: App;
let browser: TestBrowser;

beforeAll(async () => {
  byDay = await startShardWithClient();
  const clock = createWorldClock(() => performance.now(), NIGHT_MS);
  byNight = await startShard({}, { clock, clientDir: join(import.meta.dirname, '../../dist/client') });
  browser = await TestBrowser.launch();
});

afterEach(async () => {
  await browser.closePages();
  await expect.poll(() => byDay.node.sessionCount + byNight.node.sessionCount).toBe(0);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([byDay?.stop(), byNight?.stop()]);
});

/** Chooses something in the settings, which takes effect at once. */
async function choose(page: Page, option: string): Promise<void> {
  await page.keyboard.press('KeyO');
  await page.getByRole('radio', { name: option, exact: true }).check({ force: true });
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

const middle = (page: Page): Promise<Buffer> => page.screenshot({ clip: MIDDLE });

/** The same once nothing moves in it any more, as it does soon where motion is reduced. */
const stillMiddle = (page: Page): Promise<Buffer> => stillPicture(page, () => middle(page));

/** The mean colour of a picture, by default of the window's middle, 0 to 255 a channel. */
async function colour(page: Page, picture = middle(page)): Promise<{ red: number; green: number; blue: number }> {
  const { data } = PNG.sync.read(await picture);
  const sums = [0, 0, 0];
  for (let at = 0; at < data.length; at++)
    if (at % 4 < 3) sums[at % 4] = (sums[at % 4] as number) + (data[at] as number);
  const [red, green, blue] = sums.map((sum) => sum / (data.length / 4)) as [number, number, number];
  return { red, green, blue };
}

/** Side of the canvas in its pixels. */
const canvasWidth = (page: Page): Promise<number> =>
  page.evaluate(() => document.querySelector<HTMLCanvasElement>('canvas.scene')?.width ?? 0);

/** What takes the scene's WebGL context away and gives it back; to be fetched while it is there. */
const contextOf = (page: Page): Promise<JSHandle<WEBGL_lose_context>> =>
  page.evaluateHandle(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.scene');
    const lose = canvas?.getContext('webgl2')?.getExtension('WEBGL_lose_context');
    if (lose === undefined || lose === null) throw new Error('this browser cannot lose a context on demand');
    return lose;
  });

/** Waits for an event of the canvas and for so many frames after it, while `act` is done. */
async function happened(page: Page, type: 'webglcontextlost' | 'webglcontextrestored', act: () => Promise<unknown>) {
  const waiting = await page.evaluateHandle((name) => {
    const event = new Promise((resolve) => {
      document.querySelector('canvas.scene')?.addEventListener(name, resolve, { once: true });
    });
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    return { done: event.then(frame).then(frame).then(frame) };
  }, type);
  await act();
  await waiting.evaluate(async ({ done }) => {
    await done;
  });
}

describe('day and night', () => {
  test('the night is dark and bluish, those who want none of it have noon, and the picture says so at once', async () => {
    const day = await openPlayer(browser, byDay, 'Ada', SHORE, WINDOW);
    await day.page.emulateMedia({ reducedMotion: 'reduce' });
    const noon = await colour(day.page, stillMiddle(day.page));
    await day.page.context().close();
    const { page } = await openPlayer(browser, byNight, 'Ada', SHORE, WINDOW);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await screenshot(page, 'night');
    const night = await colour(page, stillMiddle(page));
    expect(night.red).toBeLessThan(0.85 * noon.red);
    expect(night.red / night.blue).toBeLessThan(0.9 * (noon.red / noon.blue));
    // … and still there is much to see.
    expect(night.red + night.green + night.blue).toBeGreaterThan(0.4 * (noon.red + noon.green + noon.blue));
    await choose(page, 'Always day');
    await expect.poll(async () => Math.abs((await colour(page)).red - noon.red)).toBeLessThan(6);
    await choose(page, 'As in the world');
    await expect.poll(async () => Math.abs((await colour(page)).red - night.red)).toBeLessThan(6);
  });

  test('one carries a light, but not in the light quality, and quality is changed at once', async () => {
    const { page } = await openPlayer(browser, byNight, 'Ada', SHORE, WINDOW);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await choose(page, 'Sharp');
    await expect.poll(() => canvasWidth(page)).toBe(WINDOW.width);
    const withLantern = await colour(page, stillMiddle(page));
    await choose(page, 'Light');
    // Two CSS pixels to a pixel of the art.
    await expect.poll(() => canvasWidth(page)).toBe(WINDOW.width / 2);
    await expect.poll(async () => (await colour(page)).red).toBeLessThan(withLantern.red - 2);
    await choose(page, 'Sharp');
    await expect.poll(() => canvasWidth(page)).toBe(WINDOW.width);
    await expect.poll(async () => Math.abs((await colour(page)).red - withLantern.red)).toBeLessThan(2);
  });
});

describe('a lost WebGL context', () => {
  test('comes back with the same picture, time after time, whether or not anything was drawn meanwhile', async () => {
    const { page } = await openPlayer(browser, byDay, 'Ada', SHORE, WINDOW, { expected: [/CONTEXT_LOST/i] });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    // Something that is built, too: its picture is made in the page like the land's.
    await page.keyboard.press('KeyB');
    await page.mouse.click(WINDOW.width / 2 + 32, WINDOW.height / 2);
    await page.waitForFunction(() => window.flatlands?.tileAt(187, 102) !== 0);
    await page.keyboard.press('KeyB');
    await page.mouse.move(5, WINDOW.height / 2);
    const context = await contextOf(page);
    await happened(page, 'webglcontextlost', () => context.evaluate((it) => it.loseContext()));
    await happened(page, 'webglcontextrestored', () => context.evaluate((it) => it.restoreContext()));
    const before = await stillMiddle(page);
    for (let time = 0; time < 2; time++) {
      await happened(page, 'webglcontextlost', () => context.evaluate((it) => it.loseContext()));
      expect((await middle(page)).equals(before)).toBe(false);
      await happened(page, 'webglcontextrestored', () => context.evaluate((it) => it.restoreContext()));
      expect((await stillMiddle(page)).equals(before)).toBe(true);
    }
    // As while the page is hidden: back before a frame was drawn without it.
    await happened(page, 'webglcontextrestored', () =>
      context.evaluate((it) => {
        const canvas = document.querySelector('canvas.scene');
        canvas?.addEventListener('webglcontextlost', () => setTimeout(() => it.restoreContext()), { once: true });
        it.loseContext();
      }),
    );
    expect((await stillMiddle(page)).equals(before)).toBe(true);
    expect(await page.evaluate(() => window.flatlands?.errors)).toEqual([]);
  });

  test('is told of when it does not come back, and may come back after all, in a window of another size', async () => {
    const { page } = await openPlayer(browser, byDay, 'Ada', SHORE, WINDOW, { expected: [/CONTEXT_LOST/i] });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const before = await stillMiddle(page);
    await page.setViewportSize({ width: 400, height: 480 });
    const context = await contextOf(page);
    await happened(page, 'webglcontextlost', () => context.evaluate((it) => it.loseContext()));
    await page.getByText('The picture is lost', { exact: true }).waitFor();
    await page.setViewportSize(WINDOW);
    await happened(page, 'webglcontextrestored', () => context.evaluate((it) => it.restoreContext()));
    await page.locator('.banner').waitFor({ state: 'hidden' });
    await expect.poll(async () => (await middle(page)).equals(before)).toBe(true);
    expect(await page.evaluate(() => window.flatlands?.errors)).toEqual([]);
  });
});
