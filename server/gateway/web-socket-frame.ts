import type { Frame } from '../grid/frame.ts';

/** A final fragment of binary data (RFC 6455, section 5.2). */
const BINARY = 0x82;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/**
 * A frame as it goes onto a connection: the header is written into the room in front of the messages, once, whoever
 * sends it (RFC 6455, section 5.2; a server does not mask).
 */
export function wireOf(frame: Frame): Uint8Array {
  const { buffer } = frame;
  if (!frame.hasHeader) {
    writeHeader(buffer, buffer.length - frame.headroom);
    frame.hasHeader = true;
  }
  return buffer;
}

function writeHeader(buffer: Uint8Array, length: number): void {
  buffer[0] = BINARY;
  if (length < LENGTH_16) buffer[1] = length;
  else if (length < 0x10000) {
    buffer[1] = LENGTH_16;
    buffer[2] = length >> 8;
    buffer[3] = length & 0xff;
  } else {
    buffer[1] = LENGTH_64;
    new DataView(buffer.buffer, buffer.byteOffset).setBigUint64(2, BigInt(length));
  }
}
