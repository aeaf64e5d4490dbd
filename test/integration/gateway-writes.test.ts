import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, BlockList } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { startGateway } from '../../server/gateway/gateway.ts';
import type { Link } from '../../server/gateway/outbox.ts';
import { Session, type SessionHost } from '../../server/gateway/session.ts';
import { Frame } from '../../server/grid/frame.ts';
import { CLOSE } from '../../shared/closing.ts';
import { SUBPROTOCOL } from '../../shared/constants.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { until } from '../helpers/until.ts';

const SEED = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Of sessions that never get further than their connection. */
function idleHost(ended: () => void): SessionHost {
  const unexpected = (): never => {
    throw new Error('nobody says hello here');
  };
  return {
    monotonic: () => 0,
    worldMs: () => 0,
    lanes: { urgent: 0, normal: 0, bulk: 0 },
    arrived: unexpected,
    signIn: unexpected,
    enter: unexpected,
    input: unexpected,
    sign: unexpected,
    follow: unexpected,
    watchTraces: unexpected,
    request: unexpected,
    retell: unexpected,
    retellAll: unexpected,
    profileOf: unexpected,
    entered: unexpected,
    failed: unexpected,
    ended,
  };
}

interface ServerEnd {
  link: Link | undefined;
  /** How often its session has ended. */
  ended: number;
}

/** A connection of the real gateway, and what its client got. */
class Bench {
  readonly messages: Buffer[] = [];
  readonly pongs: string[] = [];
  readonly faults: unknown[] = [];
  ending: { readonly code: number; readonly reason: string } | undefined;
  readonly #client: WebSocket;
  readonly #server: ServerEnd;

  private constructor(client: WebSocket, server: ServerEnd) {
    this.#client = client;
    this.#server = server;
    client.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) this.faults.push('a text message');
      this.messages.push(data);
    });
    client.on('pong', (data) => this.pongs.push(data.toString('hex')));
    client.on('error', (error) => this.faults.push(error));
    client.on('close', (code, reason) => {
      this.ending = { code, reason: reason.toString() };
    });
  }

  static async start(isDirect: boolean): Promise<Bench> {
    const server = createServer();
    const end: ServerEnd = { link: undefined, ended: 0 };
    const gateway = startGateway({
      server,
      origins: [],
      trustedProxies: new BlockList(),
      banned: () => undefined,
      connectionsPerAddress: 0,
      monotonic: () => 0,
      isDirect,
      isOpen: () => true,
      connect: (link) => {
        end.link = link;
        return new Session(
          link,
          idleHost(() => end.ended++),
        );
      },
      refused: () => undefined,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = new WebSocket(`ws://127.0.0.1:${port}/ws`, SUBPROTOCOL, { perMessageDeflate: false });
    onTestFinished(async () => {
      client.terminate();
      await gateway.stop();
      server.close();
    });
    const bench = new Bench(client, end);
    await once(client, 'open');
    return bench;
  }

  get link(): Link {
    return this.#server.link as Link;
  }

  get sessionsEnded(): number {
    return this.#server.ended;
  }

  ping(data: Buffer): void {
    this.#client.ping(data);
  }

  close(code: number): void {
    this.#client.close(code);
  }

  /** The client stops reading, or goes on. */
  pause(isPaused: boolean): void {
    if (isPaused) this.#client.pause();
    else this.#client.resume();
  }
}

const bytesOf = (random: () => number, length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, () => random() * 256));

/** A size as they come: most small, some at the borders of the header's forms, a few large. */
function sizeOf(random: () => number): number {
  const kind = random();
  if (kind < 0.6) return Math.floor(random() * 400);
  if (kind < 0.8) return [0, 125, 126, 127, 65_535, 65_536][Math.floor(random() * 6)] as number;
  return Math.floor(random() * (kind < 0.97 ? 8000 : 300_000));
}

describe.each([
  [true, 'and past the stream'],
  [false, 'to the stream'],
])('frames written past ws (directly: %s), %s,', (isDirect) => {
  it(`arrive whole and in order, while ws answers pings and the closing handshake in between (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    const bench = await Bench.start(isDirect);
    const frames: Frame[] = [];
    const pings: string[] = [];
    for (let i = 0; i < 800; i++) {
      const frame = Frame.of([bytesOf(random, sizeOf(random))]);
      frames.push(frame);
      bench.link.send(frame);
      if (random() < 0.4) {
        const data = bytesOf(random, Math.floor(random() * 126));
        pings.push(data.toString('hex'));
        bench.ping(data);
      }
      // Now and then the client does not read for a while, and much piles up in the stream.
      if (random() < 0.03) bench.pause(true);
      if (random() < 0.1) bench.pause(false);
      if (random() < 0.5) await turn();
    }
    bench.pause(false);
    await until('all pings are answered', () => bench.pongs.length === pings.length);
    bench.link.close(CLOSE.slow.code, CLOSE.slow.sentence);
    // What comes after the close is not sent any more: it would be a breach of the protocol.
    bench.link.send(frames[0] as Frame);
    await until('the client has seen the close', () => bench.ending);
    expect(bench.ending).toEqual({ code: CLOSE.slow.code, reason: CLOSE.slow.sentence });
    expect(bench.faults).toEqual([]);
    expect(bench.pongs).toEqual(pings);
    expect(bench.messages.length).toBe(frames.length);
    for (const [i, message] of bench.messages.entries()) {
      expect(message.equals((frames[i] as Frame).payload), `frame ${i} of ${message.length} bytes`).toBe(true);
    }
  });

  it(`arrive as far as they were sent before a client closes, and are no fault after that (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < 10; round++) {
      const bench = await Bench.start(isDirect);
      const frames: Frame[] = [];
      const closeAt = Math.floor(random() * 60);
      for (let i = 0; i < 100; i++) {
        const frame = Frame.of([bytesOf(random, Math.floor(random() * 3000))]);
        frames.push(frame);
        bench.link.send(frame);
        if (i === closeAt) bench.close(1000);
        if (random() < 0.5) await turn();
      }
      await until('both ends have closed', () => bench.ending !== undefined && bench.sessionsEnded === 1);
      expect(bench.ending?.code).toBe(1000);
      expect(bench.faults).toEqual([]);
      for (const [i, message] of bench.messages.entries()) {
        expect(message.equals((frames[i] as Frame).payload), `frame ${i}`).toBe(true);
      }
    }
  });

  it('that the client does not take count as buffered, until it does', async () => {
    const bench = await Bench.start(isDirect);
    bench.pause(true);
    const frame = Frame.of([bytesOf(seededRandom(1), 200_000)]);
    let count = 0;
    await until('the kernel has had enough', async () => {
      bench.link.send(frame);
      count++;
      await turn();
      return bench.link.bufferedBytes > 1_000_000;
    });
    bench.pause(false);
    await until('all has arrived', () => bench.messages.length === count);
    expect(bench.link.bufferedBytes).toBe(0);
    for (const message of bench.messages) expect(message.equals(frame.payload)).toBe(true);
  });
});
