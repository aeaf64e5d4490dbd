import type { Monotonic } from '../../shared/clock.ts';
import { concat, decodeServerFrame, encodeClientMessage } from '../../shared/codec.ts';
import { PROTOCOL_VERSION, TICK_MS } from '../../shared/constants.ts';
import { type SquareKey, squareKey } from '../../shared/grid.ts';
import { STANDING } from '../../shared/motion.ts';
import { assertNever, type ClientMessage, type Own, type ServerMessage, type Welcome } from '../../shared/protocol.ts';
import { SyncedClock } from '../../shared/synced-clock.ts';
import { createTerrain, type Terrain, type TerrainKind } from '../../shared/terrain.ts';
import type { SocketFactory } from './connection.ts';
import { FormerPeople } from './former-people.ts';
import { Heartbeat } from './heartbeat.ts';
import { type ClientState, Lifeline } from './lifeline.ts';
import { type Observer, observerOf } from './observer.ts';
import { PlaybackDelay } from './playback-delay.ts';
import { Prediction } from './prediction.ts';
import { ProfileBook } from './profiles.ts';
import { Replica, type ReplicaObserver } from './replica.ts';
import type { ShownPlayer } from './shown-player.ts';
import type { SquarePicture } from './square-picture.ts';
import type { Place } from './track.ts';

export interface ClientOptions {
  /** ws://HOST:PORT/ws, or what is asked for it at every attempt to connect. */
  readonly url: string | (() => string);
  readonly name: string;
  readonly look: number;
  /** In tiles. */
  readonly screen: { readonly width: number; readonly height: number };
  /** The tile to appear at, where the server has an open spawn. */
  readonly at?: readonly [tileX: number, tileY: number] | null;
  /** From an earlier welcome, to be the same player again. */
  readonly token?: string | null;
  /** Milliseconds that never run backwards. */
  readonly monotonic: Monotonic;
  /** From [0, 1): spreads reconnections. */
  readonly random: () => number;
  readonly openSocket: SocketFactory;
  readonly observer?: Partial<Observer>;
  /** Where the ground comes from; many clients in one process may share it. */
  readonly openTerrain?: (kind: TerrainKind, seed: number) => Terrain;
}

/** Somebody else, where they are shown. */
export interface Person extends Place {
  readonly id: number;
  readonly name: string | undefined;
  readonly look: number;
}

/** What a client counts, from its start. */
export interface Counters {
  /** Own motions that were not as predicted. */
  corrections: number;
  /** Checksums that disagreed. */
  divergences: number;
  /** Changes told twice. */
  duplicates: number;
  framesIn: number;
  bytesIn: number;
  messagesOut: number;
  bytesOut: number;
  inputsSent: number;
  inputsAcked: number;
}

/** Without a word from the server for this long the connection counts as lost, in ms. */
const SILENCE_MS = 12_000;
/** The same square is not asked for again sooner, in ms. */
const ASK_AGAIN_MS = 1000;
/** After this long without an update the picture is asked for afresh (M4), in ms. */
const ASLEEP_MS = 3000;

/** A player's whole client without a screen: connection, clock, picture, playback and prediction. */
export class Client {
  readonly #options: ClientOptions;
  readonly #observer: Observer;
  readonly #replicaObserver: ReplicaObserver;
  readonly #clock: SyncedClock;
  readonly #heartbeat: Heartbeat;
  readonly #lifeline: Lifeline;
  readonly #profiles = new ProfileBook();
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
  #replica: Replica;
  #terrain: Terrain | undefined;
  /** The name of the world that one was last welcomed to. */
  #world: string | undefined;
  readonly #former = new FormerPeople();
  #prediction: Prediction | undefined;
  #delay = new PlaybackDelay();
  #playerCount = 0;

  #wantedHeading = STANDING;
  #lastFrame = 0;
  /** When the last frame arrived, by the local clock, and in world time where that is known. */
  #heardAt = 0;
  #heardWorldMs: number | undefined;
  #updatedAt = 0;
  readonly #askedAt = new Map<SquareKey, number>();

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#screen = { ...options.screen };
    this.#token = options.token ?? null;
    this.#clock = new SyncedClock(options.monotonic);
    this.#heartbeat = new Heartbeat(this.#clock);
    const told = observerOf(options.observer);
    this.#lifeline = new Lifeline(options, {
      opened: () => this.#hello(),
      received: (bytes) => this.#received(bytes),
      closed: (code, reason, willReconnect) => {
        this.#former.lost(options.monotonic());
        told.closed(code, reason, willReconnect);
      },
    });
    this.#observer = told;
    this.#replicaObserver = {
      entered: told.entered,
      left: (id) => {
        this.#profiles.part(id);
        told.left(id);
      },
      moved: (id, generation, rev, motion, isNewMotion) => {
        const arrivedAt = this.#heardWorldMs;
        if (isNewMotion && arrivedAt !== undefined && id !== this.own?.id) this.#delay.arrived(motion.tick, arrivedAt);
        told.moved(id, generation, rev, motion);
      },
      duplicated: (id) => {
        this.#counters.duplicates++;
        told.duplicated(id);
      },
      profiled: (id, version) => this.#profiles.meet(id, version),
    };
    this.#replica = new Replica(() => false, this.#replicaObserver);
  }

  get state(): ClientState {
    return this.#lifeline.state;
  }

  get counters(): Readonly<Counters> {
    return this.#counters;
  }

  get replica(): Replica {
    return this.#replica;
  }

  /** The interest, as the server gave it. */
  get squares(): ReadonlyMap<SquareKey, SquarePicture> {
    return this.#replica.squares;
  }

  get own(): { readonly id: number; readonly generation: number } | undefined {
    return this.state.phase === 'joined' ? this.state.welcome : undefined;
  }

  /** The ground, once joined. */
  get terrain(): Terrain | undefined {
    return this.#terrain;
  }

  /** How many players the server counts. */
  get playerCount(): number {
    return this.#playerCount;
  }

  get pingMs(): number | undefined {
    return this.#clock.pingMs;
  }

  get playbackDelayMs(): number {
    return this.#delay.ms;
  }

  /** World time now, in ms. */
  worldMs(): number {
    return this.#clock.nowMs();
  }

  connect(): void {
    this.#lifeline.connect();
  }

  /** Leaves for good. */
  close(): void {
    this.#lifeline.close();
  }

  /** Walks with a heading (0–255) or stands; what changes within one tick goes out as one input. */
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

  /** Where oneself is shown: predicted, ahead of the server. */
  ownPosition(): Place | undefined {
    return this.#prediction?.placeAt(this.#clock.nowMs() / TICK_MS);
  }

  /** Everybody else, where they are shown now. */
  *people(): Generator<Person> {
    const tick = (this.#clock.nowMs() - this.#delay.ms) / TICK_MS;
    const ownId = this.own?.id;
    for (const player of this.#replica.players.values()) if (player.id !== ownId) yield this.#person(player, tick);
    for (const player of this.#former.besides(this.#replica)) if (player.id !== ownId) yield this.#person(player, tick);
  }

  #person({ id, look, track }: ShownPlayer, tick: number): Person {
    return { ...track.placeAt(tick), id, look, name: this.#profiles.nameOf(id) };
  }

  /** To be called every animation frame, and four times a second when nothing is drawn. */
  update(): void {
    this.#lifeline.update();
    if (this.state.phase === 'joined') this.#updateJoined(this.#options.monotonic());
  }

  #updateJoined(now: number): void {
    if (now - this.#heardAt > SILENCE_MS) {
      this.#lifeline.drop('The server has fallen silent.');
      return;
    }
    if (this.#updatedAt !== 0 && now - this.#updatedAt > ASLEEP_MS) this.refresh();
    this.#updatedAt = now;
    const worldMs = this.#clock.nowMs();
    this.#delay.update(worldMs);
    this.#replica.expire(Math.floor(worldMs / TICK_MS));
    this.#former.update(now);
    this.#sendInput();

    this.#beat(now);
    const ids = this.#profiles.wanted(now);
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
    const tick = Math.floor(this.#clock.nowMs() / TICK_MS);
    if (tick <= prediction.tick && prediction.inFlight > 0) return;
    const input = prediction.walk(this.#wantedHeading, tick);
    this.#counters.inputsSent++;
    this.#send({ type: 'input', ...input, heading: this.#wantedHeading, frame: this.#lastFrame });
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
    const { name, look, at = null } = this.#options;
    this.#send(
      {
        type: 'hello',
        protocol: PROTOCOL_VERSION,
        name,
        look,
        ...this.#screen,
        token: this.#token,
        // With a token one comes back to where one was.
        at: this.#token === null ? at : null,
      },
      this.#heartbeat.restart(this.#options.monotonic()),
    );
  }

  #received(bytes: Uint8Array): void {
    this.#heardAt = this.#options.monotonic();
    this.#heardWorldMs = this.#clock.isSynced ? this.#clock.nowMs() : undefined;
    this.#counters.framesIn++;
    this.#counters.bytesIn += bytes.length;
    let messages: ServerMessage[];
    try {
      messages = decodeServerFrame(bytes);
    } catch {
      this.#lifeline.drop('The server sent something that was not understood.');
      return;
    }
    let tick = this.#lastFrame;
    for (const message of messages) {
      if (message.type === 'frame') tick = message.tick;
      this.#apply(message, tick);
    }
    this.#lastFrame = tick;
    this.#observer.frame(tick, bytes.length);
    // A hidden tab's timers may run once a minute, too seldom to stay alive by; frames come several times a second.
    if (this.state.phase === 'joined') this.#beat(this.#heardAt);
  }

  #apply(message: ServerMessage, tick: number): void {
    switch (message.type) {
      case 'frame':
        break;
      case 'welcome':
        this.#welcomed(message);
        break;
      case 'own':
        this.#acknowledged(message);
        break;
      case 'motions':
        this.#replica.motions(message.records, tick);
        break;
      case 'changes':
        this.#replica.changes(message, tick);
        break;
      case 'snapshot':
        this.#replica.snapshot(message, tick);
        this.#former.pictured(this.#heardAt);
        break;
      case 'forget':
        this.#replica.forget(message.sx, message.sy, tick);
        break;
      case 'check':
        for (const { sx, sy } of this.#replica.check(message)) this.#diverged(sx, sy);
        break;
      case 'pong':
        this.#heartbeat.answered(message);
        break;
      case 'profiles':
        this.#profiles.learn(message.profiles);
        break;
      case 'players':
        this.#playerCount = message.count;
        break;
      default:
        assertNever(message);
    }
  }

  #welcomed(welcome: Welcome): void {
    this.#token = welcome.token;
    const isOtherTerrain = this.#terrain?.seed !== welcome.seed || this.#terrain.kind !== welcome.terrain;
    if (isOtherTerrain || this.#terrain === undefined) {
      const openTerrain = this.#options.openTerrain ?? createTerrain;
      this.#terrain = openTerrain(welcome.terrain, welcome.seed);
    }
    const isSameWorld = this.#world === welcome.world && !isOtherTerrain;
    this.#world = welcome.world;
    if (isSameWorld) this.#former.keep(this.#replica, this.#options.monotonic());
    else this.#former.forget();
    this.#replica = new Replica(this.#terrain.blocked, this.#replicaObserver);
    this.#prediction = undefined;
    // Another server may keep another time.
    this.#clock.reset();
    this.#heardWorldMs = undefined;
    this.#delay = new PlaybackDelay(isSameWorld ? this.#delay.ms : undefined);
    this.#profiles.partAll();
    this.#askedAt.clear();
    this.#updatedAt = 0;
    this.#lifeline.joined(welcome);
    this.#observer.joined(welcome);
  }

  #acknowledged({ n, rev, tick, x, y, heading }: Own): void {
    const motion = { tick, x, y, heading };
    const terrain = this.#terrain;
    if (terrain === undefined) return;
    if (this.#prediction === undefined) {
      this.#prediction = new Prediction(motion, terrain.blocked);
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
