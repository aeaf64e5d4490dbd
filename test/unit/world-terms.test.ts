import { describe, expect, it } from 'vitest';
import { parseRedisAddress, type RedisAddress } from '../../server/broker/redis-address.ts';
import {
  constantsHash,
  disagreement,
  readTerms,
  termsOf,
  type WorldTerms,
  writeTerms,
} from '../../server/store/world-terms.ts';
import { PROTOCOL_VERSION } from '../../shared/constants.ts';
import { HEADING_DX } from '../../shared/motion.ts';

const at = (...urls: string[]): RedisAddress[] => urls.map((url) => parseRedisAddress(url) as RedisAddress);

const CONFIG = {
  seed: 7,
  terrain: 'meadows',
  channelSquares: 1,
  gems: 2,
  redis: at('redis://b:6379', 'redis://ada:secret@a:6379'),
  redisCluster: [],
} as const;
const OURS = termsOf(CONFIG);

const met = (theirs: Partial<WorldTerms>, ours: Partial<WorldTerms> = {}): string | undefined =>
  disagreement('flatlands', { ...OURS, ...theirs }, { ...OURS, ...ours });

const RENEW = '; to change it for good, stop them all and run HDEL flatlands:flatlands:world terms on that Redis.';

describe('the terms of a world', () => {
  it('are those of the configuration, with the servers in one order and without credentials', () => {
    expect(OURS).toMatchObject({ seed: 7, terrain: 'meadows', channelSquares: 1, gems: 2, protocol: PROTOCOL_VERSION });
    expect(OURS.servers).toEqual(['a:6379', 'b:6379']);
    expect(writeTerms(OURS)).not.toContain('secret');
    expect(termsOf({ ...CONFIG, redis: [], redisCluster: at('redis://c', 'redis://d') }).servers).toEqual(['cluster']);
  });

  it('are read as they were written, and what is something else is not read at all', () => {
    expect(readTerms(writeTerms(OURS))).toEqual(OURS);
    const wrong = ['', 'null', '7', '[]', '{}', '{"seed":7}', writeTerms(OURS).replace('"a:6379"', '"a:6379'), 'terms'];
    for (const text of wrong) expect(readTerms(text), text).toBeUndefined();
    expect(readTerms(writeTerms({ ...OURS, seed: '7' as unknown as number }))).toBeUndefined();
  });

  it('agree with themselves', () => {
    expect(met({})).toBeUndefined();
  });

  it('of another seed or terrain ask for that, or for another world', () => {
    expect(met({}, { seed: 8 })).toBe(
      'The world "flatlands" on this Redis has seed 7 and this server was started with --seed 8: ' +
        'start it with --seed 7, or give another --world.',
    );
    expect(met({ terrain: 'flat' })).toBe(
      'The world "flatlands" on this Redis has the terrain flat and this server was started with --terrain meadows: ' +
        'start it with --terrain flat, or give another --world.',
    );
  });

  it('of other blocks of squares ask for those, and tell how to change them', () => {
    expect(met({ channelSquares: 4 })).toBe(
      'The world "flatlands" on this Redis has --channel-squares 4 and this server was started with ' +
        `--channel-squares 1: start it with --channel-squares 4${RENEW}`,
    );
  });

  it('of other gems ask for as many, and tell how to change that', () => {
    expect(met({}, { gems: 0 })).toBe(
      'The world "flatlands" on this Redis has --gems 2 and this server was started with --gems 0: ' +
        `start it with --gems 2${RENEW}`,
    );
  });

  it('of other servers ask for the same list on all nodes', () => {
    expect(met({}, { servers: ['a:6379'] })).toBe(
      'The world "flatlands" on this Redis is spread over a:6379, b:6379 and this server was given a:6379: ' +
        `give all nodes the same --redis list${RENEW}`,
    );
    expect(met({ servers: ['cluster'] }, { servers: ['a:6379'] })).toBe(
      'The world "flatlands" on this Redis is spread over a Redis Cluster and this server was given a:6379: ' +
        `give all nodes the same --redis-cluster${RENEW}`,
    );
    expect(met({ servers: ['a:6379'] }, { servers: ['cluster'] })).toContain('the same --redis list');
  });

  it('of one server agree by whatever name it was met', () => {
    expect(met({ servers: ['/run/redis.sock'] }, { servers: ['10.0.0.7:6379'] })).toBeUndefined();
  });

  it('of another version ask for the same one on all nodes, whatever else differs', () => {
    expect(met({ protocol: 2, constants: 'other', seed: 8 })).toBe(
      `The world "flatlands" on this Redis was set up by a version of Flatlands with protocol 2 and this server ` +
        `speaks protocol ${PROTOCOL_VERSION}: run the same version on all nodes${RENEW}`,
    );
    expect(met({ constants: '0123456789ab', seed: 8 })).toBe(
      'The world "flatlands" on this Redis was set up by a version of Flatlands whose constants hash to 0123456789ab ' +
        `and this server's to ${constantsHash()}: run the same version on all nodes${RENEW}`,
    );
    expect(disagreement('flatlands', undefined, OURS)).toBe(
      'The world "flatlands" on this Redis was set up by a version of Flatlands unknown to this one: ' +
        `run the same version on all nodes${RENEW}`,
    );
  });
});

describe('the hash over the constants', () => {
  const values = { A: 1, B: 'text', C: Int8Array.of(1, -2, 3) };

  it('is short and the same whatever the order', () => {
    expect(constantsHash()).toMatch(/^[0-9a-f]{12}$/);
    expect(constantsHash()).toBe(constantsHash());
    expect(constantsHash({ C: values.C, A: 1, B: 'text' })).toBe(constantsHash(values));
  });

  it('changes with any value, any name and any heading', () => {
    const others = [
      { ...values, A: 2 },
      { ...values, A: '1' },
      { ...values, B: 'texts' },
      { ...values, C: Int8Array.of(1, -2, 4) },
      { ...values, D: 0 },
      { A: 1, B: 'text' },
      { A: 'text', B: 1, C: values.C },
    ].map(constantsHash);
    expect(new Set([constantsHash(values), ...others]).size).toBe(others.length + 1);
    const turned = HEADING_DX.slice();
    turned[77] = (turned[77] as number) + 1;
    expect(constantsHash({ HEADING_DX: turned })).not.toBe(constantsHash({ HEADING_DX }));
  });
});
