import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type LightSocket, lightSockets } from '../../client/bots/light-socket.ts';
import { SUBPROTOCOL } from '../../shared/constants.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { until } from '../helpers/until.ts';

/** A WebSocket server of the library that the real one uses, and what it was told. */
async function listen(protocol: string | false = SUBPROTOCOL) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => protocol });
  const peers: WebSocket[] = [];
  const requests: IncomingMessage[] = [];
  const heard: Buffer[] = [];
  const endings: number[] = [];
  server.on('connection', (peer, request) => {
    peers.push(peer);
    requests.push(request);
    peer.on('message', (data: Buffer) => heard.push(data));
    peer.on('close', (code) => endings.push(code));
    peer.on('error', () => undefined);
  });
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws?a=b`;
  return { url, peers, requests, heard, endings };
}

/** A TCP server that does with each connection what it is told. */
async function listenBare(serve: (stream: Socket) => void): Promise<string> {
  const server = createTcpServer(serve);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
}

/** A light socket with all that becomes of it. */
class Listener {
  readonly frames: Buffer[] = [];
  readonly endings: { readonly code: number; readonly reason: string }[] = [];
  isOpen = false;
  readonly socket: LightSocket;

  constructor(url: string, open = lightSockets(seededRandom(1))) {
    this.socket = open(url, SUBPROTOCOL, {
      opened: () => {
        this.isOpen = true;
      },
      received: (bytes, from, to) => this.frames.push(Buffer.from(bytes.subarray(from, to))),
      closed: (code, reason) => this.endings.push({ code, reason }),
    });
    onTestFinished(() => this.socket.close(1000));
  }

  async opened(): Promise<this> {
    await until('the socket is open', () => this.isOpen);
    return this;
  }

  ended() {
    return until('the socket has ended', () => this.endings[0]);
  }
}

/** Bytes that tell their place. */
const bytesOf = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 7) % 251));

describe('a light socket', () => {
  it('asks for its path and its subprotocol, and sends frames of every length a client may', async () => {
    const { url, requests, heard } = await listen();
    const { socket } = await new Listener(url).opened();
    expect(requests[0]?.url).toBe('/ws?a=b');
    expect(requests[0]?.headers['sec-websocket-protocol']).toBe(SUBPROTOCOL);
    const sent = [0, 1, 125, 126, 127, 2048].map(bytesOf);
    for (const bytes of sent) expect(socket.send(bytes)).toBe(true);
    await until('all was heard', () => heard.length === sent.length);
    expect(heard).toEqual(sent);
  });

  it('receives frames with lengths of 7, 16 and 64 bits, whole and in order', async () => {
    const { url, peers } = await listen();
    const listener = await new Listener(url).opened();
    const sent = [0, 1, 125, 126, 65_535, 65_536, 1_500_000, 3].map(bytesOf);
    for (const bytes of sent) peers[0]?.send(bytes);
    await until('all was received', () => listener.frames.length === sent.length);
    expect(listener.frames.map(({ length }) => length)).toEqual(sent.map(({ length }) => length));
    expect(listener.frames.every((frame, i) => frame.equals(sent[i] as Buffer))).toBe(true);
  });

  it('shares its buffer with others, whose frames do not mix', async () => {
    const { url, peers } = await listen();
    const open = lightSockets(seededRandom(2));
    const listeners = await Promise.all(Array.from({ length: 8 }, () => new Listener(url, open).opened()));
    for (let round = 0; round < 10; round++) {
      for (const [i, peer] of peers.entries()) peer.send(Buffer.alloc(5000 + round * 3000, i));
    }
    await until('all was received', () => listeners.every(({ frames }) => frames.length === 10));
    const firsts = listeners.map(({ frames }) => frames[0]?.[0]);
    expect([...firsts].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const [i, { frames }] of listeners.entries()) {
      expect(frames.every((frame) => frame.equals(Buffer.alloc(frame.length, firsts[i])))).toBe(true);
    }
  });

  it('answers a ping with a pong that says the same', async () => {
    const { url, peers } = await listen();
    await new Listener(url).opened();
    const pongs: Buffer[] = [];
    peers[0]?.on('pong', (data) => pongs.push(data));
    peers[0]?.ping(Buffer.from('are you there'));
    peers[0]?.ping();
    await until('both were answered', () => pongs.length === 2);
    expect(pongs.map(String)).toEqual(['are you there', '']);
  });

  it.each([
    [4005, 'The server is full; try again later.'],
    [1001, 'The server is stopping; reconnect in a moment.'],
    [1000, ''],
  ])('reports once that the server closed with %i, and answers with the same', async (code, reason) => {
    const { url, peers, endings } = await listen();
    const listener = await new Listener(url).opened();
    peers[0]?.close(code, reason);
    expect(await listener.ended()).toEqual({ code, reason });
    await until('the server has its answer', () => endings.length === 1);
    expect(endings).toEqual([code]);
    expect(listener.socket.send(bytesOf(3))).toBe(false);
    expect(listener.endings).toHaveLength(1);
  });

  it('leaves with the code it is told, and is over at once', async () => {
    const { url, endings } = await listen();
    const listener = await new Listener(url).opened();
    listener.socket.close(1000);
    expect(listener.endings).toEqual([{ code: 1000, reason: '' }]);
    await until('the server knows', () => endings.length === 1);
    expect(endings).toEqual([1000]);
  });

  it('that gives a connection up says a code that may be said', async () => {
    const { url, endings } = await listen();
    const listener = await new Listener(url).opened();
    listener.socket.close(1006, 'The server has fallen silent.');
    expect(listener.endings).toEqual([{ code: 1006, reason: 'The server has fallen silent.' }]);
    await until('the server knows', () => endings.length === 1);
    expect(endings).toEqual([3000]);
  });

  it('reports a connection that breaks without a word as 1006', async () => {
    const { url, peers } = await listen();
    const listener = await new Listener(url).opened();
    peers[0]?.terminate();
    expect(await listener.ended()).toEqual({ code: 1006, reason: '' });
  });

  it('reports where nobody listens as 1006', async () => {
    const url = await listenBare((stream) => stream.destroy());
    expect(await new Listener(url).ended()).toEqual({ code: 1006, reason: '' });
    expect(await new Listener('ws://127.0.0.1:1/ws').ended()).toEqual({ code: 1006, reason: '' });
  });

  it('ends what breaks the rules with a code: text', async () => {
    const { url, peers, endings } = await listen();
    const listener = await new Listener(url).opened();
    peers[0]?.send('text');
    expect(await listener.ended()).toMatchObject({ code: 1003, reason: 'The server sent text.' });
    await until('the server knows', () => endings.length === 1);
    expect(endings).toEqual([1003]);
  });

  it('does not take an answer that is no WebSocket’s', async () => {
    const server = createServer((_, response) => response.writeHead(503).end('full'));
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const listener = new Listener(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`);
    expect(await listener.ended()).toEqual({ code: 1006, reason: 'The server answered with the HTTP status 503.' });
    expect(listener.isOpen).toBe(false);
  });

  it('does not take a WebSocket that speaks something else, nor one that was not asked for', async () => {
    const { url } = await listen(false);
    expect(await new Listener(url).ended()).toMatchObject({ reason: 'The server speaks another subprotocol.' });
    const wrongKey = 'HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: of another\r\n\r\n';
    const bare = await listenBare((stream) => stream.write(wrongKey));
    expect(await new Listener(bare).ended()).toMatchObject({
      reason: 'The server does not answer as a WebSocket does.',
    });
    const endless = await listenBare((stream) => stream.write('x'.repeat(20_000)));
    expect(await new Listener(endless).ended()).toMatchObject({
      reason: 'The server does not answer as a WebSocket does.',
    });
  });

  it('refuses an address that is none', () => {
    expect(() => new Listener('nowhere')).toThrow(TypeError);
  });
});
