import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { createRandom } from '../../../client/bots/random.ts';
import { Metrics } from '../../../server/http/metrics.ts';
import { createHttp } from '../../../server/http/server.ts';
import { decodeClientFrame } from '../../../shared/client-codec.ts';
import { concat } from '../../../shared/codec.ts';
import { SUBPROTOCOL, TICK_MS } from '../../../shared/constants.ts';
import { assertNever, type ClientMessage, type ServerMessage } from '../../../shared/protocol.ts';
import { encodeServerMessage } from '../../../shared/server-codec.ts';
import { createTerrain } from '../../../shared/terrain.ts';
import { Throng } from './throng.ts';

const CLIENT_DIR = join(import.meta.dirname, '../../../dist/client');
const SEED = 7;
/** Where one appears: near a corner where squares meet, and south-eastwards the way is free for some fifty seconds. */
const AT = [605, 923] as const;
const FLUSH_MS = 100;

/** The built page, and a world for one at a time who opens it. */
export class ThrongServer {
  readonly port: number;
  readonly #close: () => Promise<void>;
  #session: Session | undefined;
  #count = 0;

  private constructor(port: number, close: () => Promise<void>) {
    this.port = port;
    this.#close = close;
  }

  static async start(): Promise<ThrongServer> {
    const http = await createHttp({ clientDir: CLIENT_DIR, ready: () => ({ ready: true }), metrics: new Metrics() });
    await http.listen({ port: 0, host: '127.0.0.1' });
    const sockets = new WebSocketServer({
      server: http.server,
      path: '/ws',
      perMessageDeflate: false,
      handleProtocols: () => SUBPROTOCOL,
    });
    const server = new ThrongServer((http.server.address() as AddressInfo).port, async () => {
      server.#session?.end();
      sockets.close();
      await http.close();
    });
    sockets.on('connection', (socket) => {
      server.#session?.end();
      server.#session = new Session(socket, server.#count);
    });
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How many others whoever opens the page next will see. */
  expect(count: number): void {
    this.#count = count;
  }

  /** @throws Error while nobody is there */
  get throng(): Throng {
    const throng = this.#session?.throng;
    if (throng === undefined) throw new Error('Nobody has come into this world yet.');
    return throng;
  }

  /** Sends everybody afresh with the next frame. */
  refresh(): void {
    this.#session?.refresh();
  }

  /** How often the page asked for a square again, which it has no reason to. */
  get asked(): number {
    return this.#session?.asked ?? 0;
  }

  stop(): Promise<void> {
    return this.#close();
  }
}

class Session {
  throng: Throng | undefined;
  asked = 0;
  readonly #socket: WebSocket;
  readonly #count: number;
  readonly #timer: NodeJS.Timeout;
  readonly #beganMs = performance.now();
  #queue: ServerMessage[] = [];
  readonly #nonces: { readonly nonce: number; readonly receivedMs: number }[] = [];
  #isRefreshing = false;
  #lastTick = 0;

  constructor(socket: WebSocket, count: number) {
    this.#socket = socket;
    this.#count = count;
    socket.on('error', () => this.end());
    socket.on('close', () => this.end());
    socket.on('message', (data: Buffer) => {
      for (const message of decodeClientFrame(data)) this.#hear(message);
    });
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#socket.terminate();
  }

  refresh(): void {
    this.#isRefreshing = true;
  }

  get #worldMs(): number {
    return performance.now() - this.#beganMs + 1_000_000;
  }

  #hear(message: ClientMessage): void {
    switch (message.type) {
      case 'hello':
        this.#welcome(message);
        break;
      case 'input':
        this.throng?.input(message);
        break;
      case 'alive':
        if (message.nonce === null) break;
        this.#nonces.push({ nonce: message.nonce, receivedMs: this.#worldMs });
        break;
      case 'who':
        if (this.throng !== undefined) {
          this.#queue.push({ type: 'profiles', profiles: this.throng.profilesOf(message.ids) });
        }
        break;
      case 'ask':
        this.asked++;
        this.#isRefreshing = true;
        break;
      case 'refresh':
        this.#isRefreshing = true;
        break;
      case 'screen':
      case 'profile':
      case 'edit':
      case 'say':
      case 'emote':
      case 'board':
      case 'trace':
      case 'traces':
        throw new Error(`The page said "${message.type}", which nothing here makes it say.`);
      default:
        assertNever(message);
    }
  }

  #welcome({ name, look, width, height }: Extract<ClientMessage, { readonly type: 'hello' }>): void {
    const terrain = createTerrain('meadows', SEED);
    const tick = Math.floor(this.#worldMs / TICK_MS);
    const random = createRandom(this.#count);
    this.throng = new Throng({ terrain, count: this.#count, random, screen: { width, height }, at: AT }, tick);
    this.#queue.unshift(
      {
        type: 'welcome',
        id: 1,
        generation: 1,
        token: 'token',
        world: 'bench',
        terrain: 'meadows',
        seed: SEED,
        openSpawn: true,
        flushMs: FLUSH_MS,
        name,
        look,
        gems: 0,
      },
      this.throng.begin(),
      { type: 'players', count: this.#count + 1 },
    );
  }

  #flush(): void {
    const tick = Math.floor(this.#worldMs / TICK_MS);
    if (this.throng === undefined || tick <= this.#lastTick) return;
    this.#lastTick = tick;
    const told = this.throng.flush(tick);
    if (this.#isRefreshing) told.push(...this.throng.refresh());
    this.#isRefreshing = false;
    const pongs = this.#nonces.splice(0).map((asked) => ({ type: 'pong' as const, ...asked, sentMs: this.#worldMs }));
    const messages: ServerMessage[] = [{ type: 'frame', tick }, ...this.#queue.splice(0), ...told, ...pongs];
    this.#socket.send(concat(messages.map(encodeServerMessage)));
  }
}
