import { pack, unpackAll } from '../../shared/codec.ts';
import { EMOTES, MAX_SQUARE, MIN_SQUARE, TILES_PER_SQUARE } from '../../shared/constants.ts';
import { MAX_GEMS } from '../../shared/gems.ts';
import { squareOrigin } from '../../shared/grid.ts';
import { prescan } from '../../shared/prescan.ts';
import type { Line } from '../../shared/protocol.ts';
import { type MotionRecord, RecordWriter, readEnters, readLeaves, readMotions } from '../../shared/records.ts';
import { type EditRecord, readEdits, writeEdits } from '../../shared/tile-records.ts';
import { isTileKind } from '../../shared/tiles.ts';
import { MAX_NODE_NAME } from './limits.ts';
import type { Occupant } from './occupant.ts';
import type { Marks } from './square-things.ts';
import type { Trace } from './trace.ts';

/**
 * What nodes tell each other, on the channels of squares and on each other's inboxes. MessagePack arrays like the
 * clients' protocol, with the same packed records; names travel beside the entries.
 */

/** The changes of one square's stream in one flush (G4). */
export interface Batch {
  readonly type: 'batch';
  readonly node: string;
  readonly epoch: number;
  readonly seq: number;
  readonly leaves: readonly Departure[];
  readonly enters: readonly Occupant[];
  readonly moves: readonly MotionRecord[];
  /** The flush; ages in `moves` count from it. */
  readonly tick: number;
}

export interface Departure {
  readonly id: number;
  readonly generationLow: number;
  readonly rev: number;
  /** Neighbour code, see grid.ts in shared. */
  readonly to: number;
}

/** What a stream's picture must be at a sequence number (G5). */
export interface Announcement {
  readonly type: 'announcement';
  readonly node: string;
  readonly epoch: number;
  readonly seq: number;
  readonly count: number;
  readonly checksum: number;
}

/** Asks for a node's stream of a square; on a square's channel it asks every node with occupants there. */
export interface Question {
  readonly type: 'question';
  readonly node: string;
  readonly sx: number;
  readonly sy: number;
}

/** A stream's whole picture; `seq` 0: there is no such stream, and none up to `epoch`. */
export interface Answer {
  readonly type: 'answer';
  readonly node: string;
  readonly sx: number;
  readonly sy: number;
  readonly epoch: number;
  readonly seq: number;
  /** When it was given. */
  readonly tick: number;
  readonly occupants: readonly Occupant[];
}

/** Tiles that have been set, by the node that had the store do so. */
export interface Edited {
  readonly type: 'edited';
  readonly node: string;
  readonly edits: readonly EditRecord[];
}

/** A line of chat, likewise. */
export interface Said {
  readonly type: 'said';
  readonly node: string;
  readonly line: Line;
}

/** A gem that has been claimed, likewise. */
export interface Claimed {
  readonly type: 'claimed';
  readonly node: string;
  readonly period: number;
  readonly index: number;
  readonly player: number;
}

export interface Emoted {
  readonly type: 'emoted';
  readonly node: string;
  readonly player: number;
  readonly emote: number;
}

/** An input that is followed: what the batch of the same flush tells comes from it. */
export interface Followed {
  readonly type: 'followed';
  readonly node: string;
  readonly trace: Trace;
}

/** How far a node knows the things of a square (G5). */
export interface Marked {
  readonly type: 'marked';
  readonly node: string;
  readonly marks: Marks;
}

export type StreamMessage = Batch | Announcement | Question | Answer;
export type ThingsMessage = Edited | Said | Claimed | Emoted | Marked;
export type NodeMessage = StreamMessage | ThingsMessage | Followed;

const STREAM_TYPES: ReadonlySet<string> = new Set<StreamMessage['type']>([
  'batch',
  'announcement',
  'question',
  'answer',
]);

/** Whether a message is about the people of a square, and not about what they leave there. */
export const isOfStream = (message: NodeMessage): message is StreamMessage => STREAM_TYPES.has(message.type);

const BATCH = 1;
const ANNOUNCEMENT = 2;
const QUESTION = 3;
const ANSWER = 4;
const EDITED = 5;
const SAID = 6;
const CLAIMED = 7;
const EMOTED = 8;
const MARKED = 9;
const FOLLOWED = 10;

/** A player as the world has them changed since the last flush, for the batch. */
export interface StreamChanges {
  readonly enters: readonly Occupant[];
  /** Of the generation that the stream told last with an enter, these included: a move does not say which it is of. */
  readonly moves: readonly Occupant[];
  readonly leaves: readonly {
    readonly id: number;
    readonly generation: number;
    readonly rev: number;
    readonly to: number;
  }[];
}

/** Before a message's second item, the node's name, stand the array's head and the type, a byte each. */
const NAME_AT = 2;

/** Encodes messages to other nodes. */
export class NodeWriter {
  readonly #node: string;
  readonly #packedNode: Uint8Array;
  readonly #records = new RecordWriter();

  constructor(node: string) {
    this.#node = node;
    this.#packedNode = pack(node);
  }

  /** Whether a message is this node's own, come back as an echo; without reading it, for half of all messages are. */
  wrote(bytes: Uint8Array): boolean {
    const name = this.#packedNode;
    for (let i = 0; i < name.length; i++) if (bytes[NAME_AT + i] !== name[i]) return false;
    return true;
  }

  batch(sx: number, sy: number, epoch: number, seq: number, tick: number, changes: StreamChanges): Uint8Array {
    const records = this.#records;
    for (const leave of changes.leaves) records.leave(leave);
    const leaves = records.take();
    for (const occupant of changes.enters) records.enter(occupant, occupant.motion, sx, sy, tick);
    const enters = records.take();
    for (const { id, rev, motion } of changes.moves) records.motion(id, rev, motion, sx, sy, tick);
    const moves = records.take();
    const names = changes.enters.map(({ name }) => name);
    return pack([BATCH, this.#node, sx, sy, epoch, seq, tick, leaves, enters, names, moves]);
  }

  announcement(sx: number, sy: number, epoch: number, seq: number, count: number, checksum: number): Uint8Array {
    return pack([ANNOUNCEMENT, this.#node, sx, sy, epoch, seq, count, checksum]);
  }

  edited(sx: number, sy: number, edits: readonly EditRecord[]): Uint8Array {
    return pack([EDITED, this.#node, sx, sy, writeEdits(edits)]);
  }

  said(sx: number, sy: number, { id, player, name, text, atMs }: Line): Uint8Array {
    return pack([SAID, this.#node, sx, sy, id, player, atMs, name, text]);
  }

  claimed(sx: number, sy: number, period: number, index: number, player: number): Uint8Array {
    return pack([CLAIMED, this.#node, sx, sy, period, index, player]);
  }

  emoted(sx: number, sy: number, player: number, emote: number): Uint8Array {
    return pack([EMOTED, this.#node, sx, sy, player, emote]);
  }

  marked(sx: number, sy: number, { revision, line, period, claimed }: Marks): Uint8Array {
    return pack([MARKED, this.#node, sx, sy, revision, line, period, claimed]);
  }

  followed(sx: number, sy: number, { id, player, sentMs, readMs, flushedMs }: Trace): Uint8Array {
    return pack([FOLLOWED, this.#node, sx, sy, id, player, sentMs, readMs, flushedMs]);
  }

  question(sx: number, sy: number): Uint8Array {
    return pack([QUESTION, this.#node, sx, sy]);
  }

  answer(sx: number, sy: number, epoch: number, seq: number, tick: number, occupants: readonly Occupant[]): Uint8Array {
    for (const occupant of occupants) {
      this.#records.enter({ ...occupant, from: 0 }, occupant.motion, sx, sy, tick);
    }
    const names = occupants.map(({ name }) => name);
    return pack([ANSWER, this.#node, sx, sy, epoch, seq, tick, this.#records.take(), names]);
  }
}

/** A message and the square it is about. */
export interface Addressed {
  readonly sx: number;
  readonly sy: number;
  readonly message: NodeMessage;
}

/** As many values as a square of a million occupants has names. */
const LIMITS = { depth: 2, values: 1 << 20, messages: 1 };

/** Reads a message from another node; undefined for what is none, which another program on the broker may send. */
export function readNodeMessage(bytes: Uint8Array): Addressed | undefined {
  // The library's decoder takes more than MessagePack, and believes an array's length before it has seen its items.
  if (prescan(bytes, LIMITS) !== undefined) return undefined;
  try {
    const [fields] = unpackAll(bytes);
    return Array.isArray(fields) ? readFields(fields) : undefined;
  } catch {
    return undefined;
  }
}

function readFields(fields: readonly unknown[]): Addressed | undefined {
  const [type, node, sx, sy] = fields;
  if (typeof node !== 'string' || node.length > MAX_NODE_NAME || !isSquareIndex(sx) || !isSquareIndex(sy))
    return undefined;
  const numbers = (from: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => {
      const value = fields[from + i];
      if (!Number.isSafeInteger(value) || (value as number) < 0) throw new TypeError('not a whole number');
      return value as number;
    });
  switch (type) {
    case BATCH: {
      const [epoch = 0, seq = 0, tick = 0] = numbers(4, 3);
      const message: Batch = {
        type: 'batch',
        node,
        epoch,
        seq,
        tick,
        leaves: [...readLeaves(bytesAt(fields, 7))],
        enters: occupants(bytesAt(fields, 8), fields[9], sx, sy, tick),
        moves: [...readMotions(bytesAt(fields, 10))],
      };
      return { sx, sy, message };
    }
    case ANNOUNCEMENT: {
      const [epoch = 0, seq = 0, count = 0, checksum = 0] = numbers(4, 4);
      return { sx, sy, message: { type: 'announcement', node, epoch, seq, count, checksum } };
    }
    case QUESTION:
      return { sx, sy, message: { type: 'question', node, sx, sy } };
    case ANSWER: {
      const [epoch = 0, seq = 0, tick = 0] = numbers(4, 3);
      const all = occupants(bytesAt(fields, 7), fields[8], sx, sy, tick);
      return { sx, sy, message: { type: 'answer', node, sx, sy, epoch, seq, tick, occupants: all } };
    }
    case EDITED:
      return { sx, sy, message: { type: 'edited', node, edits: edits(bytesAt(fields, 4)) } };
    case SAID: {
      const [id = 0, player = 0, atMs = 0] = numbers(4, 3);
      const line = { id, player, atMs, name: textAt(fields, 7), text: textAt(fields, 8) };
      return { sx, sy, message: { type: 'said', node, line } };
    }
    case CLAIMED: {
      const [period = 0, index = 0, player = 0] = numbers(4, 3);
      if (index >= MAX_GEMS) return undefined;
      return { sx, sy, message: { type: 'claimed', node, period, index, player } };
    }
    case EMOTED: {
      const [player = 0, emote = 0] = numbers(4, 2);
      if (emote >= EMOTES) return undefined;
      return { sx, sy, message: { type: 'emoted', node, player, emote } };
    }
    case MARKED: {
      const [revision = 0, line = 0, period = 0, claimed = 0] = numbers(4, 4);
      return { sx, sy, message: { type: 'marked', node, marks: { revision, line, period, claimed } } };
    }
    case FOLLOWED: {
      const [id = 0, player = 0] = numbers(4, 2);
      const [sentMs, readMs, flushedMs] = fields.slice(6, 9);
      if (!isTime(sentMs) || !isTime(readMs) || !isTime(flushedMs)) return undefined;
      return { sx, sy, message: { type: 'followed', node, trace: { id, player, sentMs, readMs, flushedMs } } };
    }
    default:
      return undefined;
  }
}

const isTime = (value: unknown): value is number => Number.isFinite(value);

const isSquareIndex = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= MIN_SQUARE && (value as number) <= MAX_SQUARE;

function bytesAt(fields: readonly unknown[], index: number): Uint8Array {
  const value = fields[index];
  if (!(value instanceof Uint8Array)) throw new TypeError('not bytes');
  return value;
}

function occupants(bytes: Uint8Array, names: unknown, sx: number, sy: number, tick: number): Occupant[] {
  const records = [...readEnters(bytes)];
  if (!Array.isArray(names) || names.length !== records.length) throw new TypeError('not a name each');
  return records.map((record, index) => ({
    id: record.id,
    generation: record.generation,
    rev: record.rev,
    look: record.look,
    from: record.from,
    profileVersion: record.profileVersion,
    name: textAt(names, index),
    motion: {
      tick: tick - record.ago,
      x: squareOrigin(sx) + record.dx,
      y: squareOrigin(sy) + record.dy,
      heading: record.heading,
    },
  }));
}

function edits(bytes: Uint8Array): EditRecord[] {
  const records = readEdits(bytes);
  const isFine = records.every(({ tile, kind }) => tile < TILES_PER_SQUARE * TILES_PER_SQUARE && isTileKind(kind));
  if (!isFine) throw new TypeError('not edits');
  return records;
}

function textAt(fields: readonly unknown[], index: number): string {
  const text = fields[index];
  if (typeof text !== 'string') throw new TypeError('not a text');
  return text;
}
