import { pack, unpackAll } from '../../shared/codec.ts';
import { MAX_SQUARE, MIN_SQUARE } from '../../shared/constants.ts';
import type { Square } from '../../shared/grid.ts';
import { prescan } from '../../shared/prescan.ts';
import { MAX_NODE_NAME, MAX_ORDER_LENGTH, MAX_STATE_LENGTH, MAX_TOLD_SQUARES } from './limits.ts';

/** What nodes tell each other on the control channel. MessagePack arrays, like everything between nodes. */

/** Said once a second: the node lives (G6). */
export interface Beat {
  readonly type: 'beat';
  readonly node: string;
  /** Its players. */
  readonly players: number;
  /** The highest player id it knows to have been reserved. */
  readonly lastId: number;
  /** Some of the squares that its players are in, at most MAX_TOLD_SQUARES. */
  readonly squares: readonly Square[];
  /** Whether it takes players; not while it drains. */
  readonly isOpen: boolean;
}

/** The node ends in good order, and its players are gone. */
export interface Goodbye {
  readonly type: 'goodbye';
  readonly node: string;
}

/** A player who was known has signed in at the node; whoever holds a lower generation lets go. */
export interface Arrival {
  readonly type: 'arrival';
  readonly node: string;
  readonly id: number;
  readonly generation: number;
}

/** Something said to one person, who may be at any node. */
export interface WhisperQuestion {
  readonly type: 'whisper';
  readonly node: string;
  /** The node's own number for it. */
  readonly n: number;
  readonly from: number;
  readonly fromName: string;
  /** Whom it is for: by id, or by name where the id is 0. */
  readonly toId: number;
  readonly toName: string;
  readonly text: string;
}

/** The person is here, and has been told. */
export interface WhisperAnswer {
  readonly type: 'heard';
  readonly node: string;
  /** Whose question it was, and which. */
  readonly asker: string;
  readonly n: number;
  readonly toId: number;
  readonly toName: string;
}

/** Somebody wants to know how every node is. */
export interface SurveyQuestion {
  readonly type: 'survey';
  readonly node: string;
  /** The node's own number for it. */
  readonly n: number;
}

/** How a node is; it goes to the inbox of the one that has asked. */
export interface SurveyAnswer {
  readonly type: 'state';
  readonly node: string;
  /** Whose question it was, and which. */
  readonly asker: string;
  readonly n: number;
  /** JSON, at most MAX_STATE_LENGTH UTF-16 units. */
  readonly state: string;
}

/** Somebody who runs the world wants something done, by all nodes. */
export interface OrderQuestion {
  readonly type: 'order';
  readonly node: string;
  /** The node's own number for it. */
  readonly n: number;
  /** JSON, at most MAX_ORDER_LENGTH UTF-16 units. */
  readonly order: string;
}

/** What has come of it at a node; it goes to the inbox of the one that has asked. */
export interface OrderAnswer {
  readonly type: 'obeyed';
  readonly node: string;
  /** Whose order it was, and which. */
  readonly asker: string;
  readonly n: number;
  /** JSON, at most MAX_STATE_LENGTH UTF-16 units. */
  readonly obeyed: string;
}

export type ControlMessage =
  | Beat
  | Goodbye
  | Arrival
  | WhisperQuestion
  | WhisperAnswer
  | SurveyQuestion
  | SurveyAnswer
  | OrderQuestion
  | OrderAnswer;

// Apart from the types of wire.ts, lest a message on the wrong channel be taken for another.
const BEAT = 16;
const GOODBYE = 17;
const ARRIVAL = 18;
const WHISPER = 19;
const HEARD = 20;
const SURVEY = 21;
const STATE = 22;
const ORDER = 23;
const OBEYED = 24;

/** Beyond this no id is believed to have been reserved: a single wrong word must not use them up. */
const MAX_LAST_ID = 2 ** 32 - 2 ** 20;

/** A beat with its squares is the most there is. */
const LIMITS = { depth: 2, values: 9 + 2 * MAX_TOLD_SQUARES, messages: 1 };

// Type and node stand where they do in every message between nodes: the echo is told by them.
export function writeControl(message: ControlMessage): Uint8Array {
  switch (message.type) {
    case 'beat':
      return pack([
        BEAT,
        message.node,
        message.players,
        message.lastId,
        message.squares.slice(0, MAX_TOLD_SQUARES).flatMap(({ sx, sy }) => [sx, sy]),
        message.isOpen,
      ]);
    case 'goodbye':
      return pack([GOODBYE, message.node]);
    case 'arrival':
      return pack([ARRIVAL, message.node, message.id, message.generation]);
    case 'whisper': {
      const { node, n, from, fromName, toId, toName, text } = message;
      return pack([WHISPER, node, n, from, toId, fromName, toName, text]);
    }
    case 'heard':
      return pack([HEARD, message.node, message.n, message.toId, message.asker, message.toName]);
    case 'survey':
      return pack([SURVEY, message.node, message.n, 0]);
    case 'state':
      return pack([STATE, message.node, message.n, 0, message.asker, message.state]);
    case 'order':
      return pack([ORDER, message.node, message.n, 0, message.order]);
    case 'obeyed':
      return pack([OBEYED, message.node, message.n, 0, message.asker, message.obeyed]);
  }
}

/** Reads a control message; undefined for what is none, which another program on the broker may send. */
export function readControl(bytes: Uint8Array): ControlMessage | undefined {
  if (prescan(bytes, LIMITS) !== undefined) return undefined;
  const [fields] = unpackAll(bytes);
  if (!Array.isArray(fields)) return undefined;
  const [type, node, a, b, c, d, e, f] = fields as readonly unknown[];
  if (typeof node !== 'string' || node.length > MAX_NODE_NAME) return undefined;
  if (type === GOODBYE) return { type: 'goodbye', node };
  if (!isCount(a) || !isCount(b)) return undefined;
  if (type === BEAT && b > MAX_LAST_ID) return undefined;
  if (type === BEAT) return { type: 'beat', node, players: a, lastId: b, squares: readSquares(c), isOpen: d !== false };
  if (type === SURVEY) return { type: 'survey', node, n: a };
  if (type === STATE && isText(c) && isText(d) && d.length <= MAX_STATE_LENGTH) {
    return { type: 'state', node, n: a, asker: c, state: d };
  }
  if (type === ORDER && isText(c) && c.length <= MAX_ORDER_LENGTH) return { type: 'order', node, n: a, order: c };
  if (type === OBEYED && isText(c) && isText(d) && d.length <= MAX_STATE_LENGTH) {
    return { type: 'obeyed', node, n: a, asker: c, obeyed: d };
  }
  if (type === ARRIVAL) return { type: 'arrival', node, id: a, generation: b };
  if (type === WHISPER && isCount(c) && isText(d) && isText(e) && isText(f)) {
    return { type: 'whisper', node, n: a, from: b, toId: c, fromName: d, toName: e, text: f };
  }
  if (type === HEARD && isText(c) && isText(d)) return { type: 'heard', node, n: a, toId: b, asker: c, toName: d };
  return undefined;
}

function readSquares(flat: unknown): Square[] {
  if (!Array.isArray(flat)) return [];
  const squares: Square[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const [sx, sy] = [flat[i], flat[i + 1]] as readonly unknown[];
    if (isSquareIndex(sx) && isSquareIndex(sy)) squares.push({ sx, sy });
  }
  return squares;
}

const isSquareIndex = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= MIN_SQUARE && (value as number) <= MAX_SQUARE;

const isText = (value: unknown): value is string => typeof value === 'string';

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32;
