import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClientFrame, encodeClientMessage } from '../../shared/client-codec.ts';
import { CLOSE, ProtocolError } from '../../shared/closing.ts';
import { concat, pack } from '../../shared/codec.ts';
import {
  EMOTES,
  LOOKS,
  MAX_CHAT_LENGTH,
  MAX_CLIENT_FRAME_BYTES,
  MAX_CLIENT_FRAME_MESSAGES,
  MAX_CLIENT_VALUES,
  MAX_SQUARE,
  MAX_WHO_IDS,
  MIN_SQUARE,
} from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import { prescan } from '../../shared/prescan.ts';
import { CLIENT_TYPE, type ServerMessage } from '../../shared/protocol.ts';
import { decodeServerFrame, encodeServerMessage } from '../../shared/server-codec.ts';
import { clientMessage, fromHex, MAX_U32, refusal, serverMessage } from './wire-samples.ts';

/** Node's buffers as plain byte arrays, so that messages compare by content. */
const plain = (message: ServerMessage): unknown =>
  Object.fromEntries(
    Object.entries(message).map(([key, value]) => [key, value instanceof Uint8Array ? [...value] : value]),
  );

const MALFORMED = CLOSE.malformed.code;
const expectRefused = (value: unknown): void => expect(refusal(pack(value)), JSON.stringify(value)).toBe(MALFORMED);
const expectTaken = (value: unknown): void => expect(refusal(pack(value)), JSON.stringify(value)).toBeUndefined();

describe('messages', () => {
  it('a client message is decoded as it was encoded (P-ENC-2)', () => {
    fc.assert(
      fc.property(clientMessage, (message) => {
        expect(decodeClientFrame(encodeClientMessage(message))).toEqual([message]);
      }),
      { numRuns: 300 },
    );
  });

  it('a server message is decoded as it was encoded (P-ENC-2)', () => {
    fc.assert(
      fc.property(serverMessage, (message) => {
        expect(decodeServerFrame(encodeServerMessage(message)).map(plain)).toEqual([plain(message)]);
      }),
      { numRuns: 300 },
    );
  });

  it('messages joined into one frame come out one by one, in order (P-ENC-1)', () => {
    const few = fc.array(clientMessage, { minLength: 1, maxLength: MAX_CLIENT_FRAME_MESSAGES });
    fc.assert(
      fc.property(few, (messages) => {
        const parts = messages.map(encodeClientMessage);
        const values = messages.reduce((n, message) => n + (message.type === 'who' ? message.ids.length + 3 : 11), 0);
        fc.pre(values <= MAX_CLIENT_VALUES);
        expect(decodeClientFrame(concat(parts))).toEqual(messages);
      }),
    );
    fc.assert(
      fc.property(fc.array(serverMessage), (messages) => {
        const frame = concat(messages.map(encodeServerMessage));
        expect(decodeServerFrame(frame).map(plain)).toEqual(messages.map(plain));
      }),
    );
  });

  it('a frame is read from the middle of a larger buffer as well', () => {
    fc.assert(
      fc.property(clientMessage, fc.nat(16), (message, offset) => {
        const encoded = encodeClientMessage(message);
        const padded = new Uint8Array(encoded.length + 32).fill(0xc1);
        padded.set(encoded, offset);
        expect(decodeClientFrame(padded.subarray(offset, offset + encoded.length))).toEqual([message]);
      }),
    );
  });

  it('an empty frame is malformed from a client, and from a server no message (P-ENC-1)', () => {
    expect(refusal(new Uint8Array(0))).toBe(MALFORMED);
    expect(decodeServerFrame(new Uint8Array(0))).toEqual([]);
  });

  it('the largest messages a client may send fit the frame that a server takes (P-ENC-5)', () => {
    const hello = encodeClientMessage({
      type: 'hello',
      protocol: MAX_U32,
      name: '\u{ffff}'.repeat(128),
      look: LOOKS - 1,
      width: 127.5,
      height: 95.5,
      token: '\u{ffff}'.repeat(128),
      at: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    });
    const who = encodeClientMessage({ type: 'who', ids: Array.from({ length: MAX_WHO_IDS }, () => MAX_U32) });
    const say = encodeClientMessage({ type: 'say', n: MAX_U32, text: '\u{ffff}'.repeat(600) });
    const square = { sx: MIN_SQUARE, sy: MIN_SQUARE };
    const edit = encodeClientMessage({
      type: 'edit',
      n: MAX_U32,
      ...square,
      tile: 1023,
      kind: 255,
      ifRevision: Number.MAX_SAFE_INTEGER,
    });
    for (const message of [hello, who, say, concat(Array.from({ length: 16 }, () => edit))]) {
      expect(message.length).toBeLessThanOrEqual(MAX_CLIENT_FRAME_BYTES);
      expect(refusal(message)).toBeUndefined();
    }
  });

  it('what is sent is plain MessagePack without maps and extensions, in both directions (P-ENC-3)', () => {
    const roomy = { depth: 4, values: 100_000, messages: 1 };
    fc.assert(fc.property(clientMessage, (message) => prescan(encodeClientMessage(message), roomy) === undefined));
    fc.assert(fc.property(serverMessage, (message) => prescan(encodeServerMessage(message), roomy) === undefined));
  });

  it('a client leaves messages of unknown type and items it does not know out (P-ENC-7)', () => {
    const frame = concat([pack([99, 'new']), pack([26, 5, 'more']), pack(7), pack([16, 7]), pack([])]);
    expect(decodeServerFrame(frame)).toEqual([
      { type: 'players', count: 5 },
      { type: 'frame', tick: 7 },
    ]);
  });
});

describe('the values of a client', () => {
  it('an integer is taken in whatever MessagePack form it comes, floats too (P-ENC-4)', () => {
    for (const seven of [
      '07',
      'cc 07',
      'cd 0007',
      'ce 00000007',
      'cf 0000000000000007',
      'd0 07',
      'd1 0007',
      'd2 00000007',
      'd3 0000000000000007',
      'ca 40e00000',
      'cb 401c000000000000',
    ]) {
      expect(decodeClientFrame(fromHex(`93 04 ${seven} c0`))).toEqual([{ type: 'alive', frame: 7, nonce: null }]);
    }
  });

  it('an integer beyond 32 bits is the same as int64, uint64 and float64 (P-ENC-4)', () => {
    const far = 256_000_000_000;
    for (const form of ['cf 0000003b9aca0000', 'd3 0000003b9aca0000', 'cb 424dcd6500000000']) {
      const hello = fromHex(`98 01 01 a141 00 28 18 c0 92 ${form} 00`);
      expect(decodeClientFrame(hello)).toMatchObject([{ at: [far, 0] }]);
    }
  });

  it('arrays and strings are taken in every length form (P-ENC-4)', () => {
    for (const head of ['93', 'dc 0003', 'dd 00000003']) {
      expect(decodeClientFrame(fromHex(`${head} 04 00 c0`))).toHaveLength(1);
    }
    for (const ada of ['a3', 'd9 03', 'da 0003', 'db 00000003']) {
      expect(decodeClientFrame(fromHex(`98 01 01 ${ada} 416461 00 28 18 c0 c0`))).toMatchObject([{ name: 'Ada' }]);
    }
  });

  it('bytes that are not UTF-8 become replacement characters, never an exception (P-ENC-4)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 31 }), (text) => {
        const frame = concat([fromHex(`98 01 01 d9`), Uint8Array.of(text.length), text, fromHex('00 28 18 c0 c0')]);
        const [hello] = decodeClientFrame(frame);
        expect(hello).toMatchObject({ type: 'hello', name: expect.not.stringMatching(/\p{Surrogate}/u) });
      }),
    );
  });
});

describe('ranges', () => {
  const hello = [CLIENT_TYPE.hello, 1, 'Ada', 0, 40, 24, null, null];
  const input = [CLIENT_TYPE.input, 1, 0, 0, 0];
  const screen = [CLIENT_TYPE.screen, 40, 24];
  const alive = [CLIENT_TYPE.alive, 0, null];
  const ask = [CLIENT_TYPE.ask, 0, 0];
  const profile = [CLIENT_TYPE.profile, 1, 'Ada', 0];
  const edit = [CLIENT_TYPE.edit, 1, 0, 0, 5, 17, null];
  const say = [CLIENT_TYPE.say, 1, 'hello'];
  const emote = [CLIENT_TYPE.emote, 0];
  const board = [CLIENT_TYPE.board, true];
  const put = (message: readonly unknown[], item: number, value: unknown): unknown[] => message.with(item, value);

  const integers: [label: string, message: readonly unknown[], item: number, low: number, high: number][] = [
    ['protocol of hello (P-HELLO-2)', hello, 1, 0, MAX_U32],
    ['look of hello (P-HELLO-4)', hello, 3, 0, LOOKS - 1],
    ['n of input (P-INPUT-1)', input, 1, 1, MAX_U32],
    ['tick of input (P-INPUT-2)', input, 2, 0, MAX_U32],
    ['heading of input (P-INPUT-3)', input, 3, 0, STANDING],
    ['frame of input (P-ALIVE-2)', input, 4, 0, MAX_U32],
    ['frame of alive (P-ALIVE-2)', alive, 1, 0, MAX_U32],
    ['nonce of alive (P-CLOCK-2)', alive, 2, 0, MAX_U32],
    ['sx of ask (P-ASK-1)', ask, 1, MIN_SQUARE, MAX_SQUARE],
    ['sy of ask (P-ASK-1)', ask, 2, MIN_SQUARE, MAX_SQUARE],
    ['n of profile (P-REQ-1)', profile, 1, 1, MAX_U32],
    ['look of profile (P-PROFILE-1)', profile, 3, 0, LOOKS - 1],
    ['n of edit (P-REQ-1)', edit, 1, 1, MAX_U32],
    ['sx of edit (P-EDIT-1)', edit, 2, MIN_SQUARE, MAX_SQUARE],
    ['sy of edit (P-EDIT-1)', edit, 3, MIN_SQUARE, MAX_SQUARE],
    ['tile of edit (P-EDIT-1)', edit, 4, 0, 1023],
    ['kind of edit (P-EDIT-1)', edit, 5, 0, 255],
    ['ifRevision of edit (P-EDIT-4)', edit, 6, 0, Number.MAX_SAFE_INTEGER],
    ['n of say (P-REQ-1)', say, 1, 1, MAX_U32],
    ['emote of emote (P-EMOTE-1)', emote, 1, 0, EMOTES - 1],
  ];
  it.each(integers)(
    'the %s is a whole number within its bounds, or the frame is malformed',
    (_, message, item, low, high) => {
      for (const good of [low, high, Math.floor((low + high) / 2)]) expectTaken(put(message, item, good));
      for (const bad of [low - 1, high + 1, low + 0.5, Number.NaN, Infinity, -Infinity, '1', true, [], [low]]) {
        expectRefused(put(message, item, bad));
      }
      fc.assert(
        fc.property(fc.double(), (value) => {
          const taken = Number.isInteger(value) && value >= low && value <= high;
          expect(refusal(pack(put(message, item, value)))).toBe(taken ? undefined : MALFORMED);
        }),
      );
    },
  );

  const sides: [label: string, message: readonly unknown[], item: number][] = [
    ['width of hello', hello, 4],
    ['height of hello', hello, 5],
    ['width of screen', screen, 1],
    ['height of screen', screen, 2],
  ];
  it.each(sides)(
    'the %s is a number from 0 to 65,535, whole or not, or the frame is malformed (P-SCREEN-1)',
    (_, message, item) => {
      for (const good of [0, 0.25, 40, 65_535]) expectTaken(put(message, item, good));
      for (const bad of [-0.25, 65_535.5, 1e300, Number.NaN, Infinity, '40', null, []])
        expectRefused(put(message, item, bad));
    },
  );

  it('only the fields that may be absent may be nil (P-ENC-6)', () => {
    for (const item of [6, 7]) expectTaken(put(hello, item, null));
    expectTaken(put(alive, 2, null));
    expectTaken(put(edit, 6, null));
    for (const item of [1, 2, 3, 4, 5]) expectRefused(put(hello, item, null));
    for (const item of [1, 2, 3, 4]) expectRefused(put(input, item, null));
    expectRefused(put(alive, 1, null));
    expectRefused(put(ask, 1, null));
    expectRefused([CLIENT_TYPE.who, null]);
    for (const item of [1, 2, 3]) expectRefused(put(profile, item, null));
    for (const item of [1, 2, 3, 4, 5]) expectRefused(put(edit, item, null));
    for (const item of [1, 2]) expectRefused(put(say, item, null));
    expectRefused(put(emote, 1, null));
    expectRefused(put(board, 1, null));
  });

  it('what is said is a string of at most 600 UTF-16 units, which any line and command fit (P-CHAT-1)', () => {
    for (const good of [
      '',
      'x'.repeat(600),
      '😀'.repeat(MAX_CHAT_LENGTH),
      `/to ${'😀'.repeat(24)} ${'😀'.repeat(200)}`,
    ]) {
      expectTaken(put(say, 2, good));
    }
    for (const bad of ['x'.repeat(601), '😀'.repeat(301), 7, true, [], Uint8Array.of(65)]) {
      expectRefused(put(say, 2, bad));
    }
  });

  it('the leaderboard is watched or not, and nothing else (P-BOARD-1)', () => {
    for (const good of [true, false]) expectTaken(put(board, 1, good));
    for (const bad of [0, 1, 'true', [], Uint8Array.of(1)]) expectRefused(put(board, 1, bad));
  });

  it('a name and a token are strings of at most 128 UTF-16 units, or the frame is malformed (P-HELLO-3)', () => {
    for (const [message, item] of [
      [hello, 2],
      [hello, 6],
      [profile, 2],
    ] as const) {
      for (const good of ['', 'x'.repeat(128), '😀'.repeat(64)]) expectTaken(put(message, item, good));
      for (const bad of ['x'.repeat(129), '😀'.repeat(65), 7, true, [], Uint8Array.of(65)]) {
        expectRefused(put(message, item, bad));
      }
    }
  });

  it('a place to appear at is two whole numbers, or the frame is malformed (P-HELLO-6)', () => {
    for (const good of [
      [0, 0],
      [-1e9, 1e9],
      [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
    ]) {
      expectTaken(put(hello, 7, good));
    }
    for (const bad of [[], [0], [0, 0, 0], [0.5, 0], [0, null], ['0', '0'], [2 ** 53, 0], 5, 'here', [[0], [0]]]) {
      expectRefused(put(hello, 7, bad));
    }
  });

  it('ids to ask for are 1 to the most of a who, each a u32 from 1, or the frame is malformed (P-PROF-2)', () => {
    const who = (ids: unknown): unknown[] => [CLIENT_TYPE.who, ids];
    expectTaken(who([1]));
    expectTaken(who(Array.from({ length: MAX_WHO_IDS }, () => MAX_U32)));
    for (const bad of [[], Array.from({ length: MAX_WHO_IDS + 1 }, () => 1), [0], [MAX_U32 + 1], [1, 'x'], 7, null]) {
      expectRefused(who(bad));
    }
  });

  it('a message has exactly its number of items (P-ENC-6)', () => {
    const who = [CLIENT_TYPE.who, [1]];
    const requests = [profile, edit, say, emote, board];
    for (const message of [hello, input, screen, alive, ask, who, [CLIENT_TYPE.refresh], ...requests]) {
      expectTaken(message);
      expectRefused([...message, null]);
      expectRefused([...message, 0]);
      expectRefused(message.slice(0, -1));
    }
  });

  it('a message is an array that begins with a type number a client may send (P-ENC-6)', () => {
    for (const bad of [7, null, 'hello', Uint8Array.of(7), [], [0], [13], [16, 1], [-1], [7.5], ['7'], [null], [[7]]]) {
      expectRefused(bad);
    }
  });

  it('one bad message spoils its whole frame (P-ENC-6)', () => {
    expect(refusal(concat([pack(alive), pack([99])]))).toBe(MALFORMED);
    expect(refusal(concat([pack([99]), pack(alive)]))).toBe(MALFORMED);
  });
});

describe('close codes', () => {
  it('every close code is unique and says with a sentence that fits a close frame what happened (P-CLOSE-1)', () => {
    const reasons = Object.values(CLOSE);
    expect(new Set(reasons.map(({ code }) => code)).size).toBe(reasons.length);
    for (const { sentence } of reasons) {
      expect(Buffer.byteLength(sentence)).toBeLessThanOrEqual(123);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('an error of the protocol carries the reason to close with, and a detail for the log (P-CLOSE-1)', () => {
    const error = new ProtocolError('flood', 'messages');
    expect(error.reason).toBe(CLOSE.flood);
    expect(error.message).toBe(`${CLOSE.flood.sentence} (messages)`);
  });
});
