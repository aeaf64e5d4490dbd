import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { metricsUrl, ServerWatch } from '../../client/bots/server-watch.ts';

const pageOf = (cpuSeconds: number, bytes = 80_000_000, delay = 0.004, level = 0): string =>
  [
    '# TYPE flatlands_process_cpu_seconds_total counter',
    `flatlands_process_cpu_seconds_total ${cpuSeconds}`,
    `flatlands_process_resident_bytes ${bytes}`,
    'flatlands_event_loop_delay_seconds{quantile="0.5"} 0.001',
    `flatlands_event_loop_delay_seconds{quantile="0.99"} ${delay}`,
    'flatlands_event_loop_delay_seconds{quantile="1"} 3',
    `flatlands_flush_level ${level}`,
    'flatlands_flush_level_changes_total 99',
    '',
  ].join('\n');

/** A watch over pages that are set by hand, with a clock likewise; a server without a page does not answer. */
function watched(...urls: string[]) {
  let nowMs = 0;
  const asked: string[] = [];
  const pages = new Map<string, string>();
  const watch = new ServerWatch(
    urls,
    () => nowMs,
    async (url) => {
      asked.push(url);
      const page = pages.get(url);
      if (page === undefined) throw new Error('connection refused');
      return page;
    },
  );
  return {
    watch,
    asked,
    pages,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const [A, B] = ['http://a:1/metrics', 'http://b:2/metrics'];

describe('the watch over the servers', () => {
  it.each([
    ['ws://127.0.0.1:8080/ws', 'http://127.0.0.1:8080/metrics'],
    ['wss://play.example/some/ws', 'https://play.example/metrics'],
    ['ws://[::1]:9/ws?x=1', 'http://[::1]:9/metrics'],
  ])('finds the metrics of %s', (url, metrics) => {
    expect(metricsUrl(url)).toBe(metrics);
  });

  it('makes a share of a core from two answers, and adds up servers', async () => {
    const { watch, asked, pages, pass } = watched('ws://a:1/ws', 'ws://b:2/ws', 'ws://a:1/ws');
    pages.set(A, pageOf(10, 80e6, 0.004, 0)).set(B, pageOf(5, 90e6, 0.02, 2));
    await watch.look();
    expect(asked).toEqual([A, B]);
    expect(watch.load).toEqual({
      cpuShare: null,
      residentBytes: 170e6,
      delayMs: 20,
      flushLevel: 2,
      brokerBytes: null,
      unreadSeconds: null,
    });
    pass(2000);
    pages.set(A, pageOf(11)).set(B, pageOf(5.5));
    await watch.look();
    expect(watch.load?.cpuShare).toBeCloseTo(0.75, 6);
    expect(watch.silent).toEqual([]);
  });

  it('adds up the workers of one server', async () => {
    const { watch, pages, pass } = watched('ws://a:1/ws');
    const page = (cpu: number): string =>
      [1, 2]
        .flatMap((worker) => [
          `flatlands_process_cpu_seconds_total{worker="${worker}"} ${cpu}`,
          `flatlands_process_resident_bytes{worker="${worker}"} 50`,
          `flatlands_event_loop_delay_seconds{worker="${worker}",quantile="0.99"} 0.00${worker}`,
          `flatlands_flush_level{worker="${worker}"} ${worker}`,
          `flatlands_broker_unconfirmed_bytes{worker="${worker}"} ${worker}0`,
          `flatlands_oldest_unacknowledged_seconds{worker="${worker}"} 0.${worker}`,
        ])
        .join('\n');
    pages.set(A, page(1));
    await watch.look();
    pass(1000);
    pages.set(A, page(1.25));
    await watch.look();
    expect(watch.load).toEqual({
      cpuShare: 0.5,
      residentBytes: 100,
      delayMs: 2,
      flushLevel: 2,
      brokerBytes: 30,
      unreadSeconds: 0.2,
    });
  });

  it('leaves out who never answers, or answers with something else, and names them', async () => {
    const { watch, pages } = watched('ws://a:1/ws', 'ws://b:2/ws', 'ws://c:3/ws');
    pages.set(A, pageOf(1)).set(B, '<html>Welcome</html>');
    await watch.look();
    expect(watch.load).toMatchObject({ residentBytes: 80e6 });
    expect(watch.silent).toEqual([B, 'http://c:3/metrics']);
  });

  it('leaves out who has not answered for a while, and does not call them silent', async () => {
    const { watch, pages, pass } = watched('ws://a:1/ws');
    pages.set(A, pageOf(1));
    await watch.look();
    pages.clear();
    pass(3000);
    await watch.look();
    expect(watch.load).not.toBeNull();
    pass(4000);
    expect(watch.load).toBeNull();
    expect(watch.silent).toEqual([]);
  });

  it('knows no share when a server has begun anew', async () => {
    const { watch, pages, pass } = watched('ws://a:1/ws');
    pages.set(A, pageOf(100));
    await watch.look();
    pass(2000);
    pages.set(A, pageOf(1));
    await watch.look();
    expect(watch.load?.cpuShare).toBeNull();
    pass(2000);
    pages.set(A, pageOf(2));
    await watch.look();
    expect(watch.load?.cpuShare).toBeCloseTo(0.5, 6);
  });

  it('asks over HTTP, and takes an error for no answer', async () => {
    const server = createServer((request, response) => {
      if (request.url !== '/metrics') response.statusCode = 500;
      response.end(pageOf(3));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const watch = new ServerWatch([`ws://127.0.0.1:${port}/ws`], () => 0);
    await watch.look();
    expect(watch.load).toMatchObject({ residentBytes: 80_000_000, delayMs: 4 });
    const nobody = new ServerWatch(['ws://127.0.0.1:1/ws'], () => 0);
    await nobody.look();
    expect(nobody.load).toBeNull();
    expect(nobody.silent).toEqual(['http://127.0.0.1:1/metrics']);
  });
});
