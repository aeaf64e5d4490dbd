import { expect, it } from 'vitest';
import { hashSlot } from '../../server/broker/hash-slot.ts';

// Given by the cluster specification and by CLUSTER KEYSLOT of a redis-server 7.0.15.
it.each([
  ['123456789', 0x31c3],
  ['foo', 12_182],
  ['', 0],
  ['flatlands:main:sq:0,0', 5837],
  ['flatlands:main:sq:-2147483648,2147483647', 2614],
  ['plätze', 12_846],
])('puts %j into the slot that Redis puts it into', (key, slot) => {
  expect(hashSlot(key)).toBe(slot);
});

it('hashes only what stands within the first braces, if there is something', () => {
  expect(hashSlot('{user1000}.following')).toBe(hashSlot('{user1000}.followers'));
  expect(hashSlot('foo{bar}{zap}')).toBe(hashSlot('bar'));
  expect(hashSlot('foo{{bar}}zap')).toBe(hashSlot('{bar'));
  expect(hashSlot('foo{}{bar}')).not.toBe(hashSlot('bar'));
  expect(hashSlot('foo{bar')).not.toBe(hashSlot('bar'));
});
