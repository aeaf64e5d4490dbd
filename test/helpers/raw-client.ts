import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { type ClientOptions as SocketOptions, WebSocket } from 'ws';
import { encodeClientMessage } from '../../shared/client-codec.ts';
import { concat } from '../../shared/codec.ts';
import { PROTOCOL_VERSION, SUBPROTOCOL } from '../../shared/constants.ts';
import type { ClientMessage, Hello, ServerMessage, Welcome } from '../../shared/protocol.ts';
import { decodeServerFrame } from '../../shared/server-codec.ts';
import { until } from './until.ts';

/** How a connection ended. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

export const HELLO: Hello = {
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  name: 'Raw',
  look: 0,
  width: 20,
  height: 20,
  token: null,
  at: null,
};

/** With something to acknowledge a client does so this often, in ms (P-ALIVE-1, P-ALIVE-2). */
const ALIVE_MS = 1000;

/**
 * A client that knows messages and nothing of what they mean: it says what a test makes it say, and besides that only
 * which frames it has got, for whoever does not say so is soon closed with `slow`.
 */
export class RawClient {
  readonly socket: WebSocket;
  /** Whether it says that once a second, as clients do. Without it, nothing is heard of it but what a test says. */
  isAcknowledging = true;
  /** What the server has said, frame by frame. */
  readonly frames: ServerMessage[][] = [];
  ending: Ending | undefined;
  readonly #taken = new Set<ServerMessage>();
  #acknowledged: ServerMessage[] | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    const timer = setInterval(() => this.#acknowledge(), ALIVE_MS);
    socket.on('message', (data: Buffer) => this.frames.push(decodeServerFrame(data)));
    socket.on('close', (code, reason) => {
      clearInterval(timer);
      this.ending = { code, reason: reason.toString() };
    });
    // A close event follows every error.
    socket.on('error', () => undefined);
  }

  /** Opens a connection for the test that calls it. */
  static async open(url: string, protocols: string[] = [SUBPROTOCOL], options: SocketOptions = {}): Promise<RawClient> {
    const socket = new WebSocket(url, protocols, { perMessageDeflate: false, ...options });
    onTestFinished(() => socket.terminate());
    const client = new RawClient(socket);
    await once(socket, 'open');
    return client;
  }

  /** Opens a connection and joins on it. */
  static async join(url: string, hello: Partial<Hello> = {}): Promise<{ client: RawClient; welcome: Welcome }> {
    const client = await RawClient.open(url);
    client.send({ ...HELLO, ...hello });
    return { client, welcome: await client.next('welcome') };
  }

  /** Sends messages as one frame. */
  send(...messages: ClientMessage[]): void {
    this.sendBytes(concat(messages.map(encodeClientMessage)));
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.send(bytes, { binary: true });
  }

  get messages(): ServerMessage[] {
    return this.frames.flat();
  }

  /** The first message of a type that has not been asked for before, waiting for it if need be. */
  async next<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>> {
    const isIt = (message: ServerMessage): message is Extract<ServerMessage, { type: T }> =>
      message.type === type && !this.#taken.has(message);
    const message = await until(`"${type}" came`, () => {
      if (this.ending !== undefined) throw new Error(`closed with ${JSON.stringify(this.ending)} before "${type}"`);
      return this.messages.find(isIt);
    });
    this.#taken.add(message);
    return message;
  }

  /** How the server ended it. */
  closed(): Promise<Ending> {
    return until('the server closed the connection', () => this.ending);
  }

  async close(): Promise<void> {
    this.socket.close(1000);
    await until('the connection was closed', () => this.ending);
  }

  #acknowledge(): void {
    const last = this.frames.at(-1);
    if (!this.isAcknowledging || last === this.#acknowledged || this.socket.readyState !== this.socket.OPEN) return;
    this.#acknowledged = last;
    const header = last?.findLast((message) => message.type === 'frame');
    if (header !== undefined) this.send({ type: 'alive', frame: header.tick, nonce: null });
  }
}

/** The HTTP status with which a WebSocket handshake is refused. */
export function refusalOf(url: string, options: SocketOptions = {}): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, SUBPROTOCOL, options);
    socket.on('error', () => undefined);
    socket.on('open', () => {
      socket.terminate();
      resolve(undefined);
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode);
    });
  });
}
