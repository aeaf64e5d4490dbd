import { Packr } from 'msgpackr';
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
import {
  assertNever,
  CLIENT_TYPE,
  type ClientMessage,
  type Company,
  type Hello,
  type Line,
  type Profile,
  ProtocolError,
  SERVER_TYPE,
  type ServerMessage,
} from './protocol.ts';
import { TERRAINS, type TerrainKind } from './terrain.ts';

/**
 * Between messages and bytes: the only importer of msgpackr. The options keep its output standard MessagePack; its
 * decoder takes more than that, so whatever a peer sends is pre-scanned first.
 */
const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' });

/** Packs one value as standard MessagePack. */
export const pack = (value: unknown): Uint8Array => packr.pack(value);

/** Unpacks concatenated values; throws on what is not MessagePack. */
export function unpackAll(bytes: Uint8Array): unknown[] {
  if (bytes.length === 0) return [];
  return packr.unpackMultiple(bytes) as unknown[];
}

/** Joins encoded messages into one frame. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// Client to server ------------------------------------------------------------------------------

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

// Server to client ------------------------------------------------------------------------------

export function encodeServerMessage(message: ServerMessage): Uint8Array {
  switch (message.type) {
    case 'frame':
      return pack([SERVER_TYPE.frame, message.tick]);
    case 'motions':
      return pack([SERVER_TYPE.motions, message.records]);
    case 'changes':
      return pack([SERVER_TYPE.changes, message.sx, message.sy, message.enters, message.leaves]);
    case 'snapshot':
      return pack([SERVER_TYPE.snapshot, message.sx, message.sy, message.enters]);
    case 'check':
      return pack([SERVER_TYPE.check, message.records]);
    case 'forget':
      return pack([SERVER_TYPE.forget, message.sx, message.sy]);
    case 'welcome':
      return pack([
        SERVER_TYPE.welcome,
        message.id,
        message.generation,
        message.token,
        message.world,
        TERRAINS.indexOf(message.terrain),
        message.seed,
        message.openSpawn,
        message.flushMs,
        message.name,
        message.look,
        message.gems,
      ]);
    case 'own':
      return pack([SERVER_TYPE.own, message.n, message.rev, message.tick, message.x, message.y, message.heading]);
    case 'pong':
      return pack([SERVER_TYPE.pong, message.nonce, message.receivedMs, message.sentMs]);
    case 'profiles':
      return pack([SERVER_TYPE.profiles, message.profiles.map((p) => [p.id, p.version, p.name, p.look])]);
    case 'players':
      return pack([SERVER_TYPE.players, message.count]);
    case 'done':
      return pack([SERVER_TYPE.done, message.n, message.revision, message.before]);
    case 'refused':
      return pack([SERVER_TYPE.refused, message.n, message.sentence]);
    case 'ground':
      return pack([SERVER_TYPE.ground, message.sx, message.sy, message.revision, message.tiles]);
    case 'edits':
      return pack([SERVER_TYPE.edits, message.sx, message.sy, message.records]);
    case 'lines':
      return pack([
        SERVER_TYPE.lines,
        message.sx,
        message.sy,
        message.isHistory,
        message.lines.map((line) => [line.id, line.player, line.name, line.text, line.atMs]),
      ]);
    case 'whisper':
      return pack([SERVER_TYPE.whisper, message.from, message.fromName, message.to, message.toName, message.text]);
    case 'emotes':
      return pack([SERVER_TYPE.emotes, message.emotes.map(({ player, emote }) => [player, emote])]);
    case 'gems':
      return pack([SERVER_TYPE.gems, message.sx, message.sy, message.period, message.claimed]);
    case 'claim':
      return pack([SERVER_TYPE.claim, message.sx, message.sy, message.period, message.index, message.player]);
    case 'score':
      return pack([SERVER_TYPE.score, message.score, message.rank]);
    case 'board':
      return pack([
        SERVER_TYPE.board,
        message.rows.map(({ player, name, score }) => [player, name, score]),
        message.score,
        message.rank,
      ]);
    case 'company':
      return pack([SERVER_TYPE.company, message.at]);
    default:
      return assertNever(message);
  }
}

type ServerReader = (value: readonly unknown[]) => ServerMessage;

/** Reads a message's fields by position. The server is trusted: what it sends is taken as it stands. */
const fields =
  <F extends unknown[]>(read: (...fields: F) => ServerMessage): ServerReader =>
  (value) =>
    read(...(value.slice(1) as F));

const SERVER_READERS: ReadonlyMap<unknown, ServerReader> = new Map<unknown, ServerReader>([
  [SERVER_TYPE.frame, fields((tick: number) => ({ type: 'frame', tick }))],
  [SERVER_TYPE.motions, fields((records: Uint8Array) => ({ type: 'motions', records }))],
  [
    SERVER_TYPE.changes,
    fields((sx: number, sy: number, enters: Uint8Array, leaves: Uint8Array) => ({
      type: 'changes',
      sx,
      sy,
      enters,
      leaves,
    })),
  ],
  [
    SERVER_TYPE.snapshot,
    fields((sx: number, sy: number, enters: Uint8Array) => ({ type: 'snapshot', sx, sy, enters })),
  ],
  [SERVER_TYPE.check, fields((records: Uint8Array) => ({ type: 'check', records }))],
  [SERVER_TYPE.forget, fields((sx: number, sy: number) => ({ type: 'forget', sx, sy }))],
  [
    SERVER_TYPE.welcome,
    fields(
      (
        id: number,
        generation: number,
        token: string,
        world: string,
        terrain: number,
        seed: number,
        openSpawn: boolean,
        flushMs: number,
        name: string,
        look: number,
        gems: number,
      ) => ({
        type: 'welcome',
        id,
        generation,
        token,
        world,
        terrain: TERRAINS[terrain] as TerrainKind,
        seed,
        openSpawn,
        flushMs,
        name,
        look,
        gems,
      }),
    ),
  ],
  [
    SERVER_TYPE.own,
    fields((n: number, rev: number, tick: number, x: number, y: number, heading: number) => ({
      type: 'own',
      n,
      rev,
      tick,
      x,
      y,
      heading,
    })),
  ],
  [
    SERVER_TYPE.pong,
    fields((nonce: number, receivedMs: number, sentMs: number) => ({ type: 'pong', nonce, receivedMs, sentMs })),
  ],
  [
    SERVER_TYPE.profiles,
    fields((rows: readonly [number, number, string, number][]) => ({
      type: 'profiles',
      profiles: rows.map(([id, version, name, look]): Profile => ({ id, version, name, look })),
    })),
  ],
  [SERVER_TYPE.players, fields((count: number) => ({ type: 'players', count }))],
  [
    SERVER_TYPE.done,
    fields((n: number, revision: number | null, before: number | null) => ({ type: 'done', n, revision, before })),
  ],
  [SERVER_TYPE.refused, fields((n: number, sentence: string) => ({ type: 'refused', n, sentence }))],
  [
    SERVER_TYPE.ground,
    fields((sx: number, sy: number, revision: number, tiles: Uint8Array) => ({
      type: 'ground',
      sx,
      sy,
      revision,
      tiles,
    })),
  ],
  [SERVER_TYPE.edits, fields((sx: number, sy: number, records: Uint8Array) => ({ type: 'edits', sx, sy, records }))],
  [
    SERVER_TYPE.lines,
    fields(
      (
        sx: number,
        sy: number,
        isHistory: boolean,
        rows: readonly (readonly [number, number, string, string, number])[],
      ) => ({
        type: 'lines',
        sx,
        sy,
        isHistory,
        lines: rows.map(([id, player, name, text, atMs]): Line => ({ id, player, name, text, atMs })),
      }),
    ),
  ],
  [
    SERVER_TYPE.whisper,
    fields((from: number, fromName: string, to: number, toName: string, text: string) => ({
      type: 'whisper',
      from,
      fromName,
      to,
      toName,
      text,
    })),
  ],
  [
    SERVER_TYPE.emotes,
    fields((rows: readonly (readonly [number, number])[]) => ({
      type: 'emotes',
      emotes: rows.map(([player, emote]) => ({ player, emote })),
    })),
  ],
  [
    SERVER_TYPE.gems,
    fields((sx: number, sy: number, period: number, claimed: number) => ({ type: 'gems', sx, sy, period, claimed })),
  ],
  [
    SERVER_TYPE.claim,
    fields((sx: number, sy: number, period: number, index: number, player: number) => ({
      type: 'claim',
      sx,
      sy,
      period,
      index,
      player,
    })),
  ],
  [SERVER_TYPE.score, fields((score: number, rank: number) => ({ type: 'score', score, rank }))],
  [
    SERVER_TYPE.board,
    fields((rows: readonly (readonly [number, string, number])[], score: number, rank: number) => ({
      type: 'board',
      rows: rows.map(([player, name, of]) => ({ player, name, score: of })),
      score,
      rank,
    })),
  ],
  [SERVER_TYPE.company, fields((at: Company['at']) => ({ type: 'company', at }))],
]);

/** The messages of a server's frame, those of unknown type left out. Throws on what is not MessagePack. */
export function decodeServerFrame(bytes: Uint8Array): ServerMessage[] {
  const messages: ServerMessage[] = [];
  for (const value of unpackAll(bytes)) {
    if (!Array.isArray(value)) throw new TypeError('a message is an array');
    const reader = SERVER_READERS.get(value[0]);
    if (reader !== undefined) messages.push(reader(value));
  }
  return messages;
}
