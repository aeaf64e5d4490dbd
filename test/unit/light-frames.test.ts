import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FrameReader, MAX_FRAME_BYTES } from '../../client/bots/frame-reader.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

/** A server's frame, as RFC 6455 has it; of a length that is written in the shortest way. */
function frameOf(opcode: number, payload: Uint8Array, first = 0x80): Buffer {
  const { length } = payload;
  const short = length < 126 ? length : length < 65_536 ? 126 : 127;
  const header = Buffer.alloc(short < 126 ? 2 : short === 126 ? 4 : 10);
  header[0] = first | opcode;
  header[1] = short;
  if (short === 126) header.writeUInt16BE(length, 2);
  if (short === 127) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

/** What a reader tells, with copies of the bytes. */
function record() {
  const told: (readonly [what: string, ...details: (string | number | Buffer)[]])[] = [];
  const copy = (bytes: Uint8Array, from: number, to: number): Buffer => Buffer.from(bytes.subarray(from, to));
  const reader = new FrameReader({
    message: (bytes, from, to) => told.push(['message', copy(bytes, from, to)]),
    ping: (bytes, from, to) => told.push(['ping', copy(bytes, from, to)]),
    closing: (code, reason) => told.push(['closing', code, reason]),
    wrong: (code, reason) => told.push(['wrong', code, reason]),
  });
  return { reader, told };
}

const bytesOf = (length: number, seed: number): Buffer => {
  const random = seededRandom(seed);
  return Buffer.from(Uint8Array.from({ length }, () => random() * 256));
};

/** The same with a digest in the place of bytes, which are quicker to compare. */
const outline = (event: readonly unknown[]): unknown[] =>
  event.map((part) => (part instanceof Buffer ? createHash('sha1').update(part).digest('hex') : part));

const LENGTHS = [0, 1, 2, 125, 126, 127, 300, 65_535, 65_536, 200_000];
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('a reader of frames', () => {
  it.each(SEEDS)('takes frames of all lengths apart, however the bytes come in pieces (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const expected: [string, ...unknown[]][] = [];
    const stream: Buffer[] = [];
    for (let i = 0; i < 30; i++) {
      const payload = bytesOf(LENGTHS[Math.floor(random() * LENGTHS.length)] as number, seed * 100 + i);
      const isPing = random() < 0.2 && payload.length <= 125;
      stream.push(frameOf(isPing ? 9 : 2, payload));
      expected.push([isPing ? 'ping' : 'message', payload]);
      if (random() < 0.1) stream.push(frameOf(10, bytesOf(4, i)));
    }
    stream.push(frameOf(8, Buffer.from([0x0f, 0xa5, ...Buffer.from('The server is full.')])));
    expected.push(['closing', 4005, 'The server is full.']);
    stream.push(frameOf(2, bytesOf(5, 0)));
    const whole = Buffer.concat(stream);

    const { reader, told } = record();
    for (let at = 0; at < whole.length; ) {
      const longest = [3, 200, 50_000, 200_000][Math.floor(random() * 4)] as number;
      const length = Math.min(whole.length - at, 1 + Math.floor(random() * longest));
      // A buffer that is written over as soon as it has been read, as a socket's is.
      const chunk = Buffer.concat([Buffer.alloc(3, 0xff), whole.subarray(at, at + length), Buffer.alloc(2, 0xff)]);
      reader.feed(chunk, 3, 3 + length);
      chunk.fill(0xee);
      at += length;
    }
    expect(told.map(outline)).toEqual(expected.map(outline));
  });

  it('hands a ping without bytes on before anything comes after it, one byte at a time', () => {
    const { reader, told } = record();
    for (const byte of frameOf(9, Buffer.alloc(0))) reader.feed(Uint8Array.of(byte), 0, 1);
    expect(told).toEqual([['ping', Buffer.alloc(0)]]);
  });

  it('knows a close without a code', () => {
    const { reader, told } = record();
    reader.feed(frameOf(8, Buffer.alloc(0)), 0, 2);
    expect(told).toEqual([['closing', 1005, '']]);
  });

  it.each([
    ['the first of several fragments', frameOf(2, bytesOf(3, 1), 0), 1002],
    ['a later fragment', frameOf(0, bytesOf(3, 1)), 1002],
    ['a compressed frame', frameOf(2, bytesOf(3, 1), 0xc0), 1002],
    ['a masked frame', Buffer.from([0x82, 0x81, 0, 0, 0, 0, 1]), 1002],
    ['text', frameOf(1, bytesOf(3, 1)), 1003],
    ['an unknown kind', frameOf(3, bytesOf(3, 1)), 1002],
    ['an unknown control frame', frameOf(11, bytesOf(3, 1)), 1002],
    ['a ping that is too long', frameOf(9, bytesOf(126, 1)), 1002],
    ['a frame that is too long', lengthOnly(MAX_FRAME_BYTES + 1), 1009],
    ['a frame of more than a number holds', Buffer.from([0x82, 127, ...new Array<number>(8).fill(0xff)]), 1009],
  ])('ends with a code at %s, in one piece and in many, and says nothing after it', (_what, frame, code) => {
    for (const size of [frame.length, 1]) {
      const { reader, told } = record();
      for (let at = 0; at < frame.length; at += size) reader.feed(frame, at, Math.min(frame.length, at + size));
      reader.feed(frameOf(2, bytesOf(3, 1)), 0, 5);
      expect(told).toEqual([['wrong', code, expect.stringMatching(/^The server sent .*\.$/)]]);
    }
  });
});

/** A binary frame's header that promises so many bytes. */
function lengthOnly(length: number): Buffer {
  const header = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
