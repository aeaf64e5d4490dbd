import { createHash, randomBytes } from 'node:crypto';

/** What the key of a request is hashed with (RFC 6455, section 1.3). */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Largest head of an answer. */
const MAX_HEAD_BYTES = 16 * 1024;
const HEAD_END = '\r\n\r\n';

/** How far an answer has come: more is to come, it is no good, or the WebSocket begins at `at` of the last bytes. */
export type Answer =
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'open'; readonly at: number };

/** The opening of one WebSocket, a client's side (RFC 6455, section 4.1). */
export class Handshake {
  /** What is to be sent. */
  readonly request: string;
  readonly #protocol: string;
  readonly #accept: string;
  #head = '';

  constructor(url: URL, protocol: string) {
    const key = randomBytes(16).toString('base64');
    this.#protocol = protocol;
    this.#accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
    const lines = [
      `GET ${url.pathname}${url.search} HTTP/1.1`,
      `Host: ${url.host}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${key}`,
      `Sec-WebSocket-Protocol: ${protocol}`,
    ];
    this.request = lines.join('\r\n') + HEAD_END;
  }

  /** Takes in what comes, until the answer is whole. */
  feed(bytes: Uint8Array, from: number, to: number): Answer {
    const before = this.#head.length;
    this.#head += Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) {
      return this.#head.length > MAX_HEAD_BYTES
        ? { kind: 'refused', reason: 'The server does not answer as a WebSocket does.' }
        : { kind: 'unfinished' };
    }
    const reason = this.#refusal(this.#head.slice(0, end));
    if (reason !== undefined) return { kind: 'refused', reason };
    return { kind: 'open', at: from + end + HEAD_END.length - before };
  }

  /** A sentence on what is wrong with an answer's head; undefined when nothing is. */
  #refusal(head: string): string | undefined {
    const [first = '', ...lines] = head.split('\r\n');
    const status = /^HTTP\/1\.1 (\d{3})/.exec(first)?.[1];
    if (status !== '101') return `The server answered with the HTTP status ${status ?? '–'}.`;
    const fieldOf = (name: string): string | undefined =>
      lines
        .find((line) => line.toLowerCase().startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim();
    if (fieldOf('upgrade')?.toLowerCase() !== 'websocket' || fieldOf('sec-websocket-accept') !== this.#accept) {
      return 'The server does not answer as a WebSocket does.';
    }
    if (fieldOf('sec-websocket-protocol') !== this.#protocol) return 'The server speaks another subprotocol.';
    return undefined;
  }
}
