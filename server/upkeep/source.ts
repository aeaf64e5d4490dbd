import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { fileFailure } from './failure.ts';

const MODE = 0o600;

/**
 * Opens what is to be imported so that it can be read twice; what comes through a pipe is put on the disk first, in a
 * file without a name, of which nothing is left however this process ends.
 * @param path `-` for the standard input
 * @throws UpkeepFailure, or the signal's reason
 */
export async function openSource(path: string, stdin: Readable, signal: AbortSignal): Promise<FileHandle> {
  try {
    if (path === '-') return await spool(stdin, signal);
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    return await spool(file.createReadStream(), signal);
  } catch (error) {
    if (signal.aborted) throw error;
    throw fileFailure('read from', sourceName(path), error);
  }
}

export const sourceName = (path: string): string => (path === '-' ? 'the standard input' : path);

async function spool(from: Readable, signal: AbortSignal): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'flatlands-import-'));
  let file: FileHandle;
  try {
    file = await open(join(folder, 'spool'), 'wx+', MODE);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  try {
    for await (const piece of addAbortSignal(signal, from)) await file.writeFile(piece as Buffer);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
