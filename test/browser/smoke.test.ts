import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Metrics } from '../../server/http/metrics.ts';
import { createHttp } from '../../server/http/server.ts';
import { screenshot, TestBrowser } from '../helpers/browser.ts';

// The other browser tests believe this browser: that it draws with WebGL, and that it tells what goes wrong.

const PAGE = '<!doctype html><title>smoke</title><link rel="icon" href="data:,"><canvas></canvas>';

let folder: string;
let http: FastifyInstance;
let browser: TestBrowser;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flatlands-smoke-'));
  await writeFile(join(folder, 'index.html'), `${PAGE}<script src="draw.js"></script>`);
  await writeFile(join(folder, 'inline.html'), `${PAGE}<script>document.title = 'ran';</script>`);
  await writeFile(join(folder, 'missing.html'), `${PAGE}<script src="gone.js"></script>`);
  await writeFile(join(folder, 'throws.html'), `${PAGE}<script src="throws.js"></script>`);
  await writeFile(join(folder, 'throws.js'), "throw new Error('on purpose');");
  await writeFile(
    join(folder, 'draw.js'),
    `const gl = document.querySelector('canvas').getContext('webgl2', { preserveDrawingBuffer: true });
     gl.clearColor(0, 1, 0, 1);
     gl.clear(gl.COLOR_BUFFER_BIT);
     const pixel = new Uint8Array(4);
     gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
     document.title = [...pixel].join();`,
  );
  http = await createHttp({ clientDir: folder, ready: () => ({ ready: true }), metrics: new Metrics() });
  await http.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`;
  browser = await TestBrowser.launch();
});

afterAll(async () => {
  try {
    await browser.close();
  } finally {
    await http.close();
    await rm(folder, { recursive: true });
  }
});

test('a page draws with WebGL 2 under the content security policy, and without complaint', async () => {
  const page = await browser.openPage({ width: 400, height: 300 }, { url });
  expect(await page.title()).toBe('0,255,0,255');
  const png = await screenshot(page, 'smoke');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(browser.takeFaults()).toEqual([]);
  await page.context().close();
});

test('a script inside the page is stopped by the content security policy, and that is a fault', async () => {
  const page = await browser.openPage({ width: 400, height: 300 }, { url: `${url}/inline.html` });
  expect(await page.title()).toBe('smoke');
  expect(browser.takeFaults().join('\n')).toContain('content security policy: script-src-elem forbids inline');
  await page.context().close();
});

test('an exception and a missing file are faults', async () => {
  const throwing = await browser.openPage({ width: 400, height: 300 }, { url: `${url}/throws.html` });
  expect(browser.takeFaults().join('\n')).toContain('exception: Error: on purpose');
  const missing = await browser.openPage({ width: 400, height: 300 }, { url: `${url}/missing.html` });
  expect(browser.takeFaults().join('\n')).toContain('404');
  await Promise.all([throwing.context().close(), missing.context().close()]);
});

test('an expected fault is none', async () => {
  const page = await browser.openPage(
    { width: 400, height: 300 },
    { url: `${url}/throws.html`, expected: [/on purpose/] },
  );
  expect(browser.takeFaults()).toEqual([]);
  await page.context().close();
});

test('closing a browser whose pages complained throws', async () => {
  const other = await TestBrowser.launch();
  await other.openPage({ width: 400, height: 300 }, { url: `${url}/throws.html` });
  await expect(other.close()).rejects.toThrow('on purpose');
});
