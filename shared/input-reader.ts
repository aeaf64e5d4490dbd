import { STANDING } from './motion.ts';
import { type Alive, CLIENT_TYPE, type Input } from './protocol.ts';

/** What a walking client says over and over; everything else is seldom. */
export type FrequentMessage = Input | Alive;

/** Records that one frame after the other is read into. */
export interface FrequentMessages {
  readonly input: { -readonly [K in keyof Input]: Input[K] };
  readonly alive: { -readonly [K in keyof Alive]: Alive[K] };
}

export const frequentMessages = (): FrequentMessages => ({
  input: { type: 'input', n: 0, tick: 0, heading: 0, frame: 0 },
  alive: { type: 'alive', frame: 0, nonce: null },
});

const MAX_U32 = 2 ** 32 - 1;
const NIL = 0xc0;
/** Heads of a frame that is one such message: an array of so many items in its shortest form, then the type's number. */
const INPUT_HEAD = 0x95;
const ALIVE_HEAD = 0x93;
const FIRST_FIELD = 2;

/**
 * Reads a frame that is one `input` or one `alive` straight from its bytes, without the library and without building
 * anything: `into` has it until the next one is read. Numbers are taken in every form (P-ENC-4).
 *
 * Undefined stands for everything else, right or wrong, which is for `decodeClientFrame` to read or refuse.
 */
export function readFrequentMessage(bytes: Uint8Array, into: FrequentMessages): FrequentMessage | undefined {
  if (bytes[0] === INPUT_HEAD && bytes[1] === CLIENT_TYPE.input) return readInput(bytes, into.input);
  if (bytes[0] === ALIVE_HEAD && bytes[1] === CLIENT_TYPE.alive) return readAlive(bytes, into.alive);
  return undefined;
}

function readInput(bytes: Uint8Array, into: FrequentMessages['input']): Input | undefined {
  const tickAt = behind(bytes, FIRST_FIELD);
  const headingAt = behind(bytes, tickAt);
  const frameAt = behind(bytes, headingAt);
  if (behind(bytes, frameAt) !== bytes.length) return undefined;
  const n = u32At(bytes, FIRST_FIELD);
  const tick = u32At(bytes, tickAt);
  const heading = u32At(bytes, headingAt);
  const frame = u32At(bytes, frameAt);
  if (n < 1 || tick < 0 || heading < 0 || heading > STANDING || frame < 0) return undefined;
  into.n = n;
  into.tick = tick;
  into.heading = heading;
  into.frame = frame;
  return into;
}

function readAlive(bytes: Uint8Array, into: FrequentMessages['alive']): Alive | undefined {
  const nonceAt = behind(bytes, FIRST_FIELD);
  if (behind(bytes, nonceAt) !== bytes.length) return undefined;
  const frame = u32At(bytes, FIRST_FIELD);
  const nonce = bytes[nonceAt] === NIL ? null : u32At(bytes, nonceAt);
  if (frame < 0 || (nonce !== null && nonce < 0)) return undefined;
  into.frame = frame;
  into.nonce = nonce;
  return into;
}

/** Where the number or nil at a place ends; beyond the end of the bytes when there is something else, or nothing. */
function behind(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first <= 0x7f) return at + 1;
  switch (first) {
    case NIL:
      return at + 1;
    case 0xcc:
    case 0xd0:
      return at + 2;
    case 0xcd:
    case 0xd1:
      return at + 3;
    case 0xca:
    case 0xce:
    case 0xd2:
      return at + 5;
    case 0xcb:
    case 0xcf:
    case 0xd3:
      return at + 9;
    default:
      return bytes.length + 1;
  }
}

/** The number at a place, all of which is there; -1 when it is no whole number from 0 to MAX_U32. */
function u32At(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first <= 0x7f) return first;
  switch (first) {
    case 0xcc:
      return bytes[at + 1] as number;
    case 0xcd:
      return u16(bytes, at + 1);
    case 0xce:
      return u32(bytes, at + 1);
    case 0xd0:
      return unlessNegative(bytes, at, bytes[at + 1] as number);
    case 0xd1:
      return unlessNegative(bytes, at, u16(bytes, at + 1));
    case 0xd2:
      return unlessNegative(bytes, at, u32(bytes, at + 1));
    case 0xcf:
    case 0xd3:
      return u32(bytes, at + 1) === 0 ? u32(bytes, at + 5) : -1;
    case 0xca:
    case 0xcb:
      return wholeFloat(bytes, at);
    default:
      return -1;
  }
}

/** Of a signed integer: what its bytes are as an unsigned one, which is right while the sign is not set. */
const unlessNegative = (bytes: Uint8Array, at: number, unsigned: number): number =>
  (bytes[at + 1] as number) <= 0x7f ? unsigned : -1;

function wholeFloat(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = bytes[at] === 0xca ? view.getFloat32(at + 1) : view.getFloat64(at + 1);
  return Number.isInteger(value) && value >= 0 && value <= MAX_U32 ? value : -1;
}

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);

const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) * 0x10000 + u16(bytes, at + 2);
