import type { Writable } from 'node:stream';
import { fileFailure, UpkeepFailure } from './failure.ts';

/** Where an export goes. */
export interface Sink {
  write(text: string): Promise<void>;
  /** Everything has been written. */
  finish(): Promise<void>;
  /** It will not be: leaves nothing behind, as far as that can be helped. */
  abandon(): Promise<void>;
}

/** @param name for sentences */
export function streamSink(stream: Writable, name: string): Sink {
  // What goes wrong is told to who wrote.
  stream.on('error', () => undefined);
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (error === null || error === undefined) resolve();
          else reject(failureOf(name, error));
        });
      }),
    finish: async () => undefined,
    abandon: async () => undefined,
  };
}

function failureOf(name: string, error: NodeJS.ErrnoException): UpkeepFailure {
  return error.code === 'EPIPE'
    ? new UpkeepFailure(`Nothing more can be written to ${name}, for its reader is gone.`)
    : fileFailure('written to', name, error);
}
