import { Client, type ClientOptions } from '../../client/core/client.ts';
import type { SocketLike } from '../../client/core/connection.ts';
import { decodeClientFrame } from '../../shared/client-codec.ts';
import { concat } from '../../shared/codec.ts';
import { TICK_MS } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import type { ClientMessage, Line, ServerMessage, Welcome } from '../../shared/protocol.ts';
import { encodeServerMessage } from '../../shared/server-codec.ts';
import { type EditRecord, type TileRecord, writeEdits, writeTiles } from '../../shared/tile-records.ts';

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
  name: 'Ada',
  look: 0,
  gems: 0,
};

/** A client, and a server that says what the test makes it say: one clock, no delay, no socket. */
export class ScriptedServer {
  readonly client: Client;
  /** The client's clock, in ms. */
  nowMs = 1000;
  /** World time minus the client's clock, in ms. */
  offsetMs = 0;
  /** Where it lets the client in, in units. */
  readonly spot = { x: 0, y: 0 };
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

  /** Opens the connection, on which the client says hello. */
  hear(): void {
    this.#socket?.onopen?.(undefined as never);
  }

  /** Lets the client in: the first frame of a session, with the time. */
  welcome(some: Partial<Welcome> = {}): void {
    this.hear();
    const asked = this.heard.findLast((message) => message.type === 'alive');
    const nonce = asked?.type === 'alive' ? (asked.nonce ?? 0) : 0;
    this.frame(
      { ...WELCOME, ...some },
      { type: 'own', n: 0, rev: 0, tick: this.tick, ...this.spot, heading: STANDING },
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
    this.send({ type: 'frame', tick: this.tick }, ...messages);
  }

  /** Sends a frame that has its headers already. */
  send(...messages: ServerMessage[]): void {
    const bytes = concat(messages.map(encodeServerMessage));
    this.#socket?.onmessage?.({ data: bytes.slice().buffer } as never);
  }

  /** Tells everything built in a square. */
  ground(sx: number, sy: number, revision: number, tiles: readonly TileRecord[] = []): void {
    this.frame({ type: 'ground', sx, sy, revision, tiles: writeTiles(tiles) });
  }

  /** Tells of tiles that were set; somebody else did, at the present tick, unless told otherwise. */
  edits(sx: number, sy: number, ...edits: readonly (Partial<EditRecord> & { revision: number })[]): void {
    const records = edits.map((edit) => ({ tick: this.tick, player: 2, tile: 0, kind: 1, ...edit }));
    this.frame({ type: 'edits', sx, sy, records: writeEdits(records) });
  }

  /** Tells lines of a square; somebody else said them unless told otherwise. */
  lines(sx: number, sy: number, isHistory: boolean, ...lines: readonly (Partial<Line> & { id: number })[]): void {
    const full = lines.map((line) => ({
      player: 2,
      name: 'Eve',
      text: `line ${line.id}`,
      atMs: line.id * 1000,
      ...line,
    }));
    this.frame({ type: 'lines', sx, sy, isHistory, lines: full });
  }

  /** Grants a request. */
  done(n: number, revision: number | null = null, before: number | null = null): void {
    this.frame({ type: 'done', n, revision, before });
  }

  refuse(n: number, sentence: string): void {
    this.frame({ type: 'refused', n, sentence });
  }

  /** What the client has said of one type since the last time. */
  took<T extends ClientMessage['type']>(type: T): Extract<ClientMessage, { readonly type: T }>[] {
    return this.take().filter((message) => message.type === type) as Extract<ClientMessage, { readonly type: T }>[];
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
