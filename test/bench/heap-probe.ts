import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';

/** What a process uses, in bytes. */
export interface MemoryUse {
  /** Resident, of the whole process. */
  readonly resident: number;
  /** Objects of JavaScript that are alive, with the buffers that belong to them. */
  readonly heap: number;
}

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize?: number;
}

/** One collection leaves what the finalisers of the first let go of. */
const COLLECTIONS = 3;
const PAGE_BYTES = 4096;

/** Resident memory of a process, in bytes. @throws Error when there is no such process */
export function residentBytesOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES;
}

/**
 * What a server that runs with `--inspect` uses once its garbage has been collected, asked through its inspector: the
 * program itself runs as it always does. The connection lasts no longer than the question.
 */
export async function settledMemoryOf(pid: number, inspectorUrl: string): Promise<MemoryUse> {
  const socket = new WebSocket(inspectorUrl, { perMessageDeflate: false });
  await once(socket, 'open');
  let n = 0;
  const ask = async (method: string): Promise<unknown> => {
    const answered = once(socket, 'message');
    socket.send(JSON.stringify({ id: ++n, method }));
    const { result, error } = JSON.parse(String((await answered)[0])) as { result?: unknown; error?: unknown };
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  };
  try {
    for (let i = 0; i < COLLECTIONS; i++) await ask('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize = 0 } = (await ask('Runtime.getHeapUsage')) as HeapUsage;
    return { resident: residentBytesOf(pid), heap: usedSize + backingStorageSize };
  } finally {
    socket.terminate();
  }
}
