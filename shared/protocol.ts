import type { TerrainKind } from './terrain.ts';

/**
 * The messages of the wire, as objects. The bytes are the codec's; the meaning of every field, with types, units and
 * ranges, stands in PROTOCOL.md. A message on the wire is a MessagePack array whose first item is its type number.
 */

/** Numbers of the messages a client sends. */
export const CLIENT_TYPE = { hello: 1, input: 2, screen: 3, alive: 4, who: 5, ask: 6, refresh: 7 } as const;

/** Numbers of the messages a server sends. */
export const SERVER_TYPE = {
  frame: 16,
  motions: 17,
  changes: 18,
  snapshot: 19,
  check: 20,
  forget: 21,
  welcome: 22,
  own: 23,
  pong: 24,
  profiles: 25,
  players: 26,
} as const;

// Client to server ------------------------------------------------------------------------------

/** The first message of a session. */
export interface Hello {
  readonly type: 'hello';
  readonly protocol: number;
  readonly name: string;
  readonly look: number;
  /** Screen in tiles. */
  readonly width: number;
  readonly height: number;
  /** From an earlier `welcome`, to be the same player again. */
  readonly token: string | null;
  /** The tile to appear at; only where the server has an open spawn. */
  readonly at: readonly [tileX: number, tileY: number] | null;
}

/** From `tick` on I walk with `heading` (0–255, or STANDING). */
export interface Input {
  readonly type: 'input';
  /** Counts the session's inputs from 1. */
  readonly n: number;
  readonly tick: number;
  readonly heading: number;
  /** Number of the last frame received, 0 before the first. */
  readonly frame: number;
}

export interface Screen {
  readonly type: 'screen';
  readonly width: number;
  readonly height: number;
}

/** The sign of life of a client that has nothing else to say; a nonce asks for a `pong`. */
export interface Alive {
  readonly type: 'alive';
  readonly frame: number;
  readonly nonce: number | null;
}

/** Asks for the profiles of players. */
export interface Who {
  readonly type: 'who';
  readonly ids: readonly number[];
}

/** Asks for a fresh snapshot of a square whose checksum disagreed. */
export interface Ask {
  readonly type: 'ask';
  readonly sx: number;
  readonly sy: number;
}

/** Asks for fresh snapshots of everything (M4). */
export interface Refresh {
  readonly type: 'refresh';
}

export type ClientMessage = Hello | Input | Screen | Alive | Who | Ask | Refresh;

// Server to client ------------------------------------------------------------------------------

/** Opens every frame; its number is the tick of the flush. */
export interface FrameHeader {
  readonly type: 'frame';
  readonly tick: number;
}

/** New motions of players already in the picture. */
export interface Motions {
  readonly type: 'motions';
  /** Motion records, see records.ts. */
  readonly records: Uint8Array;
}

/** Who entered and left one square. */
export interface Changes {
  readonly type: 'changes';
  readonly sx: number;
  readonly sy: number;
  readonly enters: Uint8Array;
  readonly leaves: Uint8Array;
}

/** Everybody in one square; replaces what was known of it. */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly sx: number;
  readonly sy: number;
  readonly enters: Uint8Array;
}

/** Checksums of squares after this frame's changes (G8). */
export interface Check {
  readonly type: 'check';
  readonly records: Uint8Array;
}

/** This square has left the interest. */
export interface Forget {
  readonly type: 'forget';
  readonly sx: number;
  readonly sy: number;
}

export interface Welcome {
  readonly type: 'welcome';
  readonly id: number;
  readonly generation: number;
  readonly token: string;
  readonly world: string;
  readonly terrain: TerrainKind;
  readonly seed: number;
  readonly openSpawn: boolean;
  /** Interval of flushes, in ms. */
  readonly flushMs: number;
}

/** The player's own motion as the server has it, after the input `n`. */
export interface Own {
  readonly type: 'own';
  readonly n: number;
  readonly rev: number;
  readonly tick: number;
  readonly x: number;
  readonly y: number;
  readonly heading: number;
}

/** Answers a nonce with the world times of its arrival and of this frame's sending, in ms. */
export interface Pong {
  readonly type: 'pong';
  readonly nonce: number;
  readonly receivedMs: number;
  readonly sentMs: number;
}

export interface Profile {
  readonly id: number;
  readonly version: number;
  readonly name: string;
  readonly look: number;
}

export interface Profiles {
  readonly type: 'profiles';
  readonly profiles: readonly Profile[];
}

/** How many players the node's part of the world holds. */
export interface Players {
  readonly type: 'players';
  readonly count: number;
}

export type ServerMessage =
  | FrameHeader
  | Motions
  | Changes
  | Snapshot
  | Check
  | Forget
  | Welcome
  | Own
  | Pong
  | Profiles
  | Players;

// Ends ------------------------------------------------------------------------------------------

export interface CloseReason {
  readonly code: number;
  /** A sentence for a person; at most 123 bytes. */
  readonly sentence: string;
  /** Whether the client comes back by itself. */
  readonly reconnect: boolean;
}

/** The one table of close codes. */
export const CLOSE = {
  goingAway: { code: 1001, sentence: 'The server is stopping; reconnect in a moment.', reconnect: true },
  tooBig: { code: 1009, sentence: 'The message is larger than the server takes.', reconnect: false },
  fault: { code: 1011, sentence: 'Something went wrong on the server.', reconnect: true },
  unavailable: { code: 1013, sentence: 'The server cannot let anybody in at the moment; try again.', reconnect: true },
  malformed: { code: 4000, sentence: 'The message was not understood.', reconnect: false },
  version: {
    code: 4001,
    sentence: 'This client is too old or too new for the server: reload the page.',
    reconnect: false,
  },
  noHello: { code: 4002, sentence: 'No hello came in time.', reconnect: true },
  flood: { code: 4003, sentence: 'Too many messages in too short a time.', reconnect: false },
  slow: { code: 4004, sentence: 'The connection is too slow for what it asked to see.', reconnect: true },
  full: { code: 4005, sentence: 'The server is full; try again later.', reconnect: true },
  takenOver: { code: 4006, sentence: 'The same player signed in elsewhere.', reconnect: false },
  silent: { code: 4007, sentence: 'Nothing was heard from the client for too long.', reconnect: true },
  edge: { code: 4008, sentence: 'That place is beyond the edge of the world.', reconnect: false },
  closedSpawn: { code: 4009, sentence: 'This server does not let clients choose where to appear.', reconnect: false },
} as const satisfies Record<string, CloseReason>;

export type CloseName = keyof typeof CLOSE;

/** A peer's fault: the session is closed with this code and sentence. */
export class ProtocolError extends Error {
  readonly reason: CloseReason;
  constructor(name: CloseName, detail?: string) {
    const reason = CLOSE[name];
    super(detail === undefined ? reason.sentence : `${reason.sentence} (${detail})`);
    this.name = 'ProtocolError';
    this.reason = reason;
  }
}

/** For the end of a switch over a union. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
