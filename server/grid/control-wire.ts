import { pack, unpackAll } from '../../shared/codec.ts';
import { prescan } from '../../shared/prescan.ts';
import { MAX_NODE_NAME } from './limits.ts';

/** What nodes tell each other on the control channel. MessagePack arrays, like everything between nodes. */

/** Said once a second: the node lives (G6). */
export interface Beat {
  readonly type: 'beat';
  readonly node: string;
  /** Its players. */
  readonly players: number;
  /** The highest player id it knows to have been reserved. */
  readonly lastId: number;
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

export type ControlMessage = Beat | Goodbye | Arrival;

// Apart from the types of wire.ts, lest a message on the wrong channel be taken for another.
const BEAT = 16;
const GOODBYE = 17;
const ARRIVAL = 18;

/** Beyond this no id is believed to have been reserved: a single wrong word must not use them up. */
const MAX_LAST_ID = 2 ** 32 - 2 ** 20;

/** Type, node and two numbers are the most there is. */
const LIMITS = { depth: 1, values: 8, messages: 1 };

// Type and node stand where they do in every message between nodes: the echo is told by them.
export function writeControl(message: ControlMessage): Uint8Array {
  switch (message.type) {
    case 'beat':
      return pack([BEAT, message.node, message.players, message.lastId]);
    case 'goodbye':
      return pack([GOODBYE, message.node]);
    case 'arrival':
      return pack([ARRIVAL, message.node, message.id, message.generation]);
  }
}

/** Reads a control message; undefined for what is none, which another program on the broker may send. */
export function readControl(bytes: Uint8Array): ControlMessage | undefined {
  if (prescan(bytes, LIMITS) !== undefined) return undefined;
  const [fields] = unpackAll(bytes);
  if (!Array.isArray(fields)) return undefined;
  const [type, node, a, b] = fields as readonly unknown[];
  if (typeof node !== 'string' || node.length > MAX_NODE_NAME) return undefined;
  if (type === GOODBYE) return { type: 'goodbye', node };
  if (!isCount(a) || !isCount(b)) return undefined;
  if (type === BEAT && b > MAX_LAST_ID) return undefined;
  if (type === BEAT) return { type: 'beat', node, players: a, lastId: b };
  if (type === ARRIVAL) return { type: 'arrival', node, id: a, generation: b };
  return undefined;
}

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32;
