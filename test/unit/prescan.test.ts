import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeClientMessage } from '../../shared/client-codec.ts';
import { CLOSE } from '../../shared/closing.ts';
import { unpackAll } from '../../shared/codec.ts';
import { MAX_CLIENT_DEPTH, MAX_CLIENT_FRAME_MESSAGES, MAX_CLIENT_VALUES } from '../../shared/constants.ts';
import { prescan } from '../../shared/prescan.ts';
import { clientMessage, fromHex, refusal } from './wire-samples.ts';

const MALFORMED = CLOSE.malformed.code;

describe('the pre-scan', () => {
  const limits = { depth: MAX_CLIENT_DEPTH, values: MAX_CLIENT_VALUES, messages: MAX_CLIENT_FRAME_MESSAGES };
  const scan = (hex: string): string | undefined => prescan(fromHex(hex), limits);

  it('refuses maps (P-ENC-3)', () => {
    for (const map of ['80', '81 01 01', '91 80', 'de 0000', 'df 00000000', '92 07 81 a141 01']) {
      expect(scan(map)).toBeDefined();
      expect(refusal(fromHex(map))).toBe(MALFORMED);
    }
  });

  it('refuses extensions and the unused byte, with which the library would build more than MessagePack (P-ENC-3)', () => {
    const regExp = '91 c7 04 78 92 a161 a0';
    const record = '91 d4 72 40 91 a161 01';
    const date = '91 d6 ff 00000000';
    for (const ext of [
      regExp,
      record,
      date,
      '91 c1',
      'c1',
      'c8 0000 01',
      'c9 00000000 01',
      'd5 73 0000',
      'd7 01 0000000000000000',
      `d8 01 ${'00'.repeat(16)}`,
    ]) {
      expect(scan(ext), ext).toBe('a type outside the protocol');
      expect(refusal(fromHex(ext))).toBe(MALFORMED);
    }
  });

  it('refuses arrays nested deeper than allowed, empty ones too (P-ENC-5)', () => {
    const nested = (depth: number, inmost: string): string => '91'.repeat(depth - 1) + inmost;
    for (const inmost of ['9107', '90', 'dc0000', 'dd00000000']) {
      expect(scan(nested(MAX_CLIENT_DEPTH, inmost))).toBeUndefined();
      expect(scan(nested(MAX_CLIENT_DEPTH + 1, inmost))).toBe('nested too deep');
    }
    expect(scan(nested(1500, '90'))).toBe('nested too deep');
  });

  it('refuses more values than allowed, containers included (P-ENC-5)', () => {
    const array = (items: number): string => `dc ${items.toString(16).padStart(4, '0')}${' 01'.repeat(items)}`;
    expect(scan(array(MAX_CLIENT_VALUES - 1))).toBeUndefined();
    expect(scan(array(MAX_CLIENT_VALUES))).toBe('too many values');
    expect(scan(`dd ffffffff${' 01'.repeat(200)}`)).toBe('too many values');
  });

  it('refuses more messages than allowed (P-ENC-5)', () => {
    expect(scan('9107'.repeat(MAX_CLIENT_FRAME_MESSAGES))).toBeUndefined();
    expect(scan('9107'.repeat(MAX_CLIENT_FRAME_MESSAGES + 1))).toBe('too many messages');
    expect(refusal(fromHex('9107'.repeat(MAX_CLIENT_FRAME_MESSAGES + 1)))).toBe(MALFORMED);
  });

  it('refuses lengths that reach beyond the end (P-ENC-6)', () => {
    for (const short of [
      '92 07',
      'a5 41',
      'd9',
      'd9 05 41',
      'da 00',
      'db ffffffff 41',
      'db 00010000 41',
      'c6 00010000 00',
      'dd 00010000 01',
      'c4 02 00',
      'c5 0100 00',
      'c6 7fffffff',
      'dc 00',
      'dd 0000',
      'dd ffffffff',
      'cc',
      'cd 00',
      'ce 000000',
      'cf 00',
      'd0',
      'd1 00',
      'd2 00',
      'd3 00',
      'ca 00',
      'cb 00',
    ]) {
      expect(scan(short), short).toBe('cut short');
      expect(refusal(fromHex(short))).toBe(MALFORMED);
    }
  });

  it('refuses every message that lacks its last bytes, and never one that is whole (P-ENC-6)', () => {
    fc.assert(
      fc.property(clientMessage, (message) => {
        const whole = encodeClientMessage(message);
        expect(prescan(whole, limits)).toBeUndefined();
        for (let length = 1; length < whole.length; length++) {
          expect(prescan(whole.subarray(0, length), limits)).toBe('cut short');
        }
      }),
    );
  });

  /** Bytes of the number, or of the length, after a head byte. */
  const WIDTHS: Record<string, number> = {
    cc: 1,
    d0: 1,
    cd: 2,
    d1: 2,
    ce: 4,
    d2: 4,
    ca: 4,
    d9: 1,
    c4: 1,
    da: 2,
    c5: 2,
  };
  const size = (n: number, width: number): string => n.toString(16).padStart(width * 2, '0');
  /** A value in any of MessagePack's forms, the wasteful ones too, as hex; so are its siblings. */
  const scalar = fc.oneof(
    fc.constantFrom('c0', 'c2', 'c3', '00', '7f', 'e0', 'ff', '40', '72'),
    fc
      .tuple(fc.constantFrom('cc', 'cd', 'ce', 'cf', 'd0', 'd1', 'd2', 'd3', 'ca', 'cb'), fc.bigInt(0n, 2n ** 64n - 1n))
      .map(([head, bits]) => {
        const hex = bits.toString(16).padStart(16, '0');
        return head + hex.slice(0, 2 * (WIDTHS[head] ?? 8));
      }),
    fc
      .tuple(fc.constantFrom('d9', 'da', 'db', 'c4', 'c5', 'c6'), fc.uint8Array({ maxLength: 40 }))
      .map(([head, text]) => {
        const width = WIDTHS[head] ?? 4;
        return head + size(text.length, width) + Buffer.from(text).toString('hex');
      }),
  );
  const arrayOf = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(fc.constantFrom('dc', 'dd', '9'), fc.array(item, { maxLength: 12 })).map(([head, items]) => {
      const start = head === '9' ? `9${items.length.toString(16)}` : head + size(items.length, head === 'dc' ? 2 : 4);
      return start + items.join('');
    });
  const anyFrame = fc
    .array(arrayOf(fc.oneof(scalar, arrayOf(scalar))), { maxLength: 6 })
    .map((parts) => parts.join(''));

  it('passes what the decoder then reads to the end as numbers, strings, bytes, booleans, nil and arrays (P-ENC-3)', () => {
    const isPlain = (value: unknown): boolean =>
      value === null ||
      ['number', 'string', 'boolean'].includes(typeof value) ||
      value instanceof Uint8Array ||
      (Array.isArray(value) && value.every(isPlain));
    fc.assert(
      fc.property(anyFrame, (hex) => {
        const frame = fromHex(hex);
        if (prescan(frame, limits) !== undefined) return;
        expect(unpackAll(frame).every(isPlain)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves nothing to go wrong but what has a close code, whatever the bytes are (P-ENC-6)', () => {
    const mutated = fc
      .tuple(clientMessage, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }))
      .map(([message, edits]) => {
        const frame = Uint8Array.from(encodeClientMessage(message));
        for (const [at, byte] of edits) frame[at % frame.length] = byte;
        return frame;
      });
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), anyFrame.map(fromHex), mutated);
    fc.assert(
      fc.property(anyBytes, (frame) => {
        expect([undefined, MALFORMED]).toContain(refusal(frame));
      }),
      { numRuns: 3000 },
    );
  });
});
