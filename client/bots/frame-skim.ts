import { SERVER_TYPE, type ServerMessage } from '../../shared/protocol.ts';
import { decodeServerFrame } from '../../shared/server-codec.ts';

/** What a skim finds in a frame, in the order of the frame. */
export interface Skimmed {
  /** A header. There may be several in a frame, whose number is the last one's. */
  headed(tick: number): void;
  /** A message of one of the types that are read. */
  read(message: ServerMessage): void;
}

/** In the place of a position: the bytes end too early, or are not MessagePack. */
const WRONG = -1;

/** What somebody without a picture has to know: who one is, where one's input led, and what time it is. */
const isRead = (type: number): boolean =>
  type === SERVER_TYPE.own || type === SERVER_TYPE.pong || type === SERVER_TYPE.welcome;

/**
 * Walks over the messages of a server's frame by their lengths: only headers, and messages of the few types that are
 * read, are unpacked. Nothing is kept of the bytes, and nothing is made for what is passed over.
 * @param from,to the frame's place in `bytes`
 * @returns false where the bytes are not whole messages; what was told until then holds all the same
 */
export function skimFrame(bytes: Uint8Array, from: number, to: number, told: Skimmed): boolean {
  for (let at = from; at < to; ) {
    const start = at;
    const first = bytes[at++] as number;
    if (isUnsigned(first)) {
      at = skip(bytes, start, to, 1);
      if (at === WRONG) return false;
      told.headed(unsigned(bytes, start));
      continue;
    }
    let items: number;
    if (first >= 0x90 && first <= 0x9f) items = first & 0x0f;
    else if (first === 0xdc && at + 2 <= to) {
      items = uint16(bytes, at);
      at += 2;
    } else if (first === 0xdd && at + 4 <= to) {
      items = uint32(bytes, at);
      at += 4;
    } else return false;
    // A type number is a small integer; what is none belongs to a message that nobody here knows.
    const type = items > 0 && at < to ? (bytes[at] as number) : 0;
    at = skip(bytes, at, to, items);
    if (at === WRONG) return false;
    if (isRead(type)) for (const message of decodeServerFrame(bytes.subarray(start, at))) told.read(message);
  }
  return true;
}

/** Where `count` values that begin at `at` end; WRONG when that is beyond `to`. */
function skip(bytes: Uint8Array, at: number, to: number, count: number): number {
  let left = count;
  while (left > 0) {
    if (at >= to) return WRONG;
    left--;
    const first = bytes[at++] as number;
    if (first <= 0x7f || first >= 0xe0) continue;
    if (first <= 0x8f) left += 2 * (first & 0x0f);
    else if (first <= 0x9f) left += first & 0x0f;
    else if (first <= 0xbf) at += first & 0x1f;
    else {
      const size = SIZES[first - SIZES_FROM] as number;
      if (size >= 0) {
        at += size;
        continue;
      }
      // A length stands first, in so many bytes: of bytes, of items, or of pairs.
      const width = -size & 0x07;
      if (width === 0 || at + width > to) return WRONG;
      const length = width === 1 ? (bytes[at] as number) : width === 2 ? uint16(bytes, at) : uint32(bytes, at);
      at += width;
      if (first >= 0xde) left += 2 * length;
      else if (first >= 0xdc) left += length;
      // An extension has its type between its length and its bytes.
      else at += length + (first >= 0xc7 && first <= 0xc9 ? 1 : 0);
    }
  }
  return at <= to ? at : WRONG;
}

const SIZES_FROM = 0xc0;
/** There is no such value. */
const NONE = -8;
/** From 0xc0 on: how many bytes follow the first; negative where a length of so many bytes comes first. */
// biome-ignore format: a table
const SIZES = [
  0, NONE, 0, 0, // nil, –, false, true
  -1, -2, -4, // bin
  -1, -2, -4, // ext
  4, 8, // float
  1, 2, 4, 8, // uint
  1, 2, 4, 8, // int
  2, 3, 5, 9, 17, // fixext
  -1, -2, -4, // str
  -2, -4, // array
  -2, -4, // map
];

/** Whether an unsigned number of up to 32 bits begins so. */
const isUnsigned = (first: number): boolean => first <= 0x7f || (first >= 0xcc && first <= 0xce);

/** Such a number, all of whose bytes are there. */
function unsigned(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first <= 0x7f) return first;
  if (first === 0xcc) return bytes[at + 1] as number;
  return first === 0xcd ? uint16(bytes, at + 1) : uint32(bytes, at + 1);
}

const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
const uint32 = (bytes: Uint8Array, at: number): number => uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);
