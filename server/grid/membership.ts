import type { Square } from '../../shared/grid.ts';
import {
  type OrderAnswer,
  type OrderQuestion,
  readControl,
  type SurveyAnswer,
  type SurveyQuestion,
  type WhisperAnswer,
  type WhisperQuestion,
  writeControl,
} from './control-wire.ts';
import { BEAT_TICKS, LEASE_TICKS, MAX_NODES } from './limits.ts';

/** What a node says of itself with every beat. */
export interface Census {
  /** Its players. */
  readonly players: number;
  /** The highest player id that it knows to have been reserved. */
  readonly lastId: number;
  /** Some of the squares that its players are in. */
  readonly squares: readonly Square[];
  /** Whether it takes players. */
  readonly isOpen: boolean;
}

export interface MembershipOptions {
  /** This node's name. */
  readonly node: string;
  readonly census: () => Census;
  /** Hands a message over to the control channel. */
  readonly say: (message: Uint8Array) => void;
  /** A node is missed, or has said goodbye: its players are to vanish. */
  readonly gone: (node: string) => void;
  /** This node was silent for longer than its lease: others have let go of its players. */
  readonly lapsed: () => void;
  /** Somebody has signed in at another node, with this generation. */
  readonly arrived: (id: number, generation: number) => void;
  /** Something private from another node, or the answer to what this one said. */
  readonly whispered: (message: WhisperQuestion | WhisperAnswer) => void;
  /** Another node wants to know how this one is, or says how it is itself. */
  readonly surveyed: (message: SurveyQuestion | SurveyAnswer) => void;
  readonly ordered: (message: OrderQuestion | OrderAnswer) => void;
}

interface Member {
  /** On the lease clock, in ticks. */
  heardAt: number;
  census: Census;
}

const NOTHING_KNOWN: Census = { players: 0, lastId: 0, squares: [], isOpen: true };

/**
 * Which other nodes there are (G6). Whatever is heard of a node renews its lease; a node not heard of for a lease is
 * missed. The lease clock stands still while this node cannot hear, be it for want of a broker or because it
 * stalled itself, and afterwards everyone gets one full lease.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #members = new Map<string, Member>();
  /** Nodes that have said goodbye, and when: what of theirs is still on its way counts no more. */
  readonly #departed = new Map<string, number>();
  /** The lease clock, in ticks. */
  #clock = 0;
  #lastId = 0;
  #isDeaf = false;
  /** Somebody new is to hear of this node with the next tick. */
  #isGreeting = false;
  /** World tick of the last beat that had a broker to go to. */
  #toldAt: number | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** The names of the other nodes. */
  names(): IterableIterator<string> {
    return this.#members.keys();
  }

  /** How many other nodes there are. */
  get size(): number {
    return this.#members.size;
  }

  /** Whether any other node takes players, as of the last beats. */
  get isOpenElsewhere(): boolean {
    for (const { census } of this.#members.values()) if (census.isOpen) return true;
    return false;
  }

  /** The players of all other nodes, as of their last beats. */
  get players(): number {
    let sum = 0;
    for (const { census } of this.#members.values()) sum += census.players;
    return sum;
  }

  /** Squares that players of other nodes are in, some of them, as of the last beats. */
  *squares(): Generator<Square> {
    for (const { census } of this.#members.values()) yield* census.squares;
  }

  /** The highest player id that any other node has ever said to be reserved. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Something came from a node. Returns false when it has said goodbye, and counts no more. */
  heard(node: string): boolean {
    const member = this.#members.get(node);
    if (member !== undefined) {
      member.heardAt = this.#clock;
      return true;
    }
    if (this.#departed.has(node) || this.#members.size >= MAX_NODES) return false;
    this.#members.set(node, { heardAt: this.#clock, census: NOTHING_KNOWN });
    return true;
  }

  /** Takes in a message from the control channel; false for what is none. */
  receive(payload: Uint8Array): boolean {
    const message = readControl(payload);
    switch (message?.type) {
      case undefined:
        return false;
      case 'beat':
        this.#beaten(message.node, message);
        return true;
      case 'goodbye':
        if (this.#departed.size < MAX_NODES) this.#departed.set(message.node, this.#clock);
        if (this.#members.delete(message.node)) this.#options.gone(message.node);
        return true;
      case 'arrival':
        this.#options.arrived(message.id, message.generation);
        return true;
      case 'whisper':
      case 'heard':
        this.#options.whispered(message);
        return true;
      case 'survey':
      case 'state':
        this.#options.surveyed(message);
        return true;
      case 'order':
      case 'obeyed':
        this.#options.ordered(message);
        return true;
    }
  }

  /** Says what has changed without waiting for the next beat. */
  tell(): void {
    this.#beat();
  }

  /** Says that this node is there, upon which all the others say that they are. */
  join(): void {
    this.#beat();
  }

  /** Tells the other nodes that a known player has signed in here, wherever they were before. */
  arrived(id: number, generation: number): void {
    const { say, node } = this.#options;
    say(writeControl({ type: 'arrival', node, id, generation }));
  }

  /** Says something private, or that it has been heard. */
  whisper(message: Omit<WhisperQuestion, 'node'> | Omit<WhisperAnswer, 'node'>): void {
    const { say, node } = this.#options;
    say(writeControl({ ...message, node }));
  }

  /** Asks all other nodes how they are. */
  survey(n: number): void {
    const { say, node } = this.#options;
    say(writeControl({ type: 'survey', node, n }));
  }

  /** Has all other nodes do something. */
  order(n: number, order: string): void {
    const { say, node } = this.#options;
    say(writeControl({ type: 'order', node, n, order }));
  }

  /** Tells the other nodes that this one ends, and its players with it. */
  leave(): void {
    const { say, node } = this.#options;
    say(writeControl({ type: 'goodbye', node }));
  }

  /**
   * Once a tick.
   * @param canHear whether the broker carries the control channel at this moment
   * @param isLate whether this tick is made up for after a stall, before anything that came meanwhile was read
   */
  settle(tick: number, canHear: boolean, isLate: boolean): void {
    if (!canHear || isLate) {
      this.#isDeaf = true;
      return;
    }
    if (this.#isDeaf) {
      this.#isDeaf = false;
      for (const member of this.#members.values()) member.heardAt = this.#clock;
      this.#tell(tick);
    } else if (this.#isGreeting || this.#toldAt === undefined || tick - this.#toldAt >= BEAT_TICKS) this.#tell(tick);
    this.#clock++;
    this.#miss();
  }

  #beaten(node: string, { players, lastId, squares, isOpen }: Census): void {
    const isNew = !this.#members.has(node);
    if (!this.heard(node)) return;
    (this.#members.get(node) as Member).census = { players, lastId, squares, isOpen };
    this.#lastId = Math.max(this.#lastId, lastId);
    // A node that has just come has not heard of this one yet.
    if (isNew) this.#isGreeting = true;
  }

  #beat(): void {
    const { say, node, census } = this.#options;
    say(writeControl({ type: 'beat', node, ...census() }));
  }

  #tell(tick: number): void {
    const silence = this.#toldAt === undefined ? 0 : tick - this.#toldAt;
    this.#toldAt = tick;
    this.#isGreeting = false;
    this.#beat();
    if (silence >= LEASE_TICKS) this.#options.lapsed();
  }

  #miss(): void {
    for (const [node, { heardAt }] of this.#members) {
      if (this.#clock - heardAt < LEASE_TICKS) continue;
      this.#members.delete(node);
      this.#options.gone(node);
    }
    for (const [node, at] of this.#departed) if (this.#clock - at >= 2 * LEASE_TICKS) this.#departed.delete(node);
  }
}
