import { describe, expect, it } from 'vitest';
import { CONNECTS_AT_ONCE } from '../../server/gateway/limits.ts';
import { CLOSE } from '../../shared/closing.ts';
import { SUBPROTOCOL } from '../../shared/constants.ts';
import { RawClient, refusalOf } from '../helpers/raw-client.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { until } from '../helpers/until.ts';

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
const open = (url: string, address: string): Promise<RawClient> => RawClient.open(url, [SUBPROTOCOL], from(address));

describe('connections of one address', () => {
  it('are limited behind a proxy that is trusted, and count as long as they last', async () => {
    const app = await startTestApp({ trustedProxies: ['127.0.0.1'], connectionsPerAddress: 2 });
    const first = await open(app.url, '203.0.113.7');
    await open(app.url, '203.0.113.7');
    const third = await open(app.url, '1.2.3.4, 203.0.113.7');
    expect(await third.closed()).toEqual({ code: CLOSE.crowded.code, reason: CLOSE.crowded.sentence });
    const other = await open(app.url, '203.0.113.8');
    const neighbours = [await open(app.url, '2001:db8::1'), await open(app.url, '2001:db8::2')];
    expect((await (await open(app.url, '2001:db8::3')).closed()).code).toBe(CLOSE.crowded.code);
    for (const client of [first, other, ...neighbours]) expect(client.ending).toBeUndefined();
    await first.close();
    const again = await until('there is room again', async () => {
      const client = await open(app.url, '203.0.113.7');
      await new Promise((resolve) => setImmediate(resolve));
      return client.ending === undefined ? client : undefined;
    });
    expect(again.ending).toBeUndefined();
    const page = await (await fetch(`http://127.0.0.1:${app.port}/metrics`)).text();
    expect(page).toMatch(/^flatlands_addresses 3$/m);
    expect(page).toMatch(/^flatlands_refusals_total\{code="4011"\} [2-9]/m);
  });

  it('are not limited on this machine, whatever a client says of itself', async () => {
    const app = await startTestApp({ connectionsPerAddress: 1 });
    const clients = await Promise.all([1, 2, 3].map(() => open(app.url, '203.0.113.7')));
    for (const client of clients) {
      client.send({ type: 'hello', protocol: 1, name: 'x', look: 0, width: 10, height: 10, token: null, at: null });
      await client.next('welcome');
    }
  });

  it('may not be opened by the hundred', async () => {
    let nowMs = 0;
    const options = { monotonic: () => nowMs };
    const app = await startTestApp({ trustedProxies: ['127.0.0.1'], connectionsPerAddress: 1 }, options);
    for (let i = 0; i < CONNECTS_AT_ONCE; i++) {
      const client = await open(app.url, '203.0.113.7');
      client.socket.terminate();
    }
    expect(await refusalOf(app.url, from('203.0.113.7'))).toBe(429);
    expect(await refusalOf(app.url, from('203.0.113.8'))).toBeUndefined();
    nowMs += 1000;
    expect(await refusalOf(app.url, from('203.0.113.7'))).toBeUndefined();
  });
});
