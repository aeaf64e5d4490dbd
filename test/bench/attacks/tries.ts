import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SUBPROTOCOL } from '../../../shared/constants.ts';
import type { Gains, Target } from './orders.ts';

const STEP_MS = 20;
/** Source addresses of this machine that attackers come from: each has ports of its own. */
const SOURCES = 50;

/** Counts what attackers try, and what they get for it; keeps what they have open, to end it all at the end. */
export class Tries {
  readonly target: Target;
  readonly signal: AbortSignal;
  count = 0;
  readonly #outcomes = new Map<string, number>();
  readonly #open = new Set<Socket>();
  #source = 0;

  constructor(target: Target, signal: AbortSignal) {
    this.target = target;
    this.signal = signal;
  }

  get gains(): Gains {
    const outcomes = [...this.#outcomes].sort((a, b) => b[1] - a[1]);
    return { tries: this.count, outcomes };
  }

  got(what: string): void {
    this.#outcomes.set(what, (this.#outcomes.get(what) ?? 0) + 1);
  }

  /** Does something so often a second, in small steps, until the attack is over. */
  async each(perSecond: number, act: (index: number) => void): Promise<void> {
    let done = 0;
    const begunMs = performance.now();
    while (!this.signal.aborted) {
      const due = Math.floor(((performance.now() - begunMs) / 1000) * perSecond);
      for (; done < due; done++) {
        this.count++;
        act(done);
      }
      await pause(STEP_MS);
    }
  }

  /** A TCP connection whose end is counted: by the status of HTTP, the close code of WebSocket, or as cut. */
  open(request: string): Socket {
    this.#source = (this.#source + 1) % SOURCES;
    const { port } = this.target;
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${2 + this.#source}`, noDelay: true });
    this.#open.add(socket);
    let heard = Buffer.alloc(0);
    let failed = '';
    socket.on('data', (data: Buffer) => {
      if (heard.length < 65_536) heard = Buffer.concat([heard, data]);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failed = error.code ?? 'failed';
    });
    socket.on('close', () => {
      this.#open.delete(socket);
      this.got(endOf(heard, failed, this.signal.aborted));
    });
    if (request !== '') socket.write(request);
    return socket;
  }

  /** Ends all that is open. */
  async end(): Promise<void> {
    for (const socket of [...this.#open]) socket.destroy();
    while (this.#open.size > 0) await pause(STEP_MS);
  }
}

/** What a connection got: the last thing that the server said to it. @param isOurs whether the attack is over */
function endOf(heard: Buffer, failed: string, isOurs: boolean): string {
  const open = isOurs && failed === '';
  const status = /^HTTP\/1\.1 (\d{3})/.exec(heard.toString('latin1', 0, 20))?.[1];
  if (status === undefined) return open ? 'still open at the end' : failed === '' ? 'cut' : `cut (${failed})`;
  if (status !== '101') return `HTTP ${status}`;
  const code = closeCodeOf(heard.subarray(heard.indexOf('\r\n\r\n') + 4));
  return code === undefined ? (open ? 'still in at the end' : 'cut') : `closed ${code}`;
}

/** Walks over the frames of a WebSocket (RFC 6455, 5.2) to the one that closes it. */
function closeCodeOf(bytes: Buffer): number | undefined {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const opcode = (bytes[at] as number) & 0x0f;
    let length = (bytes[at + 1] as number) & 0x7f;
    let from = at + 2;
    if (length === 126 && from + 2 <= bytes.length) {
      length = bytes.readUInt16BE(from);
      from += 2;
    } else if (length === 127 && from + 8 <= bytes.length) {
      length = Number(bytes.readBigUInt64BE(from));
      from += 8;
    }
    if (opcode === 8 && from + 2 <= bytes.length) return bytes.readUInt16BE(from);
    at = from + length;
  }
  return undefined;
}

/** The request that opens a WebSocket. @param from an address that the server takes from the header */
export const upgrade = (port: number, from?: string): string =>
  `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n` +
  `Sec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n${from === undefined ? '' : `X-Forwarded-For: ${from}\r\n`}\r\n`;

/** A binary frame whose mask is all zero, which leaves the payload as it is. */
export function frame(payload: Uint8Array): Buffer {
  const head =
    payload.length < 126
      ? Buffer.of(0x82, 0x80 | payload.length)
      : Buffer.of(0x82, 0x80 | 126, payload.length >> 8, payload.length & 0xff);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}
