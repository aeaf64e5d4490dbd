import type { Square } from '../../shared/grid.ts';
import type { Blocked } from '../../shared/motion.ts';
import { comparePairs, MAX_REV_STEP, revDistance } from '../../shared/pair.ts';
import type { RecordWriter } from '../../shared/records.ts';
import { encodeServerMessage } from '../../shared/server-codec.ts';
import type { Directory } from './directory.ts';
import { CHECK_EVERY_TICKS, FAREWELLS, MOVED_AGE_TICKS, NEWCOMER_AGE_TICKS } from './limits.ts';
import type { LocalStream } from './local-stream.ts';
import { type Occupant, Occupants, rebase } from './occupant.ts';
import { type Departure, type HealingCounters, RemoteStream, type StreamListener } from './remote-stream.ts';

/** What all replicas of a node share. */
export interface ReplicaContext {
  readonly blocked: Blocked;
  readonly directory: Directory;
  readonly counters: HealingCounters;
  readonly records: RecordWriter;
}

/** What one flush tells the clients of one square: finished bytes. */
export interface SquareDelta {
  /** How many news of players these are: motions and enters; with leaves they are its events. */
  readonly updates: number;
  readonly events: number;
  /** A `changes` message. */
  readonly changes: Uint8Array | undefined;
  /** Motion records without their message: a frame gathers those of all its squares in one. */
  readonly motions: Uint8Array | undefined;
  /** A check record, likewise. */
  readonly check: Uint8Array | undefined;
  /** Messages on what people have left there. */
  readonly things?: readonly Uint8Array[] | undefined;
}

/** Somebody clients have been told of and must let go. */
interface Leave {
  readonly before: Occupant;
  readonly rev: number;
  readonly to: number;
}

/**
 * How clients are told of a departure: at a pair not older than what they know, for the departure may have been that
 * of another generation than the one they were shown.
 */
function leaveOf(before: Occupant, departure: Departure | undefined): Leave {
  if (departure === undefined) return { before, rev: before.rev, to: 0 };
  const isNewer = comparePairs(departure, before) > 0 && departure.generation === before.generation;
  return { before, rev: isNewer ? departure.rev : before.rev, to: departure.to };
}

/**
 * This node's picture of a square, built from its own stream and from those of other nodes, and the one stream that
 * clients get of it. Whoever stands in several streams counts once, at the highest pair.
 */
export class Replica implements StreamListener {
  readonly streams = new Map<string, RemoteStream>();
  readonly #square: Square;
  readonly #context: ReplicaContext;
  #local: LocalStream | undefined;
  /** What clients have been told. */
  readonly #shown = new Occupants();
  readonly #dirty = new Set<number>();
  readonly #departures = new Map<number, Departure>();
  /** News of this flush, between its two passes. */
  #left: Leave[] = [];
  #entered: Occupant[] = [];
  #moved: Occupant[] = [];
  #retold = new Set<number>();
  #checkAt: number;
  #emptyChecks = 0;
  #snapshot: { readonly tick: number; readonly bytes: Uint8Array } | undefined;

  constructor(square: Square, local: LocalStream | undefined, context: ReplicaContext, tick: number, phase: number) {
    this.#square = square;
    this.#context = context;
    this.#checkAt = tick + (phase % CHECK_EVERY_TICKS);
    this.attachLocal(local);
  }

  get occupantCount(): number {
    return this.#shown.size;
  }

  /** Whom clients have been told of. */
  occupants(): IterableIterator<Occupant> {
    return this.#shown.values();
  }

  /** The node's own stream has begun, or ended. */
  attachLocal(local: LocalStream | undefined): void {
    this.#local = local;
    for (const id of local?.occupants.ids() ?? []) this.#dirty.add(id);
  }

  touched(id: number): void {
    this.#dirty.add(id);
  }

  departed(id: number, departure: Departure): void {
    this.#dirty.add(id);
    this.#departures.set(id, departure);
  }

  /** The stream of another node, made when it is first heard of. */
  streamOf(node: string, tick: number): RemoteStream {
    let stream = this.streams.get(node);
    if (stream === undefined) {
      stream = new RemoteStream(node, this.#square, tick, this, this.#context.counters);
      this.streams.set(node, stream);
    }
    return stream;
  }

  drop(node: string): void {
    this.streams.get(node)?.clear();
    this.streams.delete(node);
  }

  /**
   * First pass of a flush: what differs from what clients have been told. Every replica of the node goes through it
   * before any goes through the second, for whether a player is shown in several squares decides how a motion is told.
   */
  collect(tick: number): void {
    // As for many squares at most flushes.
    if (this.#dirty.size === 0) return;
    const { directory } = this.#context;
    const early: number[] = [];
    for (const id of this.#dirty) {
      const before = this.#shown.get(id);
      const now = this.#current(id);
      if (now === undefined) {
        if (before !== undefined) this.#left.push(leaveOf(before, this.#departures.get(id)));
      } else if (now.motion.tick > tick) {
        // Another node's tick is a little ahead of ours: ages cannot be negative, so the news waits for its tick.
        early.push(id);
      } else if (before === undefined) this.#entered.push(now);
      else {
        const order = comparePairs(now, before);
        // The newer news came from a stream that is gone: what is left is older, and clients must let go first.
        if (order < 0) this.#left.push({ rev: before.rev, to: 0, before });
        if (order < 0 || before.generation !== now.generation) this.#entered.push(now);
        else if (order > 0) {
          this.#moved.push(now);
          const isFar = revDistance(now.rev, before.rev) > MAX_REV_STEP;
          if (isFar || now.profileVersion !== before.profileVersion) this.#retold.add(id);
        }
      }
    }
    this.#dirty.clear();
    this.#departures.clear();
    for (const id of early) this.#dirty.add(id);
    for (const { before } of this.#left) {
      this.#shown.remove(before.id);
      directory.hidden(before.id, tick);
    }
    for (const occupant of this.#entered) this.#show(occupant);
    for (const occupant of this.#moved) this.#show(occupant);
  }

  /** Second pass: the collected news as bytes, with the checksum when it is due. */
  encode(tick: number): SquareDelta | undefined {
    const updates = this.#entered.length + this.#moved.length;
    const events = updates + this.#left.length;
    if (events === 0) {
      const check = this.#check(tick);
      return check === undefined ? undefined : { updates, events, changes: undefined, motions: undefined, check };
    }
    const { records, blocked } = this.#context;
    const { sx, sy } = this.#square;
    for (const { before, rev, to } of this.#left) {
      records.leave({ id: before.id, generation: before.generation, rev, to });
    }
    const leaves = records.take();
    for (const occupant of this.#entered) this.#writeEnter(occupant, occupant.from, tick);
    for (const occupant of this.#moved) {
      if (this.#mustEnter(occupant.id, tick)) this.#writeEnter(occupant, 0, tick);
    }
    const enters = records.take();
    for (const { id, rev, motion } of this.#moved) {
      if (this.#mustEnter(id, tick)) continue;
      records.motion(id, rev, rebase(motion, tick, MOVED_AGE_TICKS, blocked), sx, sy, tick);
    }
    const motions = records.take();
    const check = this.#check(tick);
    this.#left = [];
    this.#entered = [];
    this.#moved = [];
    this.#retold.clear();
    const hasChanges = leaves.length + enters.length > 0;
    return {
      updates,
      events,
      changes: hasChanges ? encodeServerMessage({ type: 'changes', sx, sy, enters, leaves }) : undefined,
      motions: motions.length > 0 ? motions : undefined,
      check,
    };
  }

  /**
   * Whether a motion is told with everything else about the player: when name or look is another, when so many revs
   * went by that their low byte would not say which this is, and when they stand in two squares at once, lest it be
   * taken for the other's news.
   */
  #mustEnter(id: number, tick: number): boolean {
    return this.#retold.has(id) || this.#context.directory.isInSeveral(id, tick);
  }

  /** The `snapshot` message of the state after the flush of `tick`; encoded once for all who join in it. */
  snapshot(tick: number): Uint8Array {
    if (this.#snapshot?.tick === tick) return this.#snapshot.bytes;
    for (const occupant of this.#shown.values()) {
      this.#writeEnter(this.#shown.rebased(occupant, tick, NEWCOMER_AGE_TICKS, this.#context.blocked), 0, tick);
    }
    const enters = this.#context.records.take();
    const bytes = encodeServerMessage({ type: 'snapshot', ...this.#square, enters });
    this.#snapshot = { tick, bytes };
    return bytes;
  }

  /** Takes everybody out of the directory, at the end of the subscription. */
  close(): void {
    for (const id of this.#shown.ids()) this.#context.directory.hidden(id);
    this.#shown.clear();
  }

  #current(id: number): Occupant | undefined {
    let best = this.#local?.occupants.get(id);
    for (const stream of this.streams.values()) {
      const occupant = stream.occupants.get(id);
      if (occupant !== undefined && (best === undefined || comparePairs(occupant, best) > 0)) best = occupant;
    }
    return best;
  }

  #show(occupant: Occupant): void {
    this.#context.directory.shown(occupant, this.#shown.get(occupant.id) === undefined);
    this.#shown.put(occupant);
  }

  #writeEnter(occupant: Occupant, from: number, tick: number): void {
    const { records, blocked } = this.#context;
    const { sx, sy } = this.#square;
    const motion = rebase(occupant.motion, tick, NEWCOMER_AGE_TICKS, blocked);
    records.enter({ ...occupant, from }, motion, sx, sy, tick);
  }

  /** A check record when one is due: for occupied squares, and a few more times once they are empty. */
  #check(tick: number): Uint8Array | undefined {
    if (tick < this.#checkAt) return undefined;
    this.#checkAt = tick + CHECK_EVERY_TICKS;
    if (this.#shown.size > 0) this.#emptyChecks = FAREWELLS;
    else if (this.#emptyChecks-- <= 0) return undefined;
    this.#context.records.check({ ...this.#square, count: this.#shown.size, checksum: this.#shown.checksum });
    return this.#context.records.take();
  }
}
