import type { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { wireOf } from '../../server/gateway/web-socket-frame.ts';
import { Frame } from '../../server/grid/frame.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

const SEED = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Its types leave it out. */
const { Receiver } = ws as unknown as { readonly Receiver: new (options: { readonly isServer: boolean }) => Writable };

/** The ws library's own reader of what comes over a connection, as a client. */
class Reader {
  readonly messages: { readonly bytes: Buffer; readonly isBinary: boolean }[] = [];
  readonly errors: unknown[] = [];
  readonly #receiver = new Receiver({ isServer: false });

  constructor() {
    this.#receiver.on('message', (bytes: Buffer, isBinary: boolean) => this.messages.push({ bytes, isBinary }));
    this.#receiver.on('error', (error: unknown) => this.errors.push(error));
  }

  read(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#receiver.write(Buffer.from(bytes), () => resolve()));
  }
}

function frameOf(random: () => number, length: number): Frame {
  return Frame.of([Uint8Array.from({ length }, () => random() * 256)]);
}

describe('a frame on a connection', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('of %i bytes is read by ws as it was', async (length) => {
    const frame = frameOf(seededRandom(length), length);
    const reader = new Reader();
    await reader.read(wireOf(frame));
    expect(reader.errors).toEqual([]);
    expect(reader.messages.map(({ isBinary, bytes }) => [isBinary, bytes.length])).toEqual([[true, length]]);
    expect(reader.messages[0]?.bytes.equals(frame.payload)).toBe(true);
    // The shortest form of its length (RFC 6455, section 5.2).
    expect(wireOf(frame).length - length).toBe(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  });

  it('is finished once, in place, and its messages stay as they are', () => {
    const frame = frameOf(seededRandom(1), 300);
    const before = frame.payload.slice();
    const wire = wireOf(frame);
    expect(wireOf(frame)).toBe(wire);
    expect(wire).toBe(frame.buffer);
    expect(frame.payload).toEqual(Buffer.from(before));
    expect(wire.length).toBe(4 + 300);
  });

  it(`and the next ones are told apart wherever the network cuts them (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    const frames = Array.from({ length: 200 }, () => {
      const size = [130, 2000, 140_000][Math.floor(random() ** 3 * 3)] as number;
      return frameOf(random, Math.floor(random() * size));
    });
    const stream = Buffer.concat(frames.map(wireOf));
    const reader = new Reader();
    for (let at = 0; at < stream.length; ) {
      const length = 1 + Math.floor(random() * (random() < 0.5 ? 10 : 5000));
      await reader.read(stream.subarray(at, at + length));
      at += length;
    }
    expect(reader.errors).toEqual([]);
    expect(reader.messages.length).toBe(frames.length);
    for (const [i, { bytes }] of reader.messages.entries()) {
      expect(bytes.equals((frames[i] as Frame).payload), `frame ${i}`).toBe(true);
    }
  });
});
