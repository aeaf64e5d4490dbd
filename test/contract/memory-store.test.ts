import { expect, it } from 'vitest';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { describeStore } from './store-contract.ts';

describeStore('the in-process store', async () => {
  const store = createMemoryStore();
  return { connect: async () => store, close: async () => undefined };
});

it('the in-process store is bounded: who signed in longest ago is forgotten first', async () => {
  const store = createMemoryStore();
  for (let id = 1; id <= 100_000; id++) await store.signUp(`token ${id}`, id);
  expect(await store.signIn('token 1')).toMatchObject({ id: 1, generation: 2 });
  await store.signUp('one more', 100_001);
  expect(await store.signIn('token 2')).toBeUndefined();
  expect(await store.signIn('token 1')).toMatchObject({ id: 1, generation: 3 });
  expect(await store.signIn('one more')).toMatchObject({ id: 100_001 });
});
