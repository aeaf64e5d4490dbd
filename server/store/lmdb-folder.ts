import { randomBytes } from 'node:crypto';
import { accessSync, constants, linkSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findDamage } from './lmdb-check.ts';
import { corruptError, freeBytes, fullError, MIN_FREE_BYTES, storeErrorOf } from './lmdb-errors.ts';
import { StoreError } from './store.ts';

/** More than LMDB's table of readers ever is. */
const LOCK_BYTES = 16_384;
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 50;

/**
 * Makes the folder if need be, and sees to it that LMDB can be let loose on it: what it would not survive is found
 * out here.
 * @throws StoreError with a sentence for the host
 */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!statSync(folder).isDirectory()) {
      throw new StoreError('unusable', `The folder ${folder} is a file: give another --data.`);
    }
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    await checkData(folder);
    if ((freeBytes(folder) ?? Number.POSITIVE_INFINITY) < MIN_FREE_BYTES) throw fullError(folder);
    writeLockFile(folder);
  } catch (error) {
    throw storeErrorOf(folder, error);
  }
}

/** Somebody may just be making the file, or writing where it is read, so it is looked at more than once. */
async function checkData(folder: string): Promise<void> {
  for (let look = 1; ; look++) {
    const damage = findDamage(join(folder, 'data.mdb'));
    if (damage === undefined) return;
    if (look === LOOKS) throw corruptError(folder, damage);
    await pause(BETWEEN_LOOKS_MS);
  }
}

/**
 * LMDB writes to its lock file through memory, and would not survive finding no room for it. So it gets its room
 * here, unless it is there: in one step, since somebody may be about to use it.
 */
function writeLockFile(folder: string): void {
  const draft = join(folder, `lock-${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeFileSync(draft, Buffer.alloc(LOCK_BYTES), { mode: 0o600, flag: 'wx' });
    linkSync(draft, join(folder, 'lock.mdb'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
