import { decodeClientFrame } from '../../shared/client-codec.ts';
import { tickAt } from '../../shared/clock.ts';
import { CLOSE, type CloseName, type CloseReason, detailed, ProtocolError } from '../../shared/closing.ts';
import { PROTOCOL_VERSION } from '../../shared/constants.ts';
import { clampScreen } from '../../shared/grid.ts';
import { frequentMessages, readFrequentMessage } from '../../shared/input-reader.ts';
import type { ClientMessage, Hello, Profile, ServerMessage, TraceRequest } from '../../shared/protocol.ts';
import { encodeServerMessage } from '../../shared/server-codec.ts';
import type { Request } from '../actions/actions.ts';
import type { Lookout } from '../actions/actor.ts';
import type { Viewer } from '../grid/fan-out.ts';
import { Frame } from '../grid/frame.ts';
import type { ShownTrace } from '../grid/trace.ts';
import type { Place } from '../store/store.ts';
import type { Player } from '../world/player.ts';
import { HELLO_MS, MAX_EARLY_MESSAGES, MESSAGE_BURST, MESSAGE_COST, MESSAGES_PER_SECOND, SILENT_MS } from './limits.ts';
import { type LaneCounters, type Link, SessionOutbox } from './outbox.ts';
import { Sight } from './sight.ts';
import { TokenBucket } from './token-bucket.ts';

/** What a session needs of its node. */
export interface SessionHost {
  monotonic(): number;
  worldMs(): number;
  /** Where what sessions are told alone is counted. */
  readonly lanes: LaneCounters;
  /** A client has said hello, with the token that it has: it is admitted, now or later, or the session is closed. */
  arrived(session: Session, token: string | null): void;
  /** Signs a player in and puts them into the world; rejects with a ProtocolError that closes the session. */
  signIn(hello: Hello): Promise<SignedInPlayer>;
  /** The session's player is in the world from now on; returns the viewer that follows it. */
  enter(session: Session, signedIn: SignedInPlayer, lookFrom: (player: Player) => Sight): Entered;
  input(player: Player, n: number, tick: number, heading: number): void;
  sign(player: Player): void;
  /** The input that the player has just sent is to be followed. */
  follow(player: Player, request: TraceRequest): void;
  /** The session is told of inputs that are followed from now on, or with undefined no longer. */
  watchTraces(viewer: Viewer, tell: ((trace: ShownTrace) => void) | undefined): void;
  /** The player asks for something besides walking and looking. */
  request(who: Lookout, request: Request): void;
  retell(viewer: Viewer, sx: number, sy: number): void;
  retellAll(viewer: Viewer): void;
  profileOf(id: number): Profile | undefined;
  /** The session has begun, with what its player was signed in as. */
  entered(who: Lookout, signedIn: SignedInPlayer): void;
  /** Something went wrong that is not the client's fault; the session is closed. */
  failed(error: unknown): void;
  /** Once for every session, when it has ended; `isDropped` when neither side meant it to. */
  ended(session: Session, reason: CloseReason | undefined, isDropped: boolean): void;
}

export interface SignedInPlayer {
  readonly id: number;
  readonly generation: number;
  readonly name: string;
  readonly look: number;
  readonly profileVersion: number;
  readonly token: string;
  readonly x: number;
  readonly y: number;
  /** Where the player is at home, if that has been chosen. */
  readonly home: Place | undefined;
  /** Where the store has the player. */
  readonly savedPlace: Place | undefined;
}

export interface Entered {
  readonly player: Player;
  readonly viewer: Viewer;
  readonly sight: Sight;
  /** The `welcome`, and whatever else belongs to a beginning. */
  readonly greeting: readonly Uint8Array[];
}

type State =
  | { readonly phase: 'handshake' }
  | { readonly phase: 'queued'; readonly hello: Hello; readonly early: ClientMessage[] }
  | { readonly phase: 'signing-in'; readonly early: ClientMessage[] }
  | (Lookout & { readonly phase: 'joined'; readonly sight: Sight; readonly token: string })
  | { readonly phase: 'ended' };

type Joined = Extract<State, { phase: 'joined' }>;

type Handlers = {
  readonly [T in ClientMessage['type']]: (
    session: Session,
    state: Joined,
    message: Extract<ClientMessage, { type: T }>,
    host: SessionHost,
  ) => void;
};

/** What a joined session's messages do. */
const HANDLERS: Handlers = {
  hello: () => {
    throw new ProtocolError('malformed', 'a second hello');
  },
  input: (session, { player }, { n, tick, heading, frame }, host) => {
    session.outbox.acknowledged(frame);
    host.input(player, n, tick, heading);
  },
  screen: (_session, state, { width, height }) => {
    state.sight.resize(clampScreen(width, height));
  },
  alive: (session, _state, { frame, nonce }) => {
    session.outbox.acknowledged(frame);
    if (nonce !== null) session.outbox.pong(nonce);
  },
  who: (session, _state, { ids }, host) => {
    const profiles = ids.map((id) => host.profileOf(id)).filter((profile) => profile !== undefined);
    if (profiles.length > 0) session.outbox.urgent(encodeServerMessage({ type: 'profiles', profiles }));
  },
  ask: (_session, { viewer }, { sx, sy }, host) => host.retell(viewer, sx, sy),
  refresh: (_session, { viewer }, _message, host) => host.retellAll(viewer),
  profile: (_session, state, request, host) => host.request(state, request),
  edit: (_session, state, request, host) => host.request(state, request),
  say: (_session, state, request, host) => host.request(state, request),
  emote: (_session, state, request, host) => host.request(state, request),
  board: (_session, state, request, host) => host.request(state, request),
  trace: (_session, { player }, request, host) => host.follow(player, request),
  traces: (session, { viewer }, { isShown }, host) => {
    host.watchTraces(viewer, isShown ? (trace) => session.outbox.trace(trace) : undefined);
  },
};

/** One client's connection: from its first byte to its one end. Whatever it does wrong ends it and nothing else. */
export class Session {
  readonly outbox: SessionOutbox;
  readonly #link: Link;
  readonly #host: SessionHost;
  readonly #bucket: TokenBucket;
  readonly #frequent = frequentMessages();
  #state: State = { phase: 'handshake' };
  #heardAt: number;

  constructor(link: Link, host: SessionHost) {
    this.#link = link;
    this.#host = host;
    this.#heardAt = host.monotonic();
    this.#bucket = new TokenBucket(MESSAGES_PER_SECOND, MESSAGE_BURST, this.#heardAt);
    this.outbox = new SessionOutbox(
      link,
      () => host.worldMs(),
      // Its player stays for a while, as when a connection breaks.
      () => this.#end(CLOSE.slow, true),
      host.lanes,
    );
  }

  get phase(): State['phase'] {
    return this.#state.phase;
  }

  get joined(): Lookout | undefined {
    return this.#state.phase === 'joined' ? this.#state : undefined;
  }

  /** Takes in a frame from the client. */
  receive(bytes: Uint8Array): void {
    if (this.#state.phase === 'ended') return;
    try {
      this.#heardAt = this.#host.monotonic();
      // What comes before the welcome is kept, so it is not read over what came before it.
      const frequent = this.#state.phase === 'joined' ? readFrequentMessage(bytes, this.#frequent) : undefined;
      if (frequent !== undefined) this.#admit(frequent);
      else for (const message of decodeClientFrame(bytes)) this.#admit(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The token that its player comes back with; undefined before they are in the world. */
  get token(): string | undefined {
    return this.#state.phase === 'joined' ? this.#state.token : undefined;
  }

  /** There is room: it is let in. */
  admit(): void {
    if (this.#state.phase !== 'queued') return;
    const { hello, early } = this.#state;
    this.#state = { phase: 'signing-in', early };
    void this.#signIn(hello);
  }

  /** Tells the client that it waits, and how far from the door it is. */
  queued(place: number, of: number, ticket: string): void {
    if (this.#state.phase !== 'queued') return;
    const tick = tickAt(this.#host.worldMs());
    const header = encodeServerMessage({ type: 'frame', tick });
    this.#link.send(Frame.of([header, encodeServerMessage({ type: 'queued', place, of, ticket })]));
  }

  displaced(): void {
    this.close('takenOver');
  }

  /** By which all from the same source go; undefined where it is not known. */
  get address(): string | undefined {
    return this.#link.address;
  }

  /** Ends the session because somebody wants it, who may say why. */
  dismiss(name: 'kicked' | 'banned', why: string): void {
    this.#end({ ...CLOSE[name], sentence: detailed(CLOSE[name], why) });
  }

  /** Ends the session from this side. */
  close(name: CloseName): void {
    this.#end(CLOSE[name]);
  }

  /**
   * The client is gone.
   * @param isLeaving whether it meant to; else the connection broke, and it may come back any moment
   */
  gone(isLeaving: boolean): void {
    this.#end(undefined, !isLeaving);
  }

  /** Ends a session that has kept its peace for too long; to be asked about once a second. */
  watch(nowMs: number): void {
    const silence = nowMs - this.#heardAt;
    if (this.#state.phase === 'handshake' && silence > HELLO_MS) this.close('noHello');
    else if (silence > SILENT_MS) this.close('silent');
  }

  /** The server itself could not listen until now: silence up to here says nothing of the client. */
  excuse(nowMs: number): void {
    this.#heardAt = nowMs;
    this.outbox.excuse(tickAt(this.#host.worldMs()));
  }

  /** What the server has to say to the session's own player. */
  answer(player: Player): void {
    const { answer } = player;
    if (answer === undefined) return;
    player.answer = undefined;
    const { n, rev, motion } = answer;
    this.outbox.urgent(encodeServerMessage({ type: 'own', n, rev, ...motion }));
  }

  #admit(message: ClientMessage): void {
    if (!this.#bucket.take(MESSAGE_COST[message.type], this.#heardAt)) throw new ProtocolError('flood');
    this.#take(message);
  }

  #take(message: ClientMessage): void {
    const state = this.#state;
    switch (state.phase) {
      case 'handshake':
        if (message.type !== 'hello') throw new ProtocolError('malformed', 'the first message is hello');
        if (message.protocol !== PROTOCOL_VERSION) throw new ProtocolError('version');
        this.#state = { phase: 'queued', hello: message, early: [] };
        this.#host.arrived(this, message.token);
        break;
      case 'queued':
        // Signs of life, which are all that somebody in line has to say.
        if (message.type === 'alive') {
          // The last question for the time is answered with the first frame in the world.
          if (message.nonce !== null) this.outbox.pong(message.nonce);
          break;
        }
        if (state.early.length === MAX_EARLY_MESSAGES) throw new ProtocolError('flood');
        state.early.push(message);
        break;
      case 'signing-in':
        if (state.early.length === MAX_EARLY_MESSAGES) throw new ProtocolError('flood');
        state.early.push(message);
        break;
      case 'joined':
        this.#handle(state, message);
        break;
      case 'ended':
        break;
    }
  }

  #handle<T extends ClientMessage['type']>(state: Joined, message: Extract<ClientMessage, { type: T }>): void {
    // Whatever a client says is a sign of life.
    this.#host.sign(state.player);
    const handle = HANDLERS[message.type as T] as Handlers[T];
    handle(this, state, message, this.#host);
  }

  async #signIn(hello: Hello): Promise<void> {
    try {
      const signedIn = await this.#host.signIn(hello);
      const waiting = this.#state;
      if (waiting.phase !== 'signing-in') return;
      const lookFrom = (player: Player): Sight => new Sight(player, clampScreen(hello.width, hello.height));
      const { player, viewer, sight, greeting } = this.#host.enter(this, signedIn, lookFrom);
      const tell = (message: ServerMessage): void => this.#tell(message);
      this.#state = { phase: 'joined', player, viewer, sight, tell, token: signedIn.token };
      for (const bytes of greeting) this.outbox.urgent(bytes);
      this.#host.entered(this.#state, signedIn);
      for (const message of waiting.early) this.#take(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  #tell(message: ServerMessage): void {
    if (this.#state.phase === 'joined') this.outbox.urgent(encodeServerMessage(message));
  }

  #fail(error: unknown): void {
    if (!(error instanceof ProtocolError)) {
      this.close('fault');
      this.#host.failed(error);
      return;
    }
    this.#end({ ...error.reason, sentence: error.message });
  }

  #end(reason: CloseReason | undefined, isDropped = false): void {
    if (this.#state.phase === 'ended') return;
    this.#host.ended(this, reason, isDropped);
    this.#state = { phase: 'ended' };
    if (reason !== undefined) this.#link.close(reason.code, reason.sentence);
  }
}
