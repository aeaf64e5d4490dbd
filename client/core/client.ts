import { encodeClientMessage } from '../../shared/client-codec.ts';
import { concat } from '../../shared/codec.ts';
import { PROTOCOL_VERSION, TICK_MS } from '../../shared/constants.ts';
import { type SquareKey, squareKey } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import { STANDING } from '../../shared/motion.ts';
import type { Board, ClientMessage, Own, ServerMessage, Welcome } from '../../shared/protocol.ts';
import { decodeServerFrame } from '../../shared/server-codec.ts';
import { SyncedClock } from '../../shared/synced-clock.ts';
import { createTerrain, type Terrain } from '../../shared/terrain.ts';
import type { Site } from './builder.ts';
import type { ChatLog } from './chat-log.ts';
import type { ClientOptions, Counters, Person, Persona, Rhythm } from './client-options.ts';
import { Crowd } from './crowd.ts';
import { Dealings } from './dealings.ts';
import type { GemInSight } from './gem-field.ts';
import { Heartbeat } from './heartbeat.ts';
import { type ClientState, Lifeline } from './lifeline.ts';
import { LookAlikes } from './look-alikes.ts';
import { type Observer, observerOf } from './observer.ts';
import { Prediction } from './prediction.ts';
import { Removal } from './removal.ts';
import type { Replica } from './replica.ts';
import type { SquarePicture } from './square-picture.ts';
import type { Place } from './track.ts';

export type { ClientOptions, Counters, Person, Persona, Rhythm } from './client-options.ts';

/** Without a word from the server for this long the connection counts as lost, in ms. */
const SILENCE_MS = 12_000;
/** The same square is not asked for again sooner, in ms. */
const ASK_AGAIN_MS = 1000;
/** After this long without an update the picture is asked for afresh (M4), in ms. */
const ASLEEP_MS = 3000;

/**
 * A player's whole client without a screen: connection, clock, picture, playback, prediction, and what people do.
 *
 * Make one, `connect` it, call `update` often and `walk` when somebody steers; each time something is drawn ask it for
 * `ownPosition` and `people`. It keeps itself connected: after a loss it comes back as the same player, and `state` says
 * how things stand. Places are in units (UNITS_PER_TILE to a tile, x growing eastwards and y southwards), headings
 * 0–255 clockwise from east, players are given by id. Nothing here throws for what a server or a connection does.
 */
export class Client {
  readonly #options: ClientOptions;
  readonly #observer: Observer;
  readonly #clock: SyncedClock;
  readonly #heartbeat: Heartbeat;
  readonly #lifeline: Lifeline;
  readonly #crowd: Crowd;
  readonly #dealings: Dealings;
  readonly #removal: Removal;
  readonly #counters: Counters = {
    corrections: 0,
    divergences: 0,
    duplicates: 0,
    framesIn: 0,
    bytesIn: 0,
    messagesOut: 0,
    bytesOut: 0,
    inputsSent: 0,
    inputsAcked: 0,
  };

  #screen: { width: number; height: number };
  #token: string | null;
  /** Keeps one's place in line. */
  #ticket: string | null = null;
  /** The last welcome, of whatever session. */
  #welcome: Welcome | undefined;
  #prediction: Prediction | undefined;
  #playerCount = 0;

  #wantedHeading = STANDING;
  /** Of the next input. */
  #traceId: number | undefined;
  #isWatchingTraces = false;
  #lastFrame = 0;
  /** When the last frame arrived, by the local clock. */
  #heardAt = 0;
  #updatedAt = 0;
  readonly #askedAt = new Map<SquareKey, number>();

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#screen = { ...options.screen };
    this.#token = options.token ?? null;
    this.#clock = new SyncedClock(options.monotonic);
    this.#heartbeat = new Heartbeat(this.#clock);
    const told = observerOf(options.observer);
    this.#observer = told;
    const lookAlikes = new LookAlikes();
    this.#crowd = new Crowd(told, this.#counters, lookAlikes);
    this.#dealings = new Dealings(options, {
      observer: told,
      lookAlikes,
      send: (message) => this.#send(message),
      regrounded: (sx, sy, tick) => this.#regrounded(sx, sy, tick),
    });
    this.#removal = new Removal(options.random);
    this.#lifeline = new Lifeline(options, {
      opened: () => this.#hello(),
      received: (bytes) => this.#received(bytes),
      closed: (code, reason, willReconnect) => {
        this.#crowd.lost(options.monotonic());
        this.#dealings.lost();
        told.closed(code, reason, willReconnect);
      },
    });
  }

  /** How things stand with the connection: what to show instead of the world unless it is `joined`. */
  get state(): ClientState {
    return this.#lifeline.state;
  }

  /** What has been counted since the client was made. The same object always. */
  get counters(): Readonly<Counters> {
    return this.#counters;
  }

  /** The picture of the interest as the server told it, before playback. For measuring; `people` is for showing. */
  get replica(): Replica {
    return this.#crowd.replica;
  }

  /** The interest, as the server gave it: the squares that one is told of, and who is in each. */
  get squares(): ReadonlyMap<SquareKey, SquarePicture> {
    return this.#crowd.interest;
  }

  /** Oneself, while one is in the world. */
  get own(): { readonly id: number; readonly generation: number } | undefined {
    return this.state.phase === 'joined' ? this.state.welcome : undefined;
  }

  /** The ground as it was before anybody built on it, once joined. */
  get terrain(): Terrain | undefined {
    return this.ground?.terrain;
  }

  /** The ground with what is built on it, once joined. */
  get ground(): Ground | undefined {
    return this.#dealings.ground;
  }

  /** Who one is, as the server last confirmed it. */
  get persona(): Persona {
    return this.#dealings.persona;
  }

  /** One's score, and one's place, 1 for the best; both 0 before they are known. */
  get score(): { readonly score: number; readonly rank: number } {
    return this.#dealings.standing.score;
  }

  /** The leaderboard as last told, see `watchBoard`. */
  get board(): Board | undefined {
    return this.#dealings.standing.board;
  }

  /** Where the nearest people are, in tiles, while nobody is in the picture. */
  get company(): readonly [tileX: number, tileY: number] | undefined {
    return this.#dealings.standing.company;
  }

  /** What was said. */
  get chat(): ChatLog {
    return this.#dealings.chat;
  }

  /** How many players the server counts. */
  get playerCount(): number {
    return this.#playerCount;
  }

  /** The round trip as last measured, in ms; undefined before the first. */
  get pingMs(): number | undefined {
    return this.#clock.pingMs;
  }

  /** How far in the past others are shown, in ms. It adapts to the connection (M3). */
  get playbackDelayMs(): number {
    return this.#crowd.playbackDelayMs;
  }

  /** How often the server tells news; undefined before one has joined. It slows down under load. */
  get rhythm(): Rhythm | undefined {
    return this.#crowd.rhythm;
  }

  /** World time now, in ms, not rounded; an estimate that means nothing before one has joined. */
  worldMs(): number {
    return this.#clock.nowMs();
  }

  /**
   * Begins to connect. Once; whatever follows goes on by itself, as long as `update` is called.
   * @throws what `openSocket` throws, as for an address that is none
   */
  connect(): void {
    this.#lifeline.connect();
  }

  /** Leaves for good: the player is gone from the world at once, and the client is of no more use. */
  close(): void {
    this.#lifeline.close();
    this.#dealings.lost();
  }

  /**
   * Walks with a heading (0–255, see `headingTowards`) or stands (STANDING), from now on, also in sessions to come; what
   * changes within one tick goes out as one input. Oneself is predicted at once.
   */
  walk(heading: number): void {
    this.#wantedHeading = heading;
    this.#sendInput();
  }

  /** Tells the server a new screen, in tiles. */
  setScreen(width: number, height: number): void {
    if (width === this.#screen.width && height === this.#screen.height) return;
    this.#screen = { width, height };
    if (this.state.phase === 'joined') this.#send({ type: 'screen', width, height });
  }

  /** Asks for the present of everything (M4). */
  refresh(): void {
    if (this.state.phase === 'joined') this.#send({ type: 'refresh' });
  }

  /** Where oneself is shown: predicted, ahead of the server. Undefined until the server has said where one is. */
  ownPosition(): Place | undefined {
    return this.#prediction?.placeAt(this.#clock.nowMs() / TICK_MS);
  }

  /** Everybody else, where they are shown now; worked out as it is read. */
  people(): Generator<Person> {
    return this.#crowd.people(this.#clock.nowMs());
  }

  /** The same for drawing them: the list and everybody in it hold until this is called again, which writes over them. */
  peopleShown(): readonly Person[] {
    return this.#crowd.shown(this.#clock.nowMs());
  }

  /** Where everybody is now by the server's last word, in units: not played back, not predicted, not blended. */
  *truths(): Generator<{ readonly id: number; readonly x: number; readonly y: number }> {
    const { own } = this;
    if (own === undefined || !this.#clock.isSynced) return;
    const tick = this.#clock.nowMs() / TICK_MS;
    for (const player of this.replica.players.values()) {
      if (player.id === own.id) continue;
      const { x, y } = player.toldAt(tick);
      yield { id: player.id, x, y };
    }
    const told = this.#prediction?.toldAt(tick);
    if (told !== undefined) yield { id: own.id, x: told.x, y: told.y };
  }

  /** The gems that lie in the squares shown, now. */
  *gems(): Generator<GemInSight> {
    if (this.#clock.isSynced) yield* this.#dealings.gemsIn(this.#crowd.squares(), this.#presentTick);
  }

  /** Tiles that were asked to be set, until the server answers. */
  pendingEdits(): Iterable<{ readonly tileX: number; readonly tileY: number; readonly kind: number }> {
    return this.#dealings.pendingEdits();
  }

  /**
   * A sentence why a tile cannot be set to a kind now; undefined when it can.
   * @param kind one of TILE_KINDS, or BARE to take away what is there
   */
  whyNot(tileX: number, tileY: number, kind: number): string | undefined {
    const site = this.#site();
    if (site === undefined) return 'Nothing can be built before the connection is there.';
    return this.#dealings.whyNot(site, tileX, tileY, kind);
  }

  /** Asks for a tile to be set; returns the request's number, undefined when that cannot be, see `whyNot`. */
  build(tileX: number, tileY: number, kind: number): number | undefined {
    return this.whyNot(tileX, tileY, kind) === undefined ? this.#dealings.build(tileX, tileY, kind) : undefined;
  }

  /** Whether there is an edit of one's own to take back. It waits until one's last edit has been answered. */
  get canUndo(): boolean {
    return this.state.phase === 'joined' && this.#dealings.canUndo;
  }

  /**
   * Asks for one's own last edit that still stands to be taken back. Returns whether it was asked for; why it cannot be,
   * when that is a matter of reach, the observer is told.
   */
  undo(): boolean {
    const site = this.#site();
    return site !== undefined && this.#dealings.undo(site);
  }

  /**
   * Says something to those near, up to MAX_CHAT_LENGTH code points, or gives a command (`/me`, `/roll`, `/to`, `/home`).
   * Returns the request's number, undefined for nothing that can be said now. What comes of it is in `chat`.
   */
  say(text: string): number | undefined {
    return this.state.phase === 'joined' ? this.#dealings.say(text) : undefined;
  }

  /**
   * Shows an emote to those near.
   * @param emote 0 to EMOTES - 1
   */
  emote(emote: number): void {
    if (this.state.phase === 'joined') this.#send({ type: 'emote', emote });
  }

  /** Asks for another name and look; returns the request's number, undefined while one is not in the world. */
  setPersona(persona: Persona): number | undefined {
    return this.state.phase === 'joined' ? this.#dealings.setPersona(persona) : undefined;
  }

  /** Asks for the leaderboard and its changes, in this and all later sessions, or no longer. */
  watchBoard(isShown: boolean): void {
    if (isShown === this.#dealings.standing.isBoardShown) return;
    this.#dealings.standing.isBoardShown = isShown;
    if (this.state.phase === 'joined') this.#send({ type: 'board', isShown });
  }

  /** Has the next input followed to all who are told of it and ask for that; `id` is a u32 of one's own choice. */
  trace(id: number): void {
    this.#traceId = id;
  }

  /** Asks to be told of others' inputs that are followed (`Observer.traced`), in this and all later sessions, or no longer. */
  watchTraces(isShown: boolean): void {
    if (isShown === this.#isWatchingTraces) return;
    this.#isWatchingTraces = isShown;
    if (this.state.phase === 'joined') this.#send({ type: 'traces', isShown });
  }

  /** Asks for the round trip every second, as long as somebody watches it, or seldom again. */
  watchPing(isWatched: boolean): void {
    this.#heartbeat.isWatched = isWatched;
  }

  /** To be called every animation frame, and four times a second when nothing is drawn. */
  update(): void {
    this.#lifeline.update();
    const now = this.#options.monotonic();
    if (this.state.phase === 'joined') this.#updateJoined(now);
    else if (this.state.phase === 'queued' && this.#isHeard(now)) this.#beat(now);
  }

  /** Gives the connection up when nothing has come for too long. */
  #isHeard(now: number): boolean {
    if (now - this.#heardAt <= SILENCE_MS) return true;
    this.#lifeline.drop('The server has fallen silent.');
    return false;
  }

  #updateJoined(now: number): void {
    if (!this.#isHeard(now)) return;
    if (this.#updatedAt !== 0 && now - this.#updatedAt > ASLEEP_MS) this.refresh();
    this.#updatedAt = now;
    const worldMs = this.#clock.nowMs();
    if (this.#crowd.update(worldMs, now)) this.#dealings.settle(this.squares);
    this.#sendInput();

    if (this.#removal.isDue(now, this.#dealings.isAwaiting)) {
      this.#lifeline.move();
      return;
    }
    this.#beat(now);
    const ids = this.#crowd.wanted(now);
    if (ids.length > 0) this.#send({ type: 'who', ids });
  }

  #beat(now: number): void {
    const alive = this.#heartbeat.due(now, this.#lastFrame);
    if (alive !== undefined) this.#send(alive);
  }

  #sendInput(): void {
    const prediction = this.#prediction;
    if (this.state.phase !== 'joined' || prediction === undefined || !this.#clock.isSynced) return;
    if (this.#wantedHeading === prediction.heading) return;
    const tick = this.#presentTick;
    if (tick <= prediction.tick && prediction.inFlight > 0) return;
    const input = prediction.walk(this.#wantedHeading, tick);
    this.#counters.inputsSent++;
    const message: ClientMessage = { type: 'input', ...input, heading: this.#wantedHeading, frame: this.#lastFrame };
    if (this.#traceId === undefined) this.#send(message);
    else this.#send(message, { type: 'trace', n: input.n, id: this.#traceId, sentMs: this.#clock.nowMs() });
    this.#traceId = undefined;
  }

  get #presentTick(): number {
    return Math.floor(this.#clock.nowMs() / TICK_MS);
  }

  /** Where one builds from; undefined while there is no session. */
  #site(): Site | undefined {
    const own = this.state.phase === 'joined' ? this.ownPosition() : undefined;
    if (own === undefined) return undefined;
    return { x: own.x, y: own.y, isTaken: (x, y) => this.#crowd.isAnyOn(x, y, this.#clock.nowMs()) };
  }

  #send(...messages: ClientMessage[]): void {
    const bytes = concat(messages.map(encodeClientMessage));
    if (!this.#lifeline.send(bytes)) return;
    this.#counters.messagesOut += messages.length;
    this.#counters.bytesOut += bytes.length;
    if (messages.some((message) => 'frame' in message)) this.#heartbeat.numbered(this.#options.monotonic());
  }

  #hello(): void {
    this.#lastFrame = 0;
    this.#send(
      {
        type: 'hello',
        protocol: PROTOCOL_VERSION,
        ...this.#dealings.persona,
        ...this.#screen,
        token: this.#token ?? this.#ticket,
        // Whoever has been in before comes back to where they were.
        at: this.#welcome === undefined ? (this.#options.at ?? null) : null,
      },
      this.#heartbeat.restart(this.#options.monotonic()),
    );
  }

  #received(bytes: Uint8Array): void {
    this.#heardAt = this.#options.monotonic();
    this.#crowd.heard(this.#clock.isSynced ? this.#clock.nowMs() : undefined);
    this.#counters.framesIn++;
    this.#counters.bytesIn += bytes.length;
    let messages: ServerMessage[];
    try {
      messages = decodeServerFrame(bytes);
    } catch {
      this.#lifeline.drop('The server sent something that was not understood.');
      return;
    }
    this.#crowd.frame(() => this.#take(messages));
    this.#observer.frame(this.#lastFrame, bytes.length);
    this.#heartbeat.heard(bytes.length);
    // A hidden tab's timers may run once a minute, too seldom to stay alive by; frames come several times a second.
    const { phase } = this.state;
    if (phase === 'joined' || phase === 'queued') this.#beat(this.#heardAt);
  }

  /** The messages of one frame, which may hold blocks of several ticks (P-ORDER-1). */
  #take(messages: readonly ServerMessage[]): void {
    for (const message of messages) {
      if (message.type === 'frame') this.#lastFrame = message.tick;
      if (message.type !== 'own') this.#apply(message, this.#lastFrame);
    }
    // The own motion goes over ground that the same frame may tell of.
    for (const message of messages) if (message.type === 'own') this.#acknowledged(message);
  }

  #apply(message: Exclude<ServerMessage, Own>, tick: number): void {
    switch (message.type) {
      case 'frame':
        break;
      case 'welcome':
        this.#welcomed(message);
        break;
      case 'motions':
        this.#crowd.motions(message.records, tick);
        break;
      case 'changes':
        this.#crowd.changes(message, tick);
        break;
      case 'snapshot':
        this.#crowd.snapshot(message, tick, this.#heardAt);
        break;
      case 'forget':
        this.replica.forget(message.sx, message.sy, tick);
        this.#dealings.forget(message.sx, message.sy);
        break;
      case 'check':
        for (const { sx, sy } of this.replica.check(message)) this.#diverged(sx, sy);
        break;
      case 'pong':
        this.#heartbeat.answered(message);
        break;
      case 'profiles':
        this.#crowd.learn(message.profiles);
        this.#dealings.learn(message.profiles);
        break;
      case 'players':
        this.#playerCount = message.count;
        break;
      case 'pace':
        this.#crowd.paced(message);
        break;
      case 'traced':
        this.#observer.traced(message, this.#clock.nowMs());
        break;
      case 'goAway':
        this.#removal.ask(message, this.#heardAt);
        break;
      case 'queued':
        this.#ticket = message.ticket;
        this.#lifeline.queued(message);
        break;
      case 'announced':
        this.#dealings.chat.notice(message.text);
        this.#observer.announced(message.text);
        break;
      default:
        this.#dealings.apply(message);
    }
  }

  #welcomed(welcome: Welcome): void {
    const before = this.#welcome;
    this.#welcome = welcome;
    this.#token = welcome.token;
    this.#ticket = null;
    const terrain = this.#terrainOf(welcome);
    const isSameWorld = before?.world === welcome.world && this.terrain === terrain;
    const ground = this.#dealings.restart(welcome, terrain, isSameWorld);
    this.#crowd.restart(ground.blocked, welcome, isSameWorld, this.#options.monotonic());
    this.#prediction = undefined;
    this.#removal.restart();
    // Another server may keep another time.
    this.#clock.reset();
    this.#askedAt.clear();
    this.#updatedAt = 0;
    this.#lifeline.joined(welcome);
    this.#observer.joined(welcome);
    this.#dealings.resume();
    if (this.#isWatchingTraces) this.#send({ type: 'traces', isShown: true });
  }

  #terrainOf({ seed, terrain: kind }: Welcome): Terrain {
    const known = this.terrain;
    if (known?.seed === seed && known.kind === kind) return known;
    return (this.#options.openTerrain ?? createTerrain)(kind, seed);
  }

  #regrounded(sx: number, sy: number, tick: number): void {
    this.#prediction?.reground(sx, sy, tick);
    // Others are played back later than edits are told, and get fresh motions where one is in their way.
    if (tick === 0) this.replica.reground(sx, sy);
  }

  #acknowledged({ n, rev, tick, x, y, heading }: Own): void {
    const motion = { tick, x, y, heading };
    const ground = this.ground;
    if (ground === undefined) return;
    if (this.#prediction === undefined) {
      this.#prediction = new Prediction(motion, ground.blocked);
      return;
    }
    const before = this.#prediction.acknowledged;
    const isRight = this.#prediction.acknowledge(n, motion);
    this.#counters.inputsAcked += this.#prediction.acknowledged - before;
    this.#observer.acknowledged(n, rev, motion);
    if (isRight) return;
    this.#counters.corrections++;
    this.#observer.corrected(n);
  }

  #diverged(sx: number, sy: number): void {
    const now = this.#options.monotonic();
    const key = squareKey(sx, sy);
    this.#counters.divergences++;
    this.#observer.diverged(sx, sy);
    if (now - (this.#askedAt.get(key) ?? Number.NEGATIVE_INFINITY) < ASK_AGAIN_MS) return;
    this.#askedAt.set(key, now);
    this.#send({ type: 'ask', sx, sy });
  }
}
