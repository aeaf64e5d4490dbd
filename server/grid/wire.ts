import { pack, unpackAll } from '../../shared/codec.ts';
import { MAX_SQUARE, MIN_SQUARE } from '../../shared/constants.ts';
import { squareOrigin } from '../../shared/grid.ts';
import { prescan } from '../../shared/prescan.ts';
import { type MotionRecord, RecordWriter, readEnters, readLeaves, readMotions } from '../../shared/records.ts';
import { MAX_NODE_NAME } from './limits.ts';
import type { Occupant } from './occupant.ts';

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

export type NodeMessage = Batch | Announcement | Question | Answer;

const BATCH = 1;
const ANNOUNCEMENT = 2;
const QUESTION = 3;
const ANSWER = 4;

/** A player as the world has them changed since the last flush, for the batch. */
export interface StreamChanges {
  readonly enters: readonly Occupant[];
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
    for (const { id, generation, rev, motion } of changes.moves)
      records.motion(id, generation, rev, motion, sx, sy, tick);
    const moves = records.take();
    const names = changes.enters.map(({ name }) => name);
    return pack([BATCH, this.#node, sx, sy, epoch, seq, tick, leaves, enters, names, moves]);
  }

  announcement(sx: number, sy: number, epoch: number, seq: number, count: number, checksum: number): Uint8Array {
    return pack([ANNOUNCEMENT, this.#node, sx, sy, epoch, seq, count, checksum]);
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
    default:
      return undefined;
  }
}

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
    name: nameAt(names, index),
    motion: {
      tick: tick - record.ago,
      x: squareOrigin(sx) + record.dx,
      y: squareOrigin(sy) + record.dy,
      heading: record.heading,
    },
  }));
}

function nameAt(names: readonly unknown[], index: number): string {
  const name = names[index];
  if (typeof name !== 'string') throw new TypeError('not a name');
  return name;
}
