import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LightSocketEvents } from '../../client/bots/light-socket.ts';
import { slowSockets } from '../../client/bots/slow-socket.ts';

/** A socket with somebody at both ends. */
function connected(bytesPerSecond: number) {
  let inner: LightSocketEvents | undefined;
  const said: number[] = [];
  const taken: number[] = [];
  let closed: number | undefined;
  const open = slowSockets((_url, _protocol, events) => {
    inner = events;
    return {
      send: (payload) => said.push(payload.length) > 0,
      close: (code, reason) => events.closed(code, reason ?? ''),
    };
  }, bytesPerSecond);
  const socket = open('ws://there/ws', 'flatlands.v1', {
    opened: () => undefined,
    received: (bytes, from, to) => taken.push(to - from + (bytes[from] as number) / 1000),
    closed: (code) => {
      closed = code;
    },
  });
  const frame = (length: number): void => {
    const bytes = Buffer.alloc(length + 2, 7);
    inner?.received(bytes, 1, length + 1);
    // The bytes are written over as soon as that returns.
    bytes.fill(0);
  };
  return { socket, frame, said, taken, closed: () => closed };
}

describe('a slow reader', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('takes in what comes in order, whole, and no faster than it reads', () => {
    const { frame, taken } = connected(500);
    frame(3000);
    expect(taken).toEqual([3000.007]);
    for (let i = 0; i < 10; i++) frame(100);
    vi.advanceTimersByTime(1000);
    expect(taken.slice(1)).toEqual(Array.from({ length: 5 }, () => 100.007));
    vi.advanceTimersByTime(1000);
    expect(taken).toHaveLength(11);
  });

  it('does not read faster for having had nothing to read', () => {
    const { frame, taken } = connected(500);
    frame(10);
    frame(10);
    vi.advanceTimersByTime(60_000);
    for (let i = 0; i < 10; i++) frame(100);
    vi.advanceTimersByTime(1000);
    expect(taken).toHaveLength(2 + 5);
  });

  it('sends at once, and gives up when more has come than it keeps', () => {
    const { socket, frame, said, closed } = connected(500);
    socket.send(new Uint8Array(5));
    expect(said).toEqual([5]);
    for (let i = 0; i < 17; i++) frame(1 << 16);
    expect(closed()).toBeUndefined();
    frame(1);
    expect(closed()).toBe(1006);
  });
});
