import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Readiness } from '../../server/http/health.ts';
import { Metrics } from '../../server/http/metrics.ts';
import { createHttp, HTTP_LIMITS, type HttpLimits } from '../../server/http/server.ts';

const INDEX = '<!doctype html><title>Flatlands</title>';
const SECRET = 'not for everybody';

let folder: string;
let clientDir: string;
let app: FastifyInstance | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flatlands-http-'));
  clientDir = join(folder, 'client');
  await mkdir(join(clientDir, 'assets'), { recursive: true });
  await writeFile(join(clientDir, 'index.html'), INDEX);
  await writeFile(join(clientDir, 'assets', 'main-C0FFEE.js'), 'export {};');
  await writeFile(join(clientDir, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(clientDir, '.hidden'), SECRET);
  await writeFile(join(folder, 'secret.txt'), SECRET);
});

afterEach(async () => {
  await app?.close();
  app = undefined;
  await rm(folder, { recursive: true });
});

interface Given {
  readonly ready?: () => Readiness;
  readonly metrics?: Metrics;
  readonly limits?: Partial<HttpLimits>;
}

/** Starts a server on a free port and gives its address. */
async function start({ ready = () => ({ ready: true }), metrics = new Metrics(), limits = {} }: Given = {}) {
  app = await createHttp({ clientDir, ready, metrics, limits: { ...HTTP_LIMITS, ...limits } });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return { app, port, url: `http://127.0.0.1:${port}` };
}

/** What comes back until the server closes the connection, for text that no well-behaved client sends. */
function speak(port: number, text: string, encoding: BufferEncoding = 'utf8'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding(encoding);
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.write(text);
  });
}

describe('the built client', () => {
  test('the index is served and asked for again each time', async () => {
    const { url } = await start();
    for (const path of ['/', '/index.html', '/?name=x']) {
      const answer = await fetch(url + path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(await answer.text()).toBe(INDEX);
    }
  });

  test('what bears a hash in its name is kept for good, what does not is not', async () => {
    const { url } = await start();
    const asset = await fetch(`${url}/assets/main-C0FFEE.js`);
    expect(asset.headers.get('content-type')).toContain('javascript');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${url}/icon.svg`)).headers.get('cache-control')).toBe('no-cache');
  });

  test('an unchanged file is not sent twice', async () => {
    const { url, port } = await start();
    const etag = (await fetch(url)).headers.get('etag');
    // By hand, for fetch asks past all caches as soon as it is given a condition.
    const request = `GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: ${etag}\r\nConnection: close\r\n\r\n`;
    expect(await speak(port, request)).toMatch(/^HTTP\/1\.1 304 /);
  });

  describe('compressed', () => {
    const SCRIPT = 'export const word = "again and again";'.repeat(20);
    const PATH = '/assets/long-C0FFEE.js';

    beforeEach(async () => {
      for (const [path, content] of [
        ['index.html', INDEX],
        ['assets/long-C0FFEE.js', SCRIPT],
      ] as const) {
        await writeFile(join(clientDir, path), content);
        await writeFile(join(clientDir, `${path}.br`), brotliCompressSync(content));
        await writeFile(join(clientDir, `${path}.gz`), gzipSync(content));
      }
      await writeFile(join(clientDir, 'manifest.webmanifest'), '{}');
    });

    /** An answer as it came over the wire: the head in lower case, and the body as it was packed. */
    async function ask(port: number, path: string, ...headers: string[]): Promise<{ head: string; body: Buffer }> {
      const request = [`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n');
      const answer = Buffer.from(await speak(port, request, 'latin1'), 'latin1');
      const end = answer.indexOf('\r\n\r\n');
      return { head: answer.subarray(0, end).toString().toLowerCase(), body: answer.subarray(end + 4) };
    }

    test.each([
      ['br', 'gzip, deflate, br, zstd', brotliDecompressSync],
      ['gzip', 'gzip, deflate', gunzipSync],
      ['gzip', 'br;q=0, gzip', gunzipSync],
    ] as const)('what is packed as %s goes to a browser that takes %s', async (encoding, taken, unpack) => {
      const { port } = await start();
      const asset = await ask(port, PATH, `Accept-Encoding: ${taken}`);
      expect(asset.head).toContain(`\ncontent-encoding: ${encoding}`);
      expect(asset.head).toMatch(/\ncontent-type: (text|application)\/javascript; charset=utf-8/);
      expect(asset.head).toContain('\ncache-control: public, max-age=31536000, immutable');
      expect(asset.head).toContain('\nvary: accept-encoding');
      expect(unpack(asset.body).toString()).toBe(SCRIPT);

      const index = await ask(port, '/?name=x', `Accept-Encoding: ${taken}`);
      expect(index.head).toContain(`\ncontent-encoding: ${encoding}`);
      expect(index.head).toContain('\ncontent-type: text/html; charset=utf-8');
      expect(index.head).toContain('\ncache-control: no-cache');
      expect(unpack(index.body).toString()).toBe(INDEX);
    });

    test.each([
      ['says nothing of it', []],
      ['takes it as it is', ['Accept-Encoding: identity']],
    ])('nothing is packed for a client that %s, and caches are told that it might be', async (_case, headers) => {
      const { port } = await start();
      const { head, body } = await ask(port, PATH, ...headers);
      expect(head).not.toContain('content-encoding');
      expect(head).toContain('\nvary: accept-encoding');
      expect(body.toString()).toBe(SCRIPT);
    });

    test('what there is in one form only is sent in that form, a manifest as one', async () => {
      const { port } = await start();
      const { head, body } = await ask(port, '/manifest.webmanifest', 'Accept-Encoding: br, gzip');
      expect(head).not.toContain('content-encoding');
      expect(head).toContain('\ncontent-type: application/manifest+json');
      expect(body.toString()).toBe('{}');
    });

    test.each(['br', 'gzip', 'identity'])('an unchanged file is not sent twice to who takes %s', async (taken) => {
      const { port } = await start();
      for (const path of ['/', PATH]) {
        const { head } = await ask(port, path, `Accept-Encoding: ${taken}`);
        const etag = /\netag: (w\/)?("[^"]+")/.exec(head)?.[2];
        const again = await ask(port, path, `Accept-Encoding: ${taken}`, `If-None-Match: W/${etag}`);
        expect(again.head).toMatch(/^http\/1\.1 304 /);
        expect(again.head).toContain('\nvary: accept-encoding');
        expect(again.body).toHaveLength(0);
      }
    });
  });

  test('a client that is not built yields a page that says so, and is served once it is', async () => {
    await rm(clientDir, { recursive: true });
    const { url } = await start();
    const answer = await fetch(url);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await answer.text()).toContain('has not been built');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);

    await mkdir(clientDir);
    await writeFile(join(clientDir, 'index.html'), INDEX);
    expect((await fetch(url)).status).toBe(200);
  });

  test('nothing outside the folder and no hidden file is served', async () => {
    const { port } = await start();
    const paths = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%5c..%5csecret.txt',
      '//secret.txt',
      '/.hidden',
      '/%00',
      '/%',
    ];
    for (const path of paths) {
      const answer = await speak(port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer, path).toMatch(/^HTTP\/1\.1 40[034] /);
      expect(answer, path).not.toContain(SECRET);
    }
  });
});

describe('health', () => {
  test('/healthz says that the process answers', async () => {
    const { url } = await start({ ready: () => ({ ready: false }) });
    const answer = await fetch(`${url}/healthz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'ok' });
  });

  test('/readyz follows the app, and says why not', async () => {
    let state: Readiness = { ready: false, why: 'the broker is away' };
    const { url } = await start({ ready: () => state });
    const before = await fetch(`${url}/readyz`);
    expect(before.status).toBe(503);
    expect(await before.json()).toEqual({ status: 'not ready', why: 'the broker is away' });
    state = { ready: true };
    const after = await fetch(`${url}/readyz`);
    expect(after.status).toBe(200);
    expect(await after.json()).toEqual({ status: 'ready' });
    expect(after.headers.get('cache-control')).toBe('no-store');
  });
});

describe('metrics', () => {
  test('/metrics shows what the app reads and counts, at the time of asking', async () => {
    const metrics = new Metrics();
    let sessions = 1;
    metrics.gauge('flatlands_sessions', 'Sessions now.', () => sessions);
    metrics.total('flatlands_frames_total', 'Frames sent.', () => sessions * 10);
    const refusals = metrics.counter('flatlands_refusals_total', 'Refused, by reason.', ['reason']);
    metrics.histogram('flatlands_store_seconds', 'Time.', 'operation', [0.01, 0.1]).observe({ operation: 'say' }, 0.05);
    metrics.processUse();
    const { url } = await start({ metrics });

    sessions = 3;
    refusals.inc({ reason: 'full' }, 2);
    const first = await fetch(`${url}/metrics`);
    expect(first.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await first.text();
    expect(text).toContain('\nflatlands_sessions 3\n');
    expect(text).toContain('\nflatlands_frames_total 30\n');
    expect(text).toContain('\nflatlands_refusals_total{reason="full"} 2\n');
    expect(text).toContain('\nflatlands_store_seconds_bucket{le="0.1",operation="say"} 1\n');
    expect(text).toMatch(/\nflatlands_process_resident_bytes \d{7,}\n/);
    expect(text).toMatch(/\nflatlands_event_loop_busy_seconds_total \d+(\.\d+)?/);
    for (const line of text.split('\n')) expect(line).toMatch(/^(#|flatlands_|$)/);

    // A total that is read is not added up from one question to the next.
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('\nflatlands_frames_total 30\n');
  });

  test('each app has its own, and a name is taken once', () => {
    const metrics = new Metrics();
    metrics.gauge('flatlands_sessions', 'Sessions now.', () => 0);
    new Metrics().gauge('flatlands_sessions', 'Sessions now.', () => 0);
    expect(() => metrics.gauge('flatlands_sessions', 'Again.', () => 0)).toThrow();
  });
});

describe('headers and refusals', () => {
  test('every answer bears the content security policy, and none tells what serves it', async () => {
    const { url } = await start();
    for (const path of ['/', '/assets/main-C0FFEE.js', '/healthz', '/metrics', '/nowhere']) {
      const { headers } = await fetch(url + path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'self';script-src 'self';style-src 'self';img-src 'self' data: blob:;" +
          "connect-src 'self' ws: wss:;worker-src 'self' blob:;object-src 'none';frame-ancestors 'none';" +
          "base-uri 'self';form-action 'self'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      for (const absent of ['strict-transport-security', 'server', 'x-powered-by']) {
        expect(headers.has(absent), absent).toBe(false);
      }
    }
  });

  test('what is not there is said in one sentence, without repeating the request', async () => {
    const { url } = await start();
    for (const [method, path] of [
      ['GET', '/nowhere'],
      ['GET', '/assets/gone.js'],
      ['POST', '/'],
      ['DELETE', '/healthz'],
    ] as const) {
      const answer = await fetch(url + path, { method });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({ error: 'There is nothing here.' });
    }
  });

  test('the WebSocket address asked for as a page says what it speaks', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/ws`);
    expect(answer.status).toBe(426);
    expect(answer.headers.get('upgrade')).toBe('websocket');
  });

  test('a fault of ours is answered without its insides', async () => {
    const metrics = new Metrics();
    metrics.gauge('flatlands_broken', 'Throws.', () => {
      throw new Error(SECRET);
    });
    const { url } = await start({ metrics });
    const answer = await fetch(`${url}/metrics`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain(SECRET);
  });
});

describe('limits', () => {
  test('headers that trickle in are cut off', async () => {
    const { port, url } = await start({ limits: { headersMs: 100, requestMs: 200, checkEveryMs: 50 } });
    expect(await speak(port, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /);
    expect((await fetch(url)).status).toBe(200);
  });

  test('a body that trickles in is cut off', async () => {
    const { port } = await start({ limits: { headersMs: 100, requestMs: 200, checkEveryMs: 50 } });
    const head = 'POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';
    expect(await speak(port, head)).toMatch(/^HTTP\/1\.1 4/);
  });

  test('a connection that says nothing is closed', async () => {
    const { port } = await start({ limits: { idleMs: 100 } });
    await speak(port, '');
  });

  test('headers beyond the limit are refused', async () => {
    const { port } = await start();
    const answer = await speak(port, `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('what is not HTTP is refused', async () => {
    const { port } = await start();
    expect(await speak(port, '\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('closing does not wait for connections that are kept alive', async () => {
    const { app: started, port } = await start();
    const lingering = speak(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect
      .poll(() => new Promise<number>((resolve) => started.server.getConnections((_, n) => resolve(n))))
      .toBe(1);
    await started.close();
    expect(await lingering).toMatch(/^HTTP\/1\.1 200 /);
  });
});
