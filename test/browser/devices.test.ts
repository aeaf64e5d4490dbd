import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../server/app.ts';
import { ENTER_MARGIN_TILES, UNITS_PER_TILE } from '../../shared/constants.ts';
import { squaresOf, squaresOnScreen } from '../../shared/grid.ts';
import { STANDING } from '../../shared/motion.ts';
import { type PageOptions, type PageSize, screenshot, TestBrowser } from '../helpers/browser.ts';
import { withoutCorrections } from '../helpers/corrections.ts';
import { Fingers } from '../helpers/fingers.ts';
import { startShardWithClient } from '../helpers/shard.ts';
import { SlowProxy } from '../helpers/slow-proxy.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';

const DESKTOP = { width: 960, height: 600 };
const PHONE = { width: 390, height: 844 };
const TOUCH = { touch: true, pixelRatio: 2 };

interface KeyPress {
  readonly code: string;
  readonly key: string;
  readonly isComposing?: boolean;
  readonly keyCode?: number;
}

let app: App;
let browser: TestBrowser;

beforeAll(async () => {
  app = await startShardWithClient({ terrain: 'flat', gems: 0 });
  browser = await TestBrowser.launch();
});

afterEach(() => browser.closePages());

afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

/** Opens the game as it comes, without a zoom in its address, and waits until it is playable. */
async function open(size: PageSize, options: PageOptions = {}, at = '16,15', port = app.port): Promise<Page> {
  // The world is empty but for those who stand for a while where their page was closed.
  await expect.poll(() => app.node.sessionCount).toBe(0);
  const page = await browser.openPage(size, { ...options, url: `http://127.0.0.1:${port}/?name=Ada&look=2&at=${at}` });
  await page.waitForFunction(() => window.flatlands?.ready === true);
  return page;
}

/** The heading of who came last, as the server has it: others may still stand where their page was closed. */
const headingOnServer = (): number | undefined => [...app.node.world.players.values()].at(-1)?.heading;

/** Where somebody presses the middle of something. */
async function middleOf(page: Page, selector: string): Promise<{ x: number; y: number; radius: number }> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not shown`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, radius: box.width / 2 };
}

/** A gamepad as browsers tell of one; what it does is up to the test. */
const plugIn = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const pad = { axes: [0, 0, 0, 0], buttons: Array.from({ length: 17 }, () => ({ pressed: false })) };
    Object.assign(navigator, { getGamepads: () => [pad] });
    Object.assign(window, { pad });
    dispatchEvent(new Event('gamepadconnected'));
  });
const lean = (page: Page, x: number, y: number): Promise<void> =>
  page.evaluate(
    ([toX, toY]) => {
      Object.assign((Reflect.get(window, 'pad') as { axes: number[] }).axes, [toX, toY]);
      dispatchEvent(new Event('leaned'));
    },
    [x, y] as const,
  );

/** Holds a button of the gamepad for a frame or two; by its number in the standard layout. */
async function pressPad(page: Page, button: number): Promise<void> {
  for (const pressed of [true, false]) {
    const frames = await page.evaluate(
      ([index, isPressed]) => {
        const { buttons } = Reflect.get(window, 'pad') as { buttons: { pressed: boolean }[] };
        Object.assign(buttons[index] ?? {}, { pressed: isPressed });
        return window.flatlands?.drawnFrames ?? 0;
      },
      [button, pressed] as const,
    );
    await page.waitForFunction((before) => (window.flatlands?.drawnFrames ?? 0) > before + 1, frames);
  }
}

/** How many tiles around oneself somebody has built on. */
const builtAround = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { x, y } = window.flatlands?.ownPosition() ?? { x: 0, y: 0 };
    let built = 0;
    for (let dx = -8; dx <= 8; dx++) {
      for (let dy = -8; dy <= 8; dy++) {
        if ((window.flatlands?.tileAt(Math.floor(x / 256) + dx, Math.floor(y / 256) + dy) ?? 0) > 0) built++;
      }
    }
    return built;
  });

describe('the interest follows the real screen (G1)', () => {
  const SCREENS = [
    { name: 'phone-small', size: { width: 320, height: 568 }, options: TOUCH },
    { name: 'phone', size: PHONE, options: { touch: true, pixelRatio: 3 } },
    { name: 'tablet', size: { width: 820, height: 1180 }, options: TOUCH },
    { name: 'desktop', size: { width: 1280, height: 720 }, options: {} },
    { name: 'ultra-wide', size: { width: 3840, height: 1600 }, options: {} },
  ] as const;

  test('a phone subscribes to fewer squares than a desktop, and that to fewer than an ultra-wide one', async () => {
    const subscribed = new Map<string, number>();
    for (const { name, size, options } of SCREENS) {
      const page = await open(size, options);
      const seen = await page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        const canvas = document.querySelector('canvas');
        return {
          screen: window.flatlands?.screen ?? { width: 0, height: 0 },
          own: window.flatlands?.ownPosition() ?? { x: 0, y: 0 },
          zoom: window.flatlands?.zoom ?? 0,
          ratio: devicePixelRatio,
          canvas: { width: canvas?.width ?? 0, height: canvas?.height ?? 0, cssWidth: canvas?.clientWidth ?? 0 },
          page: { width: scrollWidth, height: scrollHeight },
        };
      });
      const { screen, own, canvas, zoom, ratio } = seen;
      const rect = squaresOnScreen(own.x, own.y, screen.width, screen.height, ENTER_MARGIN_TILES);
      // Playable means that one's own square has come: another may come a flush later.
      const squares = [...squaresOf(rect)].length;
      await expect
        .poll(() => page.evaluate(() => window.flatlands?.subscribed), { message: `squares on a ${name}` })
        .toBe(squares);
      subscribed.set(name, squares);
      expect(screen).toEqual({
        width: Math.ceil(size.width / (16 * zoom)),
        height: Math.ceil(size.height / (16 * zoom)),
      });
      // Whole pixels of the device to one of the art, and of the canvas either all of them or one for each of the art.
      expect(zoom * ratio).toBeCloseTo(Math.round(zoom * ratio), 9);
      const drawn = canvas.width === Math.ceil(size.width / zoom - 0.01) ? 1 / zoom : ratio;
      expect(canvas.width).toBe(Math.ceil(size.width * drawn - 0.01));
      expect(canvas.height).toBe(Math.ceil(size.height * drawn - 0.01));
      expect(seen.page, 'nothing scrolls').toEqual(size);
      await screenshot(page, `device-${name}`);
      await page.context().close();
    }
    const countOn = (name: string): number => subscribed.get(name) ?? 0;
    expect(countOn('phone-small')).toBeLessThan(countOn('desktop'));
    expect(countOn('phone')).toBeLessThanOrEqual(countOn('desktop'));
    expect(countOn('desktop')).toBeLessThan(countOn('ultra-wide'));
    // Five pages, one after the other.
  }, 60_000);

  test('turned or zoomed, the canvas fits at once, one stays in the middle, and the server is told', async () => {
    const page = await open(PHONE, TOUCH);
    const fingers = await Fingers.on(page);
    const stick = await middleOf(page, '.joystick');
    await fingers.down(1, stick.x + stick.radius * 0.7, stick.y);
    await expect.poll(headingOnServer).toBe(0);
    const turned = { width: PHONE.height, height: PHONE.width };
    await page.setViewportSize(turned);
    await page.waitForFunction(({ width }) => document.querySelector('canvas')?.clientWidth === width, turned);
    await page.waitForFunction(() => (window.flatlands?.screen.width ?? 0) > (window.flatlands?.screen.height ?? 0));
    // What the thumb was on is somewhere else now.
    await expect.poll(headingOnServer).toBe(STANDING);
    await fingers.up(1);
    await screenshot(page, 'device-phone-turned');

    // Two fingers: the first one walks for a moment, the second one ends that.
    const zoom = await page.evaluate(() => window.flatlands?.zoom ?? 0);
    await fingers.down(1, 400, 150);
    await fingers.down(2, 440, 150);
    for (let x = 450; x <= 560; x += 10) await fingers.move(2, x, 150);
    await page.waitForFunction((before) => (window.flatlands?.zoom ?? 0) > before, zoom);
    await expect.poll(headingOnServer).toBe(STANDING);
    const closer = await page.evaluate(() => window.flatlands?.zoom ?? 0);
    await fingers.up(2);
    await fingers.up(1);
    await page.waitForFunction(
      (tiles) => window.flatlands?.screen.width === tiles,
      Math.ceil(turned.width / (16 * closer)),
    );
    await expect
      .poll(() => page.evaluate(() => window.flatlands?.scenePeople().find(({ isOwn }) => isOwn)))
      .toMatchObject({ x: expect.closeTo(turned.width / 2, -1), y: expect.closeTo(turned.height / 2, -1) });
    expect(await page.evaluate(() => localStorage.getItem('flatlands.preferences'))).toContain(`"zoom":${closer}`);
  });

  test('the keyboard of a phone shrinks the page, but not the world that the server knows', async () => {
    const page = await open(PHONE, TOUCH);
    const told = await page.evaluate(() => window.flatlands?.screen);
    await page.getByRole('button', { name: 'Chat' }).tap();
    await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
    const typing = { width: PHONE.width, height: 480 };
    await page.setViewportSize(typing);
    await page.waitForFunction(({ height }) => document.querySelector('canvas')?.clientHeight === height, typing);
    const frames = await page.evaluate(() => window.flatlands?.drawnFrames ?? 0);
    await page.waitForFunction((before) => (window.flatlands?.drawnFrames ?? 0) > before + 20, frames);
    expect(await page.evaluate(() => window.flatlands?.screen)).toEqual(told);
    await screenshot(page, 'device-phone-typing');
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.setViewportSize(PHONE);
    await page.waitForFunction(({ height }) => document.querySelector('canvas')?.clientHeight === height, PHONE);
    expect(await page.evaluate(() => window.flatlands?.screen)).toEqual(told);
  });

  test('a notch of the wheel is a step, and so are the keys', async () => {
    const page = await open(DESKTOP);
    const zoomIs = (zoom: number): Promise<unknown> =>
      page.waitForFunction((wanted) => window.flatlands?.zoom === wanted, zoom);
    await zoomIs(2);
    await page.mouse.move(300, 300);
    await page.mouse.wheel(0, -120);
    await zoomIs(3);
    await page.keyboard.press('Minus');
    await zoomIs(2);
    await page.keyboard.press('Minus');
    await zoomIs(1);
    await page.keyboard.press('Minus');
    await page.keyboard.press('Equal');
    await zoomIs(2);
    await page.keyboard.press('Equal');
    await page.keyboard.press('Digit0');
    await zoomIs(2);
  });
});

describe('own input shows in the next frame (M2)', () => {
  /**
   * Counts the frames from an event until the own player is drawn somewhere else. Resolves with a function that waits
   * for the count, once the page is watching.
   */
  async function watch(page: Page, event: string): Promise<() => Promise<number>> {
    const name = `moved after ${event}`;
    await page.evaluate(
      ([kind, key]) => {
        const moved = new Promise<number>((resolve) => {
          addEventListener(
            kind,
            () => {
              const { flatlands } = window;
              const before = flatlands?.drawnFrames ?? 0;
              const from = flatlands?.drawnOwn;
              const look = (): void => {
                const { x, y } = flatlands?.drawnOwn ?? { x: 0, y: 0 };
                if (x !== from?.x || y !== from.y) resolve((flatlands?.drawnFrames ?? 0) - before);
                else requestAnimationFrame(look);
              };
              requestAnimationFrame(look);
            },
            { capture: true, once: true },
          );
        });
        Object.assign(window, { [key]: moved });
      },
      [event, name] as const,
    );
    return () => page.evaluate((key) => Reflect.get(window, key) as Promise<number>, name);
  }

  const stands = async (page: Page): Promise<void> => {
    await expect.poll(headingOnServer).toBe(STANDING);
    await page.waitForFunction(
      () => window.flatlands?.counters?.inputsAcked === window.flatlands?.counters?.inputsSent,
    );
  };

  test.each([
    { line: 'as it is', delayMs: 0 },
    { line: 'that takes 200 ms there and back', delayMs: 100 },
  ])('from keys, joystick and gamepad, on a line $line', async ({ delayMs }) => {
    const proxy = await SlowProxy.start(app.port, delayMs);
    try {
      const page = await open(PHONE, TOUCH, '16,15', proxy.port);
      const act = async (): Promise<void> => {
        const byKey = await watch(page, 'keydown');
        await page.keyboard.down('KeyS');
        expect(await byKey(), 'frames after a key').toBeLessThanOrEqual(2);
        await expect.poll(headingOnServer).toBe(64);
        await page.keyboard.up('KeyS');
        await stands(page);

        const fingers = await Fingers.on(page);
        const { x, y, radius } = await middleOf(page, '.joystick');
        const byThumb = await watch(page, 'pointerdown');
        await fingers.down(1, x - radius * 0.6, y);
        expect(await byThumb(), 'frames after a thumb').toBeLessThanOrEqual(2);
        await expect.poll(headingOnServer).toBe(128);
        // Another finger presses a button meanwhile.
        const { x: buttonX, y: buttonY } = await middleOf(page, '.hud-doing [aria-keyshortcuts="E"]');
        await fingers.down(2, buttonX, buttonY);
        await fingers.up(2);
        await page.locator('.emotes').waitFor({ state: 'visible' });
        expect(headingOnServer()).toBe(128);
        await fingers.up(1);
        await stands(page);

        await plugIn(page);
        const byStick = await watch(page, 'leaned');
        await lean(page, 0, -0.9);
        expect(await byStick(), 'frames after a stick').toBeLessThanOrEqual(2);
        await expect.poll(headingOnServer).toBe(192);
        await lean(page, 0, 0);
        await stands(page);
      };
      await withoutCorrections([{ page, name: 'Ada' }], act, { delayMs, isOfAll: true });
    } finally {
      await browser.closePages();
      await proxy.close();
    }
  });

  test('keys count by their place on the keyboard, and belong to an input method while it makes words of them', async () => {
    const page = await open(DESKTOP);
    const key = (type: 'keydown' | 'keyup', init: KeyPress): Promise<boolean> =>
      page.evaluate(
        ([name, { code, key, isComposing = false, keyCode = 0 }]) => {
          const how = { code, key, isComposing, keyCode, bubbles: true, cancelable: true };
          return document.body.dispatchEvent(new KeyboardEvent(name, how));
        },
        [type, init] as const,
      );
    // AZERTY prints a Z on it, Dvorak a comma, a Russian keyboard a Ц.
    for (const printed of ['z', ',', 'ц']) {
      await key('keydown', { code: 'KeyW', key: printed });
      await expect.poll(headingOnServer).toBe(192);
      await key('keyup', { code: 'KeyW', key: printed });
      await expect.poll(headingOnServer).toBe(STANDING);
    }
    const sent = await page.evaluate(() => window.flatlands?.counters?.inputsSent ?? 0);
    await key('keydown', { code: 'KeyD', key: 'd', isComposing: true });
    await key('keydown', { code: 'KeyD', key: 'Process', keyCode: 229 });
    await key('keydown', { code: 'KeyB', key: 'b', isComposing: true });
    const frames = await page.evaluate(() => window.flatlands?.drawnFrames ?? 0);
    await page.waitForFunction((before) => (window.flatlands?.drawnFrames ?? 0) > before + 3, frames);
    expect(await page.evaluate(() => window.flatlands?.counters?.inputsSent)).toBe(sent);
    expect(await page.evaluate(() => window.flatlands?.isBuilding)).toBe(false);
  });
});

describe('building', () => {
  test('on a phone has the joystick beside the palette, and a pinch sets no tile', async () => {
    const page = await open({ width: 320, height: 568 }, TOUCH, '60,60');
    await page.getByRole('button', { name: 'Build' }).tap();
    await page.waitForFunction(() => window.flatlands?.isBuilding === true);
    const stick = await page.locator('.joystick').boundingBox();
    const palette = await page.locator('.palette').boundingBox();
    expect((stick?.y ?? 0) + (stick?.height ?? 0)).toBeLessThanOrEqual(palette?.y ?? 0);
    const fingers = await Fingers.on(page);
    await fingers.down(1, 200, 250);
    await fingers.down(2, 240, 250);
    await fingers.move(2, 300, 250);
    await fingers.up(2);
    await fingers.up(1);
    await fingers.down(1, 200, 250);
    await fingers.up(1);
    await screenshot(page, 'device-phone-building');
    await expect.poll(() => builtAround(page)).toBe(1);
  });

  test('with a gamepad sets the tile ahead, and takes it back', async () => {
    const page = await open(DESKTOP, {}, '90,60');
    await plugIn(page);
    await pressPad(page, 2);
    expect(await page.evaluate(() => window.flatlands?.isBuilding)).toBe(true);
    await pressPad(page, 0);
    await expect.poll(() => builtAround(page)).toBe(1);
    // To the next group of tiles, by the d-pad, which does not walk meanwhile.
    await pressPad(page, 15);
    await expect.poll(() => page.locator('.palette-group[aria-pressed="true"]').innerText()).toContain('Walls');
    await pressPad(page, 3);
    await expect.poll(() => builtAround(page)).toBe(0);
    await pressPad(page, 1);
    expect(await page.evaluate(() => window.flatlands?.isBuilding)).toBe(false);
    await pressPad(page, 9);
    await page.locator('dialog[open]').waitFor();
    await pressPad(page, 1);
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    expect(headingOnServer()).toBe(STANDING);
  });
});

describe('a page that was away (M4)', () => {
  /** Sends a page away, and returns what brings it back. */
  const AWAY: Record<string, (page: Page) => Promise<() => Promise<unknown>>> = {
    // Nothing runs, as on a machine that sleeps: what arrives waits.
    asleep: async (page) => {
      const session = await page.context().newCDPSession(page);
      await session.send('Debugger.enable');
      const paused = new Promise((resolve) => session.once('Debugger.paused', resolve));
      await session.send('Debugger.pause');
      await paused;
      return async () => {
        await session.send('Debugger.resume');
        await session.detach();
      };
    },
    // As browsers treat a tab behind others, which this one, having no window, never does: timers, but no frames.
    'in the background': async (page) => {
      await page.evaluate(() => {
        const waiting: FrameRequestCallback[] = [];
        const { requestAnimationFrame } = window;
        window.requestAnimationFrame = (callback) => waiting.push(callback);
        Object.defineProperty(document, 'hidden', { configurable: true, value: true });
        document.dispatchEvent(new Event('visibilitychange'));
        Object.assign(window, {
          comeBack: () => {
            window.requestAnimationFrame = requestAnimationFrame;
            Reflect.deleteProperty(document, 'hidden');
            for (const callback of waiting) requestAnimationFrame(callback);
            document.dispatchEvent(new Event('visibilitychange'));
          },
        });
      });
      return () => page.evaluate(() => (Reflect.get(window, 'comeBack') as () => void)());
    },
  };

  test.each(Object.keys(AWAY))('%s shows the present at once: nothing that it missed, nobody gliding', async (how) => {
    const page = await open(DESKTOP);
    const ben = await Walker.join(`ws://127.0.0.1:${app.port}/ws`, { name: 'Ben', at: [17, 13] });
    await page.waitForFunction(() => window.flatlands?.scenePeople().some(({ name }) => name === 'Ben') === true);
    // Ada stands, so places in her window are places in the world.
    await page.evaluate(() => {
      const trail: [x: number, atMs: number][] = [];
      Object.assign(window, {
        trail,
        look: () => {
          const seen = window.flatlands?.scenePeople().find(({ name }) => name === 'Ben');
          trail.push([seen?.x ?? Number.NaN, performance.now()]);
          requestAnimationFrame(Reflect.get(window, 'look') as () => void);
        },
      });
      requestAnimationFrame(Reflect.get(window, 'look') as () => void);
    });
    const readTrail = (): Promise<[x: number, atMs: number][]> => page.evaluate(() => Reflect.get(window, 'trail'));
    await expect.poll(async () => (await readTrail()).length).toBeGreaterThan(2);

    const comeBack = await AWAY[how]?.(page);
    const from = ben.client.ownPosition()?.x ?? 0;
    const walked = (): number => ((ben.client.ownPosition()?.x ?? 0) - from) / UNITS_PER_TILE;
    await ben.turn(0);
    await until('Ben has gone ten tiles', () => walked() > 10);
    await ben.turn(128);
    await until('Ben has come back a little', () => walked() < 7);
    await ben.turn(STANDING);
    await comeBack?.();

    await expect
      .poll(async () => {
        const trail = await readTrail();
        return Math.abs((trail.at(-1)?.[0] ?? 0) - (trail[0]?.[0] ?? 0) - walked() * 32);
      })
      .toBeLessThan(3);
    const moved = walked() * 32;
    const trail = await readTrail();
    const woke = trail.findIndex(([, atMs], index) => atMs - (trail[index - 1]?.[1] ?? atMs) > 2000);
    expect(woke, 'the page was away').toBeGreaterThan(0);
    const after = trail.slice(woke).map(([x, atMs]) => ({ gone: x - (trail[0]?.[0] ?? 0), atMs }));
    // Where he was, for as long as nothing new has been heard, then where he is: never anywhere in between.
    const isThere = ({ gone }: { gone: number }): boolean => Math.abs(gone - moved) < 40;
    for (const place of after) expect(isThere(place) || Math.abs(place.gone) < 40, `${place.gone} px`).toBe(true);
    const first = after.findIndex(isThere);
    expect(first, 'the present was shown').toBeGreaterThanOrEqual(0);
    // Three frames of a machine that draws twenty a second.
    const waited = (after[first]?.atMs ?? Number.NaN) - (after[0]?.atMs ?? Number.NaN);
    expect(waited, 'ms until the present').toBeLessThanOrEqual(150);
    expect(after.slice(first).every(isThere), 'and it stays').toBe(true);
  });
});
