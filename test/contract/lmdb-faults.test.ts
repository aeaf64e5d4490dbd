import { chmod, cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LmdbStoreOptions, openLmdbStore } from '../../server/store/lmdb-store.ts';
import { type Store, StoreError, type StoreRecord } from '../../server/store/store.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { StoreProcess } from '../helpers/store-process.ts';
import { TightDisk } from '../helpers/tight-disk.ts';
import { ADA } from './store-people.ts';
import { fill, recordsOf } from './store-records.ts';

const optionsOf = (folder: string): LmdbStoreOptions => ({
  folder,
  terms: { world: 'test', seed: 1, terrain: 'meadows' },
  sharedBy: 'one',
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flatlands-faults-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What opening a folder rejects with. */
async function refusalOf(path: string): Promise<unknown> {
  try {
    await (await openLmdbStore(optionsOf(path))).close();
  } catch (error) {
    return error;
  }
  throw new Error(`${path} was opened.`);
}

const refused = (code: StoreError['code'], path: string) => ({
  name: 'StoreError',
  code,
  message: expect.stringMatching(new RegExp(`^The (folder|disk of the folder) ${path} .*--data\\.$`)),
});

describe('a place where no world can be kept is refused with a sentence', () => {
  it('when it is a file, or lies below one', async () => {
    const file = join(folder, 'file');
    await writeFile(file, 'something');
    expect(await refusalOf(file)).toMatchObject(refused('unusable', file));
    expect(await refusalOf(join(file, 'data'))).toMatchObject(refused('unusable', join(file, 'data')));
    expect(await readFile(file, 'utf8')).toBe('something');
  });

  it('when a folder stands where its file should', async () => {
    await mkdir(join(folder, 'data.mdb'));
    expect(await refusalOf(folder)).toMatchObject({ name: 'StoreError' });
  });

  it('when it is not allowed', async () => {
    const isRoot = process.getuid?.() === 0;
    await mkdir(join(folder, 'data'));
    await chmod(join(folder, 'data'), 0o500);
    // To root everything is allowed.
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(await refusalOf(join(folder, 'data'))).toMatchObject(refused('readonly', join(folder, 'data')));
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('when it is on a disk that may not be written to', async () => {
    const disk = await TightDisk.mount(2 ** 22);
    const data = join(disk?.folder ?? folder, 'data');
    try {
      const store = await openLmdbStore(optionsOf(data));
      await store.close();
      if (disk === undefined) await chmod(data, 0o500);
      else await disk.makeReadOnly();
      expect(await refusalOf(data)).toMatchObject(refused('readonly', data));
    } finally {
      await chmod(data, 0o700).catch(() => undefined);
      await disk?.close();
    }
  });
});

describe('a full disk', () => {
  /** Makes a folder full while a store writes there: its own, or the file that its process may make. */
  async function fillUp(path: string, process: StoreProcess, refusal: object): Promise<[Store, number]> {
    const store = await process.open(optionsOf(path));
    for (const id of [1, 2, 3]) await store.signUp(`token ${id}`, id, ADA);
    let acknowledged = 0;
    const failures: unknown[] = [];
    // Many at once, each in squares of its own, so that the file has to grow.
    await Promise.all(
      Array.from({ length: 20 }, async (_, writer) => {
        for (let i = 0; failures.length < 100; i++) {
          try {
            await store.claim(1, `${writer}:${i}`.padEnd(400, 'x'), 1 + (writer % 3), 1, 0);
            acknowledged++;
          } catch (error) {
            failures.push(error);
          }
        }
      }),
    );
    for (const failure of failures) expect(failure).toMatchObject(refusal);
    return [store, acknowledged];
  }

  /** Gems and points go together, and what was acknowledged is there. */
  async function expectWhole(store: Store, acknowledged: number): Promise<void> {
    const points = (await store.top(10)).reduce((sum, { score }) => sum + score, 0);
    expect(points).toBeGreaterThanOrEqual(acknowledged);
    expect((await store.info()).gems).toBe(points);
    expect((await recordsOf(store)).filter(({ type }) => type === 'claim')).toHaveLength(points);
  }

  it('refuses what cannot be kept, breaks nothing, and is no trouble any more once there is room', async () => {
    const disk = await TightDisk.mount(2 ** 20);
    const data = join(disk?.folder ?? folder, 'data');
    const tight = new StoreProcess(disk === undefined ? { maxFileBytes: 2 ** 20 } : {});
    const roomy = new StoreProcess();
    try {
      // A write that is cut short on a disk with room is an I/O error, whatever was in its way.
      const refusal = disk === undefined ? { name: 'StoreError' } : refused('full', data);
      const [store, acknowledged] = await fillUp(data, tight, refusal);
      expect(acknowledged).toBeGreaterThan(100);
      await expectWhole(store, acknowledged);
      if (disk === undefined) await tight.kill();
      else await disk.resize(2 ** 24);
      const after = disk === undefined ? await roomy.open(optionsOf(data)) : store;
      await after.claim(1, 'after', 1, 1, 0);
      await expectWhole(after, acknowledged + 1);
      await after.close();
      const again = await openLmdbStore(optionsOf(data));
      await expectWhole(again, acknowledged + 1);
      await again.close();
    } finally {
      await Promise.all([tight.kill(), roomy.kill()]);
      await disk?.close();
    }
  });

  it('is found out before anything is written', async () => {
    const disk = await TightDisk.mount(2 ** 17);
    if (disk === undefined) return;
    try {
      expect(await refusalOf(disk.folder)).toMatchObject(refused('full', disk.folder));
    } finally {
      await disk.close();
    }
  });

  it('does not break a store that somebody else fills it up for', async () => {
    const disk = await TightDisk.mount(2 ** 20);
    const data = join(disk?.folder ?? folder, 'data');
    const crowded = new StoreProcess(disk === undefined ? { maxFileBytes: 2 ** 17 } : {});
    try {
      const store = await crowded.open(optionsOf(data));
      const hog = join(disk?.folder ?? folder, 'hog');
      if (disk !== undefined) await writeFile(hog, Buffer.alloc(2 ** 21)).catch(() => undefined);
      let refusal: unknown;
      for (let i = 1; refusal === undefined; i++) {
        refusal = await store.signUp(`token ${i}`.padEnd(200, 'x'), i, ADA).catch((error: unknown) => error);
        if (i > 5000) throw new Error('The disk is never full.');
      }
      expect(refusal).toMatchObject(refused('full', data));
      const { profiles } = await store.info();
      expect(await store.signIn('nobody')).toBeUndefined();
      if (disk !== undefined) {
        await rm(hog);
        await store.signUp('one more', 99_999, ADA);
        expect(await store.info()).toMatchObject({ profiles: profiles + 1 });
      }
    } finally {
      await crowded.kill();
      await disk?.close();
    }
  });
});

describe('a damaged file', () => {
  let whole: string;
  let records: StoreRecord[];
  let victim: StoreProcess;

  beforeAll(async () => {
    whole = await mkdtemp(join(tmpdir(), 'flatlands-whole-'));
    const store = await openLmdbStore(optionsOf(whole));
    await fill(store);
    // Values on pages of their own, and pages that are free.
    await Promise.all(Array.from({ length: 900 }, (_, tile) => store.edit({ sx: 1, sy: 1 }, tile, 1)));
    for (let i = 0; i < 300; i++)
      await store.say({ sx: i % 40, sy: 7 }, { player: 1, name: 'A', text: 'hi', atMs: 9_999 });
    records = await recordsOf(store);
    await store.close();
    victim = new StoreProcess();
  });

  afterAll(async () => {
    await victim.kill();
    await rm(whole, { recursive: true, force: true });
  });

  /** Opens a damaged copy and uses all of it; the process must live on. Gives whether the damage was found. */
  async function isFound(path: string): Promise<boolean> {
    try {
      const store = await victim.open(optionsOf(path));
      try {
        expect(await recordsOf(store)).toEqual(records);
        const outcomes = await Promise.allSettled(
          Array.from({ length: 100 }, (_, i) => [
            store.signUp(`more ${i}`, i, ADA),
            store.edit({ sx: i % 7, sy: 0 }, i, 1),
            store.claim(1, `more ${i}`, i, 1, 0),
            store.say({ sx: 0, sy: i % 7 }, { player: i, name: 'A', text: 'hi', atMs: 9_999 }),
          ]).flat(),
        );
        for (const outcome of outcomes)
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StoreError);
        return false;
      } finally {
        await store.close();
      }
    } catch (error) {
      expect(error).toMatchObject(refused('corrupt', path));
      return true;
    }
  }

  async function copy(name: string): Promise<string> {
    const path = join(folder, name);
    await cp(whole, path, { recursive: true });
    return path;
  }

  it('is used without a word when nothing is damaged', async () => {
    expect(await isFound(await copy('copy'))).toBe(false);
  });

  it('ends no process and shows nothing wrong, wherever the damage is', async () => {
    const seed = 7;
    const random = seededRandom(seed);
    const bytes = await readFile(join(whole, 'data.mdb'));
    let found = 0;
    for (let round = 0; round < 80; round++) {
      const damaged = Buffer.from(bytes);
      const anywhere = Math.floor(random() * damaged.length);
      // A few bytes at the beginning of a page, where it hurts; or more than a key has, up to several pages.
      const isHead = random() < 0.5;
      const length = isHead ? 1 + Math.floor(random() * 8) : 64 + Math.floor(random() ** 3 * 9000);
      const at = isHead ? anywhere - (anywhere % 4096) + Math.floor(random() * 32) : anywhere;
      for (let i = at; i < Math.min(at + length, damaged.length); i++) damaged[i] = Math.floor(random() * 256);
      const path = await copy(`round-${round}`);
      await writeFile(join(path, 'data.mdb'), damaged);
      if (await isFound(path)) found++;
      expect(victim.exitCode, `seed ${seed}, round ${round}`).toBeNull();
      await rm(path, { recursive: true });
    }
    // The others lie where nothing is kept.
    expect(found).toBeGreaterThan(30);
  });

  it('is found when its end is missing', async () => {
    const { length } = await readFile(join(whole, 'data.mdb'));
    for (const rest of [0, 1, 100, 4096, 5000, 8192, 12_288, length / 4, length / 2, length - 4097]) {
      const path = await copy(`rest-${rest}`);
      await truncate(join(path, 'data.mdb'), Math.floor(rest));
      // Its last page may be a free one.
      const isWhole = rest === length - 4097 && !(await isFound(path));
      if (!isWhole) expect(await isFound(path), `${rest} bytes`).toBe(true);
    }
    expect(victim.exitCode).toBeNull();
  });

  it('is found when it is something else, and left as it is', async () => {
    const path = join(folder, 'other');
    await mkdir(path);
    await writeFile(join(path, 'data.mdb'), 'something else altogether '.repeat(1000));
    expect(await isFound(path)).toBe(true);
    expect(await readFile(join(path, 'data.mdb'), 'utf8')).toContain('something else altogether');
  });

  it('is no trouble where it is only the list of who reads', async () => {
    const path = await copy('locks');
    await writeFile(join(path, 'lock.mdb'), Buffer.alloc(9000, 0x5a));
    expect(await isFound(path)).toBe(false);
    await writeFile(join(path, 'lock.mdb'), '');
    const store = await victim.open(optionsOf(path));
    await store.close();
  });
});
