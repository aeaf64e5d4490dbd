import { describe, expect, it } from 'vitest';
import {
  CAUGHT_UP_BYTES,
  CAUGHT_UP_MS,
  MAX_BUFFERED_BYTES,
  MAX_OWN_BYTES,
  SLOW_MS,
  SLOWEST_BYTES_PER_SECOND,
  STALE_BYTES,
  STALE_MS,
} from '../../server/gateway/limits.ts';
import { SessionOutbox } from '../../server/gateway/outbox.ts';
import { Frame } from '../../server/grid/frame.ts';
import { TICK_MS } from '../../shared/constants.ts';
import { decodeServerFrame, encodeServerMessage } from '../../shared/server-codec.ts';

const header = encodeServerMessage({ type: 'frame', tick: 1000 });
const shared = Frame.of([header, encodeServerMessage({ type: 'motions', records: new Uint8Array(0) })], 3);
const own = encodeServerMessage({ type: 'own', n: 1, rev: 2, tick: 3, x: 4, y: 5, heading: 6 });
const forget = encodeServerMessage({ type: 'forget', sx: 1, sy: 2 });
const snapshot = encodeServerMessage({ type: 'snapshot', sx: 1, sy: 2, enters: new Uint8Array(0) });

/** An outbox whose link notes what it sends. */
class Bench {
  readonly sent: Frame[] = [];
  overflows = 0;
  tick = 1000;
  bufferedBytes = 0;
  worldMs = 50_000.4;
  readonly outbox: SessionOutbox;

  constructor() {
    const bench = this;
    const link = {
      send: (frame: Frame) => void this.sent.push(frame),
      get bufferedBytes() {
        return bench.bufferedBytes;
      },
      close: () => undefined,
    };
    this.outbox = new SessionOutbox(
      link,
      () => this.worldMs,
      () => void this.overflows++,
    );
  }

  flush(frame?: Frame): void {
    this.tick += 2;
    this.outbox.seal();
    this.outbox.send(this.tick, header, frame);
  }

  /** Types of the messages of each frame sent since the last time. */
  take(): string[] {
    return this.sent.splice(0).map((frame) =>
      decodeServerFrame(frame.payload)
        .map(({ type }) => type)
        .join(' '),
    );
  }
}

describe('outbox', () => {
  it('with nothing of its own it sends the shared frame as it is, the same bytes object for everybody (O3)', () => {
    const bench = new Bench();
    bench.flush(shared);
    expect(bench.sent[0]).toBe(shared);
  });

  it('with nothing at all it sends nothing (P-ORDER-1)', () => {
    const bench = new Bench();
    bench.flush();
    expect(bench.sent).toEqual([]);
  });

  it('one flush makes one frame: shared first, then urgent, normal and bulk, whatever the order of filling (O1)', () => {
    const bench = new Bench();
    bench.outbox.bulk(snapshot);
    bench.outbox.normal(forget);
    bench.outbox.urgent(own);
    bench.flush(shared);
    expect(bench.take()).toEqual(['frame motions own forget snapshot']);
  });

  it('without shared content the header opens the frame (P-ORDER-1)', () => {
    const bench = new Bench();
    bench.outbox.urgent(own);
    bench.flush();
    expect(bench.take()).toEqual(['frame own']);
  });

  it('what was sent is not sent again, and the shared bytes stay as they are', () => {
    const bench = new Bench();
    const before = shared.buffer.slice();
    bench.outbox.urgent(own);
    bench.outbox.bulk(snapshot);
    bench.flush(shared);
    bench.flush(shared);
    bench.flush();
    bench.outbox.normal(forget);
    bench.flush();
    expect(bench.take()).toEqual(['frame motions own snapshot', 'frame motions', 'frame forget']);
    expect([...shared.buffer]).toEqual([...before]);
  });

  it('answers the last nonce with the next frame, with the times of its arrival and of the frame (P-CLOCK-2)', () => {
    const bench = new Bench();
    bench.outbox.pong(7);
    bench.worldMs = 50_020;
    bench.outbox.pong(8);
    bench.worldMs = 50_090;
    bench.flush();
    const messages = decodeServerFrame((bench.sent[0] as Frame).payload);
    expect(messages[1]).toEqual({ type: 'pong', nonce: 8, receivedMs: 50_020, sentMs: 50_090 });
    bench.flush();
    expect(bench.sent.length).toBe(1);
  });

  it('calls for an end when the socket does not take what it is given, and sends no more (O2)', () => {
    const bench = new Bench();
    bench.bufferedBytes = MAX_BUFFERED_BYTES;
    bench.flush(shared);
    expect([bench.overflows, bench.sent.length]).toEqual([0, 1]);
    bench.bufferedBytes++;
    bench.flush(shared);
    expect([bench.overflows, bench.sent.length]).toEqual([1, 1]);
  });

  it('calls for an end when a flush has more of its own than is allowed (O2)', () => {
    const bench = new Bench();
    const large = new Uint8Array(MAX_OWN_BYTES / 4);
    for (let i = 0; i < 4; i++) bench.outbox.bulk(large);
    bench.flush();
    expect([bench.overflows, bench.sent.length]).toEqual([0, 1]);
    for (let i = 0; i < 4; i++) bench.outbox.bulk(large);
    bench.outbox.urgent(own);
    bench.flush();
    expect([bench.overflows, bench.sent.length]).toEqual([1, 1]);
  });

  it('a client that acknowledges what it gets is never behind', () => {
    const bench = new Bench();
    for (let i = 0; i < 500; i++) {
      bench.flush(shared);
      bench.outbox.acknowledged(bench.tick);
      expect(bench.outbox.isBehind(bench.tick)).toBe(false);
    }
    expect(bench.outbox.unacknowledgedBytes).toBe(0);
  });

  it('a client is behind once too much is unacknowledged, until most of it has been acknowledged (O2)', () => {
    const bench = new Bench();
    const large = Frame.of([new Uint8Array(STALE_BYTES / 8)]);
    const ticks: number[] = [];
    while (!bench.outbox.isBehind(bench.tick)) {
      bench.flush(large);
      ticks.push(bench.tick);
    }
    expect(ticks).toHaveLength(8);
    expect(bench.outbox.unacknowledgedBytes).toBeGreaterThan(STALE_BYTES);
    // The most recent frame still counts: it alone is less than what is allowed.
    bench.outbox.acknowledged(ticks[5] as number);
    expect(bench.outbox.unacknowledgedBytes).toBeGreaterThan(CAUGHT_UP_BYTES);
    expect(bench.outbox.isBehind(bench.tick)).toBe(true);
    bench.outbox.acknowledged(ticks[6] as number);
    expect(bench.outbox.isBehind(bench.tick)).toBe(false);
    expect(bench.overflows).toBe(0);
  });

  it('a client is behind when it has not acknowledged for too long, and then not before what is left is young (O2)', () => {
    const bench = new Bench();
    bench.flush(shared);
    const first = bench.tick;
    expect(bench.outbox.isBehind(first + STALE_MS / TICK_MS)).toBe(false);
    expect(bench.outbox.isBehind(first + STALE_MS / TICK_MS + 1)).toBe(true);
    bench.tick = first + 38;
    bench.flush(shared);
    const second = bench.tick;
    bench.outbox.acknowledged(first);
    expect(bench.outbox.isBehind(second + CAUGHT_UP_MS / TICK_MS + 1)).toBe(true);
    expect(bench.outbox.isBehind(second + CAUGHT_UP_MS / TICK_MS)).toBe(false);
  });

  it('calls for an end when the client has been behind for too long; what is large has its time (O2)', () => {
    const bench = new Bench();
    const seconds = 3;
    bench.flush(Frame.of([new Uint8Array(seconds * SLOWEST_BYTES_PER_SECOND)]));
    const last = bench.tick + (SLOW_MS + seconds * 1000) / TICK_MS;
    bench.outbox.isBehind(last);
    expect(bench.overflows).toBe(0);
    bench.outbox.isBehind(last + 1);
    expect(bench.overflows).toBe(1);
  });

  it('pictures of squares count by the time that they take, and not by their size, lest they be sent again and again (O2)', () => {
    const bench = new Bench();
    for (let i = 0; i < 4; i++) bench.outbox.bulk(new Uint8Array(STALE_BYTES));
    bench.flush(shared);
    const picture = bench.tick;
    expect(bench.outbox.isBehind(picture + 2)).toBe(false);
    expect(bench.outbox.isBehind(picture + STALE_MS / TICK_MS + 1)).toBe(true);
    // What is left is young and no picture.
    bench.tick = picture + STALE_MS / TICK_MS;
    bench.flush(Frame.of([new Uint8Array(CAUGHT_UP_BYTES)]));
    bench.outbox.acknowledged(picture);
    expect(bench.outbox.unacknowledgedBytes).toBeLessThan(STALE_BYTES);
    expect(bench.outbox.isBehind(bench.tick + 2)).toBe(true);
    bench.outbox.acknowledged(bench.tick);
    expect(bench.outbox.isBehind(bench.tick + 2)).toBe(false);
    expect(bench.overflows).toBe(0);
  });

  it('calls for an end when a client stays behind because of what it is told alone, however young that is (O2)', () => {
    const bench = new Bench();
    while (!bench.outbox.isBehind(bench.tick)) {
      bench.outbox.urgent(own);
      bench.flush();
    }
    const since = bench.tick;
    const late = (CAUGHT_UP_MS + 500) / TICK_MS;
    while (bench.tick - since < SLOW_MS / TICK_MS) {
      bench.outbox.acknowledged(bench.tick - late);
      expect(bench.overflows).toBe(0);
      bench.outbox.urgent(own);
      bench.flush();
      expect(bench.outbox.isBehind(bench.tick)).toBe(true);
    }
    expect(bench.outbox.unacknowledgedBytes).toBeLessThan(CAUGHT_UP_BYTES);
    bench.tick += 2;
    bench.outbox.isBehind(bench.tick);
    expect(bench.overflows).toBeGreaterThan(0);
  });

  it('what the node could not hear is no delay of the client', () => {
    const bench = new Bench();
    bench.flush(shared);
    bench.outbox.excuse(bench.tick + 1000);
    expect(bench.outbox.isBehind(bench.tick + 1000 + STALE_MS / TICK_MS)).toBe(false);
    expect(bench.outbox.isBehind(bench.tick + 1000 + STALE_MS / TICK_MS + 1)).toBe(true);
    expect(bench.overflows).toBe(0);
  });

  it('a number that was never sent acknowledges no more than there is, an old one nothing', () => {
    const bench = new Bench();
    bench.flush(shared);
    bench.outbox.acknowledged(0);
    expect(bench.outbox.unacknowledgedBytes).toBe(shared.buffer.length);
    bench.outbox.acknowledged(2 ** 32 - 1);
    expect(bench.outbox.unacknowledgedBytes).toBe(0);
    bench.flush(shared);
    expect(bench.outbox.unacknowledgedBytes).toBe(shared.buffer.length);
  });
});
