import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../client/bots/report.ts';
import { CLOSE } from '../../shared/closing.ts';
import { SUBPROTOCOL } from '../../shared/constants.ts';
import { PROXIES, startProxy } from '../helpers/front-proxy.ts';
import { ownFolder } from '../helpers/own-folder.ts';
import { runProgram } from '../helpers/program.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { startTestApp } from '../helpers/test-app.ts';

/** Its certificate is known to nobody. */
const UNKNOWN = { rejectUnauthorized: false };

const ROOT = join(import.meta.dirname, '../..');

const bots = (...flags: readonly string[]) =>
  runProgram(process.execPath, ['--import', 'tsx', join(ROOT, 'client/bots/main.ts'), ...flags], {
    cwd: ROOT,
    env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  });

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

  it('brings 200 bots in, who see each other as they should; of one address no more than are let in', async () => {
    const app = await startTestApp({ trustedProxies: ['127.0.0.1'], connectionsPerAddress: 0 });
    const { url } = await startProxy(name, [app.port]);
    const report = join(ownFolder(), 'report.json');
    const flags = ['--url', url, '--players', '200', '--seconds', '5', '--ramp', '100', '--full-share', '0.2'];
    const { code, stderr } = await bots(...flags, '--report', report);
    const { players, updates, ok, latencyMs } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    expect(stderr).not.toContain('Error');
    expect(players).toMatchObject({ joined: 200, refused: 0, dropped: 0 });
    expect(updates).toMatchObject({ missed: 0, ghosts: 0, duplicated: 0 });
    expect([ok, code]).toEqual([true, 0]);
    console.log(`200 bots through ${name}: ${updates.seen} updates, p99 ${latencyMs?.p99} ms`);

    const strict = await startTestApp({ trustedProxies: ['127.0.0.1'] });
    const narrow = await startProxy(name, [strict.port]);
    await bots('--url', narrow.url, '--players', '100', '--seconds', '1', '--ramp', '100', '--report', report);
    const { players: some } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    expect(some).toMatchObject({ joined: 64, refused: 36 });
  }, 90_000);
});
