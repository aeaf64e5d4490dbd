import { once } from 'node:events';
import { createServer as createHttp, type Server } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { type Duplex, PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { DirectReads } from '../../server/gateway/direct-reads.ts';
import { readAhead } from '../../server/gateway/read-ahead.ts';
import { MAX_CLIENT_FRAME_BYTES } from '../../shared/constants.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { until } from '../helpers/until.ts';

/** A client's message as it goes over the wire; `first` names another kind of frame. */
function masked(payload: Uint8Array, random: () => number, first = 0x82): Buffer {
  const mask = Array.from({ length: 4 }, () => Math.floor(random() * 256));
  const head =
    payload.length <= 125 ? [first, 0x80 | payload.length] : [first, 0xfe, payload.length >> 8, payload.length & 0xff];
  return Buffer.from([...head, ...mask, ...payload.map((byte, i) => byte ^ (mask[i % 4] as number))]);
}

const bytes = (length: number, random: () => number): Uint8Array =>
  Uint8Array.from({ length }, () => Math.floor(random() * 256));

const reads = new DirectReads();

describe('reading ahead of ws', () => {
  /** A stream with somebody who listens as ws does, and what each of the two was given. */
  class Bench {
    readonly stream = new PassThrough();
    readonly taken: number[][] = [];
    readonly handedOver: Buffer[] = [];

    constructor() {
      this.stream.on('data', (chunk: Buffer) => this.handedOver.push(chunk));
      readAhead(this.stream, (message) => this.taken.push([...message]));
    }

    async say(chunk: Buffer): Promise<void> {
      this.stream.write(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('takes whole messages, also several in one chunk, empty ones, and long ones', async () => {
    const random = seededRandom(3);
    const bench = new Bench();
    const messages = [0, 1, 17, 125, 126, 300, MAX_CLIENT_FRAME_BYTES].map((length) => bytes(length, random));
    await bench.say(Buffer.concat(messages.map((message) => masked(message, random))));
    await bench.say(masked(bytes(3, random), random));
    expect(bench.taken.slice(0, 7)).toEqual(messages.map((message) => [...message]));
    expect([bench.taken.length, bench.handedOver.length]).toEqual([8, 0]);
  });

  const random = seededRandom(4);
  const small = masked(bytes(5, random), random);
  it.each([
    ['a part of a message', small.subarray(0, 7)],
    ['a part of a header', small.subarray(0, 3)],
    ['a message and a part of the next', Buffer.concat([small, small.subarray(0, 4)])],
    ['a message that is too long', masked(bytes(MAX_CLIENT_FRAME_BYTES + 1, random), random)],
    ['a part of a long message', masked(bytes(126, random), random).subarray(0, 100)],
    ['a part of the header of a long message', masked(bytes(126, random), random).subarray(0, 7)],
    ['a message with a length of eight bytes', Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])],
    ['text', masked(bytes(5, random), random, 0x81)],
    ['a fragment', masked(bytes(5, random), random, 0x02)],
    ['a message with a reserved bit', masked(bytes(5, random), random, 0xc2)],
    ['a ping', masked(bytes(5, random), random, 0x89)],
    ['the end', masked(Buffer.of(3, 232), random, 0x88)],
    ['a message without a mask', Buffer.from([0x82, 2, 7, 7, 7, 7, 7, 7])],
  ])('hands over for good, and untouched, what begins with %s', async (_, chunk) => {
    const bench = new Bench();
    const before = Buffer.from(chunk);
    await bench.say(Buffer.from(small));
    await bench.say(chunk);
    await bench.say(Buffer.from(small));
    expect(bench.taken).toHaveLength(1);
    expect(bench.handedOver).toEqual([before, small]);
  });

  it('leaves a stream alone to which others listen as well', async () => {
    const stream = new PassThrough();
    const heard: string[] = [];
    stream.on('data', () => heard.push('one'));
    stream.on('data', () => heard.push('two'));
    readAhead(stream, () => heard.push('three'));
    stream.write(Buffer.from(small));
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(['one', 'two']);
  });
});

describe('reading past the stream', () => {
  it('leaves alone what is no socket, or has something to read already', async () => {
    const reads = new DirectReads();
    expect(reads.begin(new PassThrough(), () => undefined)).toBe(false);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = connect((server.address() as { port: number }).port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.unshift(Buffer.from('came with the request'));
    expect(reads.begin(socket, () => undefined)).toBe(false);
    client.destroy();
    socket.destroy();
    server.close();
  });
});

describe.each([
  ['ahead', (stream: Duplex, take: (message: Buffer) => void) => readAhead(stream, take)],
  [
    'past the stream',
    (stream: Duplex, take: (message: Buffer) => void) => {
      // On the Node that this is for it has to fit.
      expect(reads.begin(stream, take)).toBe(true);
    },
  ],
] as const)('reading %s of a real ws', (_way, read) => {
  const received: number[][] = [];
  let server: Server;
  let peer: WebSocket | undefined;

  beforeEach(async () => {
    received.length = 0;
    const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    const http = createHttp();
    http.on('upgrade', (request, stream, head) => {
      webSockets.handleUpgrade(request, stream, head, (socket) => {
        peer = socket;
        socket.on('message', (data: Buffer) => received.push([...data]));
        read(stream, (message) => received.push([...message]));
      });
    });
    server = http;
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    peer?.terminate();
    server.close();
  });

  it('gets every message once and in order, however the network cuts them (seeds 1 to 4)', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const random = seededRandom(seed);
      received.length = 0;
      const { port } = server.address() as { port: number };
      // Between the client and the server somebody cuts the stream into pieces.
      const scissors = createServer((client) => pipeInPieces(client, port, random));
      await new Promise<void>((resolve) => scissors.listen(0, '127.0.0.1', resolve));
      const socket = new WebSocket(`ws://127.0.0.1:${(scissors.address() as { port: number }).port}`);
      await new Promise((resolve) => socket.once('open', resolve));
      const sent: number[][] = [];
      let pongs = 0;
      socket.on('pong', () => pongs++);
      for (let i = 0; i < 300; i++) {
        const message = bytes(Math.floor(random() ** 4 * 300), random);
        sent.push([...message]);
        socket.send(message);
        if (random() < 0.01) socket.ping();
      }
      socket.ping();
      await until('all had come', () => received.length === sent.length && pongs > 0);
      expect(received, `seed ${seed}`).toEqual(sent);
      const closed = new Promise<number>((resolve) => socket.once('close', (code) => resolve(code)));
      socket.close(1000);
      expect(await closed).toBe(1000);
      scissors.close();
    }
  });
});

it('reads past the stream as long as messages are whole and small, and through it from then on', async () => {
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createHttp();
  const [direct, chunks, byWs]: [string[], number[], number[]] = [[], [], []];
  server.on('upgrade', (request, stream, head) => {
    webSockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('message', (data: Buffer) => byWs.push(data.length));
      stream.on('data', (chunk: Buffer) => chunks.push(chunk.length));
      reads.begin(stream, (message) => direct.push(message.toString()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as { port: number }).port}`);
  await once(client, 'open');
  for (const text of ['one', 'two']) {
    client.send(Buffer.from(text));
    await until('it was read', () => direct.at(-1) === text);
  }
  expect([chunks, byWs]).toEqual([[], []]);
  // Longer than a read gives at once, so that the stream has to hold some of it.
  client.send(Buffer.alloc(300_000));
  client.send(Buffer.from('three'));
  await until('ws has read the rest', () => byWs.length === 2);
  expect(byWs).toEqual([300_000, 5]);
  expect(direct).toEqual(['one', 'two']);
  expect(chunks.length).toBeGreaterThan(0);
  client.close();
  await once(client, 'close');
  server.close();
});

function pipeInPieces(client: Socket, port: number, random: () => number): void {
  const upstream = connect({ port, host: '127.0.0.1', noDelay: true });
  let isUpgraded = false;
  client.on('data', (chunk: Buffer) => {
    // The handshake goes through as it is; a cut in it would be about HTTP.
    for (let at = 0; at < chunk.length; ) {
      const size = isUpgraded && random() < 0.3 ? 1 + Math.floor(random() * 40) : chunk.length - at;
      upstream.write(chunk.subarray(at, at + size));
      at += size;
    }
    isUpgraded = true;
  });
  upstream.on('data', (chunk) => client.write(chunk));
  for (const end of [client, upstream]) end.on('error', () => undefined);
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
}
