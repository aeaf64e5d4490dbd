import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { takeMessages } from './read-ahead.ts';

/** As much as a read of the kernel's gives at once, in bytes. */
const READ_BYTES = 1 << 16;

/** What Node's own option for it (`onread` of a socket that connects) sets, which a server's sockets cannot be given. */
interface ReadSlots {
  readonly buffer: symbol;
  readonly take: symbol;
}

/** A socket of the kind that is expected here. */
type Readable = Duplex & Record<symbol, unknown> & { readonly _handle: { useUserBuffer(buffer: Uint8Array): void } };

/**
 * Reads TCP connections past Node's streams: what comes is put into one buffer for all of them, so that a message
 * costs no buffer of its own and no pass through a stream. What it rests on is not documented, so it is taken only where
 * everything is found to be as expected. From the first chunk on that is not made of whole messages the connection
 * is read through its stream again, by ws, as if nothing had been.
 */
export class DirectReads {
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);

  /**
   * @param take gets each message, in bytes that are good until it returns
   * @returns false when nothing has been changed, and the stream is to be read the usual way
   */
  begin(stream: Duplex, take: (message: Buffer) => void): boolean {
    const slots = slotsOf(stream);
    // What came with the request is still to be read from the stream, and comes first.
    if (slots === undefined || stream.readableLength > 0) return false;
    const socket = stream as Readable;
    let isHandedOver = false;
    socket[slots.buffer] = this.#buffer;
    socket[slots.take] = (length: number): boolean => {
      if (!isHandedOver && takeMessages(this.#buffer, length, take)) return true;
      isHandedOver = true;
      return stream.push(Buffer.from(this.#buffer.subarray(0, length)));
    };
    socket._handle.useUserBuffer(this.#buffer);
    return true;
  }
}

/** Where a socket keeps its buffer and who is given what was read; undefined where that is not as expected. */
function slotsOf(stream: Duplex): ReadSlots | undefined {
  if (!(stream instanceof Socket)) return undefined;
  const { _handle: handle } = stream as unknown as { readonly _handle?: Partial<Readable['_handle']> | null };
  if (typeof handle?.useUserBuffer !== 'function') return undefined;
  const symbols = Object.getOwnPropertySymbols(stream);
  const called = (name: string): symbol | undefined => symbols.find(({ description }) => description === name);
  const [buffer, take, next] = ['kBuffer', 'kBufferCb', 'kBufferGen'].map(called);
  if (buffer === undefined || take === undefined || next === undefined) return undefined;
  const slots = stream as unknown as Record<symbol, unknown>;
  return slots[buffer] === null && slots[take] === null && slots[next] === null ? { buffer, take } : undefined;
}
