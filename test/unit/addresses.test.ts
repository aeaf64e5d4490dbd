import type { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressDoor } from '../../server/gateway/address-door.ts';
import { blockListOf, sourceOf } from '../../server/gateway/client-address.ts';
import { CONNECTS_AT_ONCE, CONNECTS_PER_SECOND, MAX_ADDRESSES } from '../../server/gateway/limits.ts';

const NOBODY = blockListOf([]) as BlockList;
const PROXIES = blockListOf(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']) as BlockList;

describe('where a connection comes from', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:DB8:0001:2::', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('%s goes by %s', (peer, key) => {
    expect(sourceOf(peer, undefined, NOBODY).key).toBe(key);
  });

  it('of IPv6 is one for all of a /64, and another one for its neighbour', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    fc.assert(
      fc.property(fc.array(group, { minLength: 12, maxLength: 12 }), (groups) => {
        const [net, a, b] = [groups.slice(0, 4), groups.slice(4, 8), groups.slice(8)];
        const keyOf = (...parts: string[][]): string => sourceOf(parts.flat().join(':'), undefined, NOBODY).key;
        expect(keyOf(net, a)).toBe(keyOf(net, b));
        const neighbour = [...net.slice(0, 3), (Number.parseInt(net[3] ?? '0', 16) ^ 1).toString(16)];
        expect(keyOf(net, a)).not.toBe(keyOf(neighbour, a));
      }),
    );
  });

  it.each([
    ['nobody says so', '203.0.113.7', undefined, '203.0.113.7'],
    ['a stranger says so', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['a proxy says so', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['a proxy says so, of a client who claimed something', '10.1.2.3', '1.2.3.4, 198.51.100.1', '198.51.100.1'],
    ['two proxies say so', '127.0.0.1', '1.2.3.4, 198.51.100.1, 10.9.9.9', '198.51.100.1'],
    ['a proxy says so with a port', '10.1.2.3', '198.51.100.1:5678', '198.51.100.1'],
    ['a proxy says so of IPv6', 'fd00::1', '[2001:db8::1]:5678', '2001:db8::1'],
    ['a proxy says so as a mapped one', '::ffff:10.1.2.3', '::ffff:198.51.100.1', '198.51.100.1'],
    ['a proxy says nonsense', '10.1.2.3', 'unknown', '10.1.2.3'],
    ['a proxy says nothing', '10.1.2.3', '', '10.1.2.3'],
    ['all that is said is of proxies', '10.1.2.3', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
  ])('when %s', (_, peer, forwarded, address) => {
    expect(sourceOf(peer, forwarded, PROXIES).address).toBe(address);
  });

  it('is this machine only when no proxy here has passed it on', () => {
    expect(sourceOf('127.0.0.1', undefined, PROXIES).isLocal).toBe(true);
    expect(sourceOf('::1', undefined, NOBODY).isLocal).toBe(true);
    expect(sourceOf('::ffff:127.0.0.1', undefined, NOBODY).isLocal).toBe(true);
    expect(sourceOf('127.0.0.1', '198.51.100.1', PROXIES).isLocal).toBe(false);
    expect(sourceOf('127.0.0.1', '127.0.0.1', PROXIES).isLocal, 'who claims to be').toBe(false);
    expect(sourceOf('198.51.100.1', '127.0.0.1', PROXIES).isLocal).toBe(false);
  });
});

describe('the connections of an address', () => {
  const doorOf = (most: number, clock = { nowMs: 0 }): AddressDoor => new AddressDoor(most, () => clock.nowMs);

  it('are as many as are allowed, each as long as it lasts, and those of others are theirs', () => {
    const door = doorOf(2);
    expect([door.arrive('a'), door.arrive('a'), door.arrive('a'), door.arrive('b')]).toEqual([
      'welcome',
      'welcome',
      'crowded',
      'welcome',
    ]);
    door.left('a');
    expect([door.arrive('a'), door.arrive('a')]).toEqual(['welcome', 'crowded']);
  });

  it('are opened no faster than is allowed, refused ones included', () => {
    const clock = { nowMs: 0 };
    const door = doorOf(1, clock);
    const verdicts = Array.from({ length: CONNECTS_AT_ONCE + 2 }, () => door.arrive('a'));
    expect(verdicts.slice(-3)).toEqual(['crowded', 'flood', 'flood']);
    clock.nowMs += 1000;
    const later = Array.from({ length: CONNECTS_PER_SECOND + 1 }, () => door.arrive('a'));
    expect(later.filter((verdict) => verdict === 'flood')).toHaveLength(1);
  });

  it('are any number where there is no limit', () => {
    const door = doorOf(0);
    expect(new Set(Array.from({ length: 10_000 }, () => door.arrive('a')))).toEqual(new Set(['welcome']));
    expect(door.size).toBe(0);
  });

  it('are remembered of a bounded number, and of those who have some open in any case', () => {
    const door = doorOf(1);
    door.arrive('open');
    for (let i = 0; i < MAX_ADDRESSES + 50; i++) {
      door.arrive(`${i}`);
      door.left(`${i}`);
    }
    expect(door.size).toBe(MAX_ADDRESSES);
    expect(door.arrive('open')).toBe('crowded');
  });
});
