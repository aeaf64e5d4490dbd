import { encodeClientMessage } from '../../shared/client-codec.ts';
import { concat, pack } from '../../shared/codec.ts';
import { EMOTES, LOOKS, MAX_CLIENT_FRAME_BYTES, MAX_WHO_IDS, PROTOCOL_VERSION } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import { CLIENT_TYPE, type ClientMessage } from '../../shared/protocol.ts';

/** From [0, 1). */
export type Random = () => number;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)] as T;
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

const NAMES = ['', 'Ada', '😀'.repeat(30), '\u202e\u0000\n ', '"#"#', 'a\u0301'.repeat(40)];

const TEXTS: readonly string[] = [
  ...[
    '',
    'Hello.',
    '😀'.repeat(250),
    '\u202e\u0000\n ',
    'z\u0300\u0301\u0302\u0303\u0304\u0305',
    '\ud800',
    '\u200d\u200d',
  ],
  ...['/', '/me', '/me waves', '/roll 2d6', '/roll 0d0', '/roll 999d9999', '/to Ada psst', '/to "Ada" #1', '/to #1 hi'],
  ...['/to "', '/home', '/home here', '/home sweet home', '//', '/nothing of the kind', `/me ${'x'.repeat(595)}`],
];

/** A message that an honest client may send, of any type but hello. */
export function honestMessage(random: Random): ClientMessage {
  const u32 = (): number => below(random, 2 ** 32);
  return pick<() => ClientMessage>(random, [
    () => ({ type: 'input', n: 1 + below(random, 9), tick: u32(), heading: below(random, STANDING + 1), frame: u32() }),
    () => ({ type: 'screen', width: random() * 300, height: random() * 200 }),
    () => ({ type: 'alive', frame: u32(), nonce: random() < 0.5 ? null : u32() }),
    () => ({ type: 'who', ids: times(1 + below(random, MAX_WHO_IDS), () => 1 + below(random, 2 ** 32 - 1)) }),
    () => ({ type: 'ask', sx: below(random, 5) - 2, sy: below(random, 2 ** 32) - 2 ** 31 }),
    () => ({ type: 'refresh' }),
    () => ({ type: 'profile', n: 1 + below(random, 9), name: pick(random, NAMES), look: below(random, LOOKS) }),
    () => ({
      type: 'edit',
      n: 1 + below(random, 9),
      sx: below(random, 5) - 2,
      sy: below(random, random() < 0.2 ? 2 ** 31 : 3),
      tile: below(random, 1024),
      kind: below(random, 256),
      ifRevision: random() < 0.7 ? null : below(random, 2 ** 32),
    }),
    () => ({ type: 'say', n: 1 + below(random, 9), text: pick(random, TEXTS) }),
    () => ({ type: 'emote', emote: below(random, EMOTES) }),
    () => ({ type: 'board', isShown: random() < 0.5 }),
  ])();
}

/** A hello that an honest client may say. */
export function honestHello(random: Random): ClientMessage {
  const tile = (): number => (random() < 0.5 ? below(random, 30) - 15 : Math.floor((random() - 0.5) * 2 ** 37.1));
  return {
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    name: pick(random, NAMES),
    look: below(random, LOOKS),
    width: random() * 200,
    height: random() * 150,
    token: pick(random, [null, 'no such token']),
    at: pick(random, [null, [tile(), tile()]]),
  };
}

/** Values at and beyond the ends of every range, and of every other kind. */
const EXTREMES: readonly unknown[] = [
  ...[-1, -0, 0, 1, 7, 8, 127, 128, 255, 256, 257, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1],
  ...[
    2 ** 32 - 1,
    2 ** 32,
    2 ** 36,
    2 ** 53 - 1,
    2 ** 53,
    -(2 ** 53),
    1e300,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ],
  ...[2n ** 63n, -(2n ** 63n), null, true, false, undefined, '', 'x'.repeat(128), 'x'.repeat(129), '1', '\ud800'],
  ...[Buffer.of(), Buffer.of(1, 2, 3), [], [0], [[]], [1, 2], [1, 2, 3], { a: 1 }, new Date(0)],
];

/** What msgpackr reads beyond MessagePack, MessagePack beyond the protocol, and heads that promise too much. */
const SPECIMENS: readonly string[] = [
  ...[
    'd472409101',
    'd572409101',
    'c7037240a161',
    'd47801',
    'd57892a16100',
    'd46500',
    'd47301',
    'd4747201',
    'c70574000102',
  ],
  ...[
    'd6ff00000000',
    'd7ff0000000000000000',
    'c70cff000000000000000000000000',
    'd40000',
    'c70000',
    'c8ffff00',
    'c9ffffffff00',
  ],
  ...[
    'c1',
    '80',
    '8101',
    'de0001',
    'dfffffffff',
    'ddffffffff',
    'dcffff',
    'dbffffffff',
    'daffff',
    'c6ffffffff',
    'c5ffff',
  ],
];

/** The array that stands for a message, which the mutations of fields work on. */
function fieldsOf(message: ClientMessage): unknown[] {
  const { type, ...fields } = message;
  return [CLIENT_TYPE[type], ...Object.values(fields)];
}

/** An integer in a form that holds more than it needs. */
function wasteful(value: number): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes[0] = value % 2 === 0 ? 0xd3 : 0xcb;
  if (value % 2 === 0) bytes.writeBigInt64BE(BigInt(value), 1);
  else bytes.writeDoubleBE(value, 1);
  return bytes;
}

/** An array of at most 15 encoded values. */
const arrayOf = (parts: readonly Uint8Array[]): Uint8Array => concat([Uint8Array.of(0x90 | parts.length), ...parts]);

type Mutation = (message: ClientMessage, random: Random) => Uint8Array;

const onBytes =
  (change: (bytes: Buffer, random: Random) => Uint8Array): Mutation =>
  (message, random) =>
    change(Buffer.from(encodeClientMessage(message)), random);

const onFields =
  (change: (fields: unknown[], random: Random) => void): Mutation =>
  (message, random) => {
    const fields = fieldsOf(message);
    change(fields, random);
    return pack(fields);
  };

const onParts =
  (change: (parts: Uint8Array[], random: Random, fields: readonly unknown[]) => void): Mutation =>
  (message, random) => {
    const fields = fieldsOf(message);
    const parts = fields.map(pack);
    change(parts, random, fields);
    return arrayOf(parts);
  };

/** Every way in which a message is changed. Some of the results are still messages. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flips: onBytes((bytes, random) => {
    for (let i = below(random, 3); i >= 0; i--) {
      const at = below(random, bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << below(random, 8));
    }
    return bytes;
  }),
  cuts: onBytes((bytes, random) => bytes.subarray(0, below(random, bytes.length + 1))),
  inserts: onBytes((bytes, random) => {
    const at = below(random, bytes.length + 1);
    const extra = Buffer.from(times(1 + below(random, 4), () => below(random, 256)));
    return Buffer.concat([bytes.subarray(0, at), extra, bytes.subarray(at)]);
  }),
  splices: onBytes((bytes, random) => {
    const other = encodeClientMessage(honestMessage(random));
    return Buffer.concat([bytes.subarray(0, below(random, bytes.length)), other.subarray(below(random, other.length))]);
  }),
  joins: onBytes((bytes, random) =>
    concat([
      bytes,
      ...times(1 + below(random, 18), () => encodeClientMessage({ type: 'alive', frame: 0, nonce: null })),
    ]),
  ),
  ranges: onFields((fields, random) => {
    fields[below(random, fields.length)] = pick(random, EXTREMES);
  }),
  values: onFields((fields, random) => {
    const at = 1 + below(random, Math.max(1, fields.length - 1));
    const value = fields[at];
    if (typeof value === 'number')
      fields[at] = pick(random, [0, 1, value + 1, value - 1, value * random(), 65_535, 256]);
  }),
  counts: onFields((fields, random) => {
    if (random() < 0.5) fields.push(pick(random, EXTREMES));
    else fields.pop();
  }),
  types: onFields((fields, random) => {
    fields[0] = below(random, 30);
  }),
  nests: onFields((fields, random) => {
    const at = below(random, fields.length);
    for (let depth = below(random, pick(random, [3, 200])); depth >= 0; depth--) fields[at] = [fields[at]];
  }),
  extensions: onParts((parts, random) => {
    parts[below(random, parts.length)] = Buffer.from(pick(random, SPECIMENS), 'hex');
  }),
  forms: onParts((parts, _random, fields) => {
    for (const [i, field] of fields.entries()) if (Number.isInteger(field)) parts[i] = wasteful(field as number);
  }),
  noise: (_message, random) => Buffer.from(times(below(random, 60), () => below(random, 256))),
  bulk: onBytes((bytes, random) =>
    concat([bytes, new Uint8Array(MAX_CLIENT_FRAME_BYTES - bytes.length + below(random, 3))]),
  ),
};

const ALL = Object.values(MUTATIONS);
/** Those that often leave a message which is taken, so that a session gets through several before it ends. */
const GENTLE = [MUTATIONS.forms, MUTATIONS.forms, MUTATIONS.values, MUTATIONS.flips] as Mutation[];

/** The bytes of a message, changed in one of many ways. */
export const mutate: Mutation = (message, random) => pick(random, random() < 0.75 ? GENTLE : ALL)(message, random);
