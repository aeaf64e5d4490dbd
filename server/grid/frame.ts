/** Bytes left free in front of a frame, for what a connection puts before it: enough for any header of a WebSocket. */
export const FRAME_HEADROOM = 10;

/** Messages that go out together: finished bytes, made once for all sessions that get them. */
export class Frame {
  /** FRAME_HEADROOM bytes, then the messages. */
  readonly buffer: Uint8Array;
  /** How many news of players it has: motions and enters. */
  readonly updates: number;
  /** The same as it goes onto a connection, with the header in front: kept by whoever sends it first. */
  wire: Uint8Array | undefined;

  constructor(buffer: Uint8Array, updates: number) {
    this.buffer = buffer;
    this.updates = updates;
  }

  /** A frame of messages one after the other. */
  static of(parts: readonly Uint8Array[], updates = 0): Frame {
    let length = FRAME_HEADROOM;
    for (const part of parts) length += part.length;
    const buffer = Buffer.allocUnsafe(length);
    let at = FRAME_HEADROOM;
    for (const part of parts) {
      buffer.set(part, at);
      at += part.length;
    }
    return new Frame(buffer, updates);
  }

  get payload(): Uint8Array {
    return this.buffer.subarray(FRAME_HEADROOM);
  }
}

/** What one flush had to tell and the next one does: a header and messages, in front of that one's own. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly updates: number;
}
