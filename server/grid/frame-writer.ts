import { SERVER_TYPE } from '../../shared/protocol.ts';
import { type Block, FRAME_HEADROOM, Frame } from './frame.ts';
import type { GridSquare } from './grid-square.ts';

/** Most bytes of the head of a `motions` or `check` message: array, type, and the length of the records. */
const RECORDS_HEAD = 7;

/** Puts the deltas of squares together, in the order that PROTOCOL.md asks for, in a buffer that is used again. */
export class FrameWriter {
  #bytes = Buffer.allocUnsafe(1 << 16);
  #at = FRAME_HEADROOM;
  #updates = 0;
  #isEmpty = true;

  begin(): void {
    this.#at = FRAME_HEADROOM;
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
    let motions = 0;
    let checks = 0;
    let hasThings = false;
    for (const square of squares) {
      const { delta } = square;
      if (delta === undefined || isTold?.(square) === false) continue;
      this.#updates += delta.updates;
      if (delta.changes !== undefined) this.message(delta.changes);
      if (delta.motions !== undefined) motions += delta.motions.length;
      if (delta.check !== undefined) checks += delta.check.length;
      hasThings ||= delta.things !== undefined;
    }
    if (motions > 0) {
      this.#recordsHead(SERVER_TYPE.motions, motions);
      for (const square of squares) {
        if (square.delta?.motions !== undefined && isTold?.(square) !== false) this.#put(square.delta.motions);
      }
    }
    if (checks > 0) {
      this.#recordsHead(SERVER_TYPE.check, checks);
      for (const square of squares) {
        if (square.delta?.check !== undefined && isTold?.(square) !== false) this.#put(square.delta.check);
      }
    }
    if (!hasThings) return;
    for (const square of squares) {
      if (square.delta?.things === undefined || isTold?.(square) === false) continue;
      for (const message of square.delta.things) this.message(message);
    }
  }

  /** What has been written, unless that is nothing but headers. */
  frame(): Frame | undefined {
    if (this.#isEmpty) return undefined;
    // The first bytes are left as they are: they are whoever sends it's.
    const buffer = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(buffer, FRAME_HEADROOM, FRAME_HEADROOM, this.#at);
    return new Frame(buffer, this.#updates);
  }

  held(): Block | undefined {
    if (this.#isEmpty) return undefined;
    return { bytes: Uint8Array.prototype.slice.call(this.#bytes, FRAME_HEADROOM, this.#at), updates: this.#updates };
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
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + size));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
