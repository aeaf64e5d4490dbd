import { Client, type ClientOptions } from '../../client/core/client.ts';
import type { SocketLike } from '../../client/core/connection.ts';
import { concat, decodeClientFrame, encodeServerMessage } from '../../shared/codec.ts';
import { TICK_MS } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import type { ClientMessage, ServerMessage, Welcome } from '../../shared/protocol.ts';

const WELCOME: Welcome = {
  type: 'welcome',
  id: 1,
  generation: 1,
  token: 'token',
  world: 'test',
  terrain: 'flat',
  seed: 7,
  openSpawn: true,
  flushMs: 100,
};

/** A client, and a server that says what the test makes it say: one clock, no delay, no socket. */
export class ScriptedServer {
  readonly client: Client;
  /** The client's clock, in ms. */
  nowMs = 1000;
  /** World time minus the client's clock, in ms. */
  offsetMs = 0;
  /** What the client said, over all its connections. */
  readonly heard: ClientMessage[] = [];
  #socket: SocketLike | undefined;

  constructor(options: Partial<ClientOptions> = {}) {
    this.client = new Client({
      url: 'scripted',
      name: 'Ada',
      look: 0,
      screen: { width: 40, height: 24 },
      monotonic: () => this.nowMs,
      random: () => 0.5,
      openSocket: () => this.#open(),
      ...options,
    });
  }

  get worldMs(): number {
    return this.nowMs + this.offsetMs;
  }

  get tick(): number {
    return Math.floor(this.worldMs / TICK_MS);
  }

  /** Lets the client in: the first frame of a session, with the time. */
  welcome(some: Partial<Welcome> = {}): void {
    this.#socket?.onopen?.(undefined as never);
    const asked = this.heard.findLast((message) => message.type === 'alive');
    const nonce = asked?.type === 'alive' ? (asked.nonce ?? 0) : 0;
    this.frame(
      { ...WELCOME, ...some },
      { type: 'own', n: 0, rev: 0, tick: this.tick, x: 0, y: 0, heading: STANDING },
      { type: 'pong', nonce, receivedMs: this.worldMs, sentMs: this.worldMs },
    );
  }

  /** Connects and lets in. */
  join(): this {
    this.client.connect();
    this.welcome();
    return this;
  }

  /** Sends a frame of the present tick. */
  frame(...messages: ServerMessage[]): void {
    const bytes = concat([{ type: 'frame' as const, tick: this.tick }, ...messages].map(encodeServerMessage));
    this.#socket?.onmessage?.({ data: bytes.slice().buffer } as never);
  }

  /** The connection breaks. */
  break(code = 1006, reason = ''): void {
    this.#socket?.onclose?.({ code, reason } as never);
  }

  /** Time passes, in steps after each of which the client is updated; `each` comes before that. */
  pass(ms: number, stepMs: number, each: () => void = () => undefined): void {
    for (const until = this.nowMs + ms; this.nowMs < until; ) {
      this.nowMs += stepMs;
      each();
      this.client.update();
    }
  }

  /** What the client has said since the last time. */
  take(): ClientMessage[] {
    return this.heard.splice(0);
  }

  #open(): SocketLike {
    const socket: SocketLike = {
      binaryType: 'arraybuffer',
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (data) => void this.heard.push(...decodeClientFrame(data)),
      close: () => undefined,
    };
    this.#socket = socket;
    return socket;
  }
}
