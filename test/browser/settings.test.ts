import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { COMMAND_KEYS } from '../../client/input/commands.ts';
import type { Preferences } from '../../client/preferences.ts';
import { type Footing, lengthOf, type Recipe, recipeOf } from '../../client/sound/recipes.ts';
import type { Synth } from '../../client/sound/synth.ts';
import { MAX_VOICES } from '../../client/sound/voices.ts';
import type { App } from '../../server/app.ts';
import { Metrics } from '../../server/http/metrics.ts';
import { createHttp } from '../../server/http/server.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';
import { openPlayer } from '../helpers/playing.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { startShardWithClient } from '../helpers/shard.ts';

const DESKTOP = { width: 1000, height: 640 };
const PHONE = { width: 320, height: 568 };
const ROOT = join(import.meta.dirname, '../..');

let app: App;
let browser: TestBrowser;

beforeAll(async () => {
  app = await startShardWithClient();
  browser = await TestBrowser.launch();
});

afterEach(async () => {
  await browser.closePages();
  // The next test begins in an empty world.
  await expect.poll(() => app.node.sessionCount).toBe(0);
});

afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const kept = (page: Page): Promise<Partial<Preferences>> =>
  page.evaluate(() => JSON.parse(localStorage.getItem('flatlands.preferences') ?? '{}'));

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement instanceof HTMLInputElement
      ? activeElement.name || activeElement.id
      : activeElement?.id || activeElement?.textContent || '';
  });

/** Rules that a page breaks, of those that shut somebody out. */
async function serious(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const { axe } = window as unknown as { readonly axe: { run(): Promise<AxeResults> } };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

describe('the dialogs', () => {
  test('settings are changed by the keyboard alone and take effect at once; meanwhile the game has no keys', async () => {
    const { page } = await openPlayer(browser, app, 'Ada', [0, 0], DESKTOP);
    const dialog = page.getByRole('dialog', { name: 'Settings' });
    const tag = page.locator('.tag.is-own.is-shown');
    await tag.waitFor();
    await page.keyboard.press('KeyO');
    await dialog.waitFor();
    await screenshot(page, 'settings');

    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('settings-volume');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('slider', { name: 'Volume' }).getAttribute('aria-valuetext')).toBe('10 %');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Try it');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('settings-names');
    await page.keyboard.press('ArrowRight');
    await tag.waitFor({ state: 'hidden' });
    expect(await kept(page)).toMatchObject({ volume: 10, names: 'nobody' });

    // The keys of the game are not the dialog's, and the dialog's not the game's.
    const before = await page.evaluate(() => window.flatlands?.ownPosition());
    for (const code of ['KeyG', 'KeyB', 'KeyD']) await page.keyboard.press(code);
    await page.mouse.click(400, 40);
    for (const code of ['KeyG', 'KeyH', 'KeyD']) await page.keyboard.press(code);
    expect(await page.evaluate(() => window.flatlands?.ownPosition())).toEqual(before);
    expect(await page.evaluate(() => [window.flatlands?.isBuilding, window.flatlands?.overlay.length])).toEqual([
      false,
      0,
    ]);
    expect(await page.getByRole('dialog').count()).toBe(1);
    expect(await serious(page)).toEqual([]);

    await page.keyboard.press('KeyO');
    await dialog.waitFor({ state: 'hidden' });
    await page.keyboard.press('KeyO');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  test('settings that were kept hold when the page is loaded, until one goes back to the defaults', async () => {
    const page = await browser.openPage(DESKTOP);
    await page.addInitScript(() => {
      if (localStorage.length === 0) localStorage.setItem('flatlands.preferences', '{"volume":10,"names":"nobody"}');
    });
    await page.goto(`http://127.0.0.1:${app.port}/?name=Ada&at=0,0`);
    await page.waitForFunction(() => window.flatlands?.ready === true);
    const tag = page.locator('.tag.is-own.is-shown');
    expect(await tag.count()).toBe(0);
    await page.keyboard.press('KeyO');
    expect(await page.getByRole('radio', { name: 'Nobody' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Back to the defaults' }).click();
    await tag.waitFor({ state: 'attached' });
    expect(await kept(page)).toMatchObject({ volume: 0, names: 'everybody' });
  });

  test('help names every key, leads to the settings, and the focus goes back to what opened it', async () => {
    const { page } = await openPlayer(browser, app, 'Ada', [0, 0], DESKTOP);
    await page.keyboard.press('F1');
    const help = page.getByRole('dialog', { name: 'How to play' });
    await help.waitFor();
    const words = await help.innerText();
    for (const { does } of COMMAND_KEYS) expect(words).toContain(does);
    await screenshot(page, 'help');
    expect(await serious(page)).toEqual([]);
    await page.keyboard.press('KeyH');
    await help.waitFor({ state: 'hidden' });
    await page.keyboard.press('KeyH');
    await help.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('dialog', { name: 'Settings' }).waitFor();
    expect(await help.isVisible()).toBe(false);
    await page.keyboard.press('Escape');

    const build = page.getByRole('button', { name: 'Build', exact: true });
    await build.focus();
    await page.keyboard.press('KeyH');
    await help.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    expect(await build.evaluate((node) => node === document.activeElement)).toBe(true);
  });

  test('on the smallest phone both scroll under a head that stays, and everything is large enough for a thumb', async () => {
    const { page } = await openPlayer(browser, app, 'Eve', [0, 0], PHONE, { touch: true, pixelRatio: 2 });
    for (const [code, name] of [
      ['KeyO', 'settings'],
      ['KeyH', 'help'],
    ] as const) {
      await page.keyboard.press(code);
      const dialog = page.locator('dialog[open]');
      await dialog.waitFor();
      await screenshot(page, `${name}-phone`);
      const room = await dialog.evaluate((node) => {
        const body = node.querySelector('.sheet-body');
        const close = node.querySelector('.sheet-close');
        if (body === null || close === null) throw new Error('no sheet');
        body.scrollTop = body.scrollHeight;
        const small = [...node.querySelectorAll('button, .segment, [type="range"]')]
          .map((each) => ({ words: each.textContent, height: each.getBoundingClientRect().height }))
          .filter(({ height }) => height < 44);
        const { top, width } = close.getBoundingClientRect();
        return { small, top, width, scrolled: body.scrollTop, wide: body.scrollWidth - body.clientWidth };
      });
      expect(room.small).toEqual([]);
      expect(room.width).toBeGreaterThanOrEqual(44);
      expect(room.scrolled).toBeGreaterThan(50);
      expect(room.top).toBeGreaterThanOrEqual(0);
      expect(room.wide).toBe(0);
      await screenshot(page, `${name}-phone-end`);
      await dialog.getByRole('button', { name: 'Close' }).tap();
      await dialog.waitFor({ state: 'hidden' });
    }
  });
});

describe('sound', () => {
  test('is not begun before somebody wants it and has touched the page, and rests when nobody does', async () => {
    const page = await browser.openPage(DESKTOP);
    await page.addInitScript(() => {
      const made: AudioContext[] = [];
      Object.assign(window, { made });
      const Real = AudioContext;
      Object.assign(window, {
        AudioContext: class extends Real {
          constructor(options?: AudioContextOptions) {
            super(options);
            made.push(this);
          }
        },
      });
    });
    const states = (): Promise<string[]> =>
      page.evaluate(() => (window as unknown as { readonly made: AudioContext[] }).made.map(({ state }) => state));
    await page.goto(`http://127.0.0.1:${app.port}/?name=Ada&at=0,0`);
    await page.waitForFunction(() => window.flatlands?.ready === true);
    await page.keyboard.press('KeyO');
    await page.mouse.click(640, 300);
    expect(await states(), 'silence needs nothing').toEqual([]);
    await page.getByRole('slider', { name: 'Volume' }).fill('40');
    await expect.poll(states).toEqual(['running']);
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByRole('slider', { name: 'Volume' }).fill('0');
    await expect.poll(states).toEqual(['suspended']);
    await page.getByRole('slider', { name: 'Volume' }).fill('70');
    await expect.poll(states, { message: 'the same one goes on' }).toEqual(['running']);

    await page.reload();
    await page.waitForFunction(() => window.flatlands?.ready === true);
    expect(await states(), 'wanted, but nothing was pressed yet').toEqual([]);
    await page.keyboard.down('KeyD');
    await expect.poll(states).toEqual(['running']);
    await page.keyboard.up('KeyD');
  });

  test('every recipe can be heard, ends within a second and never clips, nor do all voices at once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flatlands-sound-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        outDir: folder,
        lib: { entry: join(ROOT, 'client/sound/synth.ts'), formats: ['es'], fileName: () => 'synth.js' },
      },
    });
    const head = '<!doctype html><title>sound</title><link rel="icon" href="data:,">';
    await writeFile(join(folder, 'index.html'), `${head}<script type="module" src="start.js"></script>`);
    await writeFile(join(folder, 'start.js'), "import * as made from './synth.js'; Object.assign(window, made);");
    const http = await createHttp({ clientDir: folder, ready: () => ({ ready: true }), metrics: new Metrics() });
    onTestFinished(() => http.close());
    await http.listen({ port: 0, host: '127.0.0.1' });
    const { port } = http.server.address() as AddressInfo;
    const page = await browser.openPage({ width: 200, height: 200 }, { url: `http://127.0.0.1:${port}/` });

    /** Renders what is played at once; its peak, and when it was last more than silence, in seconds. */
    const render = (recipes: readonly Recipe[]) =>
      page.evaluate(async (played) => {
        const { Synth: Made } = window as unknown as { readonly Synth: typeof Synth };
        // A compressor that has just been made holds its first sounds back.
        const startS = 0.5;
        const context = new OfflineAudioContext(1, 44_100 * (startS + 1.5), 44_100);
        let seed = 1;
        const synth = new Made(context, () => {
          seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
          return seed / 2 ** 32;
        });
        synth.setVolume(1);
        void context.suspend(startS).then(() => {
          for (const recipe of played) synth.play(recipe, 1);
          return context.resume();
        });
        const samples = (await context.startRendering()).getChannelData(0);
        let [peak, last] = [0, 0];
        for (const [at, sample] of samples.entries()) {
          peak = Math.max(peak, Math.abs(sample));
          if (Math.abs(sample) > 0.002) last = at;
        }
        return { peak, endsS: last / 44_100 - startS };
      }, recipes);

    const random = seededRandom(5);
    const footings: readonly Footing[] = ['grass', 'sand', 'stone', 'planks', 'shallow'];
    const recipes: readonly (readonly [string, Recipe])[] = [
      ...footings.map((footing) => [`step on ${footing}`, recipeOf('step', { footing }, random)] as const),
      ...[1, 5, 25].map((points) => [`gem of ${points}`, recipeOf('gem', { points }, random)] as const),
      ...(['line', 'whisper', 'build', 'refused', 'emote'] as const).map(
        (name) => [name, recipeOf(name, {}, random)] as const,
      ),
    ];
    const peaks: string[] = [];
    for (const [name, recipe] of recipes) {
      const { peak, endsS } = await render([recipe]);
      peaks.push(`${name} ${peak.toFixed(3)}`);
      expect(peak, `${name} is heard`).toBeGreaterThan(0.02);
      expect(peak, `${name} is quiet`).toBeLessThan(0.5);
      expect(endsS, `${name} ends`).toBeLessThan(1);
      expect(endsS).toBeLessThan(lengthOf(recipe) + 0.1);
    }
    if (process.env.FLATLANDS_PEAKS !== undefined) console.info(peaks.join(', '));
    const loudest = recipeOf('gem', { points: 25 }, random);
    const { peak } = await render(Array.from({ length: MAX_VOICES }, () => loudest));
    expect(peak).toBeLessThan(0.9);
  });
});
