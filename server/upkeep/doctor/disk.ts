import { mkdtemp, open, readFile, realpath, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../config.ts';
import { MIN_FREE_BYTES } from '../../store/lmdb-errors.ts';
import { inBytes, inMs, percentileOf } from './figures.ts';
import { type Finding, ok, problem, unknown, warning } from './findings.ts';

/** Below this a world may fill the disk before anybody looks, in bytes. */
const LITTLE_BYTES = 2 ** 30;

/** Writes whose way to the disk is timed, of so many bytes each … */
const WRITES = 50;
const WRITE_BYTES = 4096;
/** … for so long in all, in ms: of a very slow disk a few tell enough. */
const WRITING_MS = 5000;
/** Everything that a player is told was kept has waited for one: half of them longer than this is slow, in ms … */
const SLOW_MS = 20;
/** … and one in a hundred longer than this. */
const VERY_SLOW_MS = 200;

const NETWORK_TYPES =
  /^(nfs4?|cifs|smb3|smbfs|9p|afs|ceph|glusterfs|lustre|beegfs|ocfs2|gfs2|fuse\.(sshfs|glusterfs|ceph|s3fs|rclone))$/;
const MEMORY_TYPES = /^(tmpfs|ramfs|devtmpfs)$/;

export interface Mount {
  readonly point: string;
  readonly type: string;
}

/** The filesystem on which a path lies, by `/proc/mounts`; of several on one place the last one is seen. */
export function mountOf(path: string, mounts: string): Mount | undefined {
  let best: Mount | undefined;
  for (const line of mounts.split('\n')) {
    const [, written, type] = line.split(' ');
    if (written === undefined || type === undefined) continue;
    const point = written.replaceAll(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const isAbove = path === point || path.startsWith(point.endsWith('/') ? point : `${point}/`);
    if (isAbove && point.length >= (best?.point.length ?? 0)) best = { point, type };
  }
  return best;
}

export function mountFinding(folder: string, mount: Mount | undefined): Finding {
  if (mount === undefined) return unknown('disk', `The filesystem of ${folder}`, 'no table of mounts can be read here');
  const found = `The folder ${folder} is on ${mount.type} (${mount.point})`;
  if (NETWORK_TYPES.test(mount.type)) {
    const advice =
      'Give --data a folder on a disk of this machine: LMDB needs memory maps and locks that such a one lacks.';
    return warning('disk', `${found}, which is reached over a network.`, advice);
  }
  if (MEMORY_TYPES.test(mount.type)) {
    const advice = 'Give --data a folder on a disk, or --data none when nothing is to be kept.';
    return warning('disk', `${found}, and is gone with the next start of the machine.`, advice);
  }
  return ok('disk', `${found}.`);
}

export function roomFinding(folder: string, freeBytes: number): Finding {
  const found = `${inBytes(freeBytes)} are free for ${folder}`;
  const advice = 'Make room, or give --data a folder on another disk.';
  if (freeBytes < MIN_FREE_BYTES) return problem('disk', `${found}, too few to begin with.`, advice);
  return freeBytes < LITTLE_BYTES ? warning('disk', `${found}, which is little.`, advice) : ok('disk', `${found}.`);
}

/** @param times how long single writes took to be on the disk, in ms; at least one */
export function syncFinding(times: readonly number[]): Finding {
  const [median, p99] = [percentileOf(times, 50), percentileOf(times, 99)];
  const found = `A write is on the disk after ${inMs(median)} (p99 ${inMs(p99)})`;
  const waits = 'every edit, line of chat and claim is answered only then';
  if (median > SLOW_MS) {
    return warning('disk', `${found}, and ${waits}.`, 'Give --data a folder on a faster disk: an SSD of this machine.');
  }
  if (p99 > VERY_SLOW_MS) {
    return warning('disk', `${found}, and ${waits}.`, 'See what else writes to this disk, or take another.');
  }
  return ok('disk', `${found}; ${waits}.`);
}

/** What the folder of the world is like. It is not made, and what is written to try it is taken away again. */
export async function checkDisk({ data }: Pick<Config, 'data'>, keeper: string): Promise<readonly Finding[]> {
  if (data === null) return [ok('disk', keeper)];
  const advice = 'Let the user of the server write there, or give another --data.';
  let base: string;
  try {
    base = await standing(resolve(data));
  } catch (error) {
    return [problem('disk', `The folder ${data} cannot hold a world (${codeOf(error)}).`, 'Give another --data.')];
  }
  let draft: string;
  try {
    draft = await mkdtemp(join(base, '.flatlands-doctor-'));
  } catch (error) {
    return [problem('disk', `The folder ${data} cannot be written to (${codeOf(error)}).`, advice)];
  }
  try {
    const { bavail, bsize } = await statfs(base);
    return [
      ok('disk', `The folder ${data} can be written to.`),
      roomFinding(data, bavail * bsize),
      mountFinding(data, mountOf(await realpath(base), await readFile('/proc/mounts', 'utf8').catch(() => ''))),
      await timedWrites(join(draft, 'writes')).then(syncFinding, (error: unknown) =>
        problem('disk', `The folder ${data} cannot be written to (${codeOf(error)}).`, advice),
      ),
    ];
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The folder itself, or the one in which it would be made. @throws the system's error when there can be none */
async function standing(folder: string): Promise<string> {
  try {
    if ((await stat(folder)).isDirectory()) return folder;
    throw Object.assign(new Error(`${folder} is a file`), { code: 'it is a file' });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    return await standing(dirname(folder));
  }
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? error);

/** How long each of some writes takes to be on the disk, in ms. */
async function timedWrites(file: string): Promise<number[]> {
  const block = Buffer.alloc(WRITE_BYTES, 1);
  const handle = await open(file, 'wx', 0o600);
  try {
    const times: number[] = [];
    const startedAt = performance.now();
    for (let i = 0; i < WRITES && performance.now() - startedAt < WRITING_MS; i++) {
      const at = performance.now();
      await handle.write(block, 0, WRITE_BYTES, i * WRITE_BYTES);
      await handle.sync();
      times.push(performance.now() - at);
    }
    return times;
  } finally {
    await handle.close();
  }
}
