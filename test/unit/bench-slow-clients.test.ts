import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../client/bots/report.ts';
import { SquarePicture } from '../../client/core/square-picture.ts';
import { SUBPROTOCOL } from '../../shared/constants.ts';
import type { SquareKey } from '../../shared/grid.ts';
import { squareKey } from '../../shared/grid.ts';
import { PacedSocket } from '../bench/slow-clients/paced-socket.ts';
import { isSeenBy, type PeopleSeen, peopleSeen, SeenByFrame } from '../bench/slow-clients/people-seen.ts';
import {
  assertSound,
  type GaugeSample,
  grownBytes,
  mostHeldBytes,
  type Round,
  slowClientsRows,
} from '../bench/slow-clients/round.ts';
import { until } from '../helpers/until.ts';

/** Squares in a row, each with people as `[id, generation, rev]`. */
function seen(...squares: readonly (readonly (readonly [number, number, number])[])[]): PeopleSeen {
  const pictures = new Map<SquareKey, SquarePicture>();
  for (const [sx, people] of squares.entries()) {
    const picture = new SquarePicture(sx, 0);
    for (const [id, generation, rev] of people) {
      const motion = { tick: 1, x: 0, y: 0, heading: 0 };
      picture.put({ id, generation, rev, motion, look: 0, profileVersion: 1, hash: id });
    }
    pictures.set(squareKey(sx, 0), picture);
  }
  return peopleSeen({ squares: pictures });
}

describe('a picture is right', () => {
  const truth = seen(
    [
      [1, 1, 5],
      [2, 1, 9],
    ],
    [[3, 2, 65_535]],
    [],
  );

  it('where all of its squares are as they are for somebody who sees more', () => {
    expect(
      isSeenBy(
        seen(
          [
            [2, 1, 9],
            [1, 1, 5],
          ],
          [[3, 2, 65_535]],
        ),
        truth,
      ),
    ).toBe(true);
  });

  it('only where everybody is there, nobody else is, and all of it is the newest', () => {
    expect(isSeenBy(seen([[1, 1, 5]]), truth)).toBe(false);
    expect(
      isSeenBy(
        seen([
          [1, 1, 5],
          [2, 1, 9],
          [4, 1, 0],
        ]),
        truth,
      ),
    ).toBe(false);
    expect(
      isSeenBy(
        seen([
          [1, 1, 5],
          [2, 1, 8],
        ]),
        truth,
      ),
    ).toBe(false);
    expect(
      isSeenBy(
        seen(
          [
            [1, 1, 5],
            [2, 1, 9],
          ],
          [[3, 3, 65_535]],
        ),
        truth,
      ),
    ).toBe(false);
    expect(
      isSeenBy(
        seen([
          [1, 1, 5],
          [4, 1, 9],
        ]),
        truth,
      ),
    ).toBe(false);
  });

  it('not where it has a square that the other does not know, nor where it has none', () => {
    expect(isSeenBy(seen([], [], [], []), seen([], [], []))).toBe(false);
    expect(isSeenBy(seen(), truth)).toBe(false);
  });

  it('as of the same frame, whoever has it first, and each frame is compared once', () => {
    const [mine, theirs] = [new SeenByFrame(), new SeenByFrame()];
    mine.note(10, truth);
    expect(mine.compareWith(theirs)).toEqual([]);
    theirs.note(10, truth);
    theirs.note(12, truth);
    mine.note(12, seen([]));
    expect(mine.compareWith(theirs)).toEqual([
      { frame: 10, isSame: true },
      { frame: 12, isSame: false },
    ]);
    expect(mine.compareWith(theirs)).toEqual([]);
  });

  it('and what nobody else ever saw is not kept for ever', () => {
    const frames = new SeenByFrame();
    for (let frame = 0; frame < 1000; frame++) frames.note(frame, truth);
    expect(frames.at(0)).toBeUndefined();
    expect(frames.at(999)).toBe(truth);
  });
});

const UPDATES = { expected: 900, seen: 900, missed: 0, absent: 0, late: 0, ghosts: 0, duplicated: 0, misplaced: 0 };

function sample(changes: Partial<GaugeSample['values']> = {}): GaugeSample {
  const values = {
    flatlands_sessions: 551,
    flatlands_stale_sessions: 40,
    flatlands_outbox_bytes: 500,
    flatlands_oldest_unacknowledged_seconds: 4.5,
    flatlands_flush_level: 0,
    ...changes,
  };
  return { atMs: 0, values };
}

function round(changes: Partial<Report> = {}, rest: Partial<Round> = {}): Round {
  const report = {
    ending: 'interrupted',
    players: { asked: 500, joined: 500, refused: 0, dropped: 0, gaveUp: 0, full: 30 },
    faults: [],
    closings: [],
    seconds: 20,
    updates: UPDATES,
    generator: { eventLoopDelayMs: { p50: 1, p99: 10, max: 20 }, cpuSeconds: 8 },
    inFault: { updates: UPDATES, dropped: 0, latencyMs: { p50: 60, p90: 100, p99: 130, max: 200 } },
    ...changes,
  } as Partial<Report> as Report;
  return {
    quickSessions: 501,
    slowClients: 51,
    report,
    without: { samples: [sample({ flatlands_stale_sessions: 0 })], p99Ms: 120 },
    among: { samples: [sample(), sample()], drained: { clients: 25, wrong: 0, disagreements: 0, seconds: 0.7 } },
    memory: { without: { resident: 8e7, heap: 2e7 }, among: { resident: 8.5e7, heap: 2.1e7 }, openSlow: 50 },
    endings: { slow: 3, cut: 40, others: [] },
    ...rest,
  };
}

const rowOf = (rounds: readonly Round[], name: string) =>
  slowClientsRows(rounds).find((row) => row.name === `slow clients ${name}`);

describe('the rows of slow clients', () => {
  it('are all right where all went well', () => {
    const rows = slowClientsRows([round()]);
    expect(rows.filter(({ ok }) => ok === false)).toEqual([]);
    expect(rows.filter(({ ok }) => ok === true).length).toBe(7);
  });

  it('have the median of what each round makes of the difference', () => {
    const slower = (p99Ms: number): Round => round({}, { without: { ...round().without, p99Ms } });
    expect(rowOf([slower(120), slower(40), slower(110)], 'p99 difference ms')).toMatchObject({ value: 20, ok: true });
    expect(rowOf([slower(50)], 'p99 difference ms')).toMatchObject({ value: 80, ok: false });
  });

  it('have the worst of all rounds where something must never be', () => {
    const wrong = round(
      {},
      { among: { ...round().among, drained: { clients: 25, wrong: 2, disagreements: 1, seconds: 1 } } },
    );
    expect(rowOf([round(), wrong], 'right after draining')).toMatchObject({ value: 2, ok: false });
    expect(rowOf([round(), wrong], 'disagreements')).toMatchObject({ value: 1, ok: false });
    const old = sample({ flatlands_oldest_unacknowledged_seconds: 5.5 });
    const late = round({}, { among: { ...round().among, samples: [sample(), old] } });
    expect(rowOf([late, round()], 'oldest picture s')).toMatchObject({ value: 5.5, ok: false });
    const missed = round({ updates: { ...UPDATES, missed: 1, ghosts: 2 } });
    expect(rowOf([missed, round()], 'missed')).toMatchObject({ value: 3, ok: false });
  });

  it('share what the server has grown by, and what it holds back, among the slow sessions that are open', () => {
    expect(grownBytes(round().memory, 'resident')).toBe(1e5);
    expect(rowOf([round()], 'memory kB')).toMatchObject({ value: 100, ok: true });
    const held = [
      sample({ flatlands_outbox_bytes: 1e6 }),
      sample({ flatlands_sessions: 501, flatlands_outbox_bytes: 1e9 }),
    ];
    // A server without slow sessions holds nothing back for them.
    expect(mostHeldBytes({ quickSessions: 501, among: { ...round().among, samples: held } })).toBe(20_000);
  });
});

describe('a round with slow clients', () => {
  it('is sound unless something is amiss', () => {
    expect(() => assertSound(round())).not.toThrow();
    expect(() => assertSound(round({ faults: [{ kind: 'missed', count: 3 }] }))).not.toThrow();
  });

  it('is none where they were not slow', () => {
    const quick = round({}, { among: { ...round().among, samples: [sample({ flatlands_stale_sessions: 10 })] } });
    expect(() => assertSound(quick)).toThrow('Of 51 slow clients no more than 10 fell behind at a time');
  });

  it('is none where the crowd or the server had trouble anyway', () => {
    const level = { samples: [sample({ flatlands_flush_level: 1 })], p99Ms: 120 };
    expect(() => assertSound(round({}, { without: level }))).toThrow(
      'with no slow client about: the machine is too busy',
    );
    expect(() => assertSound(round({ faults: [{ kind: 'dropped', count: 1 }] }))).toThrow(
      'It went wrong: 1 player lost the connection.',
    );
    const endings = { slow: 0, cut: 0, others: ['4004 Malformed.'] };
    expect(() => assertSound(round({}, { endings }))).toThrow('A slow client was closed with 4004 Malformed.');
  });
});

describe('a client that reads at a pace', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  /** A server that answers the handshake of whoever connects, and gives the connection. */
  async function accepting(): Promise<{ url: URL; peer: Promise<Socket> }> {
    let taken: (socket: Socket) => void = () => undefined;
    const peer = new Promise<Socket>((resolve) => {
      taken = resolve;
    });
    const server: Server = createServer((socket) => {
      closing.push(() => socket.destroy());
      socket.once('data', (request: Buffer) => {
        const key = /Sec-WebSocket-Key: (\S+)/.exec(request.toString('latin1'))?.[1] ?? '';
        const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
        );
        taken(socket);
      });
    });
    closing.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`), peer };
  }

  /** A frame of so many bytes, header included. */
  const frame = (bytes: number): Buffer => Buffer.concat([Buffer.of(0x82, bytes - 2), Buffer.alloc(bytes - 2)]);

  it('takes no more than it is let, and all there is once it may', async () => {
    const { url, peer } = await accepting();
    let frames = 0;
    let isOpen = false;
    const socket = new PacedSocket(url, {
      opened: () => {
        isOpen = true;
      },
      received: () => {
        frames++;
      },
      closed: () => undefined,
    });
    closing.push(() => socket.cut());
    const server = await peer;
    await until('it was open', () => isOpen);
    socket.pace(500, 0);
    server.write(Buffer.concat(Array.from({ length: 100 }, () => frame(100))));
    // What is read when the pace is set is no more than one go of 250 bytes.
    await until('it had read at first', () => frames === 2);
    socket.read(499);
    socket.read(500);
    await until('it had read 500 bytes', () => frames === 5);
    socket.read(1000);
    await until('it had read 750 bytes', () => frames === 7);
    socket.pace(Number.POSITIVE_INFINITY, 1000);
    await until('it had read everything', () => frames === 100);
  });

  it('learns of its end by what it says, if it does not read', async () => {
    const { url, peer } = await accepting();
    let isOpen = false;
    let code: number | undefined;
    const socket = new PacedSocket(url, {
      opened: () => {
        isOpen = true;
      },
      received: () => undefined,
      closed: (ended) => {
        code = ended;
      },
    });
    closing.push(() => socket.cut());
    const server = await peer;
    await until('it was open', () => isOpen);
    socket.pace(0, 0);
    server.write(Buffer.concat(Array.from({ length: 100 }, () => frame(100))));
    server.destroy();
    await until('it had heard', () => {
      socket.send(Uint8Array.of(1));
      return code !== undefined;
    });
    expect(code).toBe(1006);
  });
});
