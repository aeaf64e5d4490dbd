import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../shared/closing.ts';
import { SUBPROTOCOL } from '../../shared/constants.ts';
import { PROXIES, startProxy } from '../helpers/front-proxy.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { startTestApp } from '../helpers/test-app.ts';

/** Its certificate is known to nobody. */
const UNKNOWN = { rejectUnauthorized: false };

/** From one of the addresses of this machine. */
const open = (url: string, localAddress: string, origin?: string): Promise<RawClient> =>
  RawClient.open(url, [SUBPROTOCOL], { ...UNKNOWN, localAddress, ...(origin === undefined ? {} : { origin }) });

const statusOf = (url: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { ...UNKNOWN, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });

describe.each(PROXIES)('%s as server/deploy has it', (name) => {
  it('passes players on over TLS, and where they come from; a page of its own may connect', async () => {
    const app = await startTestApp({ trustedProxies: ['127.0.0.1'], connectionsPerAddress: 2 });
    const { url, origin } = await startProxy(name, [app.port]);
    const first = await open(url, '127.0.0.2', origin);
    first.send({ type: 'hello', protocol: 1, name: 'Ada', look: 0, width: 20, height: 20, token: null, at: null });
    expect(await first.next('welcome')).toMatchObject({ name: 'Ada' });
    await open(url, '127.0.0.2');
    expect((await (await open(url, '127.0.0.2')).closed()).code).toBe(CLOSE.crowded.code);
    const other = await open(url, '127.0.0.3');
    other.send({ type: 'hello', protocol: 1, name: 'Ben', look: 0, width: 20, height: 20, token: null, at: null });
    await other.next('welcome');
    await expect(open(url, '127.0.0.4', 'https://elsewhere.example')).rejects.toThrow('403');
  });

  it('keeps what is for those who run it from everybody else', async () => {
    const app = await startTestApp({ adminToken: 'a-token-for-those-who-run-it' });
    const { origin } = await startProxy(name, [app.port]);
    for (const path of ['/metrics', '/healthz', '/readyz', '/admin', '/admin/', '/admin/api/topology']) {
      expect(await statusOf(`${origin}${path}`), path).toBe(404);
    }
    // The page, or that it has not been built: either is the server's own word.
    expect([200, 503]).toContain(await statusOf(`${origin}/`));
  });

  it('goes on with the node that is left', async () => {
    const [here, there] = [await startTestApp(), await startTestApp()];
    const { url } = await startProxy(name, [here.port, there.port]);
    await here.stop();
    for (let i = 0; i < 4; i++) {
      const client = await open(url, '127.0.0.1');
      client.send({ type: 'hello', protocol: 1, name: 'Ada', look: 0, width: 20, height: 20, token: null, at: null });
      await client.next('welcome');
    }
  });
});
