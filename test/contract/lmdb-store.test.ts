import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLmdbStore } from '../../server/store/lmdb-store.ts';
import { LMDB_SCHEMA, type LmdbSchema } from '../../server/store/lmdb-terms.ts';
import { packJson, unpackJson } from '../../server/store/lmdb-values.ts';
import type { Store } from '../../server/store/store.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { StoreProcess } from '../helpers/store-process.ts';
import { ADA } from './store-people.ts';
import { fill, recordsOf } from './store-records.ts';

const TERMS = { world: 'test', seed: 1, terrain: 'meadows' };

let folder: string;
let open: Store[];
let processes: StoreProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flatlands-lmdb-'));
  open = [];
  processes = [];
});

afterEach(async () => {
  await Promise.all(open.map((store) => store.close()));
  await Promise.all(processes.map((each) => each.kill()));
  await rm(folder, { recursive: true, force: true });
});

async function openHere(options: { readonly sharedBy?: string; readonly schema?: LmdbSchema } = {}): Promise<Store> {
  const store = await openLmdbStore({ folder, terms: TERMS, sharedBy: 'one', ...options });
  open.push(store);
  return store;
}

async function openThere(sharedBy = 'one'): Promise<{ readonly store: Store; readonly process: StoreProcess }> {
  const process = new StoreProcess();
  processes.push(process);
  return { process, store: await process.open({ folder, terms: TERMS, sharedBy }) };
}

const closed = async (store: Store): Promise<void> => {
  open = open.filter((each) => each !== store);
  await store.close();
};

describe('a folder', () => {
  it('is made when it is missing, for its owner alone, and keeps everything when it is closed', async () => {
    folder = join(folder, 'new', 'data');
    const store = await openHere();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await fill(store);
    const records = await recordsOf(store);
    await closed(store);
    expect(await recordsOf(await openHere())).toEqual(records);
  });

  it('refuses everything once it is closed, and may be closed twice', async () => {
    const store = await openHere();
    await Promise.all([store.close(), store.close()]);
    await expect(store.signUp('ada', 1, ADA)).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
    await expect(store.editsOf({ sx: 0, sy: 0 })).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
  });

  it('does what was asked for before it is closed', async () => {
    const store = await openHere();
    const asked = Array.from({ length: 200 }, (_, tile) => store.edit({ sx: 0, sy: 0 }, tile, 1));
    await closed(store);
    await Promise.all(asked);
    expect((await (await openHere()).editsOf({ sx: 0, sy: 0 })).revision).toBe(200);
  });
});

describe('a folder belongs to one shard', () => {
  it('whose processes share it, and to no other while one of them lives', async () => {
    const first = await openThere();
    const second = await openThere();
    const taken = { name: 'StoreError', code: 'taken' };
    await expect(openHere({ sharedBy: 'two' })).rejects.toMatchObject(taken);
    await first.process.kill();
    const sentence = `The folder ${folder} is in use by another server (process ${second.process.pid}): stop it, or give another --data.`;
    await expect(openHere({ sharedBy: 'two' })).rejects.toMatchObject({
      ...taken,
      message: sentence,
    });
    // One that stands still is not dead.
    process.kill(second.process.pid, 'SIGSTOP');
    await expect(openHere({ sharedBy: 'two' })).rejects.toMatchObject(taken);
    process.kill(second.process.pid, 'SIGCONT');
    await second.store.signUp('ada', 1, ADA);
    await second.process.kill();
    const heir = await openHere({ sharedBy: 'two' });
    expect(await heir.signIn('ada')).toMatchObject({ id: 1 });
    await expect(openThere('one')).rejects.toMatchObject(taken);
    // The dead have left nothing behind.
    expect((await readdir(folder)).filter((name) => name.endsWith('.sock'))).toHaveLength(1);
  });

  it('also in one process, until it is closed', async () => {
    const store = await openHere();
    await expect(openHere({ sharedBy: 'two' })).rejects.toMatchObject({ code: 'taken' });
    await closed(store);
    await openHere({ sharedBy: 'two' });
  });

  it('and of many shards that come at the same moment one gets it', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => openLmdbStore({ folder, terms: TERMS, sharedBy: `shard ${i}` })),
    );
    const got = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    open.push(...got);
    expect(got).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'taken' });
    }
  });

  it('beside which upkeep may be done', async () => {
    const { store } = await openThere();
    const upkeep = await openLmdbStore({ folder, beside: true });
    open.push(upkeep);
    await store.signUp('ada', 1, ADA);
    expect(await upkeep.info()).toMatchObject({ profiles: 1 });
    expect(await upkeep.forget('Ada')).toBe(1);
    expect(await store.signIn('ada')).toBeUndefined();
  });

  it('and loses nothing while it is opened again and again beside one that writes', async () => {
    const { store } = await openThere();
    const revisions: number[] = [];
    let isOver = false;
    const writer = async (tile: number): Promise<void> => {
      while (!isOver) revisions.push((await store.edit({ sx: 0, sy: 0 }, tile, 1))?.revision ?? 0);
    };
    const writing = Promise.all(Array.from({ length: 4 }, (_, tile) => writer(tile)));
    for (let i = 0; i < 150; i++) await (await openLmdbStore({ folder, beside: true })).close();
    isOver = true;
    await writing;
    expect(revisions.toSorted((a, b) => a - b)).toEqual(revisions.map((_, i) => i + 1));
    expect((await store.editsOf({ sx: 0, sy: 0 })).revision).toBe(revisions.length);
  });

  it('however long its path is', async () => {
    folder = join(folder, 'x'.repeat(200));
    const store = await openHere();
    await expect(openHere({ sharedBy: 'two' })).rejects.toMatchObject({ code: 'taken' });
    await closed(store);
    expect((await readdir(folder)).filter((name) => name.endsWith('.sock'))).toEqual([]);
  });
});

describe('a folder is for one world', () => {
  it.each([
    ['seed', 2, '--seed 1', '--seed 2'],
    ['terrain', 'flat', '--terrain meadows', '--terrain flat'],
    ['world', 'other', '--world test', '--world other'],
  ])('and another %s is refused with a sentence on the flags', async (name, value, theirs, ours) => {
    await closed(await openHere());
    const terms = { ...TERMS, [name]: value };
    const sentence =
      `The folder ${folder} holds a world with ${theirs} and this server was started with ${ours}: ` +
      `start it with ${theirs}, or give another --data.`;
    const refused = { name: 'StoreError', code: 'world', message: sentence };
    await expect(openLmdbStore({ folder, terms, sharedBy: 'one' })).rejects.toMatchObject(refused);
    await openHere();
  });

  it('which is that of the first shard, when a world was brought there before', async () => {
    const upkeep = await openLmdbStore({ folder, beside: true });
    await upkeep.take({ type: 'world', lastId: 1000, worldMs: 5 });
    await upkeep.close();
    const store = await openHere();
    expect(await store.takeIdBlock(0)).toBe(1001);
    await closed(store);
    const terms = { ...TERMS, seed: 2 };
    await expect(openLmdbStore({ folder, terms, sharedBy: 'one' })).rejects.toMatchObject({ code: 'world' });
  });
});

describe('a folder of another schema', () => {
  /** One that keeps Ada in small letters. */
  const NEXT: LmdbSchema = {
    version: LMDB_SCHEMA.version + 2,
    migrations: {
      ...LMDB_SCHEMA.migrations,
      [LMDB_SCHEMA.version]: ({ players }) => {
        for (const { key, value } of [...players.getRange()]) {
          players.put(key, packJson(JSON.parse(JSON.stringify(unpackJson(value)).replace('Ada', 'ada'))));
        }
      },
      [LMDB_SCHEMA.version + 1]: ({ players, meta }) => {
        // What one step has written the next one finds.
        meta.put('migrated', packJson(JSON.stringify(unpackJson(players.get(1) as Buffer)).includes('"ada"')));
      },
    },
  };

  it('is refused when it is newer', async () => {
    await closed(await openHere({ schema: NEXT }));
    const sentence =
      `The folder ${folder} was written by a newer version of Flatlands (schema 3, this one knows 1): ` +
      'run that version or give another --data.';
    await expect(openHere()).rejects.toMatchObject({ name: 'StoreError', code: 'schema', message: sentence });
    await expect(openLmdbStore({ folder, beside: true })).rejects.toMatchObject({ code: 'schema' });
  });

  it('is brought step by step to the present one when it is older, once', async () => {
    const before = await openHere();
    await before.signUp('ada', 1, ADA);
    await closed(before);
    const beside = openLmdbStore({ folder, beside: true, schema: NEXT });
    await expect(beside).rejects.toMatchObject({ code: 'schema', message: expect.stringContaining('older version') });
    const after = await openHere({ schema: NEXT });
    expect((await after.signIn('ada'))?.person.name).toBe('ada');
    await after.rename(1, ADA);
    await closed(after);
    expect((await (await openHere({ schema: NEXT })).signIn('ada'))?.person.name).toBe('Ada');
  });

  it('stays as it is when a step fails', async () => {
    const before = await openHere();
    await before.signUp('ada', 1, ADA);
    await closed(before);
    const broken: LmdbSchema = {
      ...NEXT,
      migrations: {
        ...NEXT.migrations,
        [LMDB_SCHEMA.version + 1]: () => {
          throw new Error('a step too far');
        },
      },
    };
    await expect(openHere({ schema: broken })).rejects.toThrow('a step too far');
    expect((await (await openHere()).signIn('ada'))?.person.name).toBe('Ada');
  });

  it('is refused when nobody knows any more what it was', async () => {
    await closed(await openHere());
    const later: LmdbSchema = { version: 9, migrations: {} };
    const refused = { code: 'schema', message: expect.stringContaining('too old for this one (schema 1)') };
    await expect(openHere({ schema: later })).rejects.toMatchObject(refused);
    await openHere();
  });
});

it.each(['exit', 'throw'] as const)('a process that ends by itself (%s) waits for no write', async (how) => {
  for (let round = 0; round < 5; round++) {
    const { store, process } = await openThere(`round ${round}`);
    let [isAlive, done] = [true, 0];
    const writer = async (sx: number): Promise<void> => {
      while (isAlive) {
        await store.edit({ sx, sy: 0 }, 1, 1);
        done++;
      }
    };
    const writing = Promise.allSettled(Array.from({ length: 30 }, (_, sx) => writer(sx)));
    while (done < 100) await store.worldMs();
    const said = await process.end(how);
    if (how === 'throw') expect(said).toContain('something went wrong');
    isAlive = false;
    await writing;
    const next = await openHere({ sharedBy: 'next' });
    expect(await next.edit({ sx: 0, sy: 0 }, 1, 1)).toBeDefined();
    await closed(next);
  }
});

describe('kill -9', () => {
  it('at a random moment takes nothing that was acknowledged and leaves nothing half done, ten times', async () => {
    const seed = 20_260_801;
    const random = seededRandom(seed);
    const acknowledged = { edits: new Map<string, { revision: number; kind: number }>(), gems: new Set<string>() };
    let [lines, names, count] = [0, 0, 0];
    await (async () => {
      const store = await openHere();
      for (const id of [1, 2, 3]) await store.signUp(`token ${id}`, id, ADA);
      await closed(store);
    })();
    for (let round = 0; round < 10; round++) {
      const { store, process } = await openThere(`round ${round}`);
      let isAlive = true;
      const writer = async (id: number): Promise<void> => {
        for (let i = 0; isAlive; i++) {
          const [tile, kind, gem] = [Math.floor(random() * 40), 1 + Math.floor(random() * 255), `${round}:${id}:${i}`];
          const edited = await store.edit({ sx: id % 2, sy: 0 }, tile, kind);
          const key = `${id % 2} ${tile}`;
          const revision = edited?.revision ?? 0;
          if (revision > (acknowledged.edits.get(key)?.revision ?? 0)) acknowledged.edits.set(key, { revision, kind });
          await store.claim(1, gem, 1 + (id % 3), 1, 0);
          acknowledged.gems.add(gem);
          lines = Math.max(lines, (await store.say({ sx: 0, sy: 0 }, { player: id, name: '', text: gem, atMs: i })).id);
          names = Math.max(names, (await store.rename(1, { name: gem, look: 0 }))?.version ?? 0);
          await store.savePlace(1, { x: i, y: -i });
          count += 4;
        }
      };
      const writing = Promise.allSettled(Array.from({ length: 24 }, (_, id) => writer(id)));
      const [atCount, jitter] = [count + 200 + Math.floor(random() * 2000), Math.floor(random() * 5)];
      while (count < atCount) await store.worldMs();
      for (let i = 0; i < jitter; i++) await store.worldMs();
      await process.kill();
      isAlive = false;
      await writing;

      const found = await openHere({ sharedBy: 'the judge' });
      for (const sx of [0, 1]) {
        const { revision, tiles } = await found.editsOf({ sx, sy: 0 });
        expect(Math.max(...tiles.map((tile) => tile.revision)), `seed ${seed}`).toBe(revision);
        for (const tile of tiles) {
          const known = acknowledged.edits.get(`${sx} ${tile.tile}`);
          expect(tile.revision).toBeGreaterThanOrEqual(known?.revision ?? 0);
          if (tile.revision === known?.revision) expect(tile.kind).toBe(known.kind);
        }
      }
      const gems = [...acknowledged.gems];
      expect((await found.claimed(1, gems)).size, `seed ${seed}`).toBe(gems.length);
      // Not acknowledged, but done: then with its point.
      const scores = (await found.top(10)).reduce((sum, { score }) => sum + score, 0);
      expect((await found.info()).gems).toBe(scores);
      const kept = await found.linesOf({ sx: 0, sy: 0 }, 0);
      expect(kept.at(-1)?.id).toBeGreaterThanOrEqual(lines);
      expect(kept.map(({ id }) => id)).toEqual(kept.map((_, i) => (kept[0]?.id ?? 0) + i));
      const ada = await found.signIn('token 1');
      expect(ada?.person.version).toBeGreaterThanOrEqual(names);
      expect(ada?.place?.y).toBe(0 - (ada?.place?.x ?? 0));
      await closed(found);
    }
    expect(count).toBeGreaterThan(5000);
  });

  it('of one process in the middle of its writes does not keep another from writing', async () => {
    const survivor = await openThere();
    for (let round = 0; round < 5; round++) {
      const victim = await openThere();
      let isAlive = true;
      let done = 0;
      const writer = async (tile: number): Promise<void> => {
        while (isAlive) {
          await victim.store.edit({ sx: 0, sy: 0 }, tile, 1);
          done++;
        }
      };
      const writing = Promise.allSettled(Array.from({ length: 20 }, (_, tile) => writer(tile)));
      while (done < 100) await survivor.store.edit({ sx: 0, sy: 0 }, 500, 1);
      await victim.process.kill();
      isAlive = false;
      await writing;
      // What the victim had committed and not yet acknowledged comes to light with the next write.
      const edited = await survivor.store.edit({ sx: 0, sy: 0 }, 500, 2);
      expect((await survivor.store.editsOf({ sx: 0, sy: 0 })).revision).toBe(edited?.revision);
    }
  });
});
