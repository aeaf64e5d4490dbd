/** Who sent a message (u16), the how manieth it is (u32), and when (f64, in ms since 1970 with fractions). */
export const HEAD_BYTES = 14;

export interface Head {
  readonly publisher: number;
  readonly seq: number;
  readonly sentMs: number;
}

/** Makes messages of one size. */
export class MessageWriter {
  readonly #size: number;
  readonly #publisher: number;
  #seq = 0;

  /** @throws RangeError when the head does not fit */
  constructor(size: number, publisher: number) {
    if (size < HEAD_BYTES) throw new RangeError(`A message has ${HEAD_BYTES} bytes at least.`);
    this.#size = size;
    this.#publisher = publisher;
  }

  get count(): number {
    return this.#seq;
  }

  next(sentMs: number): Uint8Array {
    const bytes = Buffer.alloc(this.#size);
    bytes.writeUInt16BE(this.#publisher, 0);
    bytes.writeUInt32BE(this.#seq++, 2);
    bytes.writeDoubleBE(sentMs, 6);
    return bytes;
  }
}

export function headOf(payload: Uint8Array): Head {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return { publisher: view.getUint16(0), seq: view.getUint32(2), sentMs: view.getFloat64(6) };
}

/** All processes of a machine agree on it to microseconds. */
export const wallMs = (): number => performance.timeOrigin + performance.now();
