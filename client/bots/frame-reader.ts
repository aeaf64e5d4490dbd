/** What comes out of a WebSocket's bytes. Those bytes are written over as soon as the call returns. */
export interface FrameEvents {
  message(bytes: Uint8Array, from: number, to: number): void;
  ping(bytes: Uint8Array, from: number, to: number): void;
  /** The peer closes; nothing comes after it. */
  closing(code: number, reason: string): void;
  /** The peer broke the rules, for which the connection ends with this code; nothing comes after it. */
  wrong(code: number, reason: string): void;
}

/** Numbers of frames (RFC 6455, section 5.2). */
export const OPCODE = { binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Codes of RFC 6455, section 7.4.1. */
const PROTOCOL_ERROR = 1002;
const UNSUPPORTED = 1003;
const NO_CODE = 1005;
const TOO_BIG = 1009;

/** Largest frame taken: snapshots of a crowd come to some megabytes. */
export const MAX_FRAME_BYTES = 16 * 2 ** 20;
/** A buffer that has grown larger than this for one frame is given back after it. */
const MAX_KEPT_BYTES = 64 * 1024;
const MIN_HELD_BYTES = 256;
const MAX_CONTROL_BYTES = 125;

/** In the place of a length: the header is not all there. */
const UNKNOWN = -1;

/**
 * Takes a server's WebSocket apart: unmasked, unfragmented binary frames and control frames, wherever the bytes come
 * in pieces. A frame that comes whole is handed on where it lies; only of one that comes in pieces a copy is made.
 */
export class FrameReader {
  readonly #events: FrameEvents;
  /** The beginning of a frame that has not come whole. */
  #held = new Uint8Array(0);
  #heldLength = 0;
  #isOver = false;

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  feed(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    while (at < to && !this.#isOver) {
      if (this.#heldLength > 0) {
        at = this.#fill(bytes, at, to);
        continue;
      }
      const length = this.#lengthOf(bytes, at, to);
      if (this.#isOver) return;
      if (length === UNKNOWN || at + length > to) {
        this.#hold(bytes, at, to, length);
        return;
      }
      this.#take(bytes, at, at + length);
      at += length;
    }
  }

  /** Adds to the frame that is held what belongs to it; returns where the rest begins. */
  #fill(bytes: Uint8Array, at: number, to: number): number {
    let length = this.#lengthOf(this.#held, 0, this.#heldLength);
    const wanted = length === UNKNOWN ? this.#headerWanted : length;
    const until = Math.min(to, at + wanted - this.#heldLength);
    this.#hold(bytes, at, until, length);
    length = this.#lengthOf(this.#held, 0, this.#heldLength);
    if (this.#isOver) return to;
    if (length === UNKNOWN || this.#heldLength < length) return until;
    this.#heldLength = 0;
    this.#take(this.#held, 0, length);
    if (this.#held.length > MAX_KEPT_BYTES) this.#held = new Uint8Array(0);
    return until;
  }

  /** How many bytes of the held frame's header have to be there before more is known of it. */
  get #headerWanted(): number {
    return this.#heldLength < 2 ? 2 : headerSize(this.#held[1] as number);
  }

  /** @param length of the whole frame, where that is known */
  #hold(bytes: Uint8Array, from: number, to: number, length: number): void {
    const wanted = Math.max(MIN_HELD_BYTES, this.#heldLength + to - from, length);
    if (wanted > this.#held.length) {
      const larger = new Uint8Array(wanted);
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(bytes.subarray(from, to), this.#heldLength);
    this.#heldLength += to - from;
  }

  /** The length of a frame that begins at `at`, header included; UNKNOWN before its header is there. */
  #lengthOf(bytes: Uint8Array, at: number, to: number): number {
    if (to - at < 2) return UNKNOWN;
    const first = bytes[at] as number;
    const second = bytes[at + 1] as number;
    const header = headerSize(second);
    if (to - at < header) return UNKNOWN;
    const payload = payloadSize(bytes, at);
    const opcode = first & 0x0f;
    const isControl = opcode >= OPCODE.close;
    if ((first & 0x80) === 0 || opcode === 0) this.#wrong(PROTOCOL_ERROR, 'The server sent a frame in fragments.');
    else if ((first & 0x70) !== 0) this.#wrong(PROTOCOL_ERROR, 'The server sent a frame of an unknown extension.');
    else if (second >= 0x80) this.#wrong(PROTOCOL_ERROR, 'The server sent a masked frame.');
    else if (opcode === 1) this.#wrong(UNSUPPORTED, 'The server sent text.');
    else if (opcode !== OPCODE.binary && (!isControl || opcode > OPCODE.pong)) {
      this.#wrong(PROTOCOL_ERROR, 'The server sent a frame of an unknown kind.');
    } else if (isControl && payload > MAX_CONTROL_BYTES) {
      this.#wrong(PROTOCOL_ERROR, 'The server sent a control frame that is too long.');
    } else if (payload > MAX_FRAME_BYTES) this.#wrong(TOO_BIG, 'The server sent a frame that is too long.');
    return header + payload;
  }

  #take(bytes: Uint8Array, from: number, to: number): void {
    const at = from + headerSize(bytes[from + 1] as number);
    switch ((bytes[from] as number) & 0x0f) {
      case OPCODE.binary:
        this.#events.message(bytes, at, to);
        break;
      case OPCODE.ping:
        this.#events.ping(bytes, at, to);
        break;
      case OPCODE.close:
        this.#isOver = true;
        if (to - at < 2) this.#events.closing(NO_CODE, '');
        else this.#events.closing(uint16(bytes, at), new TextDecoder().decode(bytes.subarray(at + 2, to)));
        break;
    }
  }

  #wrong(code: number, reason: string): void {
    this.#isOver = true;
    this.#events.wrong(code, reason);
  }
}

/** Header bytes before the payload, by the header's second byte; a server's frame has no mask. */
function headerSize(second: number): number {
  const short = second & 0x7f;
  return short === 127 ? 10 : short === 126 ? 4 : 2;
}

function payloadSize(bytes: Uint8Array, at: number): number {
  const short = (bytes[at + 1] as number) & 0x7f;
  if (short < 126) return short;
  if (short === 126) return uint16(bytes, at + 2);
  return uint32(bytes, at + 2) * 2 ** 32 + uint32(bytes, at + 6);
}

const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
const uint32 = (bytes: Uint8Array, at: number): number => uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);
