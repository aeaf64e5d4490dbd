import fc from 'fast-check';
import { decodeClientFrame } from '../../shared/codec.ts';
import { LOOKS, MAX_SQUARE, MAX_WHO_IDS, MIN_SQUARE, PROTOCOL_VERSION } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import { type ClientMessage, ProtocolError, type ServerMessage } from '../../shared/protocol.ts';
import { TERRAINS } from '../../shared/terrain.ts';

export const MAX_U32 = 2 ** 32 - 1;
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: MAX_U32 });
const square = fc.integer({ min: MIN_SQUARE, max: MAX_SQUARE });
const name = fc.string({ unit: 'binary', maxLength: 40 });
const tiles = fc.double({ min: 0, max: 65_535, noNaN: true }).map((n) => n + 0);
const bytes = fc.uint8Array({ maxLength: 400 });

/** Any message that a client may send. */
export const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    protocol: fc.constant(PROTOCOL_VERSION),
    name,
    look: fc.integer({ min: 0, max: LOOKS - 1 }),
    width: tiles,
    height: tiles,
    token: fc.option(fc.string({ maxLength: 128 })),
    at: fc.option(fc.tuple(fc.maxSafeInteger(), fc.maxSafeInteger())),
  }),
  fc.record({
    type: fc.constant('input' as const),
    n: fc.integer({ min: 1, max: MAX_U32 }),
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
  }),
  fc.record({
    type: fc.constant('own' as const),
    n: u32,
    rev: u16,
    tick: u32,
    x: fc.maxSafeInteger(),
    y: fc.maxSafeInteger(),
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
    profiles: fc.array(fc.record({ id: u32, version: u16, name, look: fc.integer({ min: 0, max: LOOKS - 1 }) })),
  }),
  fc.record({ type: fc.constant('players' as const), count: u32 }),
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
