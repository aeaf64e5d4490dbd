import { expect, it } from 'vitest';
import { neighbourOf, parseRedisAddress, type RedisAddress } from '../../server/broker/redis-address.ts';

it.each([
  ['redis://example.org', 'example.org:6379', { host: 'example.org', port: 6379, db: 0 }],
  ['redis://127.0.0.1:7000/3', '127.0.0.1:7000', { host: '127.0.0.1', port: 7000, db: 3 }],
  ['redis://EXAMPLE.org:6379/', 'example.org:6379', { host: 'example.org', port: 6379, db: 0 }],
  ['redis://:s%2Cecret@h', 'h:6379', { host: 'h', port: 6379, db: 0, password: 's,ecret' }],
  [
    'rediss://me:x@[::1]:6380',
    '[::1]:6380',
    { host: '::1', port: 6380, db: 0, username: 'me', password: 'x', tls: {} },
  ],
  ['unix:/run/redis.sock', '/run/redis.sock', { path: '/run/redis.sock' }],
  ['unix:///run/my%20redis.sock', '/run/my redis.sock', { path: '/run/my redis.sock' }],
])('reads %s', (text, name, options) => {
  expect(parseRedisAddress(text)).toEqual({ name, options });
});

it.each([
  '',
  'localhost',
  'localhost:6379',
  'http://localhost',
  'redis://',
  'redis://host:99999',
  'redis://host/zero',
  'redis://host?family=6',
  'redis://host#x',
  'redis://%ff@host',
  'unix:',
  'unix:/',
  'unix://host/run/redis.sock',
])('does not take %j for an address', (text) => {
  expect(parseRedisAddress(text)).toBeUndefined();
});

it('signs in to a neighbour in the same way, in the only database that a cluster has', () => {
  const seed = parseRedisAddress('rediss://me:x@seed:7000/2') as RedisAddress;
  expect(neighbourOf(seed, '10.0.0.9', 7001)).toEqual({
    name: '10.0.0.9:7001',
    options: { host: '10.0.0.9', port: 7001, username: 'me', password: 'x', tls: {} },
  });
});
