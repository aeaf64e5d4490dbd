import { connect, type Socket } from 'node:net';
import { SUBPROTOCOL } from '../../shared/constants.ts';

/** Opcodes of WebSocket frames (RFC 6455, section 5.2). */
const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;

/** What there is to know of a connection that is over. */
export interface WireEnd {
  /** The server's close code, 1006 when the connection broke without one. */
  readonly code: number;
  readonly reason: string;
}

/**
 * A WebSocket by hand on a TCP socket, for tests that need tens of thousands: no events for messages, no wait for the
 * handshake, everything that is sent goes out with the request.
 */
export class WireSocket {
  readonly ended: Promise<WireEnd>;
  /** Called with each message of the server. */
  onMessage: (payload: Buffer) => void = () => undefined;
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #isUpgraded = false;
  #end: (end: WireEnd) => void = () => undefined;

  constructor(port: number) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (data) => this.#take(data));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => this.#end({ code: 1006, reason: '' }));
    this.#socket.cork();
    this.#socket.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n` +
        `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
    );
    process.nextTick(() => this.#socket.uncork());
  }

  send(payload: Uint8Array, isText = false): void {
    this.#write(isText ? TEXT : BINARY, payload);
  }

  /** Leaves politely, or resets the connection. */
  leave(isPolite: boolean): void {
    if (!isPolite) {
      this.#socket.resetAndDestroy();
      return;
    }
    this.#write(CLOSE, Buffer.of(0x03, 0xe8));
    this.#socket.end();
  }

  /** A frame whose mask is all zero, which leaves the payload as it is. */
  #write(opcode: number, payload: Uint8Array): void {
    const isLong = payload.length > 125;
    const head = Buffer.alloc(isLong ? 8 : 6);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (isLong ? 126 : payload.length);
    if (isLong) head.writeUInt16BE(payload.length, 2);
    this.#socket.write(head);
    this.#socket.write(payload);
  }

  #take(data: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? data : Buffer.concat([this.#buffer, data]);
    if (!this.#isUpgraded) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!this.#buffer.toString('latin1', 0, 12).endsWith(' 101')) throw new Error(this.#buffer.toString('latin1'));
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
    if (opcode === BINARY) this.onMessage(payload);
    else if (opcode === CLOSE) {
      this.#end({ code: length < 2 ? 1005 : payload.readUInt16BE(0), reason: payload.toString('utf8', 2) });
    }
    return true;
  }
}
