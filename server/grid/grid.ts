import { TICK_MS } from '../../shared/constants.ts';
import { type Square, type SquareKey, squareKey } from '../../shared/grid.ts';
import type { Blocked } from '../../shared/motion.ts';
import type { Line, Profile } from '../../shared/protocol.ts';
import { RecordWriter } from '../../shared/records.ts';
import type { EditRecord } from '../../shared/tile-records.ts';
import type { Broker, BrokerStatus, ConnectBroker, Publication } from '../broker/broker.ts';
import { ALWAYS_WELL } from '../broker/broker.ts';
import type { FoundGem } from '../world/land.ts';
import type { Player } from '../world/player.ts';
import type { WorldEvents } from '../world/world.ts';
import { BrokerLag } from './broker-lag.ts';
import type { Channels } from './channels.ts';
import {
  type ControlMessage,
  type OrderAnswer,
  type OrderQuestion,
  type SurveyAnswer,
  type SurveyQuestion,
  type WhisperAnswer,
  type WhisperQuestion,
  writeControl,
} from './control-wire.ts';
import { Directory } from './directory.ts';
import { FanOut, type FanOutCounters, type Outbox, type Viewer } from './fan-out.ts';
import { GridSquare } from './grid-square.ts';
import type { Outlook } from './interest.ts';
import { CROWDED_EVENTS, MAX_SKEW_TICKS, MAX_TOLD_SQUARES, MOVED_AGE_TICKS, NEWCOMER_AGE_TICKS } from './limits.ts';
import { LocalStream } from './local-stream.ts';
import { type Census, Membership } from './membership.ts';
import { type Occupant, rebase } from './occupant.ts';
import type { HealingCounters } from './remote-stream.ts';
import { Replica, type SquareDelta } from './replica.ts';
import type { SquareThings, ThingsRead } from './square-things.ts';
import { Subscriptions } from './subscriptions.ts';
import { Things, type ThingsSource } from './things.ts';
import type { ShownTrace, Trace } from './trace.ts';
import { Traces } from './traces.ts';
import { type Answer, type Batch, isOfStream, NodeWriter, readNodeMessage } from './wire.ts';

export interface GridOptions {
  /** This node's name among the world's nodes: never used before. */
  readonly node: string;
  readonly channels: Channels;
  readonly blocked: Blocked;
  readonly connectBroker: ConnectBroker;
  readonly tick: number;
  /** What people leave in squares; without it there is nothing but people. */
  readonly things?: ThingsSource;
  /** Somebody has signed in at another node, with this generation, and may be anywhere. */
  readonly arrived: (id: number, generation: number) => void;
  /** Another node has somebody of this one's players, with this generation, in a square that is looked at here. */
  readonly superseded: (id: number, generation: number) => void;
  readonly census: () => Omit<Census, 'squares'>;
  /** Something private from another node, or the answer to what this one said. */
  readonly whispered?: (message: WhisperQuestion | WhisperAnswer) => void;
  /** Another node wants to know how this one is, or says how it is itself. */
  readonly surveyed?: (message: SurveyQuestion | SurveyAnswer) => void;
  /** An order of those who run the world, or what has come of one. */
  readonly ordered?: (message: OrderQuestion | OrderAnswer) => void;
  /** World time in ms, for inputs that are followed; by default that of the last tick. */
  readonly worldMs?: () => number;
  readonly brokerFailed: (error: unknown) => void;
}

export interface GridCounters extends HealingCounters {
  batchesOut: number;
  batchesIn: number;
  answersOut: number;
  thingsReads: number;
  foreign: number;
  /** Times that the broker was away and is back. */
  reconnects: number;
}

const NOTHING_NEW: SquareDelta = { updates: 0, events: 0, changes: undefined, motions: undefined, check: undefined };
const NONE: ReadonlySet<GridSquare> = new Set();

/** What a flush leaves out of the squares further away from a session, for the next flush to bring. */
export type HeldBack = 'nothing' | 'crowded' | 'all';

/**
 * The heart: local players become streams, streams of all nodes become replicas, replicas become the frames of the
 * sessions. No I/O of its own: the broker and the outboxes are passed in, time comes as ticks.
 */
export class Grid {
  readonly counters: GridCounters = {
    gaps: 0,
    questions: 0,
    healed: 0,
    divergences: 0,
    checksCompared: 0,
    batchesOut: 0,
    batchesIn: 0,
    answersOut: 0,
    thingsReads: 0,
    foreign: 0,
    reconnects: 0,
  };
  readonly membership: Membership;
  /** By what is said on the control channel, which every node hears. */
  readonly brokerLag = new BrokerLag(() => this.#worldMs());
  readonly #options: GridOptions;
  readonly #broker: Broker;
  readonly #inbox: string;
  readonly #writer: NodeWriter;
  readonly #directory = new Directory();
  readonly #records = new RecordWriter();
  readonly #subscriptions: Subscriptions;
  readonly #fanOut: FanOut;
  readonly #traces = new Traces();
  readonly #squares = new Map<SquareKey, GridSquare>();
  readonly #things: Things | undefined;
  /** Where each local player was at the last flush. */
  readonly #placed = new Map<number, GridSquare>();
  #outgoing: Publication[] = [];
  #isHolding = false;
  #epoch = 0;
  #tick: number;

  constructor(options: GridOptions) {
    this.#options = options;
    this.#tick = options.tick;
    this.#writer = new NodeWriter(options.node);
    this.#inbox = options.channels.inboxOf(options.node);
    this.#broker = options.connectBroker({
      message: (channel, payload) => this.#receive(channel, payload),
      reconnected: (wasLost) => this.#reconnected(wasLost),
    });
    this.#subscriptions = new Subscriptions(this.#broker, (square) => this.#channel(square), {
      subscribing: (square) => this.#open(square),
      subscribed: (square) => this.#subscribed(square),
      unsubscribed: (square) => this.#unsubscribed(square),
      failed: options.brokerFailed,
    });
    if (options.things !== undefined) {
      const { things } = options;
      const read = (square: Square): Promise<ThingsRead> => {
        this.counters.thingsReads++;
        return things.read(square);
      };
      this.#things = new Things({ ...things, read }, this.#writer, (square, payload) =>
        this.#send(this.#channel(square), payload),
      );
    }
    this.membership = new Membership({
      node: options.node,
      census: () => ({ ...options.census(), squares: this.#toldSquares() }),
      say: (payload) => {
        this.brokerLag.said();
        this.#broker.publish([{ channel: options.channels.control, payload }]);
      },
      gone: (node) => this.#dropNode(node),
      lapsed: () => this.#renewStreams(),
      arrived: options.arrived,
      whispered: (message) => options.whispered?.(message),
      surveyed: (message) => options.surveyed?.(message),
      ordered: (message) => options.ordered?.(message),
    });
    this.#fanOut = new FanOut({
      acquire: (sx, sy) => {
        const square = this.#square(sx, sy);
        this.#subscriptions.acquire(square, this.#tick);
        return square;
      },
      release: (square) => this.#subscriptions.release(square, this.#tick),
    });
  }

  /** Listens on the inbox and the control channel, and asks who else is there: waits for the broker, and rejects when it refuses. */
  async start(): Promise<void> {
    await this.#broker.subscribe([this.#inbox, this.#options.channels.control]);
    this.membership.join();
  }

  /** Says goodbye, and lets go of the broker. */
  async close(): Promise<void> {
    this.membership.leave();
    await this.#broker.close();
  }

  /** Squares of which sessions that have fallen behind are told nothing for the moment, each for each session. */
  get staleSquares(): number {
    return this.#fanOut.staleSquares;
  }

  /** How the broker is. */
  get brokerStatus(): BrokerStatus {
    return this.#broker.status ?? ALWAYS_WELL;
  }

  get subscribedCount(): number {
    return this.#subscriptions.size;
  }

  get groupCount(): number {
    return this.#fanOut.groupCount;
  }

  get framesBuilt(): number {
    return this.#fanOut.framesBuilt;
  }

  /** What was brought to sessions. */
  get delivered(): Readonly<FanOutCounters> {
    return this.#fanOut.counters;
  }

  /** Sessions that have fallen behind, and are told nothing of squares for the moment. */
  get behindCount(): number {
    return this.#fanOut.behindCount;
  }

  /** Subscribes a session to what its outlook touches, from now on and following it: it is read at every flush. */
  view(outbox: Outbox, outlook: Outlook): Viewer {
    return this.#fanOut.add(outbox, outlook, this.#tick);
  }

  /** Tells a session of inputs that are followed to squares that it is told of, or with undefined no longer. */
  watchTraces(viewer: Viewer, tell: ((trace: ShownTrace) => void) | undefined): void {
    if (tell === undefined) this.#traces.unwatch(viewer);
    else this.#traces.watch(viewer, tell);
  }

  /** Tells of all inputs that are followed to this node, once they are written, or with undefined no longer. */
  observeTraces(tell: ((trace: ShownTrace, writtenMs: number) => void) | undefined): void {
    this.#traces.observe(tell);
  }

  /** What the next `tell` says of a square comes from an input that is followed. */
  follow({ sx, sy }: Square, trace: Trace): void {
    const square = this.#square(sx, sy);
    this.#traces.add(square.key, trace, null);
    if (this.membership.size > 0) this.#send(this.#channel(square), this.#writer.followed(sx, sy, trace));
  }

  unview(viewer: Viewer): void {
    this.#traces.unwatch(viewer);
    this.#fanOut.remove(viewer);
  }

  /** Tells a session a square afresh at the next flush; one that it has not joined is passed over. */
  retell(viewer: Viewer, sx: number, sy: number): void {
    const key = squareKey(sx, sy);
    if (viewer.interest.entries.has(key)) viewer.stale.add(key);
  }

  retellAll(viewer: Viewer): void {
    for (const key of viewer.interest.entries.keys()) viewer.stale.add(key);
  }

  profileOf(id: number): Profile | undefined {
    return this.#directory.profileOf(id);
  }

  /**
   * Once a tick: subscription changes, due questions and signs of life go out.
   * @param isLate whether this tick is made up for after a stall of the node
   */
  settle(tick: number, isLate = false): void {
    this.#tick = tick;
    const { reaches } = this.brokerStatus;
    this.membership.settle(tick, reaches(this.#options.channels.control), isLate);
    if (isLate) return;
    this.#subscriptions.settle(tick);
    for (const square of this.#squares.values()) {
      if (square.replica === undefined) continue;
      this.#things?.settle(square, tick);
      for (const stream of square.replica.streams.values()) {
        const isMissed = stream.isUnanswered(tick) && reaches(this.#channel(square));
        if (isMissed || stream.isOver(tick)) square.replica.drop(stream.node);
        else if (stream.mustAsk(tick)) this.#ask(square, this.#options.channels.inboxOf(stream.node));
      }
    }
    this.#publish();
  }

  /** World time has jumped: what was known of other nodes' players says nothing of now, and is asked for anew. */
  jump(tick: number): void {
    this.#tick = tick;
    for (const square of this.#squares.values()) {
      const { replica } = square;
      if (replica === undefined) continue;
      for (const node of [...replica.streams.keys()]) replica.drop(node);
      square.things?.doubt(tick);
      this.counters.questions++;
      this.#ask(square, this.#channel(square));
    }
    this.#publish();
  }

  /** First half of a flush: the world's events become streams, and those go to the broker. */
  tell(tick: number, events: Pick<WorldEvents, 'changed' | 'left'>): void {
    this.#tick = tick;
    for (const player of events.left) this.#leave(player, undefined);
    for (const player of events.changed) this.#place(player);
    for (const square of this.#squares.values()) {
      if (square.local !== undefined) this.#flushStream(square, square.local);
      this.#things?.mark(square, tick);
    }
    this.#publish();
  }

  /**
   * Second half: what replicas have got by now is made ready for the sessions, as the frame of `tick`; `sendSome` sends it.
   * @param held what every second flush leaves out of the squares further away: all of them, or the crowded ones
   */
  show(tick: number, announcement: Uint8Array | undefined, held: HeldBack = 'crowded'): void {
    // The deltas of the flush before are in the squares until all have been sent theirs.
    this.#fanOut.finish();
    this.#traces.written(() => this.#worldMs());
    for (const square of this.#squares.values()) square.replica?.collect(tick);
    // Whatever is held back goes out with the flush after: only every second one holds anything back.
    this.#isHolding = !this.#isHolding && held !== 'nothing';
    const heldSquares = this.#isHolding ? new Set<GridSquare>() : NONE;
    for (const square of this.#squares.values()) {
      const delta = square.replica?.encode(tick);
      const things = square.things?.encode(tick);
      const hasThings = things !== undefined && things.length > 0;
      square.delta = hasThings ? { ...(delta ?? NOTHING_NEW), things } : delta;
      if (square.delta === undefined || !this.#isHolding) continue;
      if (held === 'all' || square.delta.events > CROWDED_EVENTS) (heldSquares as Set<GridSquare>).add(square);
    }
    const plannedMs = this.#worldMs();
    this.#fanOut.begin({ tick, announcement, held: heldSquares });
    this.#traces.show(plannedMs, (viewer, square) => this.#fanOut.isHeldFrom(viewer, square));
    this.#prune();
  }

  /** Sends so many sessions their frame of the last `show`. Returns whether there are more. */
  sendSome(sessions: number): boolean {
    const isMore = this.#fanOut.sendSome(sessions);
    if (!isMore) this.#traces.written(() => this.#worldMs());
    return isMore;
  }

  // What people leave in squares --------------------------------------------------------------------

  /** The things of a square, as long as somebody here looks at it and they are known. */
  thingsOf(sx: number, sy: number): SquareThings | undefined {
    const things = this.#squares.get(squareKey(sx, sy))?.things;
    return things?.isKnown === true ? things : undefined;
  }

  /** Whether a square cannot be entered, since what is built there cannot be known. */
  isClosed(sx: number, sy: number): boolean {
    return this.#squares.get(squareKey(sx, sy))?.things?.isClosed === true;
  }

  /** Everybody whom clients of this node are shown in a square. */
  occupantsOf(sx: number, sy: number): Iterable<Occupant> {
    return this.#squares.get(squareKey(sx, sy))?.replica?.occupants() ?? [];
  }

  /** What this node's players have done, and the store has: the node's clients and the other nodes are told. */
  edited(square: Square, edit: EditRecord): void {
    this.#things?.edited(this.#square(square.sx, square.sy), edit, this.#tick);
  }

  said(square: Square, line: Line): void {
    this.#things?.said(this.#square(square.sx, square.sy), line, this.#tick);
  }

  /** @param player whose it is; undefined when it was claimed elsewhere, and this node has not heard of it */
  claimed(gem: FoundGem, player: number | undefined): void {
    this.#things?.claimed(this.#square(gem.sx, gem.sy), gem, player, this.#tick);
  }

  emoted(square: Square, player: number, emote: number): void {
    this.#things?.emoted(this.#square(square.sx, square.sy), player, emote);
  }

  // Local players to streams ----------------------------------------------------------------------

  #place(player: Player): void {
    const here = this.#square(player.sx, player.sy);
    const before = this.#placed.get(player.id);
    if (before === here) {
      this.#stream(here).move(player);
      here.replica?.touched(player.id);
      return;
    }
    if (before !== undefined) this.#leave(player, here);
    this.#stream(here).enter(player, here, before);
    this.#placed.set(player.id, here);
    here.replica?.touched(player.id);
  }

  #leave(player: Player, to: GridSquare | undefined): void {
    const square = this.#placed.get(player.id);
    if (square === undefined) return;
    this.#placed.delete(player.id);
    const { code } = this.#stream(square).leave(player, square, to);
    square.replica?.departed(player.id, { generation: player.generation, rev: player.rev, to: code });
  }

  #stream(square: GridSquare): LocalStream {
    if (square.local === undefined) {
      square.local = new LocalStream(++this.#epoch, this.#tick, square.phase);
      square.replica?.attachLocal(square.local);
    }
    return square.local;
  }

  #flushStream(square: GridSquare, stream: LocalStream): void {
    if (stream.hasChanges) {
      if (this.#isHeard(square)) this.#batch(square, stream);
      else stream.pass();
    }
    if (stream.isAnnouncementDue(this.#tick) && this.#isHeard(square)) this.#announce(square, stream);
    if (stream.isOver) {
      square.local = undefined;
      square.replica?.attachLocal(undefined);
    }
  }

  /** Whether another node may be listening: alone in its process a node need not put its streams into bytes. */
  #isHeard(square: GridSquare): boolean {
    return this.#broker.isHeard?.(this.#channel(square)) ?? true;
  }

  #batch(square: GridSquare, stream: LocalStream): void {
    const changes = stream.take((motion) => rebase(motion, this.#tick, MOVED_AGE_TICKS, this.#options.blocked));
    const { sx, sy } = square;
    this.#send(this.#channel(square), this.#writer.batch(sx, sy, stream.epoch, stream.seq, this.#tick, changes));
    this.counters.batchesOut++;
  }

  #announce(square: GridSquare, { epoch, seq, occupants }: LocalStream): void {
    const { size, checksum } = occupants;
    this.#send(this.#channel(square), this.#writer.announcement(square.sx, square.sy, epoch, seq, size, checksum));
  }

  /** The squares that this node's players are in. */
  *occupied(): Generator<Square> {
    for (const square of this.#squares.values()) if ((square.local?.occupants.size ?? 0) > 0) yield square;
  }

  /** How many of this node's players are in each of the squares where there are any. */
  *crowds(): Generator<Square & { readonly players: number }> {
    for (const { sx, sy, local } of this.#squares.values()) {
      const players = local?.occupants.size ?? 0;
      if (players > 0) yield { sx, sy, players };
    }
  }

  /** Says to the node that has asked how this one is. */
  answerSurvey({ node: asker, n }: SurveyQuestion, state: string): void {
    this.#sayTo(asker, { type: 'state', node: this.#options.node, asker, n, state });
  }

  /** Says to the node that has asked what has come of an order here. */
  answerOrder({ node: asker, n }: OrderQuestion, obeyed: string): void {
    this.#sayTo(asker, { type: 'obeyed', node: this.#options.node, asker, n, obeyed });
  }

  #sayTo(node: string, message: ControlMessage): void {
    this.#broker.publish([{ channel: this.#options.channels.inboxOf(node), payload: writeControl(message) }]);
  }

  /** As many of them as are told, others every time where there are more. */
  #toldSquares(): Square[] {
    const all = [...this.occupied()];
    const from = all.length <= MAX_TOLD_SQUARES ? 0 : this.#tick % all.length;
    return [...all.slice(from), ...all.slice(0, from)].slice(0, MAX_TOLD_SQUARES);
  }

  // Other nodes' streams --------------------------------------------------------------------------

  #receive(channel: string, payload: Uint8Array): void {
    if (this.#writer.wrote(payload)) {
      if (channel === this.#options.channels.control) this.brokerLag.heard();
      return;
    }
    if (channel === this.#options.channels.control) {
      if (!this.membership.receive(payload)) this.counters.foreign++;
      return;
    }
    const addressed = readNodeMessage(payload);
    if (addressed === undefined) {
      if (channel !== this.#inbox || !this.membership.receive(payload)) this.counters.foreign++;
      return;
    }
    const { sx, sy, message } = addressed;
    // Nodes agree on the time; what is far from it would have motions walked for ages.
    if ('tick' in message && Math.abs(message.tick - this.#tick) > MAX_SKEW_TICKS) {
      this.counters.foreign++;
      return;
    }
    if (!this.membership.heard(message.node)) return;
    if (message.type === 'question') {
      // Asked by name a node always answers; of those who only hear the question, the ones with somebody there.
      if (channel === this.#inbox || this.#hasStream(sx, sy)) this.#answer(sx, sy, message.node);
      return;
    }
    const square = this.#squares.get(squareKey(sx, sy));
    const replica = square?.replica;
    if (square === undefined || replica === undefined) return;
    if (message.type === 'followed') {
      this.#traces.add(square.key, message.trace, this.#worldMs());
      return;
    }
    if (!isOfStream(message)) {
      this.#things?.receive(square, message, this.#tick);
      return;
    }
    const stream = replica.streamOf(message.node, this.#tick);
    switch (message.type) {
      case 'batch':
        this.counters.batchesIn++;
        this.#watchSuperseded(message);
        stream.batch(message, this.#tick);
        break;
      case 'announcement':
        stream.announcement(message, this.#tick);
        break;
      case 'answer':
        this.#watchSuperseded(message);
        stream.answer(message, this.#tick);
        // An answer may be older than the stream: inbox and channel are not in step.
        if (stream.isBlank) replica.drop(message.node);
        break;
    }
  }

  #dropNode(node: string): void {
    for (const square of this.#squares.values()) square.replica?.drop(node);
  }

  /** Others have let go of this node's players: every stream begins anew, and says so (G6). */
  #renewStreams(): void {
    for (const square of this.#squares.values()) {
      if (square.local === undefined) continue;
      square.local.epoch = ++this.#epoch;
      if (square.local.seq > 0) this.#announce(square, square.local);
    }
  }

  #watchSuperseded(message: Batch | Answer): void {
    for (const { id, generation } of message.type === 'batch' ? message.enters : message.occupants) {
      if (this.#placed.has(id)) this.#options.superseded(id, generation);
    }
  }

  #hasStream(sx: number, sy: number): boolean {
    const local = this.#squares.get(squareKey(sx, sy))?.local;
    return local !== undefined && local.seq > 0;
  }

  /**
   * Answers with this node's stream of a square. Changes since the last flush are not in it: they come as the next
   * batch, whose number follows on the answer's.
   */
  #answer(sx: number, sy: number, node: string): void {
    const local = this.#squares.get(squareKey(sx, sy))?.local;
    const channel = this.#options.channels.inboxOf(node);
    this.counters.answersOut++;
    if (local === undefined || local.seq === 0) {
      this.#send(channel, this.#writer.answer(sx, sy, this.#epoch, 0, this.#tick, []));
      return;
    }
    const { blocked } = this.#options;
    const occupants = [...local.occupants.values()].map((occupant) =>
      local.occupants.rebased(occupant, this.#tick, NEWCOMER_AGE_TICKS, blocked),
    );
    this.#send(channel, this.#writer.answer(sx, sy, local.epoch, local.seq, this.#tick, occupants));
  }

  #ask(square: GridSquare, channel: string): void {
    this.#send(channel, this.#writer.question(square.sx, square.sy));
  }

  /** What was missed on these channels is not known: ask everybody, and tell (G5). */
  #reconnected(wasLost: (channel: string) => boolean = () => true): void {
    this.counters.reconnects++;
    for (const square of this.#squares.values()) {
      const channel = this.#channel(square);
      // An inbox that was lost may have lost answers, and those are asked for again by themselves.
      if (!wasLost(channel)) continue;
      square.things?.doubt(this.#tick);
      if (square.replica !== undefined) {
        for (const stream of square.replica.streams.values()) stream.doubt(this.#tick);
        this.counters.questions++;
        this.#ask(square, channel);
      }
      if (square.local !== undefined && square.local.seq > 0) this.#announce(square, square.local);
    }
    this.#publish();
  }

  // Squares ---------------------------------------------------------------------------------------

  /** The picture begins with this node's own players, whatever the broker does; the others follow. */
  #open(square: GridSquare): void {
    if (square.replica !== undefined) return;
    const context = {
      blocked: this.#options.blocked,
      directory: this.#directory,
      counters: this.counters,
      records: this.#records,
    };
    square.replica = new Replica(square, square.local, context, this.#tick, square.phase);
    this.#things?.open(square, this.#tick);
  }

  #subscribed(square: GridSquare): void {
    this.counters.questions++;
    this.#ask(square, this.#channel(square));
    this.#things?.subscribed(square, this.#tick);
  }

  #unsubscribed(square: GridSquare): void {
    square.replica?.close();
    square.replica = undefined;
    this.#things?.close(square);
  }

  /** Lets go of squares that nobody stands in and nobody looks at, once the broker has done so too. */
  #prune(): void {
    for (const [key, square] of this.#squares) {
      if (square.viewers > 0 || square.local !== undefined || square.replica !== undefined) continue;
      if (!this.#subscriptions.has(square)) this.#squares.delete(key);
    }
  }

  #square(sx: number, sy: number): GridSquare {
    const key = squareKey(sx, sy);
    let square = this.#squares.get(key);
    if (square === undefined) {
      square = new GridSquare(sx, sy);
      this.#squares.set(key, square);
    }
    return square;
  }

  #channel(square: GridSquare): string {
    square.channel ??= this.#options.channels.ofSquare(square);
    return square.channel;
  }

  #send(channel: string, payload: Uint8Array): void {
    this.#outgoing.push({ channel, payload });
  }

  #worldMs(): number {
    return this.#options.worldMs?.() ?? this.#tick * TICK_MS;
  }

  /** Hands everything over that was sent since the last time, in one go (G4). */
  #publish(): void {
    if (this.#outgoing.length === 0) return;
    const messages = this.#outgoing;
    this.#outgoing = [];
    this.#broker.publish(messages);
  }
}
