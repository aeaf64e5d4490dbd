import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { App } from '../../server/app.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';
import { openPlayer, type PlayerPage } from '../helpers/playing.ts';
import { startShardWithClient } from '../helpers/shard.ts';

const SIZES = [
  { name: 'phone', size: { width: 320, height: 568 }, touch: true, pixelRatio: 2 },
  { name: 'phone-turned', size: { width: 568, height: 320 }, touch: true, pixelRatio: 2 },
  { name: 'tablet', size: { width: 820, height: 1180 }, touch: true, pixelRatio: 1 },
  { name: 'desktop', size: { width: 1280, height: 720 }, touch: false, pixelRatio: 1 },
  { name: 'ultra-wide', size: { width: 3840, height: 1600 }, touch: false, pixelRatio: 1 },
] as const;

/** The smallest thing that a finger finds, in CSS pixels. */
const FINGER = 44;

/** What is opened, how, and what shows that it is; closed by the same key. */
const STATES = [
  { name: 'playing', key: undefined, shown: '.hud' },
  { name: 'chat', key: 'KeyT', shown: '.chat-form', close: 'Escape' },
  { name: 'building', key: 'KeyB', shown: '.palette' },
  { name: 'leaderboard', key: 'KeyL', shown: '.board-own' },
  { name: 'emotes', key: 'KeyE', shown: '.emotes' },
  { name: 'menu', key: undefined, shown: '.game-menu', close: 'Escape' },
  { name: 'map', key: 'KeyM', shown: '.minimap' },
] as const;

/** Whatever must be seen whole. */
const PARTS =
  '.hud, .chip, .hud-button, .hint, .chat, .palette, .emotes, .board, .game-menu, .minimap, .joystick, .toast';
/** Whatever is pressed, but what scrolls within something else. */
const PRESSED = '#game :is(button, input, .joystick):not(.chat-lines *, .palette-kinds *, .board-rows *, dialog *)';

interface Seen {
  readonly name: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

let app: App;
let browser: TestBrowser;

beforeAll(async () => {
  app = await startShardWithClient({ gems: 8 });
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

/** Where everything is that a selector finds and that is seen. */
const seen = ({ page }: PlayerPage, selector: string): Promise<Seen[]> =>
  page.evaluate(
    (wanted) =>
      [...document.querySelectorAll(wanted)]
        .filter((node) => node.checkVisibility({ visibilityProperty: true }))
        .map((node) => {
          const { left, top, right, bottom } = node.getBoundingClientRect();
          return { name: node.ariaLabel ?? node.className, left, top, right, bottom };
        }),
    selector,
  );

const areApart = (a: Seen, b: Seen): boolean =>
  a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;

test.each(SIZES)(
  'at $size.width × $size.height nothing leaves the window, and nothing that is pressed lies over anything else',
  async ({ name, size, touch, pixelRatio }) => {
    const eve = await openPlayer(browser, app, 'Eve of the Long Name', [12, 8], size, { touch, pixelRatio });
    const { page } = eve;
    await page.keyboard.press('Enter');
    await page.keyboard.type('What a day, and what a long line to say it with');
    await page.keyboard.press('Enter');
    await page.locator('.line:not(.is-old)').first().waitFor();
    // Where there is room it is there already.
    const hasMap = await page.locator('.minimap').isVisible();
    for (const state of STATES) {
      const { key, shown } = state;
      if (state.name === 'menu') await page.getByRole('button', { name: 'Menu' }).click();
      else if (key !== undefined && !(state.name === 'map' && hasMap)) await page.keyboard.press(key);
      await page.locator(shown).first().waitFor();
      // The widest takes the software renderer long: two of it show how it all hangs together.
      const isPictured = size.width <= 1280 || state.name === 'playing' || state.name === 'menu';
      if (isPictured) await screenshot(page, `size-${name}-${state.name}`);

      const parts = await seen(eve, PARTS);
      expect(parts.length).toBeGreaterThan(3);
      for (const { name: part, left, top, right, bottom } of parts) {
        const isInside = left >= 0 && top >= 0 && right <= size.width && bottom <= size.height;
        expect.soft(isInside, `${part} is inside, ${state.name}`).toBe(true);
      }
      const pressed = await seen(eve, PRESSED);
      expect(pressed.length).toBeGreaterThan(3);
      for (const [index, a] of pressed.entries()) {
        for (const b of pressed.slice(index + 1)) {
          expect.soft(areApart(a, b), `${a.name} beside ${b.name}, ${state.name}`).toBe(true);
        }
        if (!touch) continue;
        const least = Math.min(a.right - a.left, a.bottom - a.top);
        expect.soft(least, `size of ${a.name}, ${state.name}`).toBeGreaterThanOrEqual(FINGER - 0.5);
      }
      const close = 'close' in state ? state.close : key;
      if (close !== undefined) await page.keyboard.press(close);
    }
  },
);
