import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { FrameReader, OPCODE } from './frame-reader.ts';
import { Handshake } from './handshake.ts';
import type { Random } from './random.ts';

export interface LightSocketEvents {
  opened(): void;
  /** A frame has come: these bytes, which are written over as soon as this returns. */
  received(bytes: Uint8Array, from: number, to: number): void;
  /** Once, whatever the end was: also for a connection that never opened. `reason` may be empty. */
  closed(code: number, reason: string): void;
}

/** A client's WebSocket that costs little. */
export interface LightSocket {
  /** Sends one binary frame, or nothing while the connection is not open. Returns whether it sent. */
  send(payload: Uint8Array): boolean;
  /** Ends the connection with a code; `closed` follows at once. */
  close(code: number, reason?: string): void;
}

/**
 * Opens a WebSocket to a `ws:` or `wss:` address with a subprotocol.
 * @throws TypeError for an address that is none
 */
export type LightSocketFactory = (url: string, protocol: string, events: LightSocketEvents) => LightSocket;

/** What a connection is closed with that ended without a word. */
const ABNORMAL = 1006;
/** … and what is said instead where the player means to stay (P-CLOSE-3). */
const GIVEN_UP = 3000;
/** A peer that does not close its side is waited for so long, in ms. */
const LINGER_MS = 2000;
/** Read at once at most: more than a kernel usually has waiting. */
const READ_BYTES = 64 * 1024;

/**
 * Makes sockets that share one buffer to read into: what is read is worked off before the next one reads, so that five
 * thousand of them cost neither memory nor copies.
 * @param random for the masks, of which nothing depends here but that they are like those of other clients
 */
export function lightSockets(random: Random): LightSocketFactory {
  const scratch = Buffer.allocUnsafeSlow(READ_BYTES);
  return (url, protocol, events) => new NetSocket(new URL(url), protocol, events, random, scratch);
}

class NetSocket implements LightSocket {
  readonly #stream: Socket;
  readonly #random: Random;
  readonly #reader: FrameReader;
  /** Until the connection is open. */
  #handshake: Handshake | undefined;
  /** Until it is over. */
  #events: LightSocketEvents | undefined;

  constructor(url: URL, protocol: string, events: LightSocketEvents, random: Random, scratch: Buffer) {
    const handshake = new Handshake(url, protocol);
    this.#handshake = handshake;
    this.#events = events;
    this.#random = random;
    this.#reader = new FrameReader({
      message: (bytes, from, to) => this.#events?.received(bytes, from, to),
      ping: (bytes, from, to) => this.#write(OPCODE.pong, bytes.subarray(from, to)),
      closing: (code, reason) => this.#finish(code, reason, code),
      wrong: (code, reason) => this.#finish(code, reason, code),
    });
    this.#stream = openStream(url, scratch, (bytes, length) => this.#fed(bytes, length));
    this.#stream.setNoDelay();
    this.#stream.once(url.protocol === 'wss:' ? 'secureConnect' : 'connect', () => {
      this.#stream.write(handshake.request, 'latin1');
    });
    // A close event follows every error.
    this.#stream.on('error', () => undefined);
    this.#stream.once('close', () => this.#end(ABNORMAL, ''));
  }

  send(payload: Uint8Array): boolean {
    if (this.#handshake !== undefined || this.#events === undefined) return false;
    this.#write(OPCODE.binary, payload);
    return true;
  }

  close(code: number, reason = ''): void {
    if (this.#events === undefined) return;
    if (this.#handshake === undefined) this.#finish(code, reason, code === ABNORMAL ? GIVEN_UP : code);
    else {
      this.#stream.destroy();
      this.#end(code, reason);
    }
  }

  #fed(bytes: Uint8Array, length: number): void {
    if (this.#events === undefined) return;
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
    this.#events.opened();
    this.#reader.feed(bytes, answer.at, length);
  }

  /** Says the last word and waits a moment for the peer's. @param said the code to send; only some may be said */
  #finish(code: number, reason: string, said: number): void {
    const isSayable = (said >= 1000 && said <= 1003) || (said >= 1007 && said <= 1014) || said >= 3000;
    this.#write(OPCODE.close, isSayable ? Uint8Array.of(said >> 8, said & 0xff) : new Uint8Array(0));
    this.#stream.setTimeout(LINGER_MS, () => this.#stream.destroy());
    this.#stream.end();
    this.#end(code, reason);
  }

  #end(code: number, reason: string): void {
    const events = this.#events;
    this.#events = undefined;
    events?.closed(code, reason);
  }

  /** One masked frame; a client's payloads are shorter than 64 kB. */
  #write(opcode: number, payload: Uint8Array): void {
    if (!this.#stream.writable) return;
    const { length } = payload;
    const header = length < 126 ? 2 : 4;
    const frame = Buffer.allocUnsafe(header + MASK_BYTES + length);
    frame[0] = 0x80 | opcode;
    frame[1] = 0x80 | (length < 126 ? length : 126);
    if (length >= 126) frame.writeUInt16BE(length, 2);
    frame.writeUInt32BE(Math.floor(this.#random() * 2 ** 32), header);
    for (let i = 0; i < length; i++) {
      frame[header + MASK_BYTES + i] = (payload[i] as number) ^ (frame[header + (i & 3)] as number);
    }
    this.#stream.write(frame);
  }
}

const MASK_BYTES = 4;

function openStream(url: URL, scratch: Buffer, fed: (bytes: Uint8Array, length: number) => void): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'wss:') {
    const port = Number(url.port || 443);
    // Encrypted bytes have a buffer of their own anyway.
    const stream = connectSecurely(isIP(host) === 0 ? { host, port, servername: host } : { host, port });
    return stream.on('data', (chunk: Buffer) => fed(chunk, chunk.length));
  }
  return connect({
    host,
    port: Number(url.port || 80),
    onread: {
      buffer: scratch,
      callback: (length, bytes) => {
        fed(bytes, length);
        return true;
      },
    },
  });
}
