import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileFailure, UpkeepFailure } from './failure.ts';
import type { Sink } from './sink.ts';

/** For its owner only: an export holds what lets people in, if only hashed. */
const MODE = 0o600;

/**
 * A file that is there as a whole or not at all: it is written beside its place under another name, and put there,
 * over what there was, when all of it is on the disk.
 * @throws UpkeepFailure
 */
export async function openPartFile(path: string): Promise<Sink> {
  const part = `${path}.part`;
  let file: FileHandle;
  try {
    const there = await stat(path).catch(() => undefined);
    if (there !== undefined && !there.isFile()) {
      throw new UpkeepFailure(`${path} is there and no file: give another name, or - for the standard output.`);
    }
    // One that a killed export has left. Another's that still runs will find that its own is gone.
    await rm(part, { force: true });
    file = await open(part, 'wx', MODE);
  } catch (error) {
    throw fileFailure('written to', part, error);
  }

  const isOurs = async (): Promise<boolean> => {
    const there = await stat(part).catch(() => undefined);
    return there !== undefined && there.ino === (await file.stat()).ino;
  };
  const guarded = async (step: () => Promise<void>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      throw fileFailure('written to', part, error);
    }
  };
  return {
    write: (text) => guarded(async () => void (await file.writeFile(text))),
    finish: () =>
      guarded(async () => {
        await file.sync();
        if (!(await isOurs())) throw new UpkeepFailure(`${part} has been replaced by somebody else: export again.`);
        await rename(part, path);
        await file.close();
        await syncFolder(dirname(path));
      }),
    abandon: async () => {
      // After `finish` there is none.
      if (await isOurs().catch(() => false)) await rm(part, { force: true });
      await file.close().catch(() => undefined);
    },
  };
}

/** So that the new name outlives a power cut; where a folder cannot be synced there is nothing to be done. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch {
    return;
  } finally {
    await handle?.close();
  }
}
