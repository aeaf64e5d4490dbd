import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../server/app.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';
import { withoutCorrections } from '../helpers/corrections.ts';
import { drawn, drawnPeople, follow, openPlayer, type PlayerPage, type Trail } from '../helpers/playing.ts';
import { startShardWithClient } from '../helpers/shard.ts';
import { differences, stillPicture } from '../helpers/still-picture.ts';

const DESKTOP = { width: 960, height: 600 };
const PHONE = { width: 390, height: 844 };

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

/** Where one person is drawn as seen from another, in CSS pixels. */
async function offset(viewer: PlayerPage, from: string, to: string): Promise<{ x: number; y: number }> {
  const a = await drawn(viewer, from);
  const b = await drawn(viewer, to);
  return { x: b.x - a.x, y: b.y - a.y };
}

/** Four tiles a second, at 16 pixels and a zoom of 2, in CSS pixels per ms. */
const WALK = (4 * 16 * 2) / 1000;

/**
 * Along x, frame by frame: always onwards and, whatever the frame rate of this software renderer, never faster than
 * walking, give or take a pixel of rounding and what blending and an adapting delay may add.
 */
function expectSmooth(trail: Trail, sign: 1 | -1): void {
  for (const [index, { x, atMs }] of trail.entries()) {
    const before = trail[index - 1];
    if (before === undefined) continue;
    const stepped = sign * (x - before.x);
    expect(stepped, 'never back').toBeGreaterThanOrEqual(-2);
    expect(stepped, 'never a jump').toBeLessThanOrEqual(WALK * (atMs - before.atMs) * 1.3 + 4);
  }
}

describe('walking together', () => {
  test('two pages see each other walk, smoothly, and agree where both stand (M1, M3)', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [-3, 0], DESKTOP, { look: 0 });
    const ben = await openPlayer(browser, app, 'Ben', [1, 2], DESKTOP, { look: 3 });
    await withoutCorrections([ada, ben], async () => {
      const before = await drawn(ben, 'Ada');

      await ada.page.keyboard.down('ArrowRight');
      const trail = await follow(ben, 'Ada', 130);
      await ada.page.keyboard.up('ArrowRight');

      expect((trail.at(-1)?.x ?? 0) - before.x, 'Ada was seen to go east').toBeGreaterThan(100);
      const moving = trail.filter(({ frame }) => frame > 0);
      expect(new Set(moving.map(({ direction }) => direction))).toEqual(new Set(['east']));
      expect(new Set(moving.map(({ frame }) => frame)).size, 'frames of the walk').toBeGreaterThan(1);
      expectSmooth(trail, 1);

      // When she stands, both pages draw the same picture.
      await ben.page.waitForFunction(
        () => window.flatlands?.scenePeople().find(({ name }) => name === 'Ada')?.frame === 0,
      );
      await expect
        .poll(async () => {
          const [mine, theirs] = [await offset(ada, 'Ben', 'Ada'), await offset(ben, 'Ben', 'Ada')];
          return Math.hypot(mine.x - theirs.x, mine.y - theirs.y);
        })
        .toBeLessThanOrEqual(2);
    });
  });

  test('whoever leaves is gone from the pixels', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [-6, 5], DESKTOP);
    const ben = await openPlayer(browser, app, 'Ben', [-3, 5], DESKTOP);
    const { x, y } = await drawn(ben, 'Ada');
    const spot = { x: Math.round(x) - 10, y: Math.round(y) - 30, width: 20, height: 30 };
    const read = (): Promise<Buffer> => stillPicture(ben.page, () => ben.page.screenshot({ clip: spot }));
    const withAda = await read();
    await ada.page.close();
    await ben.page.waitForFunction(() => window.flatlands?.scenePeople().length === 1);
    expect(differences(withAda, await read()), 'pixels that changed').toBeGreaterThan(60);
  });

  test('a click, or a tap on a phone, walks there', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [0, 0], DESKTOP);
    const start = await ada.page.evaluate(() => window.flatlands?.ownPosition());
    await ada.page.mouse.click(DESKTOP.width / 2 + 160, DESKTOP.height / 2);
    await ada.page.waitForFunction((x) => (window.flatlands?.ownPosition()?.x ?? 0) > x + 600, start?.x ?? 0);

    const phone = await openPlayer(browser, app, 'Eve', [4, -4], PHONE, { touch: true, pixelRatio: 2 });
    const from = await phone.page.evaluate(() => window.flatlands?.ownPosition());
    await phone.page.touchscreen.tap(PHONE.width / 2, PHONE.height / 2 + 150);
    await phone.page.waitForFunction((y) => (window.flatlands?.ownPosition()?.y ?? 0) > y + 500, from?.y ?? 0);
    await drawn(phone, 'Ada');
    await screenshot(phone.page, 'phone');
  });

  test('a page that loses the focus stops walking (M2)', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [0, 0], DESKTOP);
    await ada.page.keyboard.down('KeyD');
    await ada.page.waitForFunction(() =>
      window.flatlands?.scenePeople().some(({ isOwn, frame }) => isOwn && frame > 0),
    );
    await ada.page.evaluate(() => window.dispatchEvent(new Event('blur')));
    const standing = (): boolean => {
      const [player] = app.node.world.players.values();
      return player?.heading === 256;
    };
    await expect.poll(standing).toBe(true);
  });
});

describe('far out', () => {
  test('a billion tiles from the origin people stand exactly where they are', async () => {
    const far = 1_000_000_000;
    const ada = await openPlayer(browser, app, 'Ada', [far + 5, -far - 4], DESKTOP);
    const ben = await openPlayer(browser, app, 'Ben', [far + 10, -far - 7], DESKTOP);
    // Five tiles and three, at 16 pixels and a zoom of 2.
    await expect.poll(() => offset(ada, 'Ada', 'Ben')).toEqual({ x: 160, y: -96 });
    await expect.poll(() => offset(ben, 'Ada', 'Ben')).toEqual({ x: 160, y: -96 });
    await screenshot(ada.page, 'far-out');

    await ada.page.keyboard.down('KeyA');
    const trail = await follow(ben, 'Ada', 130);
    await ada.page.keyboard.up('KeyA');
    // As smooth as at home, where float32 would go in steps of hundreds of pixels.
    expectSmooth(trail, -1);
  });
});

describe('the grid', () => {
  test('G draws the squares and which of them one is subscribed to (G1)', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [183, 160], { width: 1280, height: 720 }, { look: 1 });
    await openPlayer(browser, app, 'Ben', [179, 165], DESKTOP, { look: 4 });
    await drawn(ada, 'Ben');
    await ada.page.keyboard.press('KeyG');
    await ada.page.waitForFunction(() => (window.flatlands?.overlay.length ?? 0) > 0);
    const overlay = await ada.page.evaluate(() => window.flatlands?.overlay ?? []);
    const subscribed = overlay.filter((square) => square.subscribed).map(({ sx, sy }) => `${sx},${sy}`);
    expect(subscribed.sort()).toEqual(['5,4', '5,5', '6,4', '6,5']);

    await ada.page.keyboard.down('ArrowDown');
    await ada.page.waitForFunction(() =>
      window.flatlands?.scenePeople().some(({ isOwn, frame }) => isOwn && frame > 0),
    );
    await screenshot(ada.page, 'two-players');
    await ada.page.keyboard.up('ArrowDown');
    await ada.page.keyboard.press('KeyG');
    await ada.page.waitForFunction(() => window.flatlands?.overlay.length === 0);
  });
});

describe('connection', () => {
  test('a lost connection is said calmly, and comes back by itself as the same person', async () => {
    const first = await startShardWithClient();
    const { port } = first;
    const ada = await openPlayer(browser, first, 'Ada', [2, 2], DESKTOP, {
      expected: [/WebSocket/, /ERR_CONNECTION_REFUSED/],
    });
    await first.stop();
    await ada.page.waitForFunction(
      () => window.flatlands?.phase === 'waiting' || window.flatlands?.phase === 'connecting',
    );
    await screenshot(ada.page, 'connection-lost');
    const second = await startShardWithClient({ port });
    await ada.page.waitForFunction(() => window.flatlands?.phase === 'joined');
    await ada.page.waitForFunction(() => window.flatlands?.scenePeople().some(({ isOwn }) => isOwn));
    expect((await drawnPeople(ada)).map(({ name }) => name)).toContain('Ada');
    await second.stop();
  });

  test('the start page asks for a name and lets one in', async () => {
    const page = await browser.openPage(DESKTOP, { url: `http://127.0.0.1:${app.port}/` });
    await page.getByRole('textbox').fill('Grace');
    await screenshot(page, 'start');
    await page.getByRole('button', { name: /play/i }).click();
    await page.waitForFunction(() => window.flatlands?.ready === true);
    expect((await drawnPeople({ page, name: 'Grace' })).map(({ name }) => name)).toEqual(['Grace']);
  });
});
