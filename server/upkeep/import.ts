import type { FileHandle } from 'node:fs/promises';
import type { Store, StoreRecord } from '../store/store.ts';
import { begunSentence, FileFault, fileFailure, sentenceOf, UpkeepFailure } from './failure.ts';
import { linesOf } from './lines.ts';
import type { Progress } from './progress.ts';
import { recordsIn } from './record-file.ts';
import { Tally } from './tally.ts';

export interface ImportOptions {
  /** What the file is called, within a sentence. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Records that a store takes at once: each waits for its disk. */
const BATCH = 128;

/**
 * Reads a file through to its end, without a store.
 * @returns what it holds
 * @throws UpkeepFailure with a sentence on the first thing that is wrong with it
 */
export async function checkFile(file: FileHandle, { name, signal, progress }: ImportOptions): Promise<Tally> {
  const tally = new Tally();
  try {
    for await (const record of recordsIn(linesOf(file))) {
      signal.throwIfAborted();
      tally.add(record);
      progress.show('Checking', tally.things, undefined);
    }
    return tally;
  } catch (error) {
    if (signal.aborted) throw error;
    if (!(error instanceof FileFault)) throw fileFailure('read from', name, error);
    throw new UpkeepFailure(`${error.of(name)}; nothing has been taken in.`);
  }
}

/**
 * Takes everything in, also when some of it has been taken in before.
 * @param expected what the file holds
 * @throws UpkeepFailure that says how far it got
 */
export async function takeFile(file: FileHandle, store: Store, expected: Tally, options: ImportOptions): Promise<void> {
  const { signal, progress } = options;
  const taken = new Tally();
  const takeAll = async (batch: readonly StoreRecord[]): Promise<void> => {
    const outcomes = await Promise.allSettled(batch.map((record) => store.take(record)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    for (const record of batch) taken.add(record);
    progress.show('Importing', taken.things, expected.things);
    signal.throwIfAborted();
  };
  try {
    let batch: StoreRecord[] = [];
    for await (const record of recordsIn(linesOf(file))) {
      batch.push(record);
      if (batch.length < BATCH) continue;
      await takeAll(batch);
      batch = [];
    }
    await takeAll(batch);
  } catch (error) {
    const why = signal.aborted ? 'Stopped' : error instanceof FileFault ? error.of(options.name) : sentenceOf(error);
    const soFar = `${taken.records} of ${expected.records} records have been taken in`;
    throw new UpkeepFailure(`${begunSentence(why)}; ${soFar}, and importing again takes in all.`, { cause: error });
  }
}
