import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { skimFrame } from '../../client/bots/frame-skim.ts';
import { concat, pack } from '../../shared/codec.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import { encodeServerMessage } from '../../shared/server-codec.ts';
import { serverMessage } from './wire-samples.ts';

const READ = ['welcome', 'own', 'pong'];
/** Bytes before and after the frame, which are nobody's business. */
const BEFORE = Uint8Array.of(0xc1, 0xc1, 0xc1);
const AFTER = Uint8Array.of(0x92, 16, 7, 0xc1);

/** What a skim tells of a frame that lies between other bytes. */
function skim(frame: Uint8Array): { isRight: boolean; ticks: number[]; read: ServerMessage[] } {
  const bytes = concat([BEFORE, frame, AFTER]);
  const ticks: number[] = [];
  const read: ServerMessage[] = [];
  const isRight = skimFrame(bytes, BEFORE.length, BEFORE.length + frame.length, {
    headed: (tick) => ticks.push(tick),
    read: (message) => read.push(message),
  });
  return { isRight, ticks, read };
}

const encoded = (messages: readonly ServerMessage[]): Uint8Array => concat(messages.map(encodeServerMessage));

const pace = fc.record({ type: fc.constant('pace' as const), nearMs: fc.nat(400), farMs: fc.nat(400) });
const anyMessage = fc.oneof({ weight: 8, arbitrary: serverMessage }, { weight: 1, arbitrary: pace });

describe('a skim of a frame', () => {
  it('finds every header and every message that is read, in order, among messages of every type', () => {
    // A failing run prints its seed.
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 12 }), (messages) => {
        const { isRight, ticks, read } = skim(encoded(messages));
        expect(isRight).toBe(true);
        expect(ticks).toEqual(messages.flatMap((message) => (message.type === 'frame' ? [message.tick] : [])));
        expect(read).toEqual(messages.filter(({ type }) => READ.includes(type)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1])('reads a header of tick %i', (tick) => {
    expect(skim(encoded([{ type: 'frame', tick }]))).toEqual({ isRight: true, ticks: [tick], read: [] });
  });

  it('passes over messages of unknown types, whatever MessagePack they hold', () => {
    const unknown = [
      [200],
      [200, new Map([[1, { a: [null, true, 1.5, -1, -200, -70_000, 2 ** 40] }]])],
      ['no number', 'x'.repeat(300), 'y'.repeat(70_000)],
      [201, new Uint8Array(300), new Uint8Array(70_000), Array.from({ length: 20 }, (_, i) => i)],
      [202, Array.from({ length: 70_000 }, () => 0)],
      Array.from({ length: 40 }, (_, i) => 200 + i),
      [],
    ].map(pack);
    const extension = Uint8Array.of(0x93, 0xcc, 200, 0xd6, 5, 1, 2, 3, 4, 0xc7, 3, 5, 1, 2, 3);
    const frame = concat([...unknown, extension, encoded([{ type: 'frame', tick: 9 }])]);
    expect(skim(frame)).toEqual({ isRight: true, ticks: [9], read: [] });
  });

  it('takes an empty frame', () => {
    expect(skim(new Uint8Array())).toEqual({ isRight: true, ticks: [], read: [] });
  });

  it('says so where a frame is cut short, anywhere but between its messages', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 4 }), fc.nat(), (messages, at) => {
        const parts = messages.map(encodeServerMessage);
        const whole = concat(parts);
        const length = at % whole.length;
        const ends = [0];
        for (const part of parts) ends.push((ends.at(-1) as number) + part.length);
        expect(skim(whole.subarray(0, length)).isRight).toBe(ends.includes(length));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a negative number', [0xff]],
    ['a fraction', [0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]],
    ['half a header', [0xce, 0, 0]],
    ['the unused byte', [0xc1]],
    ['the unused byte inside', [0x92, 17, 0xc1]],
    ['a length that promises gigabytes', [0x92, 17, 0xc6, 0xff, 0xff, 0xff, 0xff, 0]],
    ['more items than there are bytes', [0xdd, 0xff, 0xff, 0xff, 0xff, 17]],
  ])('says so of %s in the place of a message', (_what, bytes) => {
    expect(skim(Uint8Array.from(bytes)).isRight).toBe(false);
  });

  it('ends with an answer on bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof skim(bytes).isRight).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});
