import { statfsSync } from 'node:fs';
import { StoreError } from './store.ts';

/** With less room than this a file that cannot be written counts as having met a full disk, in bytes. */
export const MIN_FREE_BYTES = 1 << 18;

/** The numbers of the system and of LMDB (negative), and the names of the former. */
const FULL = [27, 28, 122, -30792, 'EFBIG', 'ENOSPC', 'EDQUOT'];
const READ_ONLY = [1, 13, 30, 'EPERM', 'EACCES', 'EROFS'];
const CORRUPT = [-30797, -30796, -30793, -30794];
const UNUSABLE = [20, 21, 36, 40, 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'];
const NO_ANSWER = [5, 'EIO'];

/** The bytes that may still be written to the disk of a folder; undefined when that cannot be told. */
export function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

export const fullError = (folder: string, cause?: unknown): StoreError =>
  new StoreError('full', `The disk of the folder ${folder} is full: make room on it, or give another --data.`, {
    cause,
  });

/** @param damage what was found, as the end of a sentence */
export const corruptError = (folder: string, damage: string, cause?: unknown): StoreError => {
  const advice = 'put a backup in its place (npm run world -- import), or give another --data';
  return new StoreError('corrupt', `The folder ${folder} holds a damaged file: ${damage}; ${advice}.`, { cause });
};

/** What went wrong with a folder, as a sentence for its host. */
export function storeErrorOf(folder: string, error: unknown): StoreError {
  if (error instanceof StoreError) {
    return error.code === 'corrupt' && !error.message.includes(folder)
      ? corruptError(folder, error.message, error)
      : error;
  }
  const { code, message } = error as { readonly code?: string | number; readonly message?: string };
  const is = (codes: readonly (string | number)[]): boolean => code !== undefined && codes.includes(code);
  // A write that is cut short by a full disk comes as an I/O error.
  if (is(FULL) || (is(NO_ANSWER) && (freeBytes(folder) ?? MIN_FREE_BYTES) < MIN_FREE_BYTES)) {
    return fullError(folder, error);
  }
  if (is(READ_ONLY)) {
    const sentence = `The folder ${folder} cannot be written to (${message}): allow it, or give another --data.`;
    return new StoreError('readonly', sentence, { cause: error });
  }
  if (is(UNUSABLE)) {
    const sentence = `The folder ${folder} cannot hold a world (${message}): give another --data.`;
    return new StoreError('unusable', sentence, { cause: error });
  }
  if (is(CORRUPT)) return corruptError(folder, String(message), error);
  return new StoreError('unavailable', `The folder ${folder} cannot be used now: ${message ?? error}.`, {
    cause: error,
  });
}
