import type { Duplex } from 'node:stream';
import { MAX_CLIENT_FRAME_BYTES } from '../../shared/constants.ts';

/** The first byte of a message in one fragment of binary data (RFC 6455, section 5.2). */
const BINARY = 0x82;
/** In the second byte: what a client sends is masked. The rest is the length, or says that it is in the next two bytes. */
const MASKED = 0x80;
const LONGEST = 125;
const LENGTH_FOLLOWS = 126;
/** Both bytes and the mask; and with a length of its own between them. */
const HEADER = 6;
const LONG_HEADER = 8;

/**
 * Takes a client's messages off a connection before ws does, as long as every chunk holds nothing but whole
 * messages in binary: nearly all that a client ever sends. With the first chunk that holds anything else — a part of a
 * message, one too long, a ping, the end — ws takes over for good, at the boundary of a message. Where ws does not listen
 * the way that is expected here it keeps the connection.
 */
export function readAhead(stream: Duplex, take: (message: Buffer) => void): void {
  const listeners = stream.listeners('data') as ((chunk: Buffer) => void)[];
  const [handOver] = listeners;
  if (handOver === undefined || listeners.length > 1) return;
  const read = (chunk: Buffer): void => {
    if (takeMessages(chunk, chunk.length, take)) return;
    stream.off('data', read);
    stream.on('data', handOver);
    handOver.call(stream, chunk);
  };
  stream.off('data', handOver);
  stream.on('data', read);
}

/**
 * Gives out the messages in the first so many bytes of a buffer, unmasked in place; false, and all is as it was, when
 * those are not made of whole ones.
 */
export function takeMessages(chunk: Buffer, length: number, take: (message: Buffer) => void): boolean {
  if (!isSimple(chunk, length)) return false;
  takeAll(chunk, length, take);
  return true;
}

function isSimple(chunk: Buffer, length: number): boolean {
  let at = 0;
  while (at + HEADER <= length) {
    const size = (chunk[at + 1] as number) - MASKED;
    if (chunk[at] !== BINARY || size < 0 || size > LENGTH_FOLLOWS) return false;
    if (size <= LONGEST) at += HEADER + size;
    else {
      const long = longAt(chunk, at);
      if (long > MAX_CLIENT_FRAME_BYTES) return false;
      at += LONG_HEADER + long;
    }
  }
  return at === length;
}

function takeAll(chunk: Buffer, length: number, take: (message: Buffer) => void): void {
  for (let at = 0; at < length; ) {
    const size = (chunk[at + 1] as number) - MASKED;
    const begin = at + (size <= LONGEST ? HEADER : LONG_HEADER);
    const end = begin + (size <= LONGEST ? size : longAt(chunk, at));
    for (let i = begin; i < end; i++)
      chunk[i] = (chunk[i] as number) ^ (chunk[begin - 4 + ((i - begin) & 3)] as number);
    take(chunk.subarray(begin, end));
    at = end;
  }
}

/** The length that follows the first two bytes of a message. */
const longAt = (chunk: Buffer, at: number): number => ((chunk[at + 2] as number) << 8) | (chunk[at + 3] as number);
