import { expect, it } from 'vitest';
import { MAX_CLAIMS, MAX_EDITED_SQUARES, MAX_PEOPLE, MAX_TALK_SQUARES } from '../../server/store/memory-limits.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { describeStore } from './store-contract.ts';
import { ADA } from './store-people.ts';

describeStore('the in-process store', async () => {
  const store = createMemoryStore();
  return { connect: async () => store, close: async () => undefined };
});

it('the in-process store is bounded: who signed in longest ago is forgotten first, with their score', async () => {
  const store = createMemoryStore();
  for (let id = 1; id <= MAX_PEOPLE; id++) await store.signUp(`token ${id}`, id, ADA);
  await store.claim(0, 'red', 2, 10, 0);
  expect(await store.signIn('token 1')).toMatchObject({ id: 1, generation: 2 });
  await store.signUp('one more', MAX_PEOPLE + 1, ADA);
  expect(await store.signIn('token 2')).toBeUndefined();
  expect(await store.rankOf(2)).toBeUndefined();
  expect(await store.signIn('token 1')).toMatchObject({ id: 1, generation: 3 });
  expect(await store.signIn('one more')).toMatchObject({ id: MAX_PEOPLE + 1 });
});

it('the in-process store is bounded: it refuses to build in ever more squares, and loses nothing', async () => {
  const store = createMemoryStore();
  for (let sx = 0; sx < MAX_EDITED_SQUARES; sx++) await store.edit({ sx, sy: 0 }, 1, 1);
  await expect(store.edit({ sx: -1, sy: 0 }, 1, 1)).rejects.toMatchObject({ name: 'StoreError', code: 'full' });
  expect(await store.editsOf({ sx: -1, sy: 0 })).toEqual({ revision: 0, tiles: [] });
  expect(await store.edit({ sx: 0, sy: 0 }, 1, 2)).toMatchObject({ revision: 2 });
});

it('the in-process store is bounded: where nobody spoke for longest it is silent, and no id comes again', async () => {
  const store = createMemoryStore();
  const line = { player: 1, name: 'Ada', text: 'hello', atMs: 1 };
  await store.say({ sx: 0, sy: 0 }, line);
  for (let sx = 0; sx < MAX_TALK_SQUARES; sx++) await store.say({ sx, sy: 0 }, line);
  await store.say({ sx: -1, sy: 0 }, line);
  expect(await store.linesOf({ sx: 0, sy: 0 }, 0)).toEqual([]);
  expect((await store.say({ sx: 0, sy: 0 }, line)).id).toBeGreaterThan(2);
});

it('the in-process store is bounded: it refuses to give ever more gems', async () => {
  const store = createMemoryStore();
  for (let i = 0; i < MAX_CLAIMS; i++) await store.take({ type: 'claim', period: 1, gem: `${i}`, player: 1 });
  await expect(store.claim(1, 'one more', 1, 5, 0)).rejects.toMatchObject({ name: 'StoreError', code: 'full' });
  expect(await store.rankOf(1)).toBeUndefined();
  expect(await store.claimed(1, ['one more'])).toEqual(new Set());
  expect(await store.claim(2, 'one more', 1, 5, 2)).toBe(5);
});
