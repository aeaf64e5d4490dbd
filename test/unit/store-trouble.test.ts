import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../server/store/store.ts';
import { StoreTrouble } from '../../server/store-trouble.ts';
import { CLOSE } from '../../shared/closing.ts';
import { HELLO, RawClient } from '../helpers/raw-client.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { until } from '../helpers/until.ts';
import { ownRedis } from '../helpers/world-of-nodes.ts';

const FULL = new StoreError('full', 'The disk is full.');

describe('the trouble with a store', () => {
  it('is its last sentence while it goes on failing, with one line in the log', () => {
    let nowMs = 0;
    const lines: { why?: string }[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const trouble = new StoreTrouble(() => nowMs, logger);
    expect(trouble.sentence).toBeUndefined();
    for (nowMs = 0; nowMs < 60_000; nowMs += 2000) {
      trouble.failed(FULL);
      expect(trouble.sentence).toBe('The disk is full.');
    }
    expect(lines.map(({ why }) => why)).toEqual(['The disk is full.']);
    trouble.failed(new StoreError('readonly', 'The folder cannot be written to.'));
    expect(trouble.sentence).toBe('The folder cannot be written to.');
    nowMs += 6000;
    expect(trouble.sentence).toBeUndefined();
    trouble.failed(FULL);
    expect(lines).toHaveLength(2);
  });

  it('is none of what may pass by itself, or is no trouble of the store', () => {
    const trouble = new StoreTrouble(() => 0, undefined);
    trouble.failed(new StoreError('unavailable', 'Redis cannot be used now.'));
    trouble.failed(new Error('something else'));
    expect(trouble.sentence).toBeUndefined();
  });
});

describe('a server whose store is full', () => {
  it('goes on, takes nobody in, says why, and is ready again when there is room', async () => {
    const redis = await ownRedis();
    const app = await startTestApp({ redis: [redis.address] });
    const get = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${app.port}${path}`)).text();
    const { client, welcome } = await RawClient.join(app.url);
    expect(await get('/readyz')).toContain('"ready"');
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    await until('it says why', async () => (await get('/readyz')).includes('Redis is full; give it more memory'));
    const late = await RawClient.open(app.url);
    late.send({ ...HELLO, token: welcome.token });
    expect((await late.closed()).code).toBe(CLOSE.unavailable.code);
    expect(await get('/metrics')).toMatch(/^flatlands_store_failures_total [1-9]/m);
    expect(client.ending).toBeUndefined();
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await until('it is ready', async () => (await get('/readyz')).includes('"ready"'), 15_000);
    await RawClient.join(app.url);
  });
});
