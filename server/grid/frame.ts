/**
 * Bytes of the header that a connection puts before a frame of so many bytes: that of a WebSocket, whose server does not
 * mask (RFC 6455, section 5.2).
 */
export const headroomOf = (length: number): number => (length < 126 ? 2 : length < 0x10000 ? 4 : 10);

/** The most that can be. */
export const MAX_HEADROOM = 10;

/** Messages that go out together: finished bytes, made once for all sessions that get them. */
export class Frame {
  /** The room for the header, then the messages. */
  readonly buffer: Uint8Array;
  readonly headroom: number;
  /** How many news of players it has: motions and enters. */
  readonly updates: number;
  /** Whether the header is there: whoever sends the frame first writes it. */
  hasHeader = false;

  constructor(buffer: Uint8Array, headroom: number, updates: number) {
    this.buffer = buffer;
    this.headroom = headroom;
    this.updates = updates;
  }

  /** A frame of messages one after the other. */
  static of(parts: readonly Uint8Array[], updates = 0): Frame {
    let length = 0;
    for (const part of parts) length += part.length;
    const headroom = headroomOf(length);
    const buffer = Buffer.allocUnsafe(headroom + length);
    let at = headroom;
    for (const part of parts) {
      buffer.set(part, at);
      at += part.length;
    }
    return new Frame(buffer, headroom, updates);
  }

  get payload(): Uint8Array {
    return this.buffer.subarray(this.headroom);
  }
}

/** What one flush had to tell and the next one does: a header and messages, in front of that one's own. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly updates: number;
}
