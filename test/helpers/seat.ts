import { Replica } from '../../client/core/replica.ts';
import type { Link } from '../../server/gateway/outbox.ts';
import type { Session } from '../../server/gateway/session.ts';
import type { Node } from '../../server/node.ts';
import { encodeClientMessage } from '../../shared/client-codec.ts';
import { concat } from '../../shared/codec.ts';
import type { SquareKey } from '../../shared/grid.ts';
import type { Blocked } from '../../shared/motion.ts';
import type { ClientMessage, Own, ServerMessage, Welcome } from '../../shared/protocol.ts';
import { decodeServerFrame } from '../../shared/server-codec.ts';
import { HELLO } from './raw-client.ts';

export interface SeatFrame {
  readonly tick: number;
  readonly messages: readonly ServerMessage[];
}

/** Somebody is shown from a frame's tick on, or no longer. */
export interface Coming {
  readonly id: number;
  readonly shown: boolean;
  readonly tick: number;
}

/** The order of messages in a frame (P-ORDER-2, P-ORDER-3); others may stand anywhere. */
const RANK: Partial<Record<ServerMessage['type'], number>> = {
  frame: 0,
  changes: 1,
  motions: 2,
  check: 3,
  own: 4,
  snapshot: 4,
  forget: 4,
};

/** A session on a node, driven by hand, without a socket: says what it is told to, and keeps a client's picture. */
export class Seat {
  readonly frames: SeatFrame[] = [];
  readonly replica: Replica;
  /** Whatever the server did that PROTOCOL.md does not allow. */
  readonly faults: string[] = [];
  /** Players this one has been shown, and no longer is: every change of that, in order. */
  readonly comings: Coming[] = [];
  ending: { readonly code: number; readonly sentence: string } | undefined;
  /** Whether it says `alive` every second by itself. */
  isLively = true;
  /** Whether it says which frames it has got; else it goes on naming the last that it did. */
  isAcknowledging = true;
  /** What it has been sent, in bytes. */
  bytesIn = 0;
  /** Bytes that its connection seems not to get rid of. */
  bufferedBytes = 0;
  /** Called after every frame, when the picture is that of the frame's tick. */
  onFrame: (frame: SeatFrame) => void = () => undefined;
  readonly #session: Session;
  readonly #now: () => number;
  #welcome: Welcome | undefined;
  #own: Own | undefined;
  #inputs = 0;
  #tick = 0;
  /** The number of the frame that it has acknowledged. */
  #acknowledged = 0;
  /** Of the header last read. */
  #blockTick = 0;

  constructor(node: Node, now: () => number, blocked: Blocked) {
    this.#now = now;
    this.replica = new Replica(blocked, {
      entered: (id) => this.comings.push({ id, shown: true, tick: this.#tick }),
      left: (id) => this.comings.push({ id, shown: false, tick: this.#tick }),
      moved: () => undefined,
      profiled: () => undefined,
      duplicated: (id) => this.faults.push(`player ${id} was told twice at ${this.#tick}`),
    });
    const seat = this;
    const link: Link = {
      get bufferedBytes() {
        return seat.bufferedBytes;
      },
      send: (frame) => {
        this.bytesIn += frame.payload.length;
        this.#receive(decodeServerFrame(frame.payload));
      },
      close: (code, sentence) => {
        this.ending = { code, sentence };
      },
    };
    const session = node.connect(link);
    if ('code' in session) throw new Error(session.sentence);
    this.#session = session;
  }

  say(...messages: ClientMessage[]): void {
    this.#session.receive(concat(messages.map(encodeClientMessage)));
  }

  hello(some: Partial<typeof HELLO>): void {
    this.say({ ...HELLO, ...some });
  }

  /** Turns, stamped with the present or another tick. */
  turn(heading: number, tick = this.#now()): void {
    this.#inputs++;
    this.say({ type: 'input', n: this.#inputs, tick, heading, frame: this.#acknowledge() });
  }

  /** Says that it lives, and what it has got. */
  alive(nonce: number | null = null): void {
    this.say({ type: 'alive', frame: this.#acknowledge(), nonce });
  }

  /** Says that it has got the frames up to this one. */
  acknowledge(frame: number): void {
    this.#acknowledged = frame;
    this.say({ type: 'alive', frame, nonce: null });
  }

  /** Its player leaves. */
  leave(): void {
    this.#session.gone(true);
  }

  /** The connection breaks. */
  drop(): void {
    this.#session.gone(false);
  }

  get messages(): readonly ServerMessage[] {
    return this.frames.flatMap(({ messages }) => messages);
  }

  of<T extends ServerMessage['type']>(type: T): Extract<ServerMessage, { type: T }>[] {
    return this.messages.filter((message): message is Extract<ServerMessage, { type: T }> => message.type === type);
  }

  get welcome(): Welcome {
    if (this.#welcome === undefined) throw new Error(`not welcome: ${JSON.stringify(this.ending)}`);
    return this.#welcome;
  }

  get id(): number {
    return this.welcome.id;
  }

  /** The server's last word on this one's own motion. */
  get own(): Own {
    if (this.#own === undefined) throw new Error("nothing was said of one's own motion");
    return this.#own;
  }

  /** The squares of the interest, sorted as texts. */
  get squares(): SquareKey[] {
    return [...this.replica.squares.keys()].sort();
  }

  /** In how many squares of the picture a player stands. */
  timesIn(id: number): number {
    return [...this.replica.squares.values()].filter(({ occupants }) => occupants.has(id)).length;
  }

  /** Forgets the frames so far. */
  clear(): void {
    this.frames.length = 0;
  }

  #acknowledge(): number {
    if (this.isAcknowledging) this.#acknowledged = this.#tick;
    return this.#acknowledged;
  }

  #receive(messages: readonly ServerMessage[]): void {
    const [first] = messages;
    if (first?.type !== 'frame') {
      this.faults.push('a frame without its header');
      return;
    }
    // What was held back stands in front, under a header of its own: the frame's number is its last header's.
    const headers = messages.filter((message) => message.type === 'frame');
    const frame = { tick: headers.at(-1)?.tick ?? first.tick, messages };
    if (frame.tick <= this.#tick) this.faults.push(`frame ${frame.tick} came after ${this.#tick}`);
    this.#tick = frame.tick;
    this.#checkOrder(frame);
    const isFirst = this.#welcome === undefined;
    if (isFirst && !messages.some(({ type }) => type === 'own'))
      this.faults.push('a first frame without one’s own motion');
    this.frames.push(frame);
    for (const message of messages) this.#apply(message);
    this.onFrame(frame);
  }

  #apply(message: ServerMessage): void {
    switch (message.type) {
      case 'frame':
        this.#blockTick = message.tick;
        break;
      case 'welcome':
        this.#welcome = message;
        break;
      case 'own':
        this.#own = message;
        break;
      case 'motions':
        this.replica.motions(message.records, this.#blockTick);
        break;
      case 'changes':
        this.replica.changes(message, this.#blockTick);
        break;
      case 'snapshot':
        this.replica.snapshot(message, this.#tick);
        break;
      case 'forget':
        this.replica.forget(message.sx, message.sy, this.#tick);
        break;
      case 'check':
        for (const { sx, sy } of this.replica.check(message)) {
          this.faults.push(`square ${sx},${sy} is another than the server's at ${this.#tick}`);
        }
        break;
    }
  }

  #checkOrder({ tick, messages }: SeatFrame): void {
    for (const block of blocksOf(messages)) {
      const ranks = block.map(({ type }) => RANK[type]).filter((rank) => rank !== undefined);
      if (ranks.some((rank, i) => i > 0 && rank < (ranks[i - 1] as number))) {
        this.faults.push(`frame ${tick} is out of order: ${messages.map(({ type }) => type).join(' ')}`);
      }
      const changed = block.flatMap((message) => (message.type === 'changes' ? [`${message.sx},${message.sy}`] : []));
      if (new Set(changed).size < changed.length) this.faults.push(`frame ${tick} tells the changes of a square twice`);
    }
  }
}

/** The messages from each header to the next. */
export function blocksOf(messages: readonly ServerMessage[]): ServerMessage[][] {
  const blocks: ServerMessage[][] = [];
  for (const message of messages) {
    if (message.type === 'frame') blocks.push([]);
    blocks.at(-1)?.push(message);
  }
  return blocks;
}
