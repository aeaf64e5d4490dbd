import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { openLmdbStore } from '../../server/store/lmdb-store.ts';
import { StoreProcess } from '../helpers/store-process.ts';
import { describeStore, type StoreUnderTest } from './store-contract.ts';

const terms = { world: 'test', seed: 1, terrain: 'meadows' };

async function folderOf(connect: StoreOpener): Promise<StoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'flatlands-lmdb-'));
  return {
    connect: () => connect({ folder, terms, sharedBy: 'one shard' }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

type StoreOpener = typeof openLmdbStore;

describeStore('the store in a folder', () => folderOf(openLmdbStore));

describe('in several processes', () => {
  let processes: StoreProcess[] = [];
  beforeAll(() => {
    processes = [new StoreProcess(), new StoreProcess(), new StoreProcess()];
  });
  afterAll(() => Promise.all(processes.map((each) => each.kill())));

  describeStore('the store in a folder that three processes share', () => {
    let turn = 0;
    return folderOf((options) => (processes[turn++ % processes.length] as StoreProcess).open(options));
  });
});
