import { ProtocolError } from './closing.ts';
import { pack, unpackAll } from './codec.ts';
import {
  EMOTES,
  LOOKS,
  MAX_CLIENT_DEPTH,
  MAX_CLIENT_FRAME_MESSAGES,
  MAX_CLIENT_VALUES,
  MAX_SQUARE,
  MAX_WHO_IDS,
  MIN_SQUARE,
  PROTOCOL_VERSION,
  TILES_PER_SQUARE,
} from './constants.ts';
import { STANDING } from './motion.ts';
import { prescan } from './prescan.ts';
import { assertNever, CLIENT_TYPE, type ClientMessage, type Hello } from './protocol.ts';

export function encodeClientMessage(message: ClientMessage): Uint8Array {
  switch (message.type) {
    case 'hello':
      return pack([
        CLIENT_TYPE.hello,
        message.protocol,
        message.name,
        message.look,
        message.width,
        message.height,
        message.token,
        message.at,
      ]);
    case 'input':
      return pack([CLIENT_TYPE.input, message.n, message.tick, message.heading, message.frame]);
    case 'screen':
      return pack([CLIENT_TYPE.screen, message.width, message.height]);
    case 'alive':
      return pack([CLIENT_TYPE.alive, message.frame, message.nonce]);
    case 'who':
      return pack([CLIENT_TYPE.who, message.ids]);
    case 'ask':
      return pack([CLIENT_TYPE.ask, message.sx, message.sy]);
    case 'refresh':
      return pack([CLIENT_TYPE.refresh]);
    case 'profile':
      return pack([CLIENT_TYPE.profile, message.n, message.name, message.look]);
    case 'edit':
      return pack([
        CLIENT_TYPE.edit,
        message.n,
        message.sx,
        message.sy,
        message.tile,
        message.kind,
        message.ifRevision,
      ]);
    case 'say':
      return pack([CLIENT_TYPE.say, message.n, message.text]);
    case 'emote':
      return pack([CLIENT_TYPE.emote, message.emote]);
    case 'board':
      return pack([CLIENT_TYPE.board, message.isShown]);
    case 'trace':
      return pack([CLIENT_TYPE.trace, message.n, message.id, message.sentMs]);
    case 'traces':
      return pack([CLIENT_TYPE.traces, message.isShown]);
    default:
      return assertNever(message);
  }
}

const CLIENT_LIMITS = { depth: MAX_CLIENT_DEPTH, values: MAX_CLIENT_VALUES, messages: MAX_CLIENT_FRAME_MESSAGES };
const MAX_U32 = 2 ** 32 - 1;
/** Tokens and names longer than this many UTF-16 units are refused unread. */
export const MAX_STRING = 128;
/** Longest text of a `say`, in UTF-16 units: MAX_CHAT_LENGTH characters, a command and a name before them. */
export const MAX_TEXT = 600;
/** Screens up to this many tiles are taken, and cut to the cap; beyond, the claim is nonsense. */
const MAX_CLAIMED_SCREEN = 65_535;

type Fields = readonly unknown[];

const malformed = (detail: string): ProtocolError => new ProtocolError('malformed', detail);

function integer(fields: Fields, index: number, low: number, high: number): number {
  const value = fields[index];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
    throw malformed(`field ${index} must be an integer from ${low} to ${high}`);
  }
  return value;
}

function number(fields: Fields, index: number, low: number, high: number): number {
  const value = fields[index];
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    throw malformed(`field ${index} must be a number from ${low} to ${high}`);
  }
  return value;
}

function string(fields: Fields, index: number, longest = MAX_STRING): string {
  const value = fields[index];
  if (typeof value !== 'string' || value.length > longest) {
    throw malformed(`field ${index} must be a string of at most ${longest} characters`);
  }
  return value;
}

function boolean(fields: Fields, index: number): boolean {
  const value = fields[index];
  if (typeof value !== 'boolean') throw malformed(`field ${index} must be true or false`);
  return value;
}

function place(fields: Fields, index: number): Hello['at'] {
  const value = fields[index];
  if (value === null) return null;
  if (!Array.isArray(value) || value.length !== 2) throw malformed(`field ${index} must be nil or two tile numbers`);
  // Any whole number that a double holds: whether it lies in the world is for the world to say.
  const limit = Number.MAX_SAFE_INTEGER;
  return [integer(value, 0, -limit, limit), integer(value, 1, -limit, limit)];
}

interface Reader {
  /** How many items the array has, type number included. */
  readonly length: number;
  readonly read: (fields: Fields) => ClientMessage;
}

const CLIENT_READERS: ReadonlyMap<unknown, Reader> = new Map<unknown, Reader>([
  [
    CLIENT_TYPE.hello,
    {
      length: 8,
      read: (f) => ({
        type: 'hello',
        protocol: PROTOCOL_VERSION,
        name: string(f, 2),
        look: integer(f, 3, 0, LOOKS - 1),
        width: number(f, 4, 0, MAX_CLAIMED_SCREEN),
        height: number(f, 5, 0, MAX_CLAIMED_SCREEN),
        token: f[6] === null ? null : string(f, 6),
        at: place(f, 7),
      }),
    },
  ],
  [
    CLIENT_TYPE.input,
    {
      length: 5,
      read: (f) => ({
        type: 'input',
        n: integer(f, 1, 1, MAX_U32),
        tick: integer(f, 2, 0, MAX_U32),
        heading: integer(f, 3, 0, STANDING),
        frame: integer(f, 4, 0, MAX_U32),
      }),
    },
  ],
  [
    CLIENT_TYPE.screen,
    {
      length: 3,
      read: (f) => ({
        type: 'screen',
        width: number(f, 1, 0, MAX_CLAIMED_SCREEN),
        height: number(f, 2, 0, MAX_CLAIMED_SCREEN),
      }),
    },
  ],
  [
    CLIENT_TYPE.alive,
    {
      length: 3,
      read: (f) => ({
        type: 'alive',
        frame: integer(f, 1, 0, MAX_U32),
        nonce: f[2] === null ? null : integer(f, 2, 0, MAX_U32),
      }),
    },
  ],
  [
    CLIENT_TYPE.who,
    {
      length: 2,
      read: (f) => {
        const ids = f[1];
        if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_WHO_IDS) {
          throw malformed(`field 1 must be 1 to ${MAX_WHO_IDS} ids`);
        }
        return { type: 'who', ids: ids.map((_, i) => integer(ids, i, 1, MAX_U32)) };
      },
    },
  ],
  [
    CLIENT_TYPE.ask,
    {
      length: 3,
      read: (f) => ({
        type: 'ask',
        sx: integer(f, 1, MIN_SQUARE, MAX_SQUARE),
        sy: integer(f, 2, MIN_SQUARE, MAX_SQUARE),
      }),
    },
  ],
  [CLIENT_TYPE.refresh, { length: 1, read: () => ({ type: 'refresh' }) }],
  [
    CLIENT_TYPE.profile,
    {
      length: 4,
      read: (f) => ({
        type: 'profile',
        n: integer(f, 1, 1, MAX_U32),
        name: string(f, 2),
        look: integer(f, 3, 0, LOOKS - 1),
      }),
    },
  ],
  [
    CLIENT_TYPE.edit,
    {
      length: 7,
      read: (f) => ({
        type: 'edit',
        n: integer(f, 1, 1, MAX_U32),
        sx: integer(f, 2, MIN_SQUARE, MAX_SQUARE),
        sy: integer(f, 3, MIN_SQUARE, MAX_SQUARE),
        tile: integer(f, 4, 0, TILES_PER_SQUARE * TILES_PER_SQUARE - 1),
        kind: integer(f, 5, 0, 255),
        ifRevision: f[6] === null ? null : integer(f, 6, 0, Number.MAX_SAFE_INTEGER),
      }),
    },
  ],
  [
    CLIENT_TYPE.say,
    { length: 3, read: (f) => ({ type: 'say', n: integer(f, 1, 1, MAX_U32), text: string(f, 2, MAX_TEXT) }) },
  ],
  [CLIENT_TYPE.emote, { length: 2, read: (f) => ({ type: 'emote', emote: integer(f, 1, 0, EMOTES - 1) }) }],
  [CLIENT_TYPE.board, { length: 2, read: (f) => ({ type: 'board', isShown: boolean(f, 1) }) }],
  [
    CLIENT_TYPE.trace,
    {
      length: 4,
      read: (f) => ({
        type: 'trace',
        n: integer(f, 1, 1, MAX_U32),
        id: integer(f, 2, 0, MAX_U32),
        sentMs: number(f, 3, 0, Number.MAX_SAFE_INTEGER),
      }),
    },
  ],
  [CLIENT_TYPE.traces, { length: 2, read: (f) => ({ type: 'traces', isShown: boolean(f, 1) }) }],
]);

/** The hello of another version: what stands behind the number may be anything, and is not read. */
const foreignHello = (protocol: number): Hello => ({
  type: 'hello',
  protocol,
  name: '',
  look: 0,
  width: 0,
  height: 0,
  token: null,
  at: null,
});

/**
 * The messages of a client's frame.
 * @throws ProtocolError `malformed` for anything outside PROTOCOL.md: structure, type, length, range.
 */
export function decodeClientFrame(bytes: Uint8Array): ClientMessage[] {
  // Free of charge otherwise: whoever counts messages would not see a flood of these.
  if (bytes.length === 0) throw malformed('no message');
  const wrong = prescan(bytes, CLIENT_LIMITS);
  if (wrong !== undefined) throw malformed(wrong);
  let values: unknown[];
  try {
    values = unpackAll(bytes);
  } catch {
    throw malformed('not MessagePack');
  }
  return values.map((value) => {
    if (!Array.isArray(value)) throw malformed('a message is an array');
    const reader = CLIENT_READERS.get(value[0]);
    if (reader === undefined) throw malformed('unknown message type');
    if (value[0] === CLIENT_TYPE.hello) {
      const protocol = integer(value, 1, 0, MAX_U32);
      if (protocol !== PROTOCOL_VERSION) return foreignHello(protocol);
    }
    if (value.length !== reader.length) throw malformed(`message ${value[0]} has ${reader.length} items`);
    return reader.read(value);
  });
}
