import type { FileHandle } from 'node:fs/promises';
import { FileFault } from './failure.ts';

export interface TextLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** False for what comes after the last line break. */
  readonly isEnded: boolean;
}

/** Many times the largest record: a square on which everything is built. */
export const MAX_LINE_BYTES = 1 << 20;
const CHUNK_BYTES = 1 << 16;
const LINE_BREAK = 10;

/**
 * The lines of a file, from its beginning, of bounded length.
 * @throws FileFault for a line that is too long or no UTF-8, else the system's errors
 */
export async function* linesOf(file: FileHandle): AsyncGenerator<TextLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let begun = Buffer.alloc(0);
  let number = 1;
  const lineOf = (bytes: Buffer, isEnded: boolean): TextLine => {
    try {
      return { number, text: decoder.decode(bytes), isEnded };
    } catch {
      throw new FileFault(number, 'it is no text in UTF-8');
    }
  };
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const read = chunk.subarray(0, bytesRead);
    let from = 0;
    for (let at = read.indexOf(LINE_BREAK); at >= 0; at = read.indexOf(LINE_BREAK, from)) {
      yield lineOf(Buffer.concat([begun, read.subarray(from, at)]), true);
      begun = Buffer.alloc(0);
      from = at + 1;
      number++;
    }
    begun = Buffer.concat([begun, read.subarray(from)]);
    if (begun.length > MAX_LINE_BYTES) throw new FileFault(number, `it is longer than ${MAX_LINE_BYTES} bytes`);
  }
  if (begun.length > 0) yield lineOf(begun, false);
}
