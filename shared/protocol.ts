import type { TerrainKind } from './terrain.ts';

/**
 * The messages of the wire, as objects. The bytes are the codec's; the meaning of every field, with types, units and
 * ranges, stands in PROTOCOL.md. A message on the wire is a MessagePack array whose first item is its type number.
 */

/** Numbers of the messages a client sends. */
export const CLIENT_TYPE = {
  hello: 1,
  input: 2,
  screen: 3,
  alive: 4,
  who: 5,
  ask: 6,
  refresh: 7,
  profile: 8,
  edit: 9,
  say: 10,
  emote: 11,
  board: 12,
  trace: 13,
  traces: 14,
} as const;

/** Numbers of the messages a server sends. A frame's header has none: it is a bare number, the tick. */
export const SERVER_TYPE = {
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
  done: 27,
  refused: 28,
  ground: 29,
  edits: 30,
  lines: 31,
  whisper: 32,
  emotes: 33,
  gems: 34,
  claim: 35,
  score: 36,
  board: 37,
  company: 38,
  pace: 39,
  traced: 40,
  queued: 41,
  goAway: 42,
  announced: 43,
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
  /** The tile to appear at; only where the server has an open spawn, or near somebody. */
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

/** Asks for another name and look. Answered by `done` or `refused`, as is everything with an `n`. */
export interface ProfileChange {
  readonly type: 'profile';
  /** Counts the session's requests from 1, whatever they are. */
  readonly n: number;
  readonly name: string;
  readonly look: number;
}

/** Sets a tile. */
export interface Edit {
  readonly type: 'edit';
  readonly n: number;
  readonly sx: number;
  readonly sy: number;
  /** In the square, row by row: 0 to 1023. */
  readonly tile: number;
  readonly kind: number;
  /** Only if the tile stands at this revision: for taking one's own edit back. */
  readonly ifRevision: number | null;
}

/** Says something to those near, or gives a command that begins with a slash. */
export interface Say {
  readonly type: 'say';
  readonly n: number;
  readonly text: string;
}

export interface Emote {
  readonly type: 'emote';
  readonly emote: number;
}

/** Asks to be told the leaderboard and its changes, or no longer. */
export interface BoardWatch {
  readonly type: 'board';
  readonly isShown: boolean;
}

/** The input `n`, sent at that world time in ms, is to be followed to whoever is told of it. */
export interface TraceRequest {
  readonly type: 'trace';
  readonly n: number;
  /** u32, chosen by the sender. */
  readonly id: number;
  readonly sentMs: number;
}

/** Asks to be told of inputs that are followed, or no longer. */
export interface TraceWatch {
  readonly type: 'traces';
  readonly isShown: boolean;
}

export type ClientMessage =
  | Hello
  | Input
  | Screen
  | Alive
  | Who
  | Ask
  | Refresh
  | ProfileChange
  | Edit
  | Say
  | Emote
  | BoardWatch
  | TraceRequest
  | TraceWatch;

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
  /** As the server knows the player. */
  readonly name: string;
  readonly look: number;
  /** Most gems in a square, see gems.ts. */
  readonly gems: number;
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

/** A request has been granted, and is kept. */
export interface Done {
  readonly type: 'done';
  readonly n: number;
  /** Of an edit: the revision that it made and the kind that was there before; else null. */
  readonly revision: number | null;
  readonly before: number | null;
}

/** A request has not been granted, and nothing has changed. */
export interface Refused {
  readonly type: 'refused';
  /** 0 for what was no request: a gem that somebody else was quicker to touch. */
  readonly n: number;
  /** A sentence for the player. */
  readonly sentence: string;
}

/** Everything built in one square; replaces what was known of it. */
export interface GroundPicture {
  readonly type: 'ground';
  readonly sx: number;
  readonly sy: number;
  readonly revision: number;
  /** Tile records, see tile-records.ts. */
  readonly tiles: Uint8Array;
}

/** Tiles of one square that have been set. */
export interface Edits {
  readonly type: 'edits';
  readonly sx: number;
  readonly sy: number;
  /** Edit records, by rising revision without a gap. */
  readonly records: Uint8Array;
}

/** Something said in a square. */
export interface Line {
  /** Per square, rising. */
  readonly id: number;
  readonly player: number;
  readonly name: string;
  /** Begins with `/me ` or `/roll ` or else with no slash. */
  readonly text: string;
  /** In ms since 1970. */
  readonly atMs: number;
}

/** Lines of one square, oldest first; some may be known. */
export interface Lines {
  readonly type: 'lines';
  readonly sx: number;
  readonly sy: number;
  /** Whether they were said before one came. */
  readonly isHistory: boolean;
  readonly lines: readonly Line[];
}

/** Something said to one person, told to both. */
export interface Whisper {
  readonly type: 'whisper';
  readonly from: number;
  readonly fromName: string;
  readonly to: number;
  readonly toName: string;
  readonly text: string;
}

/** What people near just expressed. */
export interface Emotes {
  readonly type: 'emotes';
  readonly emotes: readonly { readonly player: number; readonly emote: number }[];
}

/** Which gems of a square's period have been claimed: bit `index` of `claimed`, u32. More may follow, none goes back. */
export interface Gems {
  readonly type: 'gems';
  readonly sx: number;
  readonly sy: number;
  readonly period: number;
  readonly claimed: number;
}

/** A gem has been claimed. */
export interface Claim {
  readonly type: 'claim';
  readonly sx: number;
  readonly sy: number;
  readonly period: number;
  readonly index: number;
  readonly player: number;
}

/** One's own score, and one's place, 1 for the best; 0 for none. */
export interface Score {
  readonly type: 'score';
  readonly score: number;
  readonly rank: number;
}

export interface Board {
  readonly type: 'board';
  /** The best, best first. */
  readonly rows: readonly { readonly player: number; readonly name: string; readonly score: number }[];
  readonly score: number;
  readonly rank: number;
}

/** Where the nearest people are, in tiles, while none are in the picture; null when that is over, or nobody is. */
export interface Company {
  readonly type: 'company';
  readonly at: readonly [tileX: number, tileY: number] | null;
}

/** How often there is news now, in ms: of squares near the middle of the screen, and of those further away. */
export interface Pace {
  readonly type: 'pace';
  readonly nearMs: number;
  readonly farMs: number;
}

/** An input that was followed, and when it got where: world times in ms, of the clocks of those who noted them. */
export interface Traced {
  readonly type: 'traced';
  readonly id: number;
  /** Whose input it was. */
  readonly player: number;
  /** By its client. */
  readonly sentMs: number;
  /** The client's node had read it, … */
  readonly readMs: number;
  /** … and began the flush that told of it. */
  readonly flushedMs: number;
  /** The broker had brought it to this node; null where that is the client's own. */
  readonly arrivedMs: number | null;
  /** This node began to make frames of what it knew by then, … */
  readonly plannedMs: number;
  /** … and wrote this one. */
  readonly writtenMs: number;
}

/** The server is about to stop: the client is to come in anew, elsewhere, within so many ms. */
export interface GoAway {
  readonly type: 'goAway';
  readonly withinMs: number;
}

/** There is no room for the moment: the client waits in line, and comes in by itself. */
export interface Queued {
  readonly type: 'queued';
  /** 1 for whoever is next. */
  readonly place: number;
  /** How many wait. */
  readonly of: number;
  /** Keeps the place for a while when the connection is lost: to be sent as the token of the next `hello`. */
  readonly ticket: string;
}

/** Something that whoever runs the world says to everybody. */
export interface Announced {
  readonly type: 'announced';
  readonly text: string;
}

export type ServerMessage =
  | Done
  | Refused
  | GroundPicture
  | Edits
  | Lines
  | Whisper
  | Emotes
  | Gems
  | Claim
  | Score
  | Board
  | Company
  | Pace
  | Queued
  | GoAway
  | Announced
  | Traced
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

/** For the end of a switch over a union. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
