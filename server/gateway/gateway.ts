import type { IncomingMessage, Server } from 'node:http';
import type { BlockList, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { CLOSE, type CloseReason, detailed } from '../../shared/closing.ts';
import { MAX_CLIENT_FRAME_BYTES, SUBPROTOCOL } from '../../shared/constants.ts';
import type { Frame } from '../grid/frame.ts';
import { AddressDoor, type Verdict } from './address-door.ts';
import { senderOf } from './client-address.ts';
import { DirectReads } from './direct-reads.ts';
import { type DirectStream, DirectWrites } from './direct-writes.ts';
import { CLOSE_MS } from './limits.ts';
import type { Link } from './outbox.ts';
import { readAhead } from './read-ahead.ts';
import type { Session } from './session.ts';
import { wireOf } from './web-socket-frame.ts';

export interface GatewayOptions {
  readonly server: Server;
  /** Further origins that may connect; a page from the server's own host always may. */
  readonly origins: readonly string[];
  /** Proxies whose word on where a connection comes from is taken. */
  readonly trustedProxies: BlockList;
  /** Connections open from one address at a time; 0 for any number. Those on this machine count as none. */
  readonly connectionsPerAddress: number;
  readonly monotonic: () => number;
  /** Whether frames are written past Node's streams, where that is possible. */
  readonly isDirect: boolean;
  /** What is said to an address that nobody is let in from; undefined for all others. */
  readonly banned: (address: string) => string | undefined;
  /** Whether sessions can begin at all; until then a connection is told to come again. */
  readonly isOpen: () => boolean;
  /** Begins a session, or says why there is none to be had. */
  readonly connect: (link: Link) => Session | CloseReason;
  /** Counts a connection refused before a session began. */
  readonly refused: (code: number) => void;
}

/** A reason longer than a close frame carries is cut, in bytes. */
const MAX_REASON_BYTES = 123;

const cut = (sentence: string): string =>
  Buffer.byteLength(sentence) <= MAX_REASON_BYTES ? sentence : `${sentence.slice(0, MAX_REASON_BYTES - 3)}...`;

/** Closes with a reason, and cuts the connection when the peer does not agree in time. */
function closeInTime(socket: WebSocket, { code, sentence }: Pick<CloseReason, 'code' | 'sentence'>): void {
  socket.close(code, cut(sentence));
  const timer = setTimeout(() => socket.terminate(), CLOSE_MS).unref();
  socket.once('close', () => clearTimeout(timer));
}

/**
 * A connection's two ends: ws reads it, speaks the handshake of closing and answers pings; frames go past it straight to
 * the stream, finished, since they are shared. Each is written in one go, so nothing of ws can come within one.
 */
class SocketLink implements Link {
  readonly address: string;
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  /** The same stream, and how to write past it, where that is possible. */
  readonly #direct: { readonly writes: DirectWrites; readonly stream: DirectStream } | undefined;
  /** Whether the kernel may not have taken all yet. */
  #isWaiting = false;

  constructor(address: string, socket: WebSocket, stream: Duplex, writes: DirectWrites | undefined) {
    this.address = address;
    this.#socket = socket;
    this.#stream = stream;
    this.#direct = writes !== undefined && DirectWrites.fits(stream) ? { writes, stream } : undefined;
  }

  send(frame: Frame): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const bytes = wireOf(frame);
    const direct = this.#direct;
    const written = direct?.writes.write(direct.stream, bytes) ?? 'nothing';
    if (written === 'nothing') this.#stream.write(bytes);
    this.#isWaiting = written !== 'all';
  }

  get bufferedBytes(): number {
    // Asking the stream costs, and there is hardly ever anything.
    if (!this.#isWaiting) return 0;
    const bytes = this.#stream.writableLength + (this.#direct?.stream._handle?.writeQueueSize ?? 0);
    this.#isWaiting = bytes > 0;
    return bytes;
  }

  close(code: number, sentence: string): void {
    closeInTime(this.#socket, { code, sentence });
  }
}

/** How a client closes that means to leave: said so, or by closing the page. */
const LEAVING: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** What ws calls a message beyond `maxPayload`. */
const TOO_BIG = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

/** A WebSocket whose every close has a reason: ws itself closes on an oversized message, and gives none. */
class ReasonedSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? (code === CLOSE.tooBig.code ? CLOSE.tooBig.sentence : undefined));
  }
}

/** Where a connection comes from, and whether it is let in. */
interface Knock {
  readonly address: string;
  readonly verdict: Verdict;
}

/** The way in for players. */
export interface Gateway {
  /** Addresses whose connections are remembered. */
  readonly addresses: number;
  /** Takes no more connections, and closes those that there are. */
  stop(): Promise<void>;
}

/** Takes WebSocket connections on `/ws` and turns each into a session. */
export function startGateway(options: GatewayOptions): Gateway {
  const { server, origins, trustedProxies, isDirect, banned, isOpen, connect, refused } = options;
  const door = new AddressDoor(options.connectionsPerAddress, options.monotonic);
  const direct = isDirect ? DirectWrites.open() : undefined;
  const reads = isDirect ? new DirectReads() : undefined;
  const sockets = new Set<WebSocket>();
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_CLIENT_FRAME_BYTES,
    perMessageDeflate: false,
    // A text message is malformed whatever is in it, and ws would close on wrong UTF-8 with a code of its own.
    skipUTF8Validation: true,
    WebSocket: ReasonedSocket,
    // A browser drops a connection that takes up none of what it offered, and would never see why it is refused.
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : ([...offered][0] ?? false)),
  });

  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const refuse = (status: string, code: number): void => {
      refused(code);
      stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    // Until ws takes over, an error of the stream is nobody else's to hear.
    stream.on('error', () => stream.destroy());
    if (request.url?.split('?')[0] !== '/ws') refuse('404 Not Found', 404);
    else if (!isAllowedOrigin(request, origins)) refuse('403 Forbidden', 403);
    else if (!isOpen()) refuse('503 Service Unavailable', 503);
    else {
      const source = knock(request, stream);
      if (source.verdict === 'flood') refuse('429 Too Many Requests', 429);
      else webSockets.handleUpgrade(request, stream, head, (socket) => accept(socket, stream, source));
    }
  };

  /** Counts the connection for its address, for as long as it lasts if it is welcome. */
  const knock = (request: IncomingMessage, stream: Duplex): Knock => {
    const { key, isLocal } = senderOf((stream as Socket).remoteAddress, request.headers, trustedProxies);
    if (isLocal) return { address: key, verdict: 'welcome' };
    const verdict = door.arrive(key);
    if (verdict === 'welcome') stream.once('close', () => door.left(key));
    return { address: key, verdict };
  };

  const accept = (socket: WebSocket, stream: Duplex, { address, verdict }: Knock): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A close event follows every error.
    socket.on('error', () => undefined);
    const begin = (): Session | CloseReason => {
      if (socket.protocol !== SUBPROTOCOL)
        return { ...CLOSE.version, sentence: `Offer the subprotocol ${SUBPROTOCOL}.` };
      const ban = banned(address);
      if (ban !== undefined) return { ...CLOSE.banned, sentence: detailed(CLOSE.banned, ban) };
      return verdict === 'crowded' ? CLOSE.crowded : connect(new SocketLink(address, socket, stream, direct));
    };
    const session = begin();
    if ('code' in session) {
      refused(session.code);
      closeInTime(socket, session);
      return;
    }
    const take = (message: Buffer): void => session.receive(message);
    if (reads?.begin(stream, take) !== true) readAhead(stream, take);
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) session.receive(data);
      else session.close('malformed');
    });
    // An oversized or broken frame: ws closes the connection itself, with 1009 or 1002, but waits for the peer to agree.
    socket.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code === TOO_BIG) session.close('tooBig');
      else session.gone(true);
    });
    socket.on('close', (code) => session.gone(LEAVING.has(code)));
  };

  server.on('upgrade', upgrade);
  return {
    get addresses() {
      return door.size;
    },
    stop: async () => {
      server.off('upgrade', upgrade);
      await closed(sockets);
    },
  };
}

/** A browser says where its page came from; other clients say nothing and are not meant by the rule. */
function isAllowedOrigin(request: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** How long peers have to answer a close when the server stops, in ms; then the sockets are cut. */
const STOP_MS = 1500;

async function closed(sockets: ReadonlySet<WebSocket>): Promise<void> {
  for (const socket of sockets)
    if (socket.readyState === socket.OPEN) socket.close(CLOSE.goingAway.code, CLOSE.goingAway.sentence);
  const all = Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  const timer = setTimeout(() => {
    for (const socket of sockets) socket.terminate();
  }, STOP_MS);
  await all;
  clearTimeout(timer);
}
