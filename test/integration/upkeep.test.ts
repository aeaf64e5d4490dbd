import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openLmdbStore } from '../../server/store/lmdb-store.ts';
import { connectRedisCommands } from '../../server/store/redis-commands.ts';
import { createRedisStore } from '../../server/store/redis-store.ts';
import type { Store, StoreRecord } from '../../server/store/store.ts';
import { linesOf } from '../../server/upkeep/lines.ts';
import { FORMAT_VERSION, headerLine, recordsIn } from '../../server/upkeep/record-file.ts';
import { ADA, BOB, SQUARE } from '../contract/store-people.ts';
import { fill, recordsOf } from '../contract/store-records.ts';
import { ADMIN_TOKEN, AdminClient } from '../helpers/admin-client.ts';
import { type ProgramResult, runProgram } from '../helpers/program.ts';
import { RedisCluster } from '../helpers/redis-cluster.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import { StoreProcess } from '../helpers/store-process.ts';
import { TcpProxy } from '../helpers/tcp-proxy.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { until } from '../helpers/until.ts';

const ROOT = join(import.meta.dirname, '../..');
const COMMAND = [process.execPath, '--import', 'tsx', join(ROOT, 'server/upkeep/main.ts')] as const;
const TERMS = { world: 'flatlands', seed: 1, terrain: 'meadows' };
/** What `fill` keeps. */
const INFO = { profiles: 30, edits: 72, gems: 20, chat: 60 };
const IN_WORDS = '30 profiles, 72 edits, 20 gems and 60 lines of chat';

let folder: string;
/** A shard's folder, and the name of a file. */
let data: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flatlands-upkeep-'));
  data = join(folder, 'data');
  file = join(folder, 'world.ndjson');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function world(...args: readonly string[]): Promise<ProgramResult> {
  const [node, ...rest] = COMMAND;
  return runProgram(node, [...rest, ...args], { cwd: ROOT });
}

async function withFolder<T>(path: string, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openLmdbStore({ folder: path, terms: TERMS, sharedBy: 'the test' });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function startRedis(): Promise<RedisServer> {
  const server = await RedisServer.start();
  onTestFinished(() => server.close());
  return server;
}

async function withRedis<T>(server: RedisServer, use: (store: Store) => Promise<T>, name = 'flatlands'): Promise<T> {
  const link = connectRedisCommands({ kind: 'server', address: server.address }, 'test');
  try {
    await until('Redis was there', () => link.trouble === undefined);
    return await use(createRedisStore(link.commands, name));
  } finally {
    await link.close();
  }
}

async function recordsOfFile(path: string): Promise<StoreRecord[]> {
  const handle = await open(path, 'r');
  try {
    const records: StoreRecord[] = [];
    for await (const record of recordsIn(linesOf(handle))) records.push(record);
    return records;
  } finally {
    await handle.close();
  }
}

const done = (stdout: string) => ({ code: 0, stdout: `${stdout}\n`, stderr: '' });
const failed = (stderr: string) => ({ code: 1, stdout: '', stderr: `${stderr}\n` });

it('shows those who look on at /admin how far it is, and how it ended', async () => {
  const app = await startTestApp({ data, adminToken: ADMIN_TOKEN });
  expect(await world('export', file, '--data', data)).toMatchObject({ code: 0 });
  const notices = new AdminClient(app).notices(AbortSignal.timeout(10_000));
  for await (const { topic, value } of notices) {
    if (topic !== 'upkeep') continue;
    expect(value).toMatchObject({ what: 'Exporting', done: 0, of: 0, phase: 'done' });
    break;
  }
});

describe('a world is moved', () => {
  it('from a folder to Redis and from there to another folder, and is the same everywhere', async () => {
    const redis = await startRedis();
    await withFolder(data, fill);
    const records = await withFolder(data, recordsOf);
    const [second, other] = [join(folder, 'second.ndjson'), join(folder, 'other')];

    expect(await world('export', file, '--data', data)).toMatchObject(
      done(`Exported ${IN_WORDS} from ${data} to ${file}.`),
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await world('import', file, '--redis', redis.url)).toMatchObject(
      done(`Imported ${IN_WORDS} to 127.0.0.1:${redis.port}.`),
    );
    expect(await withRedis(redis, recordsOf)).toEqual(records);
    expect(await world('export', second, '--store-redis', redis.url)).toMatchObject({ code: 0 });
    // Twice does no harm, and the folder is made.
    for (let time = 0; time < 2; time++) {
      expect(await world('import', second, '--data', other)).toMatchObject(done(`Imported ${IN_WORDS} to ${other}.`));
      expect(await withFolder(other, recordsOf)).toEqual(records);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('through pipes, and under another name', async () => {
    const redis = await startRedis();
    await withFolder(data, fill);
    const moved = await runProgram(
      'sh',
      ['-c', '"$@" export - --data "$0" | "$@" import - --redis "$URL" --world other', data, ...COMMAND],
      { cwd: ROOT, env: { ...process.env, URL: redis.url } },
    );
    const said = `Exported ${IN_WORDS} from ${data}.\n`;
    expect(moved).toMatchObject({
      code: 0,
      stdout: `Imported ${IN_WORDS} to 127.0.0.1:${redis.port}.\n`,
      stderr: said,
    });
    expect(await withRedis(redis, recordsOf, 'other')).toEqual(await withFolder(data, recordsOf));
    expect(await withRedis(redis, (store) => store.info())).toMatchObject({ profiles: 0, chat: 0 });
    // What cannot be read twice is recognised without a hyphen too.
    const piped = await runProgram(
      'sh',
      ['-c', '"$@" export - --data "$0" | "$@" import /dev/stdin --data "$0.2"', data, ...COMMAND],
      { cwd: ROOT },
    );
    expect(piped).toMatchObject({ code: 0 });
    expect(await withFolder(`${data}.2`, recordsOf)).toEqual(await withFolder(data, recordsOf));
  });

  it('to a Redis Cluster and back', async () => {
    const cluster = await RedisCluster.start();
    onTestFinished(() => cluster.close());
    await withFolder(data, fill);
    const seeds = cluster.masters.map(({ url }) => url).join(',');
    expect(await world('export', file, '--data', data)).toMatchObject({ code: 0 });
    expect(await world('import', file, '--redis-cluster', seeds)).toMatchObject({ code: 0, stderr: '' });
    expect(await world('export', `${file}.2`, '--redis-cluster', seeds)).toMatchObject({ code: 0, stderr: '' });
    const info = await world('info', '--json', '--redis-cluster', seeds);
    expect(JSON.parse(info.stdout)).toMatchObject({ ...INFO, kind: 'redis-cluster', world: 'flatlands' });
    expect(await world('import', `${file}.2`, '--data', `${data}.2`)).toMatchObject({ code: 0 });
    expect(await withFolder(`${data}.2`, recordsOf)).toEqual(await withFolder(data, recordsOf));
  });
});

it('everything works beside a shard that writes, and what was acknowledged before an export is in it', async () => {
  const shard = new StoreProcess();
  onTestFinished(() => shard.kill());
  const store = await shard.open({ folder: data, terms: TERMS, sharedBy: 'one' });
  await fill(store);
  await store.signUp('bob', 1, BOB);
  let [revision, lines, isOver] = [0, 0, false];
  const writer = async (tile: number): Promise<void> => {
    while (!isOver) {
      const edited = await store.edit({ sx: 7, sy: 7 }, tile, 1);
      revision = Math.max(revision, edited?.revision ?? 0);
      const said = await store.say({ sx: 7, sy: 7 }, { player: 1, name: 'Bob', text: 'hello', atMs: 1 });
      lines = Math.max(lines, said.id);
    }
  };
  const writing = Promise.all(Array.from({ length: 8 }, (_, tile) => writer(tile)));
  await until('the shard wrote', () => lines > 100);
  const before = { revision, lines };
  expect(await world('export', file, '--data', data)).toMatchObject({ code: 0 });
  const records = await recordsOfFile(file);
  const of = (type: StoreRecord['type']) =>
    records.find((record) => record.type === type && 'sx' in record && record.sx === 7 && record.sy === 7);
  const [square, chat] = [of('square'), of('chat')];
  expect(square?.type === 'square' && square.edits.revision).toBeGreaterThanOrEqual(before.revision);
  expect(chat?.type === 'chat' && chat.lastId).toBeGreaterThanOrEqual(before.lines);

  const during = lines;
  expect(await world('forget', 'Ada', '--data', data)).toMatchObject(
    done('10 people called "Ada" have been forgotten.'),
  );
  expect(await store.signIn('token-0')).toBeUndefined();
  expect((await world('info', '--json', '--data', data)).code).toBe(0);
  expect(await world('import', file, '--data', data)).toMatchObject({ code: 0, stderr: '' });
  expect(await store.signIn('token-0')).toMatchObject({ person: { name: 'Ada' } });
  await until('the shard goes on writing', () => lines > during);
  isOver = true;
  await writing;
  // The import has taken nothing back that must not go back.
  expect((await store.editsOf({ sx: 7, sy: 7 })).revision).toBe(revision);
});

describe('nothing is taken in', () => {
  /** Each in a file of its own, all at once. */
  async function expectRefusals(...texts: readonly (readonly [text: string | Buffer, line: number, what: string])[]) {
    const outcomes = texts.map(async ([text, line, what], i) => {
      const [path, target] = [join(folder, `${i}.ndjson`), join(folder, `target-${i}`)];
      await writeFile(path, text);
      const refusal = failed(`Line ${line} of ${path}: ${what}; nothing has been taken in.`);
      expect(await world('import', path, '--data', target)).toMatchObject(refusal);
      expect(existsSync(target)).toBe(false);
    });
    await Promise.all(outcomes);
  }

  it('of a file that was cut off or changed', async () => {
    await withFolder(data, fill);
    expect(await world('export', file, '--data', data)).toMatchObject({ code: 0 });
    const text = await readFile(file, 'utf8');
    const lines = text.split('\n');
    const [end, claim] = [lines.length - 1, lines.findLastIndex((line) => line.includes('"claim"'))];
    const changed = (lines[claim] as string).replace(/"player":\d+/, '"player":-5');
    await expectRefusals(
      [
        lines.slice(0, 50).join('\n').concat('\n'),
        51,
        'the file has been cut off here, for the counts at its end are missing',
      ],
      [text.slice(0, -20), end, 'the file has been cut off here'],
      [lines.with(claim, changed).join('\n'), claim + 1, 'player takes a whole number from 1 to 4294967295, not -5'],
      [lines.toSpliced(20, 1).join('\n'), end - 1, `"records" is ${end - 2}, but ${end - 3} came before it`],
    );
  });

  it('of what this version cannot read', async () => {
    const newer = headerLine('flatlands', new Date(0)).replace(
      `"version":${FORMAT_VERSION}`,
      `"version":${FORMAT_VERSION + 1}`,
    );
    const versions = `the file was written by a newer version of Flatlands (format ${FORMAT_VERSION + 1}, this one knows ${FORMAT_VERSION}), which can import it`;
    await expectRefusals(
      [newer, 1, versions],
      ['', 1, 'it is empty'],
      [Buffer.from([0xff, 0xfe, 0x0a]), 1, 'it is no text in UTF-8'],
      ['x'.repeat(2_000_000), 1, 'it is longer than 1048576 bytes'],
      ['{"name":"flatlands"}\n', 1, 'it does not begin like a file that export has written'],
    );
  });

  it('of what is no file', async () => {
    for (const [path, why] of [
      [folder, 'EISDIR'],
      [join(folder, 'none'), 'ENOENT'],
    ]) {
      const { code, stderr } = await world('import', path as string, '--data', data);
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`^Nothing can be read from ${path} \\(${why}: .*\\)\\.\n$`));
    }
    expect(existsSync(data)).toBe(false);
  });
});

describe('where there is no world', () => {
  it('none is made, and that is said', async () => {
    const sentence = (path: string) => failed(`There is no world in the folder ${path}: give the --data of a shard.`);
    const tasks = [
      ['export', file],
      ['info', '--json'],
      ['forget', 'Ada'],
    ];
    const outcomes = await Promise.all(tasks.map((task) => world(...task, '--data', data)));
    for (const outcome of outcomes) expect(outcome).toMatchObject(sentence(data));
    expect(await readdir(folder)).toEqual([]);
    await writeFile(file, '');
    for (const path of [folder, file]) expect(await world('info', '--data', path)).toMatchObject(sentence(path));
    expect(await readdir(folder)).toEqual(['world.ndjson']);
  });

  it('because Redis is away, that is said', async () => {
    const redis = await startRedis();
    await redis.kill();
    expect(await world('info', '--redis', redis.url)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Redis cannot be reached: 127\.0\.0\.1:\d+: .*ECONNREFUSED.*\.\n$/),
    });
  });

  it('because the folder holds something else, that is said', async () => {
    await withFolder(data, fill);
    await writeFile(join(data, 'data.mdb'), 'x'.repeat(10_000));
    expect(await world('info', '--data', data)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^The folder \S+ holds a damaged file: .*\.\n$/),
    });
  });
});

describe('info', () => {
  it('is a table, or one object in JSON', async () => {
    await withFolder(data, fill);
    const table =
      'profiles  30  people\n' +
      'edits     72  tiles that differ from the terrain\n' +
      'gems      20  claims that are still kept\n' +
      'chat      60  lines\n' +
      `in the folder ${data}`;
    expect(await world('info', '--data', data)).toMatchObject(done(table));
    const { code, stdout, stderr } = await world('info', '--json', '--data', data);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ ...INFO, kind: 'lmdb', place: data });
  });

  it('runs as an npm script, and counts an empty Redis too', async () => {
    const redis = await startRedis();
    const args = ['run', '-s', 'world', '--', 'info', '--json', '--redis', redis.url, '--world', 'empty'];
    const { code, stdout } = await runProgram('npm', args, { cwd: ROOT });
    expect(code).toBe(0);
    const place = `127.0.0.1:${redis.port}`;
    const nothing = { profiles: 0, edits: 0, gems: 0, chat: 0 };
    expect(JSON.parse(stdout)).toEqual({ ...nothing, kind: 'redis', place, world: 'empty' });
  });
});

describe('forget', () => {
  it('deletes everybody by a name, says how many they were, and fails when there is nobody', async () => {
    await withFolder(data, async (store) => {
      await store.signUp('ada', 1, ADA);
      await store.say(SQUARE, { player: 1, name: 'Ada', text: 'hello', atMs: 1 });
      await store.signUp('zoe', 2, { ...BOB, name: 'Zo\u00eb' });
    });
    const nobody = failed('Nobody is called "Ada", so nothing has been forgotten.');
    expect(await world('forget', 'Ada', '--data', data)).toMatchObject(
      done('1 person called "Ada" has been forgotten.'),
    );
    expect(await world('forget', 'Ada', '--data', data)).toMatchObject(nobody);
    expect(await withFolder(data, (store) => store.info())).toMatchObject({ profiles: 1, chat: 0 });
    // As some keyboards put it together.
    expect(await world('forget', 'Zoe\u0308', '--data', data)).toMatchObject({ code: 0 });
    expect(await withFolder(data, (store) => store.info())).toMatchObject({ profiles: 0 });
  });
});

describe('a task that is interrupted', () => {
  /** More than is read in one go. */
  const PLAYERS = 3000;

  async function crowd(store: Store): Promise<void> {
    const rest = { type: 'player', generation: 1, place: undefined, home: undefined, score: 1 } as const;
    for (let id = 1; id <= PLAYERS; id += 100) {
      const some = Array.from({ length: 100 }, (_, i) => id + i);
      await Promise.all(
        some.map((one) => store.take({ ...rest, id: one, tokenHash: `t${one}`, person: { ...ADA, version: 1 } })),
      );
    }
  }

  /** Starts a task, and sends it a signal as soon as a condition has come true and Redis has fallen silent. */
  async function interrupted(proxy: TcpProxy, args: readonly string[], condition: () => Promise<boolean> | boolean) {
    const [node, ...rest] = COMMAND;
    const url = `redis://127.0.0.1:${proxy.port}`;
    const child = spawn(node, [...rest, ...args, '--redis', url], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    const closed = once(child, 'close');
    await until('the task was under way', condition);
    proxy.cut();
    child.kill('SIGINT');
    const [code] = await closed;
    return { code, said };
  }

  it('leaves of an export no file, nor part of one, and the old one as it was', async () => {
    const redis = await startRedis();
    const proxy = await TcpProxy.start(redis.port);
    onTestFinished(() => proxy.close());
    await withRedis(redis, crowd);
    await writeFile(file, 'the old one');
    expect(await interrupted(proxy, ['export', file], () => existsSync(`${file}.part`))).toEqual({
      code: 130,
      said: 'Stopped.\n',
    });
    expect(await readdir(folder)).toEqual(['world.ndjson']);
    expect(await readFile(file, 'utf8')).toBe('the old one');
  });

  it('and was an import says how far it got, and is done when it is done again', async () => {
    const redis = await startRedis();
    const proxy = await TcpProxy.start(redis.port);
    onTestFinished(() => proxy.close());
    await withFolder(data, crowd);
    expect(await world('export', file, '--data', data)).toMatchObject({ code: 0 });
    const isBegun = async (): Promise<boolean> => Number(await redis.command('DBSIZE')) > 0;
    const { code, said } = await interrupted(proxy, ['import', file], isBegun);
    expect(said).toMatch(/^Stopped; \d+ of 3001 records have been taken in, and importing again takes in all\.\n$/);
    expect(code).toBe(130);
    expect(await world('import', file, '--redis', redis.url)).toMatchObject({ code: 0 });
    expect(await withRedis(redis, recordsOf)).toEqual(await withFolder(data, recordsOf));
  });

  it('because its disk cannot take it leaves nothing of an export, and a killed one stands in the way of nobody', async () => {
    await withFolder(data, fill);
    await writeFile(`${file}.part`, 'of an export that was killed');
    expect(await world('export', file, '--data', data)).toMatchObject({ code: 0 });
    expect((await readdir(folder)).toSorted()).toEqual(['data', 'world.ndjson']);
    const nowhere = join(folder, 'nowhere/world.ndjson');
    expect(await world('export', nowhere, '--data', data)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Nothing can be written to \S+ \(ENOENT: .*\)\.\n$/),
    });
    const noFile = failed(`${data} is there and no file: give another name, or - for the standard output.`);
    expect(await world('export', data, '--data', data)).toMatchObject(noFile);
    const [node, ...rest] = COMMAND;
    const full = ['-c', '"$@" > /dev/full', 'sh', node, ...rest, 'export', '-', '--data', data];
    const { code, stderr } = await runProgram('sh', full, { cwd: ROOT });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Nothing can be written to the standard output \(ENOSPC: .*\)\.\n$/);
  });
});

it('wrong usage ends with status 2, a sentence and the usage', async () => {
  const { code, stdout, stderr } = await world('forget');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('forget takes a NAME, and none is given.\n');
  expect(stderr).toContain('npm run world -- export FILE');
  expect(await world('--help')).toMatchObject({ code: 0, stderr: '' });
});
