import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { concat } from '../../shared/codec.ts';
import { SUBPROTOCOL } from '../../shared/constants.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import { decodeServerFrame, encodeServerMessage } from '../../shared/server-codec.ts';

/** What becomes of a frame's messages on their way to the client. */
export type Tamper = (frame: readonly ServerMessage[]) => readonly ServerMessage[];

/** Decides, connection by connection (they are counted from 0), what happens on it. */
export type Tampering = (connection: number) => Tamper;

export interface TamperingProxy {
  /** ws://HOST:PORT/ws */
  readonly url: string;
  stop(): Promise<void>;
}

const WEBSOCKET_CODES = { least: 1000, most: 4999, reserved: [1004, 1005, 1006] };

/**
 * Stands between clients and a server: real WebSockets on both sides. What clients send passes unchanged; what the
 * server sends is decoded, tampered with and encoded again, frame by frame.
 */
export async function startTamperingProxy(serverUrl: string, tampering: Tampering): Promise<TamperingProxy> {
  const proxy = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  let connections = 0;
  proxy.on('connection', (client) => join(client, serverUrl, tampering(connections++)));
  await new Promise((resolve) => proxy.once('listening', resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/ws`,
    stop: () =>
      new Promise((resolve) => {
        for (const client of proxy.clients) client.terminate();
        proxy.close(() => resolve());
      }),
  };
}

/** Passes everything on between a client and a connection of its own to the server, and the end of either. */
function join(client: WebSocket, serverUrl: string, tamper: Tamper): void {
  const server = new WebSocket(serverUrl, SUBPROTOCOL, { perMessageDeflate: false });
  const early: Buffer[] = [];
  client.on('message', (data: Buffer) => {
    if (server.readyState === WebSocket.OPEN) server.send(data);
    else early.push(data);
  });
  server.on('open', () => {
    for (const data of early.splice(0)) server.send(data);
  });
  server.on('message', (data: Buffer) => client.send(tamperWith(data, tamper)));
  client.on('close', (code, reason) => passOn(server, code, reason));
  server.on('close', (code, reason) => passOn(client, code, reason));
  // A close event follows every error.
  client.on('error', () => undefined);
  server.on('error', () => undefined);
}

function tamperWith(frame: Uint8Array, tamper: Tamper): Uint8Array {
  return concat(tamper(decodeServerFrame(frame)).map(encodeServerMessage));
}

function passOn(socket: WebSocket, code: number, reason: Buffer): void {
  const { least, most, reserved } = WEBSOCKET_CODES;
  if (code < least || code > most || reserved.includes(code)) socket.terminate();
  else socket.close(code, reason);
}
