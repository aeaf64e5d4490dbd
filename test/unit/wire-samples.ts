import fc from 'fast-check';
import { decodeClientFrame } from '../../shared/client-codec.ts';
import { ProtocolError } from '../../shared/closing.ts';
import { EMOTES, LOOKS, MAX_SQUARE, MAX_WHO_IDS, MIN_SQUARE, PROTOCOL_VERSION } from '../../shared/constants.ts';
import { MAX_GEMS } from '../../shared/gems.ts';
import { STANDING } from '../../shared/motion.ts';
import type { ClientMessage, ServerMessage } from '../../shared/protocol.ts';
import { TERRAINS } from '../../shared/terrain.ts';

export const MAX_U32 = 2 ** 32 - 1;
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: MAX_U32 });
const square = fc.integer({ min: MIN_SQUARE, max: MAX_SQUARE });
const name = fc.string({ unit: 'binary', maxLength: 40 });
const tiles = fc.double({ min: 0, max: 65_535, noNaN: true }).map((n) => n + 0);
const bytes = fc.uint8Array({ maxLength: 400 });
const n = fc.integer({ min: 1, max: MAX_U32 });
const look = fc.integer({ min: 0, max: LOOKS - 1 });
const emote = fc.integer({ min: 0, max: EMOTES - 1 });
const u8 = fc.integer({ min: 0, max: 0xff });
const text = fc.string({ unit: 'binary', maxLength: 300 });
const whole = fc.maxSafeInteger();
const time = fc.double({ min: 0, max: Number.MAX_SAFE_INTEGER, noNaN: true }).map((ms) => ms + 0);

/** Any message that a client may send. */
export const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    protocol: fc.constant(PROTOCOL_VERSION),
    name,
    look,
    width: tiles,
    height: tiles,
    token: fc.option(fc.string({ maxLength: 128 })),
    at: fc.option(fc.tuple(whole, whole)),
  }),
  fc.record({
    type: fc.constant('input' as const),
    n,
    tick: u32,
    heading: fc.integer({ min: 0, max: STANDING }),
    frame: u32,
  }),
  fc.record({ type: fc.constant('screen' as const), width: tiles, height: tiles }),
  fc.record({ type: fc.constant('alive' as const), frame: u32, nonce: fc.option(u32) }),
  fc.record({
    type: fc.constant('who' as const),
    ids: fc.array(fc.integer({ min: 1, max: MAX_U32 }), { minLength: 1, maxLength: MAX_WHO_IDS }),
  }),
  fc.record({ type: fc.constant('ask' as const), sx: square, sy: square }),
  fc.record({ type: fc.constant('refresh' as const) }),
  fc.record({ type: fc.constant('profile' as const), n, name, look }),
  fc.record({
    type: fc.constant('edit' as const),
    n,
    sx: square,
    sy: square,
    tile: fc.integer({ min: 0, max: 1023 }),
    kind: u8,
    ifRevision: fc.option(fc.maxSafeNat()),
  }),
  fc.record({ type: fc.constant('say' as const), n, text }),
  fc.record({ type: fc.constant('emote' as const), emote }),
  fc.record({ type: fc.constant('board' as const), isShown: fc.boolean() }),
  fc.record({ type: fc.constant('trace' as const), n, id: u32, sentMs: time }),
  fc.record({ type: fc.constant('traces' as const), isShown: fc.boolean() }),
);

/** Any message that a server may send, its records being bytes of any kind. */
export const serverMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  fc.record({ type: fc.constant('frame' as const), tick: u32 }),
  fc.record({ type: fc.constant('motions' as const), records: bytes }),
  fc.record({ type: fc.constant('changes' as const), sx: square, sy: square, enters: bytes, leaves: bytes }),
  fc.record({ type: fc.constant('snapshot' as const), sx: square, sy: square, enters: bytes }),
  fc.record({ type: fc.constant('check' as const), records: bytes }),
  fc.record({ type: fc.constant('forget' as const), sx: square, sy: square }),
  fc.record({
    type: fc.constant('welcome' as const),
    id: u32,
    generation: u32,
    token: fc.string(),
    world: fc.string(),
    terrain: fc.constantFrom(...TERRAINS),
    seed: u32,
    openSpawn: fc.boolean(),
    flushMs: u16,
    name,
    look,
    gems: fc.integer({ min: 0, max: MAX_GEMS }),
  }),
  fc.record({
    type: fc.constant('own' as const),
    n: u32,
    rev: u16,
    tick: u32,
    x: whole,
    y: whole,
    heading: fc.integer({ min: 0, max: STANDING }),
  }),
  fc.record({
    type: fc.constant('pong' as const),
    nonce: u32,
    receivedMs: fc.double({ min: 0, max: 2 ** 40, noNaN: true }),
    sentMs: fc.double({ min: 0, max: 2 ** 40, noNaN: true }),
  }),
  fc.record({
    type: fc.constant('profiles' as const),
    profiles: fc.array(fc.record({ id: u32, version: u16, name, look })),
  }),
  fc.record({ type: fc.constant('players' as const), count: u32 }),
  fc.record({ type: fc.constant('done' as const), n, revision: fc.option(u32), before: fc.option(u8) }),
  fc.record({ type: fc.constant('refused' as const), n: u32, sentence: text }),
  fc.record({ type: fc.constant('ground' as const), sx: square, sy: square, revision: u32, tiles: bytes }),
  fc.record({ type: fc.constant('edits' as const), sx: square, sy: square, records: bytes }),
  fc.record({
    type: fc.constant('lines' as const),
    sx: square,
    sy: square,
    isHistory: fc.boolean(),
    lines: fc.array(fc.record({ id: fc.maxSafeNat(), player: u32, name, text, atMs: fc.maxSafeNat() })),
  }),
  fc.record({ type: fc.constant('whisper' as const), from: u32, fromName: name, to: u32, toName: name, text }),
  fc.record({ type: fc.constant('emotes' as const), emotes: fc.array(fc.record({ player: u32, emote })) }),
  fc.record({ type: fc.constant('gems' as const), sx: square, sy: square, period: u32, claimed: u32 }),
  fc.record({
    type: fc.constant('claim' as const),
    sx: square,
    sy: square,
    period: u32,
    index: fc.integer({ min: 0, max: MAX_GEMS - 1 }),
    player: u32,
  }),
  fc.record({ type: fc.constant('score' as const), score: fc.maxSafeNat(), rank: u32 }),
  fc.record({
    type: fc.constant('board' as const),
    rows: fc.array(fc.record({ player: u32, name, score: fc.maxSafeNat() })),
    score: fc.maxSafeNat(),
    rank: u32,
  }),
  fc.record({ type: fc.constant('company' as const), at: fc.option(fc.tuple(whole, whole)) }),
  fc.record({ type: fc.constant('goAway' as const), withinMs: u32 }),
  fc.record({ type: fc.constant('queued' as const), place: u32, of: u32, ticket: fc.string() }),
  fc.record({ type: fc.constant('announced' as const), text: fc.string() }),
  fc.record({
    type: fc.constant('traced' as const),
    id: u32,
    player: u32,
    sentMs: time,
    readMs: time,
    flushedMs: time,
    arrivedMs: fc.option(time),
    plannedMs: time,
    writtenMs: time,
  }),
);

export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** What is wrong with a frame, by the close code it leads to; undefined when it is taken. */
export function refusal(frame: Uint8Array): number | undefined {
  try {
    decodeClientFrame(frame);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return error.reason.code;
  }
}
