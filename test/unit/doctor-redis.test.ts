import { describe, expect, it } from 'vitest';
import {
  bufferFinding,
  durabilityFinding,
  policyFinding,
  readInfo,
  redisClockFinding,
  redisMemoryFinding,
  roleFinding,
  roundTripFinding,
  slotsFinding,
  versionFinding,
} from '../../server/upkeep/doctor/redis-verdicts.ts';

const MB = 2 ** 20;
const NAME = '10.0.0.5:6379';
const limits = (pubsub: string) => ({ value: `normal 0 0 0 slave 268435456 67108864 60 pubsub ${pubsub}` });

describe('of a Redis the doctor judges', () => {
  it('what INFO says', () => {
    const info = readInfo('# Server\r\nredis_version:7.0.15\r\nos:Linux: 5.4\r\n\r\n# Memory\r\nmaxmemory:0\r\n');
    expect([...info]).toEqual([
      ['redis_version', '7.0.15'],
      ['os', 'Linux: 5.4'],
      ['maxmemory', '0'],
    ]);
  });

  it.each([
    ['7.0.15', false, 'ok'],
    ['6.2.1', false, 'warning'],
    ['6.2.1', true, 'problem'],
    ['5.0.3', false, 'problem'],
    ['10.1.0', true, 'ok'],
    [undefined, false, 'unknown'],
  ])('version %s, in a cluster %s: %s', (version, isCluster, verdict) => {
    expect(versionFinding(NAME, version, isCluster).verdict).toBe(verdict);
  });

  it('whether it takes writes', () => {
    expect(roleFinding(NAME, 'master')).toBeUndefined();
    expect(roleFinding(NAME, 'slave')?.verdict).toBe('problem');
  });

  it('how soon it answers', () => {
    expect(roundTripFinding(NAME, [0.2, 0.3, 0.4])).toEqual({
      area: 'redis',
      verdict: 'ok',
      found: '10.0.0.5:6379 answers within 0.30 ms (p99 0.40 ms).',
    });
    expect(roundTripFinding(NAME, [6, 6, 6]).verdict).toBe('warning');
    expect(roundTripFinding(NAME, [1, 1, 150]).verdict).toBe('warning');
  });

  it.each([
    ['33554432 8388608 60', 'ok'],
    ['0 0 0', 'ok'],
    ['33554431 8388608 60', 'warning'],
    ['65536 0 0', 'warning'],
  ])('an output buffer for subscribers of %s: %s', (pubsub, verdict) => {
    expect(bufferFinding(NAME, limits(pubsub)).verdict).toBe(verdict);
  });

  it('nothing by settings that it may not see', () => {
    expect(bufferFinding(NAME, { why: 'CONFIG GET is not allowed' })).toEqual({
      area: 'redis',
      verdict: 'unknown',
      found: `What ${NAME} keeps for a subscriber that lags could not be told: CONFIG GET is not allowed.`,
    });
    expect(bufferFinding(NAME, { value: 'normal 0 0 0' }).verdict).toBe('unknown');
    expect(durabilityFinding(NAME, '1', { why: 'no' }).verdict).toBe('unknown');
    expect(durabilityFinding(NAME, undefined, { why: 'no' }).verdict).toBe('unknown');
    expect(redisClockFinding(NAME, { why: 'no' }).verdict).toBe('unknown');
    expect(policyFinding(NAME, undefined, 0).verdict).toBe('unknown');
  });

  it.each([
    ['noeviction', 0, 'ok'],
    ['noeviction', 64 * MB, 'ok'],
    ['allkeys-lru', 64 * MB, 'problem'],
    ['allkeys-lru', 0, 'warning'],
    ['volatile-lru', 64 * MB, 'warning'],
  ])('the policy %s within %i bytes: %s', (policy, maxBytes, verdict) => {
    expect(policyFinding(NAME, policy, maxBytes).verdict).toBe(verdict);
  });

  it.each([
    ['0', 'always', 'warning', 'appendonly no'],
    ['1', 'no', 'warning', 'some half a minute'],
    ['1', 'everysec', 'warning', 'up to two seconds'],
    ['1', 'always', 'ok', 'survives kill -9'],
  ])('a log of changes that is %s, synced %s: %s', (isAppending, sync, verdict, words) => {
    const finding = durabilityFinding(NAME, isAppending, { value: sync });
    expect(finding.verdict).toBe(verdict);
    expect(finding.found).toContain(words);
  });

  it.each([
    [79, 100, 'ok'],
    [80, 100, 'warning'],
    [97, 100, 'problem'],
    [97, 0, 'ok'],
  ])('%i MB used of a maxmemory of %i MB: %s', (used, max, verdict) => {
    const memory = { usedBytes: used * MB, maxBytes: max * MB, machineBytes: 1000 * MB };
    expect(redisMemoryFinding(NAME, memory).verdict).toBe(verdict);
  });

  it('memory by that of its machine where it has no limit, if it says', () => {
    expect(redisMemoryFinding(NAME, { usedBytes: 900 * MB, maxBytes: 0, machineBytes: 1000 * MB }).verdict).toBe(
      'warning',
    );
    expect(redisMemoryFinding(NAME, { usedBytes: 900 * MB, maxBytes: 0, machineBytes: 0 }).verdict).toBe('ok');
  });

  it('its clock, either way', () => {
    expect(redisClockFinding(NAME, { value: -100 }).verdict).toBe('ok');
    expect(redisClockFinding(NAME, { value: 101 })).toMatchObject({
      verdict: 'warning',
      found: `The clock of ${NAME} is 101 ms ahead of that of this machine.`,
    });
    expect(redisClockFinding(NAME, { value: -101 }).found).toContain('101 ms behind');
  });

  it('whether a cluster is whole', () => {
    expect(slotsFinding(16_384, 16_384, 3).verdict).toBe('ok');
    expect(slotsFinding(16_000, 16_384, 3)).toMatchObject({
      verdict: 'problem',
      found: '384 of 16384 hash slots of the cluster are held by nobody.',
    });
  });
});
