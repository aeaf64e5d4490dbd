import { SERVER_TYPE } from '../../shared/protocol.ts';
import { type Block, Frame, headroomOf, MAX_HEADROOM } from './frame.ts';
import type { GridSquare } from './grid-square.ts';
import type { SquareDelta } from './replica.ts';

/** Most bytes of the head of a `motions` or `check` message: array, type, and the length of the records. */
const RECORDS_HEAD = 7;

/** Frames share buffers of this size: one of a larger size is had by a frame that needs it. */
const BUFFER_BYTES = 1 << 16;

/**
 * Puts the deltas of squares together, in the order that PROTOCOL.md asks for. A frame is a part of the buffer it was
 * written into: nothing is copied, and nothing written again.
 */
export class FrameWriter {
  #bytes = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** Up to here the buffer belongs to frames. */
  #taken = 0;
  /** The messages being written. */
  #from = MAX_HEADROOM;
  #at = MAX_HEADROOM;
  #updates = 0;
  #isEmpty = true;
  /** Of the squares that are being written. */
  readonly #deltas: SquareDelta[] = [];

  begin(): void {
    this.#from = this.#taken + MAX_HEADROOM;
    this.#at = this.#from;
    this.#updates = 0;
    this.#isEmpty = true;
  }

  /** Alone it is no news. */
  header(bytes: Uint8Array): void {
    this.#put(bytes);
  }

  message(bytes: Uint8Array): void {
    this.#isEmpty = false;
    this.#put(bytes);
  }

  /** What was held back, with a header of its own. */
  block({ bytes, updates }: Block): void {
    this.message(bytes);
    this.#updates += updates;
  }

  /** What some squares have to tell. */
  squares(squares: readonly GridSquare[], isTold?: (square: GridSquare) => boolean): void {
    // Most squares have nothing to tell at most flushes.
    const deltas = this.#deltas;
    deltas.length = 0;
    let motions = 0;
    let checks = 0;
    let hasThings = false;
    for (const square of squares) {
      const { delta } = square;
      if (delta === undefined || isTold?.(square) === false) continue;
      deltas.push(delta);
      this.#updates += delta.updates;
      if (delta.changes !== undefined) this.message(delta.changes);
      if (delta.motions !== undefined) motions += delta.motions.length;
      if (delta.check !== undefined) checks += delta.check.length;
      hasThings ||= delta.things !== undefined;
    }
    if (motions > 0) {
      this.#recordsHead(SERVER_TYPE.motions, motions);
      for (const { motions } of deltas) if (motions !== undefined) this.#put(motions);
    }
    if (checks > 0) {
      this.#recordsHead(SERVER_TYPE.check, checks);
      for (const { check } of deltas) if (check !== undefined) this.#put(check);
    }
    if (!hasThings) return;
    for (const { things } of deltas) for (const message of things ?? []) this.message(message);
  }

  /** What has been written, unless that is nothing but headers. */
  frame(): Frame | undefined {
    if (this.#isEmpty) return undefined;
    const length = this.#at - this.#from;
    const headroom = headroomOf(length);
    this.#taken = this.#at;
    const buffer = new Uint8Array(this.#bytes.buffer, this.#from - headroom, headroom + length);
    return new Frame(buffer, headroom, this.#updates);
  }

  held(): Block | undefined {
    if (this.#isEmpty) return undefined;
    return { bytes: Uint8Array.prototype.slice.call(this.#bytes, this.#from, this.#at), updates: this.#updates };
  }

  /** The beginning of a message of records: MessagePack's array of two, the type, and a `bin` in its shortest form. */
  #recordsHead(type: number, length: number): void {
    this.#isEmpty = false;
    this.#reserve(RECORDS_HEAD);
    const bytes = this.#bytes;
    bytes[this.#at++] = 0x92;
    bytes[this.#at++] = type;
    if (length < 0x100) {
      bytes[this.#at++] = 0xc4;
      bytes[this.#at++] = length;
    } else if (length < 0x10000) {
      bytes[this.#at++] = 0xc5;
      this.#at = bytes.writeUInt16BE(length, this.#at);
    } else {
      bytes[this.#at++] = 0xc6;
      this.#at = bytes.writeUInt32BE(length, this.#at);
    }
  }

  #put(part: Uint8Array): void {
    this.#reserve(part.length);
    this.#bytes.set(part, this.#at);
    this.#at += part.length;
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#bytes.length) return;
    const written = this.#bytes.subarray(this.#from, this.#at);
    const needed = MAX_HEADROOM + written.length + size;
    this.#bytes = Buffer.allocUnsafeSlow(needed <= BUFFER_BYTES ? BUFFER_BYTES : 2 * needed);
    this.#bytes.set(written, MAX_HEADROOM);
    this.#taken = 0;
    this.#from = MAX_HEADROOM;
    this.#at = MAX_HEADROOM + written.length;
  }
}
