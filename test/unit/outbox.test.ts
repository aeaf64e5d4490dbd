import { describe, expect, it } from 'vitest';
import { MAX_BUFFERED_BYTES, MAX_OWN_BYTES } from '../../server/gateway/limits.ts';
import { SessionOutbox } from '../../server/gateway/outbox.ts';
import { concat } from '../../shared/codec.ts';
import { decodeServerFrame, encodeServerMessage } from '../../shared/server-codec.ts';

const header = encodeServerMessage({ type: 'frame', tick: 1000 });
const shared = concat([header, encodeServerMessage({ type: 'motions', records: new Uint8Array(0) })]);
const own = encodeServerMessage({ type: 'own', n: 1, rev: 2, tick: 3, x: 4, y: 5, heading: 6 });
const forget = encodeServerMessage({ type: 'forget', sx: 1, sy: 2 });
const snapshot = encodeServerMessage({ type: 'snapshot', sx: 1, sy: 2, enters: new Uint8Array(0) });

/** An outbox whose link notes what it sends. */
class Bench {
  readonly sent: Uint8Array[] = [];
  overflows = 0;
  bufferedBytes = 0;
  worldMs = 50_000.4;
  readonly outbox: SessionOutbox;

  constructor() {
    const bench = this;
    const link = {
      send: (frame: Uint8Array) => void this.sent.push(frame),
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

  /** Types of the messages of each frame sent since the last time. */
  take(): string[] {
    return this.sent.splice(0).map((frame) =>
      decodeServerFrame(frame)
        .map(({ type }) => type)
        .join(' '),
    );
  }
}

describe('outbox', () => {
  it('with nothing of its own it sends the shared frame as it is, the same bytes object for everybody (O3)', () => {
    const bench = new Bench();
    bench.outbox.flush(header, shared);
    expect(bench.sent[0]).toBe(shared);
  });

  it('with nothing at all it sends nothing (P-ORDER-1)', () => {
    const bench = new Bench();
    bench.outbox.flush(header, undefined);
    expect(bench.sent).toEqual([]);
  });

  it('one flush makes one frame: shared first, then urgent, normal and bulk, whatever the order of filling (O1)', () => {
    const bench = new Bench();
    bench.outbox.bulk(snapshot);
    bench.outbox.normal(forget);
    bench.outbox.urgent(own);
    bench.outbox.flush(header, shared);
    expect(bench.take()).toEqual(['frame motions own forget snapshot']);
  });

  it('without shared content the header opens the frame (P-ORDER-1)', () => {
    const bench = new Bench();
    bench.outbox.urgent(own);
    bench.outbox.flush(header, undefined);
    expect(bench.take()).toEqual(['frame own']);
  });

  it('what was sent is not sent again, and the shared bytes stay as they are', () => {
    const bench = new Bench();
    const before = shared.slice();
    bench.outbox.urgent(own);
    bench.outbox.bulk(snapshot);
    bench.outbox.flush(header, shared);
    bench.outbox.flush(header, shared);
    bench.outbox.flush(header, undefined);
    bench.outbox.normal(forget);
    bench.outbox.flush(header, undefined);
    expect(bench.take()).toEqual(['frame motions own snapshot', 'frame motions', 'frame forget']);
    expect([...shared]).toEqual([...before]);
  });

  it('answers the last nonce with the next frame, with the times of its arrival and of the frame (P-CLOCK-2)', () => {
    const bench = new Bench();
    bench.outbox.pong(7);
    bench.worldMs = 50_020;
    bench.outbox.pong(8);
    bench.worldMs = 50_090;
    bench.outbox.flush(header, undefined);
    const messages = decodeServerFrame(bench.sent[0] as Uint8Array);
    expect(messages[1]).toEqual({ type: 'pong', nonce: 8, receivedMs: 50_020, sentMs: 50_090 });
    bench.outbox.flush(header, undefined);
    expect(bench.sent.length).toBe(1);
  });

  it('calls for an end when the socket does not take what it is given, and sends no more (O2)', () => {
    const bench = new Bench();
    bench.bufferedBytes = MAX_BUFFERED_BYTES;
    bench.outbox.flush(header, shared);
    expect([bench.overflows, bench.sent.length]).toEqual([0, 1]);
    bench.bufferedBytes++;
    bench.outbox.flush(header, shared);
    expect([bench.overflows, bench.sent.length]).toEqual([1, 1]);
  });

  it('calls for an end when a flush has more of its own than is allowed (O2)', () => {
    const bench = new Bench();
    const large = new Uint8Array(MAX_OWN_BYTES / 4);
    for (let i = 0; i < 4; i++) bench.outbox.bulk(large);
    bench.outbox.flush(header, undefined);
    expect([bench.overflows, bench.sent.length]).toEqual([0, 1]);
    for (let i = 0; i < 4; i++) bench.outbox.bulk(large);
    bench.outbox.urgent(own);
    bench.outbox.flush(header, undefined);
    expect([bench.overflows, bench.sent.length]).toEqual([1, 1]);
  });
});
