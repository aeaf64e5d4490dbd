import type { Monotonic } from '../../shared/clock.ts';
import { CLOSE } from '../../shared/closing.ts';
import { assertNever, type Queued, type Welcome } from '../../shared/protocol.ts';
import { Connection, type SocketFactory } from './connection.ts';

/**
 * How a client stands: not yet connected, on its way in (`sinceMs` on its own clock), in line, in the world, waiting for the next
 * attempt after a loss, or out for good. `code` and `reason` are those of the last end, the reason a sentence to show.
 */
export type ClientState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting'; readonly attempt: number; readonly sinceMs: number }
  | { readonly phase: 'joining'; readonly attempt: number; readonly sinceMs: number }
  /** In line: there is no room for the moment. `place` is 1 for whoever is next. */
  | { readonly phase: 'queued'; readonly attempt: number; readonly place: number; readonly of: number }
  | { readonly phase: 'joined'; readonly welcome: Welcome; readonly sinceMs: number }
  | {
      readonly phase: 'waiting';
      readonly attempt: number;
      readonly retryAtMs: number;
      readonly code: number;
      readonly reason: string;
    }
  | { readonly phase: 'closed'; readonly code: number; readonly reason: string };

export interface LifelineOptions {
  /** The address, or what is asked for it at every attempt. */
  readonly url: string | (() => string);
  readonly openSocket: SocketFactory;
  readonly monotonic: Monotonic;
  /** From [0, 1): spreads reconnections. */
  readonly random: () => number;
}

export interface LifelineEvents {
  /** The socket is open: time to say hello. */
  opened(): void;
  received(bytes: Uint8Array): void;
  closed(code: number, sentence: string, willReconnect: boolean): void;
}

/** An attempt to connect or join is given up after this, in ms. */
const ATTEMPT_MS = 10_000;
/** The wait after the first failure, doubled with every further one up to the longest, in ms. */
const BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 10_000;
/** What is said of an end that the server gave no reason for. */
const NO_REASON = 'The connection was lost.';

/** Keeps a client connected: attempts, backs off, and gives up where the server says that coming back is no use. */
export class Lifeline {
  readonly #options: LifelineOptions;
  readonly #events: LifelineEvents;
  #state: ClientState = { phase: 'idle' };
  #connection: Connection | undefined;

  constructor(options: LifelineOptions, events: LifelineEvents) {
    this.#options = options;
    this.#events = events;
  }

  get state(): ClientState {
    return this.#state;
  }

  connect(): void {
    this.#attempt(1);
  }

  /** Leaves for good. */
  close(): void {
    this.#state = { phase: 'closed', code: 1000, reason: 'You left.' };
    this.#connection?.close(1000, 'You left.');
  }

  /** The server has let us in. */
  joined(welcome: Welcome): void {
    this.#state = { phase: 'joined', welcome, sinceMs: this.#options.monotonic() };
  }

  /** The server has us wait. */
  queued({ place, of }: Queued): void {
    const { phase } = this.#state;
    if (phase === 'joining' || phase === 'queued')
      this.#state = { phase: 'queued', attempt: this.#state.attempt, place, of };
  }

  /** Ends a connection that is no use any more; the next attempt follows by itself. */
  drop(reason: string): void {
    this.#connection?.close(1006, reason);
  }

  /** Gives a connection up for another one, opened with the next `update`: the server has asked for it. */
  move(): void {
    const { code, sentence } = CLOSE.draining;
    this.#connection?.close(code, sentence);
    if (this.#state.phase === 'waiting') this.#state = { ...this.#state, retryAtMs: this.#options.monotonic() };
  }

  /** Returns whether there was a connection to send on. */
  send(bytes: Uint8Array): boolean {
    return this.#connection?.send(bytes) === true;
  }

  /** Gives up what takes too long, and begins the attempt that is due. */
  update(): void {
    const now = this.#options.monotonic();
    const state = this.#state;
    switch (state.phase) {
      case 'idle':
      case 'closed':
      case 'joined':
      case 'queued':
        break;
      case 'connecting':
      case 'joining':
        if (now - state.sinceMs > ATTEMPT_MS) this.drop('The server did not answer.');
        break;
      case 'waiting':
        if (now >= state.retryAtMs) this.#attempt(state.attempt + 1);
        break;
      default:
        assertNever(state);
    }
  }

  #attempt(attempt: number): void {
    const { url, openSocket, monotonic } = this.#options;
    this.#state = { phase: 'connecting', attempt, sinceMs: monotonic() };
    this.#connection = new Connection(typeof url === 'function' ? url() : url, openSocket, {
      opened: () => {
        this.#state = { phase: 'joining', attempt, sinceMs: monotonic() };
        this.#events.opened();
      },
      received: (bytes) => this.#events.received(bytes),
      closed: (code, reason) => this.#closed(attempt, code, reason),
    });
  }

  #closed(attempt: number, code: number, reason: string): void {
    this.#connection = undefined;
    if (this.#state.phase === 'closed') return;
    const known = Object.values(CLOSE).find((entry) => entry.code === code);
    const willReconnect = known?.reconnect ?? true;
    const sentence = reason || (known?.sentence ?? NO_REASON);
    if (willReconnect) {
      const isHeard = this.#state.phase === 'joined' || this.#state.phase === 'queued';
      const failures = isHeard ? 0 : attempt;
      const { monotonic, random } = this.#options;
      const backoff = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** failures) * (0.5 + random() / 2);
      this.#state = { phase: 'waiting', attempt: failures, retryAtMs: monotonic() + backoff, code, reason: sentence };
    } else this.#state = { phase: 'closed', code, reason: sentence };
    this.#events.closed(code, sentence, willReconnect);
  }
}
