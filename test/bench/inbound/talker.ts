import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeClientMessage } from '../../../shared/client-codec.ts';
import { PROTOCOL_VERSION, SUBPROTOCOL } from '../../../shared/constants.ts';
import type { ClientMessage } from '../../../shared/protocol.ts';
import { decodeServerFrame } from '../../../shared/server-codec.ts';
import { SCREEN } from '../crowd/orders.ts';

const BINARY = 0x2;
const CLOSE = 0x8;
/** Acknowledges whatever has been sent. */
const EVERY_FRAME = 2 ** 32 - 1;

/**
 * A client that sends each message in one write, as a browser does, and of what it is told keeps what shows that it was
 * heard. Without a handshake it sends the same bytes to a server that does not answer.
 */
export class Talker {
  /** Bytes of messages sent, with their WebSocket headers. */
  sentBytes = 0;
  /** The last input sent, and the last one that the server answered. */
  input = 0;
  answeredInput = 0;
  /** The last nonce that came back. */
  nonce = 0;
  readonly #socket: Socket;
  #worldTick = 0;
  #buffer: Buffer = Buffer.alloc(0);
  #isUpgraded: boolean;
  #isLeaving = false;

  private constructor(socket: Socket, isUpgraded: boolean) {
    this.#socket = socket;
    this.#isUpgraded = isUpgraded;
    socket.on('data', (data) => this.#take(data));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!this.#isLeaving) throw new Error('A connection broke.');
    });
  }

  /** Joins a server's world at a tile. */
  static async join(port: number, at: readonly [number, number]): Promise<Talker> {
    const talker = new Talker(await open(port), false);
    talker.#socket.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
        `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
    );
    talker.#send({ type: 'hello', protocol: PROTOCOL_VERSION, name: 'Talker', look: 0, ...SCREEN, token: null, at });
    return talker;
  }

  /** Connects to a server that only reads. */
  static async to(port: number): Promise<Talker> {
    return new Talker(await open(port), true);
  }

  get isIn(): boolean {
    return this.#worldTick > 0;
  }

  /** To and fro, so that nobody gets anywhere. */
  turn(): void {
    this.input++;
    const heading = (this.input % 2) * 128;
    this.#send({ type: 'input', n: this.input, tick: this.#worldTick, heading, frame: EVERY_FRAME });
  }

  alive(nonce: number | null = null): void {
    this.#send({ type: 'alive', frame: EVERY_FRAME, nonce });
  }

  leave(): void {
    this.#isLeaving = true;
    this.#socket.destroy();
  }

  /** The mask is all zero, which leaves the payload as it is. */
  #send(message: ClientMessage): void {
    const payload = encodeClientMessage(message);
    const frame = Buffer.alloc(6 + payload.length);
    frame[0] = 0x80 | BINARY;
    frame[1] = 0x80 | payload.length;
    frame.set(payload, 6);
    this.#socket.write(frame);
    this.sentBytes += frame.length;
  }

  #take(data: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? data : Buffer.concat([this.#buffer, data]);
    if (!this.#isUpgraded) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#isUpgraded = true;
      this.#buffer = this.#buffer.subarray(end + 4);
    }
    while (this.#takeFrame());
  }

  #takeFrame(): boolean {
    const bytes = this.#buffer;
    if (bytes.length < 2) return false;
    const short = (bytes[1] as number) & 0x7f;
    const headLength = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (bytes.length < headLength) return false;
    const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
    if (bytes.length < headLength + length) return false;
    const payload = bytes.subarray(headLength, headLength + length);
    this.#buffer = bytes.subarray(headLength + length);
    const opcode = (bytes[0] as number) & 0x0f;
    if (opcode === CLOSE) throw new Error(`A session was closed: ${payload.toString('utf8', 2)}`);
    if (opcode === BINARY) this.#hear(payload);
    return true;
  }

  #hear(payload: Uint8Array): void {
    for (const message of decodeServerFrame(payload)) {
      if (message.type === 'frame') this.#worldTick = message.tick;
      else if (message.type === 'own') this.answeredInput = message.n;
      else if (message.type === 'pong') this.nonce = message.nonce;
    }
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}
