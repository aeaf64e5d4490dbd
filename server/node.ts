import type { WorldClock } from '../shared/clock.ts';
import { tickAt } from '../shared/clock.ts';
import { CLOSE, type CloseReason, ProtocolError } from '../shared/closing.ts';
import { DROPPED_TICKS, TICK_MS, TRANSIT_TICKS } from '../shared/constants.ts';
import { Ground } from '../shared/ground.ts';
import type { GoAway } from '../shared/protocol.ts';
import { encodeServerMessage } from '../shared/server-codec.ts';
import type { Terrain } from '../shared/terrain.ts';
import { BARE } from '../shared/tiles.ts';
import { Actions } from './actions/actions.ts';
import type { Lookout } from './actions/actor.ts';
import { GemFinder } from './actions/gem-finder.ts';
import type { WordFilter } from './actions/word-filter.ts';
import type { ConnectBroker } from './broker/broker.ts';
import { holdChannels } from './broker/held-channels.ts';
import { Flusher, type FlusherOptions } from './flusher.ts';
import { Admission } from './gateway/admission.ts';
import type { LaneCounters, Link } from './gateway/outbox.ts';
import { type Entered, Session, type SessionHost, type SignedInPlayer } from './gateway/session.ts';
import type { Sight } from './gateway/sight.ts';
import { type ChannelSquares, Channels } from './grid/channels.ts';
import type { OrderAnswer, OrderQuestion, SurveyAnswer, SurveyQuestion } from './grid/control-wire.ts';
import { Grid } from './grid/grid.ts';
import type { ThingsRead } from './grid/square-things.ts';
import type { RuleBook } from './moderation/rule-book.ts';
import { SignIn } from './sign-in.ts';
import type { Place, SquareAddress, Store } from './store/store.ts';
import { Tracing } from './tracing.ts';
import type { Player } from './world/player.ts';
import { spawnPlace } from './world/spawn.ts';
import { World } from './world/world.ts';

export interface NodeOptions extends FlusherOptions {
  /** This node's name among the world's nodes: never used before. */
  readonly name: string;
  readonly world: string;
  readonly channelSquares: ChannelSquares;
  readonly terrain: Terrain;
  readonly openSpawn: boolean;
  readonly maxSessions: number;
  /** How many more may wait until there is room; by default nobody. */
  readonly queue?: number;
  /** Most gems in a square. */
  readonly gems: number;
  /** The time of day, in ms since 1970. */
  readonly wallMs: () => number;
  readonly clock: WorldClock;
  readonly monotonic: () => number;
  /** From [0, 1), for places to appear at. */
  readonly random: () => number;
  /** A new resume token, beyond guessing. */
  readonly newToken: () => string;
  readonly connectBroker: ConnectBroker;
  readonly store: Store;
  /** Another node wants to know how this one is, or says how it is itself. */
  readonly surveyed?: (message: SurveyQuestion | SurveyAnswer) => void;
  /** Somebody who runs the world wants something done, or what has come of it. */
  readonly ordered?: (message: OrderQuestion | OrderAnswer) => void;
  /** What those who run the world have laid down; without it there are no rules. */
  readonly rules?: RuleBook;
  /** Words that are not for here; without it there are none. */
  readonly filter?: () => WordFilter;
  readonly brokerFailed: (error: unknown) => void;
  /** The store did not do what it was asked for; who it was for may try again. */
  readonly storeFailed: (error: unknown) => void;
  /** A fault of ours ended a session: a person has to look at it. */
  readonly sessionFailed: (error: unknown) => void;
  /** A session was ended by this node, with a close code. */
  readonly closed?: (code: number) => void;
}

export interface NodeCounters {
  joins: number;
  leaves: number;
}

/** How often all are told how many they are, and sessions are watched, in ticks. */
const PLAYERS_TICKS = 40;
const WATCH_TICKS = 20;
/** From this on nothing is made up for: time has jumped, or the process was away for long. In ticks. */
const JUMP_TICKS = 600;
/** Where a player stands is saved at one watch in so many, if they have moved: a node that dies takes no more along. */
const SAVE_WATCHES = 8;
/** Clients acknowledge once a second: with less than this unacknowledged they keep up, in ms. */
const KEEPING_UP_MS = 1500;
/** From this on a late `advance` counts as a stall of the node, in ticks. */
const STALL_TICKS = 20;

/**
 * A server's part of the world, without sockets and timers: sessions come in as links, time by `advance`.
 * socket → session → world → grid → broker → grid → outbox → socket.
 */
export class Node {
  readonly counters: NodeCounters = { joins: 0, leaves: 0 };
  /** Bytes of messages to single sessions, by lane of their outbox. */
  readonly lanes: LaneCounters = { urgent: 0, normal: 0, bulk: 0 };
  readonly grid: Grid;
  readonly world: World;
  /** The terrain with what is built on it, as far as anybody here looks. */
  readonly ground: Ground;
  readonly actions: Actions;
  readonly gems: GemFinder;
  readonly #options: NodeOptions;
  readonly #admission: Admission<Session>;
  readonly #host: SessionHost;
  readonly #sessions = new Set<Session>();
  readonly #byPlayer = new Map<number, Session>();
  /** Players whose connection broke, and until which tick they stay. */
  readonly #dropped = new Map<number, { readonly player: Player; readonly until: number }>();
  readonly flusher: Flusher;
  readonly #signIn: SignIn;
  readonly #tracing: Tracing;
  #toldPlayers = -1;
  /** When everybody has to have gone elsewhere, on the monotonic clock; undefined as long as the node takes players. */
  #goneByMs: number | undefined;
  /** Where players were when that was last saved. */
  readonly #saved = new WeakMap<Player, Place>();
  /** Places that the store is being given. */
  readonly #saving = new Set<Promise<void>>();

  constructor(options: NodeOptions) {
    this.#options = options;
    const tick = tickAt(options.clock.nowMs());
    this.ground = new Ground(options.terrain);
    this.#tracing = new Tracing(() => options.clock.nowMs());
    const lookoutOf = (id: number): Lookout | undefined => this.#byPlayer.get(id)?.joined;
    this.gems = new GemFinder({
      store: options.store,
      terrain: options.terrain,
      most: options.gems,
      grid: () => this.grid,
      actorOf: lookoutOf,
      failed: options.storeFailed,
    });
    this.world = new World(this.ground.blocked, tick, {
      isClosed: (sx, sy) => this.grid.isClosed(sx, sy),
      gemAt: (tileX, tileY, at) => this.gems.gemAt(tileX, tileY, at),
    });
    this.grid = new Grid({
      node: options.name,
      channels: new Channels(options.world, options.channelSquares),
      blocked: this.ground.blocked,
      things: {
        ground: this.ground,
        read: (square) => this.#readThings(square),
        groundChanged: (tiles, at) => this.world.groundChanged(tiles, at),
        failed: options.storeFailed,
      },
      whispered: (message) => this.actions.whispers.receive(message),
      // Several squares may share a channel.
      connectBroker: options.channelSquares === 1 ? options.connectBroker : holdChannels(options.connectBroker),
      tick,
      arrived: (id, generation) => this.#arrived(id, generation),
      superseded: (id, generation) => this.#superseded(id, generation),
      census: () => ({
        players: this.world.players.size,
        lastId: this.#signIn.lastId,
        isOpen: this.isOpen,
      }),
      surveyed: (message) => options.surveyed?.(message),
      ordered: (message) => options.ordered?.(message),
      worldMs: () => options.clock.nowMs(),
      brokerFailed: options.brokerFailed,
    });
    this.flusher = new Flusher(options, {
      grid: this.grid,
      tell: (at) => this.#tell(at),
      announcement: (at) => this.#announcement(at),
    });
    this.actions = new Actions({
      ...options,
      node: options.name,
      grid: this.grid,
      world: this.world,
      ground: this.ground,
      gems: this.gems,
      lookouts: () => this.#lookouts(),
      lookoutOf,
      spawn: () => spawnPlace(options.random),
      faulted: options.sessionFailed,
    });
    this.#signIn = new SignIn({
      ...options,
      company: this.actions.company,
      lastIdElsewhere: () => this.grid.membership.lastId,
    });
    this.#admission = new Admission({
      most: options.maxSessions,
      mostWaiting: options.queue ?? 0,
      monotonic: options.monotonic,
      newTicket: options.newToken,
    });
    this.#host = {
      monotonic: options.monotonic,
      worldMs: () => options.clock.nowMs(),
      lanes: this.lanes,
      arrived: (session, token) => {
        if (!this.#admission.arrive(session, token)) session.close('full');
      },
      signIn: (hello) => this.#signIn.signIn(hello),
      enter: (session, signedIn, lookFrom) => this.#enter(session, signedIn, lookFrom),
      input: (player, n, stamp, heading) => {
        this.world.input(player, n, stamp, heading, tickAt(options.clock.nowMs()));
        this.#tracing.read(player.id, n);
      },
      sign: (player) => this.world.sign(player),
      follow: (player, request) => this.#tracing.follow(player.id, request),
      watchTraces: (viewer, tell) => this.grid.watchTraces(viewer, tell),
      request: (who, request) => this.actions.take(who, request),
      entered: (who, signedIn) => this.actions.entered(who, signedIn.home),
      retell: (viewer, sx, sy) => this.grid.retell(viewer, sx, sy),
      retellAll: (viewer) => this.grid.retellAll(viewer),
      profileOf: (id) => this.grid.profileOf(id),
      failed: options.sessionFailed,
      ended: (session, reason, isDropped) => this.#ended(session, reason, isDropped),
    };
  }

  async start(): Promise<void> {
    await this.grid.start();
  }

  /** Players in the whole world, those of other nodes as those said last. */
  get #playerCount(): number {
    return this.world.players.size + this.grid.membership.players;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** How many sessions have come how far. */
  sessionPhases(): Record<'handshake' | 'queued' | 'signing-in' | 'joined', number> {
    const phases = { handshake: 0, queued: 0, 'signing-in': 0, joined: 0 };
    for (const { phase } of this.#sessions) if (phase !== 'ended') phases[phase]++;
    return phases;
  }

  sessions(): Iterable<Session> {
    return this.#sessions;
  }

  /** The next input of a player of this node is followed, under this id. */
  followNext(player: number, id: number): void {
    this.#tracing.want(player, id);
  }

  /** The session of somebody in the world. */
  sessionOf(player: number): Session | undefined {
    return this.#byPlayer.get(player);
  }

  /** Over all sessions: bytes on their way, as far as clients have said, and those that this process still holds. */
  outboxBytes(): { unacknowledged: number; waiting: number } {
    const sum = { unacknowledged: 0, waiting: 0 };
    for (const { outbox } of this.#sessions) {
      sum.unacknowledged += outbox.unacknowledgedBytes;
      sum.waiting += outbox.waitingBytes;
    }
    return sum;
  }

  /** Over all sessions: for how long the oldest frame has not been acknowledged, in s; 0 when all have been. */
  oldestUnacknowledgedSeconds(): number {
    let oldest = this.world.tick;
    for (const { outbox } of this.#sessions) oldest = Math.min(oldest, outbox.unacknowledgedTick ?? oldest);
    return ((this.world.tick - oldest) * TICK_MS) / 1000;
  }

  /** Among the world's nodes. */
  get name(): string {
    return this.#options.name;
  }

  /** Whether it takes players. */
  get isOpen(): boolean {
    return this.#goneByMs === undefined;
  }

  /** The sessions that are furthest behind, the worst first, at most so many; those that keep up are not among them. */
  slowest(most: number): { id: number; name: string; behindMs: number; unacknowledgedBytes: number }[] {
    const slow = [];
    for (const { joined, outbox } of this.#sessions) {
      const { unacknowledgedTick: tick, unacknowledgedBytes } = outbox;
      const behindMs = tick === undefined ? 0 : (this.world.tick - tick) * TICK_MS;
      if (joined === undefined || behindMs <= KEEPING_UP_MS) continue;
      const { id, name } = joined.player;
      slow.push({ id, name, behindMs, unacknowledgedBytes });
    }
    return slow.sort((a, b) => b.behindMs - a.behindMs).slice(0, most);
  }

  /** Whether nobody is here any more, nor might come back here. */
  get isEmpty(): boolean {
    return this.#sessions.size + this.#dropped.size === 0;
  }

  /** Takes nobody in from now on, and tells everybody to go elsewhere within so many ms; other nodes hear of it. */
  drain(withinMs: number): void {
    this.#goneByMs = this.#options.monotonic() + withinMs;
    this.grid.membership.tell();
    const goAway = this.#goAway(this.#goneByMs);
    for (const session of [...this.#sessions]) {
      // Whoever waits here may as well wait elsewhere.
      if (session.phase === 'queued') session.close('draining');
      else session.joined?.tell(goAway);
    }
  }

  #goAway(byMs: number): GoAway {
    return { type: 'goAway', withinMs: Math.max(0, Math.round(byMs - this.#options.monotonic())) };
  }

  /** Begins a session on a connection, or refuses it. */
  connect(link: Link): Session | CloseReason {
    if (this.#goneByMs !== undefined) return CLOSE.draining;
    if (this.#sessions.size >= this.#options.maxSessions + (this.#options.queue ?? 0)) return CLOSE.full;
    if (this.#options.governor.rhythm.isFull) return CLOSE.busy;
    const session = new Session(link, this.#host);
    this.#sessions.add(session);
    return session;
  }

  /**
   * Brings the world up to the clock: every tick that has passed, and the last flush that was due among them.
   * Returns by when it is to be called again, in ms of world time.
   */
  advance(): number {
    const nowMs = this.#options.clock.nowMs();
    const target = tickAt(nowMs);
    if (target - this.world.tick > JUMP_TICKS) this.#jump(target - 1);
    const isLate = target - this.world.tick >= STALL_TICKS;
    if (target > this.world.tick) {
      this.#options.governor.ticked(nowMs - (this.world.tick + 1) * TICK_MS, this.#options.monotonic());
    }
    // What clients said during a stall of ours is read after it, so nobody is silent or behind because of it.
    if (isLate) this.#excuse();
    while (this.world.tick < target) {
      if (isLate) this.world.excuse();
      this.world.step();
      const tick = this.world.tick;
      this.flusher.settle(tick, target, nowMs);
      this.grid.settle(tick, isLate);
      if (tick % WATCH_TICKS === 0) this.#watch(tick / WATCH_TICKS, isLate);
    }
    this.flusher.showDue(nowMs);
    return Math.min((target + 1) * TICK_MS, this.flusher.dueMs);
  }

  /** Ends all sessions, tells other nodes that their players have left, and lets go of store and broker. */
  async stop(): Promise<void> {
    for (const session of [...this.#sessions]) session.close('goingAway');
    for (const { player } of this.#dropped.values()) this.#remove(player);
    this.flusher.flush(this.world.tick, Number.POSITIVE_INFINITY);
    this.grid.sendSome(Number.MAX_SAFE_INTEGER);
    await Promise.all([this.grid.close(), ...this.#saving]);
  }

  #jump(tick: number): void {
    this.world.jump(tick);
    this.grid.jump(tick);
    for (const [id, { player }] of this.#dropped) this.#dropped.set(id, { player, until: tick + DROPPED_TICKS });
    this.#excuse();
  }

  #excuse(): void {
    const now = this.#options.monotonic();
    for (const session of this.#sessions) session.excuse(now);
  }

  /** What has happened goes to its own players, and to the grid. */
  #tell(tick: number): void {
    const events = this.world.drain();
    for (const { player, trace } of this.#tracing.told(events.answered)) this.grid.follow(player, trace);
    for (const player of events.answered) this.#byPlayer.get(player.id)?.answer(player);
    this.grid.tell(tick, events);
    this.actions.noticed(events);
  }

  /** For everybody: how many they are, when that has changed. */
  #announcement(tick: number): Uint8Array | undefined {
    const count = this.#playerCount;
    if (count === this.#toldPlayers || tick % PLAYERS_TICKS >= this.flusher.ticks) return undefined;
    this.#toldPlayers = count;
    return encodeServerMessage({ type: 'players', count });
  }

  #watch(round: number, isLate: boolean): void {
    const now = this.#options.monotonic();
    for (const { player, until } of this.#dropped.values()) if (this.world.tick >= until) this.#remove(player);
    this.actions.settle(round);
    this.#admission.settle();
    for (const session of this.#sessions) {
      if (!isLate) session.watch(now);
      const player = session.joined?.player;
      if (player !== undefined && (round + player.id) % SAVE_WATCHES === 0) this.#save(player);
    }
  }

  /** Saves where a player stands, unless that is known. */
  #save(player: Player): void {
    const { x, y } = player;
    const saved = this.#saved.get(player);
    if (saved?.x === x && saved.y === y) return;
    this.#saved.set(player, { x, y });
    const { store, storeFailed } = this.#options;
    const saving = store
      .savePlace(player.id, { x, y })
      .catch((error: unknown) => {
        this.#saved.delete(player);
        storeFailed(error);
      })
      .finally(() => this.#saving.delete(saving));
    this.#saving.add(saving);
  }

  *#lookouts(): Generator<Lookout> {
    for (const { joined } of this.#sessions) if (joined !== undefined) yield joined;
  }

  async #readThings(square: SquareAddress): Promise<ThingsRead> {
    const { store } = this.#options;
    const [{ revision, tiles }, lines, gems] = await Promise.all([
      store.editsOf(square),
      store.linesOf(square, 0),
      this.gems.claimsOf(square, this.world.tick),
    ]);
    return { revision, tiles: tiles.filter(({ kind }) => kind !== BARE), lines, gems };
  }

  #enter(session: Session, signedIn: SignedInPlayer, lookFrom: (player: Player) => Sight): Entered {
    const { id, generation, token } = signedIn;
    const earlier = this.#byPlayer.get(id);
    // Sign-ins may come back from the store in another order than they went.
    if (earlier?.joined !== undefined && earlier.joined.player.generation > generation) {
      throw new ProtocolError('takenOver');
    }
    const dropped = this.#dropped.get(id)?.player;
    const { x, y } = earlier?.joined?.player ?? dropped ?? signedIn;
    earlier?.close('takenOver');
    this.#dropped.delete(id);
    const player = this.world.join(signedIn, x, y);
    this.#byPlayer.set(id, session);
    // Wherever they appear is where they come back to, should this node die at once.
    if (signedIn.savedPlace !== undefined) this.#saved.set(player, signedIn.savedPlace);
    this.#save(player);
    // The first generation cannot have been anywhere before.
    if (generation > 1) this.grid.membership.arrived(id, generation);
    this.counters.joins++;
    const sight = lookFrom(player);
    const viewer = this.grid.view(session.outbox, sight);
    const { world, terrain, openSpawn, flushMs, gems } = this.#options;
    const greeting = [
      encodeServerMessage({
        type: 'welcome',
        id,
        generation,
        token,
        world,
        terrain: terrain.kind,
        seed: terrain.seed,
        openSpawn,
        flushMs,
        name: player.name,
        look: player.look,
        gems,
      }),
      encodeServerMessage({ type: 'players', count: this.#playerCount }),
    ];
    const { pace } = this.flusher;
    if (pace !== undefined) greeting.push(pace);
    if (this.#goneByMs !== undefined) greeting.push(encodeServerMessage(this.#goAway(this.#goneByMs)));
    return { player, viewer, sight, greeting };
  }

  /**
   * A player of this node has signed in elsewhere. Who sees them here has not heard of them from there yet: they stay
   * until that comes, or would have come.
   */
  #arrived(id: number, generation: number): void {
    const session = this.#byPlayer.get(id);
    const player = session?.joined?.player ?? this.#dropped.get(id)?.player;
    if (player === undefined || player.generation === generation) return;
    if (player.generation > generation) {
      // The store's answers came in another order than the sign-ins: who came first does not know it yet.
      this.grid.membership.arrived(id, player.generation);
      return;
    }
    this.#byPlayer.delete(id);
    session?.close('takenOver');
    this.world.halt(player);
    this.#dropped.set(id, { player, until: this.world.tick + TRANSIT_TICKS });
  }

  /** A player of this node is seen as another node's. */
  #superseded(id: number, generation: number): void {
    this.#arrived(id, generation);
    const player = this.#dropped.get(id)?.player;
    if (player !== undefined && player.generation < generation) this.#remove(player);
  }

  #ended(session: Session, reason: CloseReason | undefined, isDropped: boolean): void {
    this.#sessions.delete(session);
    this.#admission.ended(session, isDropped ? session.token : undefined, reason === undefined && !isDropped);
    if (reason !== undefined) this.#options.closed?.(reason.code);
    const { joined } = session;
    if (joined === undefined) return;
    const { player, viewer } = joined;
    this.actions.left(joined);
    this.grid.unview(viewer);
    if (this.#byPlayer.get(player.id) !== session) return;
    this.#byPlayer.delete(player.id);
    if (!isDropped) {
      this.#remove(player);
      this.#save(player);
      return;
    }
    // A tunnel is not a death: others see them stand where they were.
    this.world.halt(player);
    this.#dropped.set(player.id, { player, until: this.world.tick + DROPPED_TICKS });
    this.#save(player);
  }

  /** Takes a player out of the world. */
  #remove(player: Player): void {
    this.#dropped.delete(player.id);
    this.world.leave(player.id);
    this.counters.leaves++;
  }
}
