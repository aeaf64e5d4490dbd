import { describe, expect, test } from 'vitest';
import type { SocketLike } from '../../client/core/connection.ts';
import { HELD_TOO_MUCH, LinkConditioner, PERFECT } from '../../client/core/link-conditioner.ts';
import { MAX_HELD_BYTES } from '../../client/core/link-lane.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands until it is told to go on, and timers that run at their times in order. */
class HandClock {
  now = 0;
  timersSet = 0;
  #timers: Timer[] = [];

  later(ms: number, run: () => void): void {
    this.timersSet++;
    this.#timers.push({ at: this.now + ms, run });
    // Those of the same time keep the order in which they were set.
    this.#timers.sort((a, b) => a.at - b.at);
  }

  goTo(time: number): void {
    for (let next = this.#timers[0]; next !== undefined && next.at <= time; next = this.#timers[0]) {
      this.#timers.shift();
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = time;
  }

  /** As a hidden page does: time passes and no timer runs. */
  pass(ms: number): void {
    this.now += ms;
  }
}

/** The real socket, with the test at its far end. */
class FarEnd implements SocketLike {
  binaryType = 'blob';
  onopen: ((event: unknown) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  readonly got: [at: number, what: number | string][] = [];
  answers = false;
  readonly #clock: HandClock;

  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    this.got.push([this.#clock.now, data[0] ?? -1]);
    if (this.answers) this.say(data[0] ?? -1);
  }

  close(code?: number): void {
    this.got.push([this.#clock.now, `close ${code}`]);
  }

  say(what: number, bytes = 1): void {
    const data = new Uint8Array(bytes);
    data[0] = what;
    this.onmessage?.({ data: data.buffer });
  }
}

function line(seed = 1) {
  const clock = new HandClock();
  const conditioner = new LinkConditioner({
    monotonic: () => clock.now,
    random: seededRandom(seed),
    later: (ms, run) => clock.later(ms, run),
  });
  const connect = () => {
    const far = new FarEnd(clock);
    const near = conditioner.wrap(() => far)('ws://far/ws', 'flatlands.v1');
    const got: [at: number, what: number | string][] = [];
    near.onopen = () => got.push([clock.now, 'open']);
    near.onmessage = ({ data }: { data: ArrayBuffer }) => got.push([clock.now, new Uint8Array(data)[0] ?? -1]);
    near.onclose = ({ code, reason }: { code: number; reason: string }) =>
      got.push([clock.now, `closed ${code} ${reason}`.trim()]);
    return { near, far, got };
  };
  return { clock, conditioner, connect, ...connect() };
}

const bytes = (what: number, length = 1): Uint8Array<ArrayBuffer> => {
  const made = new Uint8Array(length);
  made[0] = what;
  return made;
};

describe('a perfect line', () => {
  test('passes everything at once, without a timer', () => {
    const { clock, near, far, got } = line();
    near.binaryType = 'arraybuffer';
    expect(far.binaryType).toBe('arraybuffer');
    far.onopen?.({});
    near.send(bytes(1));
    far.say(2);
    near.close(1000);
    far.onclose?.({ code: 1000, reason: '' });
    expect(far.got).toEqual([
      [0, 1],
      [0, 'close 1000'],
    ]);
    expect(got).toEqual([
      [0, 'open'],
      [0, 2],
      [0, 'closed 1000'],
    ]);
    expect(clock.timersSet).toBe(0);
  });

  test('is perfect again, without timers, when conditions are taken off and nothing waits any more', () => {
    const { clock, conditioner, near, far } = line();
    conditioner.set({ ...PERFECT, latencyMs: 100 });
    near.send(bytes(1));
    conditioner.set(PERFECT);
    near.send(bytes(2));
    clock.goTo(50);
    const before = clock.timersSet;
    near.send(bytes(3));
    expect(far.got).toEqual([
      [50, 1],
      [50, 2],
      [50, 3],
    ]);
    expect(clock.timersSet).toBe(before);
  });
});

describe('latency and jitter', () => {
  test('half the latency lies on each way, and opening takes the whole of it', () => {
    const { clock, conditioner, near, far, got } = line();
    conditioner.set({ ...PERFECT, latencyMs: 200 });
    far.onopen?.({});
    clock.goTo(200);
    near.send(bytes(1));
    clock.goTo(300);
    far.say(2);
    clock.goTo(1000);
    expect(far.got).toEqual([[300, 1]]);
    expect(got).toEqual([
      [200, 'open'],
      [400, 2],
    ]);
  });

  test('the round trip varies evenly by the jitter around the latency', () => {
    const { clock, conditioner, near, far, got } = line(7);
    conditioner.set({ ...PERFECT, latencyMs: 200, jitterMs: 80 });
    far.answers = true;
    const trips: number[] = [];
    for (let i = 0; i < 4000; i++) {
      const sentAt = clock.now;
      near.send(bytes(i & 0xff));
      clock.goTo(sentAt + 1000);
      trips.push((got.at(-1)?.[0] ?? 0) - sentAt);
    }
    expect(got).toHaveLength(4000);
    const mean = trips.reduce((sum, trip) => sum + trip, 0) / trips.length;
    expect(mean).toBeGreaterThan(198);
    expect(mean).toBeLessThan(202);
    expect(Math.min(...trips)).toBeGreaterThanOrEqual(120);
    expect(Math.min(...trips)).toBeLessThan(126);
    expect(Math.max(...trips)).toBeLessThanOrEqual(280);
    expect(Math.max(...trips)).toBeGreaterThan(274);
  });

  test('nothing overtakes anything, however much the line wobbles', () => {
    const { clock, conditioner, near, far, got } = line(3);
    conditioner.set({ ...PERFECT, latencyMs: 100, jitterMs: 100 });
    for (let i = 0; i < 200; i++) {
      near.send(bytes(i));
      far.say(i);
      clock.goTo(clock.now + 7);
    }
    near.close(1000);
    far.onclose?.({ code: 4001, reason: 'bye' });
    clock.goTo(5000);
    const inOrder = Array.from({ length: 200 }, (_, i) => i);
    // The far end has closed: what was still on its way there is lost, the rest has come in order.
    const sent = far.got.map(([, what]) => what);
    expect(sent).toEqual(inOrder.slice(0, sent.length));
    expect(sent.length).toBeGreaterThan(180);
    expect(got.map(([, what]) => what)).toEqual([...inOrder, 'closed 4001 bye']);
  });

  test('a line that wobbles by more than its length never delivers before it was sent', () => {
    const { clock, conditioner, near, far } = line();
    conditioner.set({ ...PERFECT, jitterMs: 100 });
    for (let i = 0; i < 100; i++) {
      const sentAt = clock.now;
      near.send(bytes(i));
      clock.goTo(sentAt + 200);
      expect(far.got.at(-1)?.[0]).toBeGreaterThanOrEqual(sentAt);
      expect(far.got.at(-1)?.[0]).toBeLessThanOrEqual(sentAt + 50);
    }
  });

  test('the same seed makes the same line', () => {
    const run = (seed: number) => {
      const { clock, conditioner, near, far } = line(seed);
      conditioner.set({ ...PERFECT, latencyMs: 90, jitterMs: 40, stallMs: 300, stallsPerMinute: 20 });
      for (let i = 0; i < 100; i++) {
        near.send(bytes(i));
        clock.goTo(clock.now + 100);
      }
      return far.got;
    };
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
  });
});

describe('bandwidth', () => {
  test('bytes go one after the other, each way by itself', () => {
    const { clock, conditioner, near, far, got } = line();
    conditioner.set({ ...PERFECT, latencyMs: 20, bytesPerSecond: 1000 });
    near.send(bytes(1, 100));
    near.send(bytes(2, 50));
    far.say(3, 200);
    clock.goTo(1000);
    near.send(bytes(4, 10));
    clock.goTo(2000);
    expect(far.got).toEqual([
      [110, 1],
      [160, 2],
      [1020, 4],
    ]);
    expect(got).toEqual([[210, 3]]);
  });

  test('what has not been sent yet goes by a new bandwidth, what has been keeps its time', () => {
    const { clock, conditioner, near, far } = line();
    conditioner.set({ ...PERFECT, latencyMs: 200, bytesPerSecond: 1000 });
    near.send(bytes(1, 100));
    near.send(bytes(2, 1000));
    near.send(bytes(3, 1000));
    clock.goTo(600);
    // The first is there; of the second half has been sent; the rest of it takes 50 ms now, and the third 100.
    conditioner.set({ ...PERFECT, latencyMs: 200, bytesPerSecond: 10_000 });
    clock.goTo(2000);
    expect(far.got).toEqual([
      [200, 1],
      [750, 2],
      [850, 3],
    ]);
  });

  test('a close behind what waits still wobbles by itself under a new bandwidth', () => {
    const waits = Array.from({ length: 20 }, (_, seed) => {
      const { clock, conditioner, near, far } = line(seed + 1);
      conditioner.set({ ...PERFECT, latencyMs: 200, jitterMs: 200, bytesPerSecond: 1000 });
      near.send(bytes(1, 1000));
      near.close(1000);
      clock.goTo(500);
      conditioner.set({ ...PERFECT, latencyMs: 200, jitterMs: 200, bytesPerSecond: 500 });
      clock.goTo(2000);
      const [sentAt = 0, closedAt = 0] = far.got.map(([at]) => at);
      expect(sentAt).toBeGreaterThanOrEqual(1500);
      expect(closedAt).toBeLessThanOrEqual(1700);
      return closedAt - sentAt;
    });
    expect(Math.min(...waits)).toBe(0);
    expect(Math.max(...waits)).toBeGreaterThan(0);
  });

  test('without a bandwidth any more what waited for it goes at once', () => {
    const { clock, conditioner, near, far } = line();
    conditioner.set({ ...PERFECT, bytesPerSecond: 10 });
    near.send(bytes(1, 1000));
    near.send(bytes(2, 1000));
    clock.goTo(500);
    conditioner.set(PERFECT);
    clock.goTo(500);
    expect(far.got).toEqual([
      [500, 1],
      [500, 2],
    ]);
  });
});

describe('new conditions', () => {
  test('what is under way keeps its time, and nothing sent later comes before it', () => {
    const { clock, conditioner, near, far } = line();
    conditioner.set({ ...PERFECT, latencyMs: 400 });
    near.send(bytes(1));
    clock.goTo(10);
    conditioner.set({ ...PERFECT, latencyMs: 40 });
    near.send(bytes(2));
    clock.goTo(210);
    near.send(bytes(3));
    clock.goTo(1000);
    expect(far.got).toEqual([
      [200, 1],
      [200, 2],
      [230, 3],
    ]);
  });

  test('they hold for every open connection, and for those that open later', () => {
    const { clock, conditioner, connect, near, far } = line();
    const other = connect();
    conditioner.set({ ...PERFECT, latencyMs: 100 });
    const later = connect();
    for (const { near: socket } of [{ near }, other, later]) socket.send(bytes(1));
    clock.goTo(100);
    for (const end of [far, other.far, later.far]) expect(end.got).toEqual([[50, 1]]);
  });

  test('conditions that are none are refused', () => {
    const { conditioner } = line();
    expect(() => conditioner.set({ ...PERFECT, latencyMs: -1 })).toThrow(RangeError);
    expect(() => conditioner.set({ ...PERFECT, stallMs: Number.NaN })).toThrow('stallMs must be 0 or more.');
    expect(conditioner.conditions).toEqual(PERFECT);
  });
});

describe('stalls', () => {
  test('while one lasts nothing passes either way, then everything at once and in order', () => {
    const { clock, conditioner, near, far, got } = line(11);
    conditioner.set({ ...PERFECT, stallMs: 500, stallsPerMinute: 12 });
    for (let i = 0; clock.now < 60_000; i = (i + 1) & 0xff) {
      near.send(bytes(i));
      far.say(i);
      clock.goTo(clock.now + 20);
    }
    clock.goTo(clock.now + 1000);
    for (const log of [got, far.got]) {
      expect(log.map(([, what]) => what)).toEqual(Array.from({ length: 3000 }, (_, i) => i & 0xff));
    }
    expect(far.got).toEqual(got);
    // Apart from stalls everything passes when it is sent.
    const late = got.map(([at], i) => at - i * 20);
    const gaps = got.map(([at], i) => at - (got[i - 1]?.[0] ?? 0)).filter((gap) => gap > 21);
    expect(late.filter((ms) => ms > 0).length).toBeGreaterThan(100);
    expect(Math.max(...late)).toBeLessThanOrEqual(500);
    expect(gaps.length).toBeGreaterThanOrEqual(4);
    for (const gap of gaps) expect(gap).toBeGreaterThan(480);
  });

  test('they come at random, as often as asked for', () => {
    const { clock, conditioner } = line(2);
    conditioner.set({ ...PERFECT, stallMs: 1, stallsPerMinute: 6 });
    const starts = new Set<number>();
    for (let now = 0; now < 100 * 60_000; now += 0.5) {
      clock.now = now;
      const until = conditioner.stalledUntil(now);
      if (until > now) starts.add(until);
    }
    const between = [...starts].map((at, i, all) => at - (all[i - 1] ?? 0));
    expect(starts.size).toBeGreaterThan(600 - 3 * Math.sqrt(600));
    expect(starts.size).toBeLessThan(600 + 3 * Math.sqrt(600));
    // Of an exponential distribution the standard deviation is the mean.
    const mean = between.reduce((sum, ms) => sum + ms, 0) / between.length;
    const deviation = Math.sqrt(between.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / between.length);
    expect(deviation / mean).toBeGreaterThan(0.85);
    expect(deviation / mean).toBeLessThan(1.15);
  });

  test('a stall ends when stalls are turned off', () => {
    const { clock, conditioner, near, far } = line();
    conditioner.set({ ...PERFECT, stallMs: 60_000, stallsPerMinute: 6 });
    clock.goTo(600_000);
    near.send(bytes(1));
    clock.goTo(601_000);
    expect(far.got).toEqual([]);
    conditioner.set(PERFECT);
    clock.goTo(601_000);
    expect(far.got).toEqual([[601_000, 1]]);
  });
});

describe('closing', () => {
  test('a close overtakes nothing, whichever end it comes from', () => {
    const { clock, conditioner, near, far, got } = line();
    conditioner.set({ ...PERFECT, latencyMs: 100, bytesPerSecond: 1000 });
    near.send(bytes(1, 100));
    near.close(1000);
    far.say(2, 300);
    clock.goTo(160);
    far.onclose?.({ code: 1000, reason: '' });
    clock.goTo(1000);
    expect(far.got).toEqual([
      [150, 1],
      [150, 'close 1000'],
    ]);
    expect(got).toEqual([
      [350, 2],
      [350, 'closed 1000'],
    ]);
  });

  test('when the far end has closed what was on its way there is lost, and sending does nothing', () => {
    const { clock, conditioner, near, far, got } = line();
    conditioner.set({ ...PERFECT, latencyMs: 100 });
    near.send(bytes(1));
    far.say(2);
    far.onclose?.({ code: 4008, reason: 'gone' });
    clock.goTo(1000);
    near.send(bytes(3));
    near.close();
    clock.goTo(2000);
    expect(far.got).toEqual([]);
    expect(got).toEqual([
      [50, 2],
      [50, 'closed 4008 gone'],
    ]);
  });

  test.each([
    ['received', 'in'],
    ['sent', 'out'],
  ])('a line that has %s more than it may hold is given up, and says why', (_, way) => {
    const { clock, conditioner, near, far, got } = line();
    conditioner.set({ ...PERFECT, latencyMs: 100 });
    const half = MAX_HELD_BYTES / 2;
    const put = (what: number): void => (way === 'in' ? far.say(what, half) : near.send(bytes(what, half)));
    put(1);
    put(2);
    expect(got).toEqual([]);
    put(3);
    // Never from within the call.
    expect(got).toEqual([]);
    expect(far.got).toEqual([[0, 'close 3000']]);
    far.say(4);
    clock.goTo(1000);
    expect(got).toEqual([[0, `closed 1006 ${HELD_TOO_MUCH}`]]);
    expect(far.got).toHaveLength(1);
  });

  test('even messages without a byte are bounded', () => {
    const { conditioner, near, far } = line();
    conditioner.set({ ...PERFECT, latencyMs: 100 });
    for (let i = 0; i <= MAX_HELD_BYTES / 64; i++) near.send(new Uint8Array(0));
    expect(far.got).toEqual([[0, 'close 3000']]);
  });
});

describe('the timers', () => {
  test('one is enough for everything that waits in one direction', () => {
    const { clock, conditioner, near, far } = line();
    conditioner.set({ ...PERFECT, latencyMs: 100 });
    for (let i = 0; i < 100; i++) near.send(bytes(i));
    expect(clock.timersSet).toBe(1);
    clock.goTo(100);
    expect(far.got).toHaveLength(100);
    expect(clock.timersSet).toBe(1);
  });

  test('where they do not run, as on a hidden page, what arrives brings on what is due', () => {
    const { clock, conditioner, near, far, got } = line();
    conditioner.set({ ...PERFECT, latencyMs: 100 });
    near.send(bytes(1));
    far.say(2);
    clock.pass(400);
    far.say(3);
    expect(far.got).toEqual([[400, 1]]);
    expect(got).toEqual([[400, 2]]);
  });

  test('what is sent from within a delivery waits for its turn, and what throws does not stop the rest', () => {
    const { clock, conditioner, near, far } = line();
    conditioner.set({ ...PERFECT, latencyMs: 100 });
    const got: number[] = [];
    near.onmessage = ({ data }: { data: ArrayBuffer }) => {
      const what = new Uint8Array(data)[0] ?? -1;
      got.push(what);
      if (what === 1) throw new Error('of the page');
      near.send(bytes(what));
    };
    far.say(1);
    far.say(2);
    expect(() => clock.goTo(50)).toThrow('of the page');
    clock.goTo(100);
    expect(got).toEqual([1, 2]);
    expect(far.got).toEqual([[100, 2]]);
  });

  test('what a sender writes over after sending arrives as it was sent', () => {
    const { clock, conditioner, near, far } = line();
    conditioner.set({ ...PERFECT, latencyMs: 100 });
    const own = bytes(1);
    near.send(own);
    own[0] = 9;
    clock.goTo(50);
    expect(far.got).toEqual([[50, 1]]);
  });
});
