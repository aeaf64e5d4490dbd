import { FRAME_HEADROOM, type Frame } from '../grid/frame.ts';

/** A final fragment of binary data (RFC 6455, section 5.2). */
const BINARY = 0x82;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/**
 * A frame as it goes onto a connection: the header is written into the room in front of the messages, once, whoever
 * sends it (RFC 6455, section 5.2; a server does not mask).
 */
export function wireOf(frame: Frame): Uint8Array {
  frame.wire ??= finished(frame.buffer);
  return frame.wire;
}

function finished(buffer: Uint8Array): Uint8Array {
  const length = buffer.length - FRAME_HEADROOM;
  if (length < LENGTH_16) {
    buffer[FRAME_HEADROOM - 2] = BINARY;
    buffer[FRAME_HEADROOM - 1] = length;
    return buffer.subarray(FRAME_HEADROOM - 2);
  }
  if (length < 0x10000) {
    buffer[FRAME_HEADROOM - 4] = BINARY;
    buffer[FRAME_HEADROOM - 3] = LENGTH_16;
    buffer[FRAME_HEADROOM - 2] = length >> 8;
    buffer[FRAME_HEADROOM - 1] = length & 0xff;
    return buffer.subarray(FRAME_HEADROOM - 4);
  }
  const view = new DataView(buffer.buffer, buffer.byteOffset);
  view.setUint8(0, BINARY);
  view.setUint8(1, LENGTH_64);
  view.setBigUint64(2, BigInt(length));
  return buffer;
}
