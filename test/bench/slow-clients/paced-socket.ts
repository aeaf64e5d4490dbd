import { connect, type Socket } from 'node:net';
import { FrameReader, OPCODE } from '../../../client/bots/frame-reader.ts';
import { Handshake } from '../../../client/bots/handshake.ts';
import { SUBPROTOCOL } from '../../../shared/constants.ts';

export interface PacedSocketEvents {
  opened(): void;
  /** A whole frame has come: these bytes, which are written over as soon as this returns. */
  received(bytes: Uint8Array, from: number, to: number): void;
  /** Once. With 1006 the connection was cut, or never was. */
  closed(code: number, reason: string): void;
}

/** Taken from the kernel in one go, and so often when the pace is limited. */
const READ_BYTES = 250;
const ABNORMAL = 1006;
const NORMAL = 1000;

/**
 * A client's WebSocket that takes no more from the kernel than it is let: what is too much stays in the kernel's
 * buffers, on this side and then on the other one, as with a line that is too thin.
 */
export class PacedSocket {
  readonly #stream: Socket;
  readonly #reader: FrameReader;
  /** Until the connection is open. */
  #handshake: Handshake | undefined;
  /** Until it is over. */
  #events: PacedSocketEvents | undefined;
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  #readAtMs = 0;

  constructor(url: URL, events: PacedSocketEvents) {
    const handshake = new Handshake(url, SUBPROTOCOL);
    this.#handshake = handshake;
    this.#events = events;
    this.#reader = new FrameReader({
      message: (bytes, from, to) => this.#events?.received(bytes, from, to),
      ping: (bytes, from, to) => this.#write(OPCODE.pong, bytes.subarray(from, to)),
      closing: (code, reason) => this.#finish(code, reason),
      wrong: (code, reason) => this.#finish(code, reason),
    });
    this.#stream = connect({
      host: url.hostname,
      port: Number(url.port),
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (length, bytes) => {
          this.#fed(bytes, length);
          return !this.#isPaced;
        },
      },
    });
    this.#stream.once('connect', () => this.#stream.write(handshake.request, 'latin1'));
    // A close event follows every error.
    this.#stream.on('error', () => undefined);
    this.#stream.once('close', () => this.#end(ABNORMAL, ''));
  }

  /** From now on it reads so many bytes a second, none with 0, whatever comes with infinity. */
  pace(bytesPerSecond: number, nowMs: number): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#readAtMs = nowMs;
    if (!this.#isPaced) this.#stream.resume();
  }

  /** To be called often: reads what is due. */
  read(nowMs: number): void {
    if (!this.#isPaced || this.#bytesPerSecond === 0) return;
    const everyMs = (READ_BYTES / this.#bytesPerSecond) * 1000;
    if (nowMs - this.#readAtMs < everyMs) return;
    this.#readAtMs += everyMs;
    this.#stream.resume();
  }

  send(payload: Uint8Array): void {
    if (this.#handshake === undefined && this.#events !== undefined) this.#write(OPCODE.binary, payload);
  }

  /** Ends the connection as somebody does who leaves; nothing is told of it. */
  leave(): void {
    this.#events = undefined;
    if (this.#handshake === undefined) this.#write(OPCODE.close, Uint8Array.of(NORMAL >> 8, NORMAL & 0xff));
    // What has not been read would turn the goodbye into a reset, which may overtake it.
    this.#bytesPerSecond = Number.POSITIVE_INFINITY;
    this.#stream.resume();
    this.#stream.end();
  }

  /** Ends the connection at once. */
  cut(): void {
    this.#stream.destroy();
    this.#end(ABNORMAL, '');
  }

  get #isPaced(): boolean {
    return this.#bytesPerSecond < Number.POSITIVE_INFINITY;
  }

  #fed(bytes: Uint8Array, length: number): void {
    if (this.#handshake === undefined) {
      this.#reader.feed(bytes, 0, length);
      return;
    }
    const answer = this.#handshake.feed(bytes, 0, length);
    if (answer.kind === 'unfinished') return;
    if (answer.kind === 'refused') {
      this.#stream.destroy();
      this.#end(ABNORMAL, answer.reason);
      return;
    }
    this.#handshake = undefined;
    this.#events?.opened();
    this.#reader.feed(bytes, answer.at, length);
  }

  /** Answers the last word of the peer. */
  #finish(code: number, reason: string): void {
    this.#write(OPCODE.close, new Uint8Array(0));
    this.#stream.end();
    this.#end(code, reason);
  }

  #end(code: number, reason: string): void {
    const events = this.#events;
    this.#events = undefined;
    events?.closed(code, reason);
  }

  /** A frame whose mask is all zero, which leaves the payload as it is. A client's payloads are short. */
  #write(opcode: number, payload: Uint8Array): void {
    if (!this.#stream.writable) return;
    const { length } = payload;
    const isLong = length > 125;
    const head = Buffer.alloc(isLong ? 8 : 6);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (isLong ? 126 : length);
    if (isLong) head.writeUInt16BE(length, 2);
    this.#stream.write(Buffer.concat([head, payload]));
  }
}
