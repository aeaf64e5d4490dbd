import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../server/app.ts';
import { TestBrowser } from '../helpers/browser.ts';
import { withoutCorrections } from '../helpers/corrections.ts';
import { openPlayer } from '../helpers/playing.ts';
import { startShardWithClient } from '../helpers/shard.ts';

// The other browser tests believe withoutCorrections: that it finds corrections, and excuses but a stall's.

const SIZE = { width: 320, height: 240 };

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

/** Walks there and back again, a little. */
async function walk(page: Page): Promise<void> {
  for (const key of ['KeyD', 'KeyA']) {
    const from = await page.evaluate(() => window.flatlands?.ownPosition()?.x ?? 0);
    await page.keyboard.down(key);
    await page.waitForFunction((x) => Math.abs((window.flatlands?.ownPosition()?.x ?? x) - x) > 200, from);
    await page.keyboard.up(key);
  }
}

/** Keeps this process busy, and with it the server in it. */
function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('a check that nobody is corrected', () => {
  test('fails where somebody is though the machine keeps up', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [0, 0], SIZE);
    const act = async (): Promise<void> => {
      // The connection alone is slow, and not the machine: 800 ms there and back.
      await ada.page.keyboard.press('KeyN');
      const latency = ada.page.getByRole('slider', { name: 'Latency', exact: true });
      await latency.focus();
      for (let step = 0; step < 8; step++) await ada.page.keyboard.press('PageUp');
      await ada.page.keyboard.press('Escape');
      await walk(ada.page);
    };
    await expect(withoutCorrections([ada], act)).rejects.toThrow('Somebody was corrected');
  });

  test('excuses what a stall of the server corrected, once it is done again without', async () => {
    const ada = await openPlayer(browser, app, 'Ada', [0, 0], SIZE);
    let times = 0;
    await withoutCorrections([ada], async () => {
      if (++times === 1) {
        await ada.page.evaluate(() => {
          setTimeout(() => window.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyD', key: 'd' })), 50);
          setTimeout(() => window.dispatchEvent(new KeyboardEvent('keyup', { code: 'KeyD', key: 'd' })), 250);
        });
        stall(1000);
        await ada.page.waitForFunction(() => (window.flatlands?.counters?.inputsAcked ?? 0) > 1);
      } else await walk(ada.page);
    });
    expect(times).toBe(2);
  });
});
