import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../server/build/ensure-built.ts';
import { Ramble } from '../bench/render/ramble.ts';
import { ThrongServer } from '../bench/render/throng-server.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';
import { until } from '../helpers/until.ts';

const COUNT = 160;
/** Names shown at once, and those that still fade. */
const MOST_NAMES = 100;
const MOST_FADING = 60;

let browser: TestBrowser;
let server: ThrongServer;

beforeAll(async () => {
  const outcome = await ensureBuilt({ root: join(import.meta.dirname, '../..'), force: false, say: () => undefined });
  if (outcome.kind === 'failed') throw new Error(outcome.why);
  [browser, server] = await Promise.all([TestBrowser.launch(), ThrongServer.start()]);
}, 60_000);

afterAll(async () => {
  await browser.close();
  await server.stop();
});

describe('a page in a crowd', () => {
  it('shows everybody, names whom there is room for, and keeps up across borders', { timeout: 60_000 }, async () => {
    server.expect(COUNT);
    const page = await browser.openPage({ width: 1280, height: 720 }, { url: `${server.url}/?name=Ada&zoom=2` });
    await page.waitForFunction(() => window.flatlands?.ready === true);
    const ramble = new Ramble(page, server);
    const seen = (): Promise<{ readonly people: number; readonly named: number; readonly nodes: number }> =>
      page.evaluate(() => ({
        people: window.flatlands?.scenePeople().filter(({ visible, isOwn }) => visible && !isOwn).length ?? 0,
        named: document.querySelectorAll('.tag.is-shown').length,
        nodes: document.querySelectorAll('.tag').length,
      }));
    await until('everybody was there', async () => (await seen()).people >= 0.95 * COUNT, 20_000);
    await until('many were named', async () => (await seen()).named > 15, 20_000);
    await screenshot(page, 'crowd');
    await until('borders were crossed', () => server.throng.crossings >= 2, 20_000);
    server.refresh();
    const arrivals = server.throng.arrivals;
    await until('others had come', () => server.throng.arrivals > arrivals + 60, 20_000);
    await until('everybody was there still', async () => (await seen()).people >= 0.95 * COUNT, 20_000);
    const { named, nodes } = await seen();
    expect(named).toBeLessThanOrEqual(MOST_NAMES);
    expect(nodes).toBeLessThanOrEqual(MOST_NAMES + MOST_FADING);
    const counters = await page.evaluate(() => window.flatlands?.counters);
    expect(counters).toMatchObject({ corrections: 0, divergences: 0, duplicates: 0 });
    expect(server.asked).toBe(0);
    await ramble.stop();
  });
});
