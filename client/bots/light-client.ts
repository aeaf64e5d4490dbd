import { encodeClientMessage } from '../../shared/client-codec.ts';
import type { Monotonic } from '../../shared/clock.ts';
import { CLOSE } from '../../shared/closing.ts';
import { concat } from '../../shared/codec.ts';
import { PROTOCOL_VERSION, SUBPROTOCOL, TICK_MS } from '../../shared/constants.ts';
import { type Blocked, type Motion, STANDING } from '../../shared/motion.ts';
import type { ClientMessage, Own, ServerMessage, Welcome } from '../../shared/protocol.ts';
import { SyncedClock } from '../../shared/synced-clock.ts';
import type { ClientOptions } from '../core/client.ts';
import { Heartbeat } from '../core/heartbeat.ts';
import { Prediction } from '../core/prediction.ts';
import { type Skimmed, skimFrame } from './frame-skim.ts';
import type { LightSocket, LightSocketFactory } from './light-socket.ts';
import type { WalkingClient } from './walking-client.ts';

export interface LightClientOptions
  extends Pick<ClientOptions, 'name' | 'look' | 'screen' | 'at' | 'token'>,
    Required<Pick<ClientOptions, 'openTerrain'>> {
  readonly url: string;
  readonly monotonic: Monotonic;
  readonly openSocket: LightSocketFactory;
  readonly observer: LightObserver;
}

/** What happens to a light client, as `Observer` has it. */
export interface LightObserver {
  joined(welcome: Welcome): void;
  /** The connection has ended, or could not be opened; it does not come back. */
  closed(code: number, reason: string): void;
  frame(bytes: number): void;
  acknowledged(n: number, rev: number, motion: Motion): void;
  corrected(): void;
}

/** As in the full client, see lifeline.ts and client.ts. */
const ATTEMPT_MS = 10_000;
const SILENCE_MS = 12_000;
const ABNORMAL = 1006;
/** A server that is busy is asked again after this, in ms. */
const BUSY_MS = 1000;

/**
 * A player's client without a picture: it walks as the full one does, by the same prediction and the same clock, tells
 * the server which frames have come, and reads of a frame only what that takes. It knows the terrain, not what is built
 * on it, and has one connection, which it does not renew; only a server that is busy is asked again. The world and the server cannot tell the two apart, except
 * that it never asks for names, squares or anything else.
 */
export class LightClient implements WalkingClient {
  readonly counters = { framesIn: 0, bytesIn: 0, messagesOut: 0, bytesOut: 0, inputsSent: 0 };
  readonly #options: LightClientOptions;
  readonly #monotonic: Monotonic;
  readonly #observer: LightObserver;
  readonly #clock: SyncedClock;
  readonly #heartbeat: Heartbeat;
  readonly #skimmed: Skimmed;
  #state: { readonly phase: 'idle' | 'connecting' | 'joining' | 'queued' | 'joined' | 'waiting' | 'closed' } = {
    phase: 'idle',
  };
  /** When it began to connect, or a frame last came, by the local clock. */
  #heardAt = 0;
  #socket: LightSocket | undefined;
  #blocked: Blocked | undefined;
  #prediction: Prediction | undefined;
  #wantedHeading = STANDING;
  #lastFrame = 0;
  /** Of the frame that is being taken in: they hold after everything else in it. */
  readonly #owns: Own[] = [];

  constructor(options: LightClientOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic;
    this.#observer = options.observer;
    this.#clock = new SyncedClock(options.monotonic);
    this.#heartbeat = new Heartbeat(this.#clock);
    this.#skimmed = {
      headed: (tick) => {
        this.#lastFrame = tick;
      },
      read: (message) => this.#read(message),
    };
  }

  get state(): { readonly phase: string } {
    return this.#state;
  }

  get pingMs(): number | undefined {
    return this.#clock.pingMs;
  }

  worldMs(): number {
    return this.#clock.nowMs();
  }

  ownPosition(): { readonly x: number; readonly y: number } | undefined {
    return this.#prediction?.placeAt(this.#clock.nowMs() / TICK_MS);
  }

  connect(): void {
    const { url, openSocket } = this.#options;
    this.#state = { phase: 'connecting' };
    this.#heardAt = this.#monotonic();
    this.#socket = openSocket(url, SUBPROTOCOL, {
      opened: () => this.#hello(),
      received: (bytes, from, to) => this.#received(bytes, from, to),
      closed: (code, reason) => {
        const { phase } = this.#state;
        if (phase === 'closed') return;
        if (code === CLOSE.busy.code && phase !== 'joined') {
          this.#state = { phase: 'waiting' };
          this.#heardAt = this.#monotonic();
          return;
        }
        this.#state = { phase: 'closed' };
        this.#observer.closed(code, reason || sentenceOf(code));
      },
    });
  }

  close(): void {
    this.#state = { phase: 'closed' };
    this.#socket?.close(1000);
  }

  walk(heading: number): void {
    this.#wantedHeading = heading;
    this.#sendInput();
  }

  update(): void {
    const now = this.#monotonic();
    const { phase } = this.#state;
    if (phase === 'joined' || phase === 'queued') {
      if (now - this.#heardAt > SILENCE_MS) {
        this.#socket?.close(ABNORMAL, 'The server has fallen silent.');
        return;
      }
      this.#sendInput();
      const alive = this.#heartbeat.due(now, this.#lastFrame);
      if (alive !== undefined) this.#send(alive);
    } else if (phase === 'waiting') {
      if (now - this.#heardAt > BUSY_MS) this.connect();
    } else if (phase === 'connecting' || phase === 'joining') {
      if (now - this.#heardAt > ATTEMPT_MS) this.#socket?.close(ABNORMAL, 'The server did not answer.');
    }
  }

  #hello(): void {
    const { name, look, screen, at = null, token = null } = this.#options;
    this.#state = { phase: 'joining' };
    this.#send(
      { type: 'hello', protocol: PROTOCOL_VERSION, name, look, ...screen, token, at },
      this.#heartbeat.restart(this.#monotonic()),
    );
  }

  #received(bytes: Uint8Array, from: number, to: number): void {
    this.#heardAt = this.#monotonic();
    this.counters.framesIn++;
    this.counters.bytesIn += to - from;
    if (!skimFrame(bytes, from, to, this.#skimmed)) {
      this.#socket?.close(ABNORMAL, 'The server sent something that was not understood.');
      return;
    }
    // The first frame of a session has the welcome in it: before that one waits in line.
    if (this.#state.phase === 'joining') this.#state = { phase: 'queued' };
    if (this.#owns.length > 0) for (const own of this.#owns.splice(0)) this.#acknowledged(own);
    this.#observer.frame(to - from);
  }

  #read(message: ServerMessage): void {
    if (message.type === 'welcome') this.#welcomed(message);
    else if (message.type === 'pong') this.#heartbeat.answered(message);
    else if (message.type === 'own') this.#owns.push(message);
  }

  #welcomed(welcome: Welcome): void {
    this.#blocked = this.#options.openTerrain(welcome.terrain, welcome.seed).blocked;
    this.#state = { phase: 'joined' };
    this.#observer.joined(welcome);
  }

  #acknowledged({ n, rev, tick, x, y, heading }: Own): void {
    if (this.#blocked === undefined) return;
    const motion = { tick, x, y, heading };
    if (this.#prediction === undefined) {
      this.#prediction = new Prediction(motion, this.#blocked);
      return;
    }
    const isRight = this.#prediction.acknowledge(n, motion);
    this.#observer.acknowledged(n, rev, motion);
    if (!isRight) this.#observer.corrected();
  }

  #sendInput(): void {
    const prediction = this.#prediction;
    if (this.#state.phase !== 'joined' || prediction === undefined || !this.#clock.isSynced) return;
    if (this.#wantedHeading === prediction.heading) return;
    const tick = Math.floor(this.#clock.nowMs() / TICK_MS);
    if (tick <= prediction.tick && prediction.inFlight > 0) return;
    const input = prediction.walk(this.#wantedHeading, tick);
    this.counters.inputsSent++;
    this.#send({ type: 'input', ...input, heading: this.#wantedHeading, frame: this.#lastFrame });
  }

  #send(...messages: ClientMessage[]): void {
    const [first] = messages;
    const bytes =
      messages.length === 1 && first !== undefined
        ? encodeClientMessage(first)
        : concat(messages.map(encodeClientMessage));
    if (this.#socket?.send(bytes) !== true) return;
    this.counters.messagesOut += messages.length;
    this.counters.bytesOut += bytes.length;
    this.#heartbeat.numbered(this.#monotonic());
  }
}

/** What is said of an end that the server gave no reason for. */
const sentenceOf = (code: number): string =>
  Object.values(CLOSE).find((entry) => entry.code === code)?.sentence ?? 'The connection was lost.';
