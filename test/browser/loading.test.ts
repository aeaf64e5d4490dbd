import { join } from 'node:path';
import type { Page, Response } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../server/app.ts';
import { measureLoad } from '../../server/build/load-size.ts';
import { measureColdStart } from '../bench/cold-start.ts';
import { TestBrowser } from '../helpers/browser.ts';
import { startShardWithClient } from '../helpers/shard.ts';
import { until } from '../helpers/until.ts';

// What is loaded, in which order and how it is packed. How long it takes is for the benchmarks to say.

const CLIENT_DIR = join(import.meta.dirname, '../../dist/client');
/** What a first visit may weigh, compressed: what it weighed when this was written, and 15 % more. */
const BUDGET_BYTES = 205_000;
const SIZE = { width: 800, height: 600 };
const TEXT = /\.(html|js|css)$/;

let app: App;
let browser: TestBrowser;
let url: string;

beforeAll(async () => {
  app = await startShardWithClient();
  browser = await TestBrowser.launch();
  url = `http://127.0.0.1:${app.port}/?name=Early`;
});

afterEach(() => browser.closePages());

afterAll(async () => {
  try {
    await browser.close();
  } finally {
    await app.stop();
  }
});

/** A request as the browser's own tools tell it. */
interface Asked {
  readonly path: string;
  /** `parser` for what the page itself names. */
  readonly by: string;
}

interface Visit {
  readonly page: Page;
  readonly asked: readonly Asked[];
  readonly answers: readonly Response[];
  readonly sockets: readonly string[];
}

const pathOf = (address: string): string => new URL(address).pathname.slice(1) || 'index.html';

/** Opens the page for the first time, to the first frame that can be played. */
async function visit(): Promise<Visit> {
  const page = await browser.openPage(SIZE);
  const tools = await page.context().newCDPSession(page);
  const asked: Asked[] = [];
  const answers: Response[] = [];
  const sockets: string[] = [];
  await tools.send('Network.enable');
  tools.on('Network.requestWillBeSent', ({ request, initiator }) => {
    asked.push({ path: pathOf(request.url), by: initiator.type });
  });
  page.on('response', (answer) => void answers.push(answer));
  page.on('websocket', (socket) => void sockets.push(socket.url()));
  await page.goto(url);
  await page.waitForFunction(() => window.flatlands?.ready === true);
  return { page, asked, answers, sockets };
}

describe('a first visit', () => {
  test('asks for what the page names, all of it at once, and for nothing twice', async () => {
    const { asked, sockets } = await visit();
    const { first } = measureLoad(CLIENT_DIR);
    expect(asked.map(({ path }) => path).sort()).toEqual(first.map(({ path }) => path).sort());
    // Nothing waits for a script to ask for it but the connection, and the worker that paints what is not seen yet.
    const late = asked.filter(({ path, by }) => path !== 'index.html' && by !== 'parser');
    expect(late.map(({ path }) => path).filter((path) => !/^assets\/ground-worker-/.test(path))).toEqual([]);
    expect(sockets).toEqual([`ws://127.0.0.1:${app.port}/ws`]);
  });

  test('gets text packed, and may keep whatever bears a hash', async () => {
    const { answers } = await visit();
    expect(answers.length).toBeGreaterThan(3);
    for (const answer of answers) {
      const path = pathOf(answer.url());
      const headers = answer.headers();
      expect(answer.status(), path).toBe(200);
      expect(headers['content-encoding'], path).toBe(TEXT.test(path) ? 'br' : undefined);
      const isHashed = path.startsWith('assets/');
      expect(headers['cache-control'], path).toBe(isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    }
  });

  test('stays within its budget of bytes', async () => {
    const { first } = measureLoad(CLIENT_DIR);
    const weight = first.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0);
    expect(weight).toBeLessThan(BUDGET_BYTES);
    const start = await measureColdStart(browser, url);
    expect(start).toMatchObject({ requests: first.length, bytes: weight });
  });

  test('needs nothing but the page when it comes again', async () => {
    const { page } = await visit();
    const answers: Response[] = [];
    page.on('response', (answer) => void answers.push(answer));
    await page.reload();
    await page.waitForFunction(() => window.flatlands?.ready === true);
    const fetched = await Promise.all(
      answers.map(async (answer) =>
        (await answer.request().sizes()).responseBodySize > 0 ? pathOf(answer.url()) : '',
      ),
    );
    expect(fetched.filter((path) => path.startsWith('assets/'))).toEqual([]);
  });
});

describe('the installed game', () => {
  test('has a manifest that the browser understands', async () => {
    const { page } = await visit();
    const tools = await page.context().newCDPSession(page);
    const { url: manifestUrl, errors, data } = await tools.send('Page.getAppManifest');
    expect(manifestUrl).toBe(`http://127.0.0.1:${app.port}/manifest.webmanifest`);
    expect(errors).toEqual([]);
    expect(JSON.parse(data ?? '')).toMatchObject({ name: 'Flatlands', display: 'standalone', start_url: './' });
    const answer = await fetch(manifestUrl);
    expect(answer.headers.get('content-type')).toContain('application/manifest+json');
  });

  test('has every icon that it names, in the size that it says', async () => {
    const { icons } = (await (await fetch(new URL('/manifest.webmanifest', url))).json()) as {
      icons: readonly { src: string; sizes: string; purpose: string }[];
    };
    expect(icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual([
      '192x192 any',
      '512x512 any',
      '512x512 maskable',
    ]);
    const page = await (await fetch(url)).text();
    const touch = /<link rel="apple-touch-icon" href="([^"]+)"/.exec(page)?.[1] ?? '';
    for (const { src, sizes } of [...icons, { src: touch, sizes: '180x180' }]) {
      const answer = await fetch(new URL(src, url));
      expect(answer.headers.get('content-type'), src).toBe('image/png');
      const { width, height, data } = PNG.sync.read(Buffer.from(await answer.arrayBuffer()));
      expect(`${width}x${height}`).toBe(sizes);
      expect(new Set(new Uint32Array(data.buffer, data.byteOffset, data.length / 4)).size).toBeGreaterThan(3);
    }
  });
});

test('a browser without the atlas says so instead of showing nothing', async () => {
  const page = await browser.openPage(SIZE, { expected: [/atlas/, /404/] });
  await page.route('**/assets/atlas-*.png', (route) => route.fulfill({ status: 404 }));
  await page.goto(url);
  const notice = page.getByText('Something that it needs did not load');
  await until('the notice was there', () => notice.isVisible());
});
