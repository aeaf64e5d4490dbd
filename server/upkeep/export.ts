import type { Store } from '../store/store.ts';
import type { Progress } from './progress.ts';
import { endLine, headerLine, recordLine } from './record-file.ts';
import type { Sink } from './sink.ts';
import { Tally, thingsOf } from './tally.ts';

export interface ExportOptions {
  /** What the world is called. */
  readonly world: string;
  readonly date: Date;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Written in one go, in UTF-16 units. */
const WRITE_UNITS = 1 << 16;

/**
 * Writes out everything that a store keeps. What changes meanwhile is in it as it was or as it is.
 * @returns what has been written; otherwise the sink has been abandoned
 */
export async function exportWorld(store: Store, sink: Sink, options: ExportOptions): Promise<Tally> {
  const { world, date, signal, progress } = options;
  try {
    const expected = progress.isSeen ? thingsOf(await store.info()) : undefined;
    const tally = new Tally();
    let text = headerLine(world, date);
    for await (const record of store.records()) {
      signal.throwIfAborted();
      tally.add(record);
      text += recordLine(record);
      if (text.length >= WRITE_UNITS) {
        await sink.write(text);
        text = '';
      }
      progress.show('Exporting', tally.things, expected);
    }
    await sink.write(text + endLine(tally));
    signal.throwIfAborted();
    await sink.finish();
    return tally;
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}
