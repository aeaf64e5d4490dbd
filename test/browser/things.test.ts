import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { App } from '../../server/app.ts';
import { BARE, tileKind } from '../../shared/tiles.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';
import { withoutCorrections } from '../helpers/corrections.ts';
import { drawn, openPlayer, type PlayerPage } from '../helpers/playing.ts';
import { startShardWithClient } from '../helpers/shard.ts';
import { TcpProxy } from '../helpers/tcp-proxy.ts';

const DESKTOP = { width: 960, height: 600 };
const PHONE = { width: 320, height: 568 };
/** Side of a tile at a zoom of 2, in CSS pixels. */
const TILE = 32;
/**
 * Out of the spawn area, where nothing can be built. Every test has a place of its own: those of the test before stay
 * for a while, as after a dropped connection, and two of one name are told apart.
 */
const HERE = [40, 40] as const;

let app: App;
let browser: TestBrowser;

beforeAll(async () => {
  app = await startShardWithClient({ terrain: 'flat', gems: 24 });
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

/** The middle of a tile in the window, in CSS pixels. */
async function spot({ page }: PlayerPage, tileX: number, tileY: number): Promise<[x: number, y: number]> {
  const own = await page.evaluate(() => window.flatlands?.ownPosition());
  const size = page.viewportSize();
  if (own === undefined || size === null) throw new Error('nobody is there');
  return [size.width / 2 + (tileX + 0.5 - own.x / 256) * TILE, size.height / 2 + (tileY + 0.5 - own.y / 256) * TILE];
}

async function say({ page }: PlayerPage, text: string): Promise<void> {
  await page.keyboard.press('Enter');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

const heard = ({ page }: PlayerPage, text: string): Promise<unknown> =>
  page.waitForFunction((wanted) => window.flatlands?.chat.some((entry) => entry.text === wanted), text);

const personOf = (page: Page) => page.evaluate(() => window.flatlands?.persona);

/** Presses Play or Continue, and waits for the world; `name` is typed where somebody new is asked. */
async function enter(page: Page, name?: string): Promise<void> {
  if (name !== undefined) await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: name === undefined ? /^continue as/i : /^play$/i }).click();
  await page.waitForFunction(() => window.flatlands?.ready === true);
}

describe('building', () => {
  test('one builds a wall, the other sees it and cannot walk through it, and neither is ever corrected', async () => {
    const ada = await openPlayer(browser, app, 'Ada', HERE, DESKTOP, { look: 0 });
    const ben = await openPlayer(browser, app, 'Ben', [46, 40], DESKTOP, { look: 3 });
    await drawn(ada, 'Ben');
    await ada.page.keyboard.press('KeyB');
    await ada.page.keyboard.press('Digit2');
    await ada.page.mouse.move(...(await spot(ada, 43, 37)));
    await ada.page.mouse.down();
    await ada.page.mouse.move(...(await spot(ada, 43, 43)));
    await ada.page.mouse.up();
    await ben.page.waitForFunction(() =>
      [37, 38, 39, 40, 41, 42, 43].every((y) => window.flatlands?.isBlockedAt(43, y) === true),
    );
    const kind = await ben.page.evaluate(() => window.flatlands?.tileAt(43, 40));
    expect(tileKind(kind ?? BARE)?.group).toBe('wall');

    await withoutCorrections([ada, ben], async () => {
      await ben.page.keyboard.down('ArrowRight');
      await ben.page.waitForFunction(() => (window.flatlands?.ownPosition()?.x ?? 0) > 46 * 256);
      await ben.page.keyboard.up('ArrowRight');
      await ben.page.keyboard.down('ArrowLeft');
      await ben.page.waitForFunction(() => (window.flatlands?.ownPosition()?.x ?? 0) < 44.5 * 256);
      // The key is held, and for many frames on end nothing comes of it.
      const x = await ben.page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let last = Number.NaN;
            let still = 0;
            const look = (): void => {
              const now = window.flatlands?.ownPosition()?.x ?? 0;
              still = now === last ? still + 1 : 0;
              last = now;
              if (still >= 30) resolve(now);
              else requestAnimationFrame(look);
            };
            look();
          }),
      );
      await screenshot(ben.page, 'wall');
      await ben.page.keyboard.up('ArrowLeft');
      expect(x).toBeGreaterThanOrEqual(44 * 256);
    });
    await screenshot(ada.page, 'building');
  });

  test('what one has set can be taken back, and a refusal is a sentence', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [240, 40], DESKTOP);
    const kindAt = (x: number, y: number) =>
      ada.page.evaluate((at) => window.flatlands?.tileAt(...at), [x, y] as const);
    await ada.page.getByRole('button', { name: 'Build', exact: true }).click();
    await ada.page.mouse.click(...(await spot(ada, 242, 40)));
    await expect.poll(() => kindAt(242, 40)).not.toBe(BARE);
    await ada.page.keyboard.press('KeyZ');
    await expect.poll(() => kindAt(242, 40)).toBe(BARE);

    await ada.page.mouse.click(...(await spot(ada, 242, 41)));
    await expect.poll(() => kindAt(242, 41)).not.toBe(BARE);
    await ada.page.mouse.click(...(await spot(ada, 242, 41)), { button: 'right' });
    await expect.poll(() => kindAt(242, 41)).toBe(BARE);

    await ada.page.mouse.click(...(await spot(ada, 254, 40)));
    await ada.page.locator('.toast', { hasText: 'far' }).waitFor();
    expect(await kindAt(254, 40)).toBe(BARE);
    // Walking goes on while building, by the keys.
    const before = await ada.page.evaluate(() => window.flatlands?.ownPosition()?.y ?? 0);
    await ada.page.keyboard.down('KeyS');
    await ada.page.waitForFunction((y) => (window.flatlands?.ownPosition()?.y ?? 0) > y + 200, before);
    await ada.page.keyboard.up('KeyS');
    await ada.page.keyboard.press('Escape');
    expect(await ada.page.evaluate(() => window.flatlands?.isBuilding)).toBe(false);
  });
});

describe('talking', () => {
  test('a line is a bubble and in the log; whoever comes later reads it as history', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [440, 40], DESKTOP);
    await say(ada, 'Is anybody here?');
    await heard(ada, 'Is anybody here?');
    await ada.page.locator('.bubble.is-placed', { hasText: 'Is anybody here?' }).waitFor();

    const ben = await openPlayer(browser, app, 'Ben', [443, 40], DESKTOP);
    await heard(ben, 'Is anybody here?');
    const [line] = await ben.page.evaluate(() => window.flatlands?.chat ?? []);
    expect(line).toMatchObject({ name: 'Ada', isHistory: true, kind: 'said' });
    expect(await ben.page.getByRole('log').textContent(), 'history is not read out').toBe('');

    await say(ada, '/me waves');
    await say(ada, '/to Ben a secret');
    await say(ada, '/roll 2d6');
    await heard(ben, 'waves');
    await heard(ben, 'a secret');
    await ben.page.waitForFunction(() => window.flatlands?.chat.some(({ kind }) => kind === 'roll'));
    // The page is written up a few times a second.
    await expect.poll(() => ben.page.getByRole('log').textContent()).toContain('Ada whispers: a secret');
    await ben.page.keyboard.press('KeyT');
    await screenshot(ben.page, 'chat');
    await ben.page.keyboard.press('Escape');

    await ben.page.getByRole('button', { name: 'Ada', exact: true }).last().click();
    await ben.page.getByRole('button', { name: 'Mute', exact: true }).click();
    await ben.page.waitForFunction(() => window.flatlands?.chat.length === 0);
    await say(ben, '/unmute Ada');
    await ben.page.waitForFunction(() => (window.flatlands?.chat.length ?? 0) > 0);
  });

  test('keys are not the game’s while one types, and are again after', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [640, 40], DESKTOP);
    const before = await ada.page.evaluate(() => window.flatlands?.ownPosition());
    await say(ada, 'wasd begl');
    await heard(ada, 'wasd begl');
    expect(await ada.page.evaluate(() => window.flatlands?.ownPosition())).toEqual(before);
    expect(await ada.page.evaluate(() => window.flatlands?.isBuilding)).toBe(false);
    await ada.page.keyboard.press('Enter');
    await ada.page.keyboard.press('ArrowUp');
    expect(await ada.page.locator('.chat-field').inputValue()).toBe('wasd begl');
    await ada.page.keyboard.press('Escape');
    await ada.page.keyboard.down('KeyD');
    await ada.page.waitForFunction((x) => (window.flatlands?.ownPosition()?.x ?? 0) > x + 200, before?.x ?? 0);
    await ada.page.keyboard.up('KeyD');
  });

  test('an emote is seen by the other', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [840, 40], DESKTOP);
    const ben = await openPlayer(browser, app, 'Ben', [843, 40], DESKTOP);
    await drawn(ben, 'Ada');
    const id = (await personOf(ada.page))?.id;
    // It passes: whoever looks begins before.
    const seen = ben.page.waitForFunction(
      (player) => window.flatlands?.emotes.some((shown) => shown.player === player && shown.emote === 2),
      id,
    );
    await ada.page.keyboard.press('KeyE');
    await ada.page.keyboard.press('Digit3');
    await seen;
    await screenshot(ben.page, 'emote');
  });
});

describe('finding', () => {
  test('walking over a gem scores, and it is gone for everybody', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [1040, 40], DESKTOP);
    const ben = await openPlayer(browser, app, 'Ben', [1042, 42], DESKTOP);
    await drawn(ben, 'Ada');
    const gem = await ada.page.evaluate(() => {
      const own = window.flatlands?.ownPosition();
      const far = (gem: { tileX: number; tileY: number }): number =>
        Math.hypot(gem.tileX + 0.5 - (own?.x ?? 0) / 256, gem.tileY + 0.5 - (own?.y ?? 0) / 256);
      return window.flatlands?.gems().sort((a, b) => far(a) - far(b))[0];
    });
    if (gem === undefined) throw new Error('no gem lies in sight');
    const growth = ada.page.locator('.score-growth').waitFor();
    await ada.page.mouse.click(...(await spot(ada, gem.tileX, gem.tileY)));
    await ada.page.waitForFunction((points) => (window.flatlands?.score.score ?? 0) >= points, gem.points);
    await ben.page.waitForFunction(
      ({ tileX, tileY }) => !window.flatlands?.gems().some((each) => each.tileX === tileX && each.tileY === tileY),
      gem,
    );
    const score = await ada.page.evaluate(() => window.flatlands?.score.score);
    await growth;
    await ada.page.getByRole('button', { name: `Score ${score}` }).click();
    await ada.page.locator('.board-rows .is-own', { hasText: 'Ada' }).waitFor();
    expect(await ada.page.locator('.board-own').textContent()).toBe(`1Ada${score}`);
    await screenshot(ada.page, 'leaderboard');
    await ada.page.keyboard.press('Escape');
    await ada.page.locator('.board').waitFor({ state: 'hidden' });
  });

  test('whoever is alone is shown the way to the nearest people, and can copy a link to where they stand', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [1240, 40], DESKTOP);
    await openPlayer(browser, app, 'Ben', [1240, 140], DESKTOP);
    await ada.page.waitForFunction(() => window.flatlands?.compass !== undefined);
    // The server tells the square, not the very tile.
    const [tiles] = /^\d+(?= tiles$)/.exec((await ada.page.evaluate(() => window.flatlands?.compass)) ?? '') ?? [];
    expect(Math.abs(Number(tiles) - 100)).toBeLessThanOrEqual(32);
    await screenshot(ada.page, 'compass');
    await ada.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await ada.page.getByRole('button', { name: /copy a link/i }).click();
    await ada.page.locator('.toast', { hasText: 'Link copied' }).waitFor();
    const link = await ada.page.evaluate(() => navigator.clipboard.readText());
    expect(link).toBe(`http://127.0.0.1:${app.port}/?at=1240,40`);
  });
});

describe('being somebody', () => {
  test('name and look can be changed while playing, and all see it', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [1440, 40], DESKTOP, { look: 0 });
    const ben = await openPlayer(browser, app, 'Ben', [1443, 40], DESKTOP);
    await drawn(ben, 'Ada');
    await ada.page.getByRole('button', { name: /you are ada/i }).click();
    await ada.page.getByRole('textbox', { name: 'Your name' }).fill('Countess');
    await ada.page.getByRole('radio', { name: 'Look 6' }).check({ force: true });
    await screenshot(ada.page, 'persona');
    await ada.page.getByRole('button', { name: 'Save' }).click();
    expect((await drawn(ben, 'Countess')).look).toBe(5);
    await ada.page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  test('two tabs of a browser are two people, each the same after a reload, and the lasting one after both', async () => {
    const first = await browser.openPage(DESKTOP, { url: `http://127.0.0.1:${app.port}/` });
    await enter(first, 'Grace');
    const grace = await personOf(first);
    const second = await first.context().newPage();
    await second.goto(first.url());
    await enter(second, 'Hedy');
    const hedy = await personOf(second);
    expect(hedy?.id).not.toBe(grace?.id);

    for (const [page, person] of [
      [second, hedy],
      [first, grace],
    ] as const) {
      await page.reload();
      await enter(page);
      expect(await personOf(page)).toEqual(person);
    }
    const url = first.url();
    const context = first.context();
    await Promise.all([first.close(), second.close()]);
    const later = await context.newPage();
    await later.goto(url);
    await enter(later);
    expect(await personOf(later)).toEqual(grace);
  });

  test('a server that restarts brings everybody and everything back, and a short break shows no banner', async () => {
    const data = await mkdtemp(join(tmpdir(), 'flatlands-things-'));
    onTestFinished(() => rm(data, { recursive: true, force: true }));
    const before = await startShardWithClient({ terrain: 'flat', data });
    const { port } = before;
    const ada = await openPlayer(browser, before, 'Ada', HERE, DESKTOP, {
      expected: [/WebSocket/, /ERR_CONNECTION_REFUSED/],
    });
    const person = await personOf(ada.page);
    await ada.page.keyboard.press('KeyB');
    await ada.page.mouse.click(...(await spot(ada, 42, 40)));
    await ada.page.waitForFunction(() => window.flatlands?.tileAt(42, 40) !== 0);
    await ada.page.keyboard.press('Enter');
    await ada.page.keyboard.type('half a sentence');

    const banner = ada.page.evaluate(
      () =>
        new Promise<number | undefined>((resolve) => {
          let lostAt: number | undefined;
          const look = (): void => {
            const isJoined = window.flatlands?.phase === 'joined';
            if (!isJoined) lostAt ??= performance.now();
            const isShown = document.querySelector('.banner:not([hidden])') !== null;
            if (isShown && lostAt !== undefined) resolve(performance.now() - lostAt);
            else if (isJoined && lostAt !== undefined) resolve(undefined);
            else requestAnimationFrame(look);
          };
          look();
        }),
    );
    await before.stop();
    const after = await startShardWithClient({ terrain: 'flat', data, port });
    onTestFinished(() => after.stop());
    // A slow machine may make the break a long one: then it is said, but not before.
    expect((await banner) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(1500);
    await ada.page.waitForFunction(() => window.flatlands?.phase === 'joined');
    await ada.page.waitForFunction(() => window.flatlands?.tileAt(42, 40) !== 0);
    expect(await personOf(ada.page)).toEqual(person);
    expect(await ada.page.locator('.chat-field').inputValue()).toBe('half a sentence');
    await browser.closePages();
  });
});

test('a line that was on its way when the connection broke is given back, and can be said again', async () => {
  const proxy = await TcpProxy.start(app.port);
  onTestFinished(() => proxy.close());
  const ada = await openPlayer(browser, { port: proxy.port }, 'Ada', [840, 40], DESKTOP, { expected: [/WebSocket/] });
  proxy.cut();
  await say(ada, 'is anybody there?');
  expect(await ada.page.locator('.chat-field').inputValue()).toBe('');
  proxy.breakOff();
  await ada.page.getByText('Your line is kept').waitFor();
  await ada.page.waitForFunction(() => window.flatlands?.phase === 'joined');
  await ada.page.keyboard.press('Enter');
  expect(await ada.page.locator('.chat-field').inputValue()).toBe('is anybody there?');
  await ada.page.keyboard.press('Enter');
  await heard(ada, 'is anybody there?');
});

describe('a small phone', () => {
  const boxes = ({ page }: PlayerPage, selector: string) =>
    page.evaluate(
      (wanted) =>
        [...document.querySelectorAll(wanted)]
          .map((node) => ({ name: node.className, box: node.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0)
          .map(({ name, box: { left, top, right, bottom } }) => ({ name, left, top, right, bottom })),
      selector,
    );

  test('nothing lies over anything else or beyond the edge', async () => {
    const eve = await openPlayer(browser, app, 'Eve of the Long Name', [1640, 40], PHONE, {
      touch: true,
      pixelRatio: 2,
    });
    const check = async (selector: string): Promise<void> => {
      const all = await boxes(eve, selector);
      expect(all.length).toBeGreaterThan(2);
      for (const [index, a] of all.entries()) {
        expect(a.left >= 0 && a.top >= 0 && a.right <= PHONE.width && a.bottom <= PHONE.height, a.name).toBe(true);
        for (const b of all.slice(index + 1)) {
          const isApart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
          expect(isApart, `${a.name} beside ${b.name}`).toBe(true);
        }
      }
    };
    await check('.hud, .chip, .hud-button, .hint');
    await eve.page.getByRole('button', { name: 'Build', exact: true }).tap();
    await check('.hud, .chip, .hud-button, .palette');
    await eve.page.touchscreen.tap(...(await spot(eve, 1641, 41)));
    await eve.page.waitForFunction(() => window.flatlands?.tileAt(1641, 41) !== 0);
    await screenshot(eve.page, 'phone-building');
    await eve.page.getByRole('button', { name: 'Done' }).tap();
    await eve.page.getByRole('button', { name: 'Chat', exact: true }).tap();
    await check('.hud, .chip, .hud-ways > .hud-button, .chat-form');
    await screenshot(eve.page, 'phone-chat');
  });
});
