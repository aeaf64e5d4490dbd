import { describe, expect, it } from 'vitest';
import { Directory } from '../../server/grid/directory.ts';
import { FanOut, type Viewer } from '../../server/grid/fan-out.ts';
import { Frame } from '../../server/grid/frame.ts';
import { GridSquare } from '../../server/grid/grid-square.ts';
import { CHECK_EVERY_TICKS } from '../../server/grid/limits.ts';
import { Replica, type ReplicaContext } from '../../server/grid/replica.ts';
import type { Batch } from '../../server/grid/wire.ts';
import { LINGER_TICKS, UNITS_PER_SQUARE } from '../../shared/constants.ts';
import { type SquareKey, squareKey } from '../../shared/grid.ts';
import { STANDING } from '../../shared/motion.ts';
import { RecordWriter } from '../../shared/records.ts';
import { decodeServerFrame, encodeServerMessage } from '../../shared/server-codec.ts';
import { occupant } from '../helpers/occupants.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { ShownOutbox } from '../helpers/shown-outbox.ts';
import { free } from '../helpers/walls.ts';

interface Seat {
  readonly outbox: ShownOutbox;
  readonly viewer: Viewer;
  /** In squares: 0.5 is the middle of square 0. */
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A fan-out over replicas that are subscribed as soon as they are wanted, and fed by hand. */
class Bench {
  readonly squares = new Map<SquareKey, GridSquare>();
  tick = 1000;
  /** Whether squares have a replica at once; else they wait for it as for the broker. */
  isSubscribed = true;
  readonly fanOut = new FanOut({
    acquire: (sx, sy) => {
      const square = this.square(sx, sy);
      square.viewers++;
      return square;
    },
    release: (square) => {
      square.viewers--;
    },
  });
  readonly #context: ReplicaContext = {
    blocked: free,
    directory: new Directory(),
    counters: { gaps: 0, questions: 0, healed: 0, divergences: 0, checksCompared: 0 },
    records: new RecordWriter(),
  };
  readonly #seqs = new Map<GridSquare, number>();

  square(sx: number, sy: number): GridSquare {
    const square = this.squares.get(squareKey(sx, sy)) ?? new GridSquare(sx, sy);
    this.squares.set(square.key, square);
    if (this.isSubscribed) this.subscribe(square);
    return square;
  }

  subscribe(square: GridSquare): void {
    square.replica ??= new Replica(square, undefined, this.#context, this.tick, CHECK_EVERY_TICKS - 1);
  }

  sit(x: number, y: number, width = 2, height = 2): Seat {
    const outbox = new ShownOutbox();
    const seat = { outbox, x, y, width, height };
    const outlook = {
      get x() {
        return seat.x * UNITS_PER_SQUARE;
      },
      get y() {
        return seat.y * UNITS_PER_SQUARE;
      },
      get width() {
        return seat.width;
      },
      get height() {
        return seat.height;
      },
    };
    return Object.assign(seat, { viewer: this.fanOut.add(outbox, outlook, this.tick) });
  }

  hear(sx: number, sy: number, changes: Partial<Pick<Batch, 'leaves' | 'enters' | 'moves'>>): void {
    const square = this.square(sx, sy);
    const seq = (this.#seqs.get(square) ?? 0) + 1;
    this.#seqs.set(square, seq);
    const batch = { leaves: [], enters: [], moves: [], ...changes };
    const { tick } = this;
    square.replica
      ?.streamOf('there', tick)
      .batch({ type: 'batch', node: 'there', epoch: 1, seq, tick, ...batch }, tick);
  }

  enter(sx: number, sy: number, id: number, rev = 1): void {
    this.hear(sx, sy, { enters: [occupant({ id, rev })] });
  }

  leave(sx: number, sy: number, id: number, rev: number, to = 0): void {
    this.hear(sx, sy, { leaves: [{ id, generationLow: 1, rev, to }] });
  }

  move(sx: number, sy: number, id: number, rev: number): void {
    const record = { id, revLow: rev & 0xff, dx: rev, dy: 0, heading: STANDING, ago: 0 };
    this.hear(sx, sy, { moves: [record] });
  }

  /** @param held squares that those further away are told of with the next flush */
  flush(announcement?: Uint8Array, held: readonly GridSquare[] = []): void {
    this.tick += 2;
    for (const { replica } of this.squares.values()) replica?.collect(this.tick);
    for (const square of this.squares.values()) square.delta = square.replica?.encode(this.tick);
    this.fanOut.begin({ tick: this.tick, announcement, held: new Set(held) });
    this.fanOut.finish();
  }
}

describe('fan-out', () => {
  it('on entering a square a session gets one snapshot, then deltas (G3)', () => {
    const bench = new Bench();
    bench.enter(0, 0, 7);
    const ada = bench.sit(0.5, 0.5);
    bench.flush();
    expect(ada.outbox.take()).toEqual(['frame snapshot']);
    bench.move(0, 0, 7, 2);
    bench.flush();
    bench.leave(0, 0, 7, 3);
    bench.enter(0, 0, 8);
    bench.move(0, 0, 8, 2);
    bench.flush();
    expect(ada.outbox.take()).toEqual(['frame motions', 'frame changes']);
    expect(ada.outbox.shown()).toEqual([8]);
    expect(ada.outbox.duplicated).toEqual([]);
  });

  it('the snapshot is the state after the flush: nothing of it comes again as a delta (G3)', () => {
    const bench = new Bench();
    const ada = bench.sit(0.5, 0.5);
    bench.enter(0, 0, 7);
    bench.move(0, 0, 7, 2);
    bench.flush();
    expect(ada.outbox.take()).toEqual(['frame snapshot']);
    bench.flush();
    expect(ada.outbox.take()).toEqual([]);
    expect(ada.outbox.shown()).toEqual([7]);
  });

  it('a square that is not subscribed yet is joined in the flush after it is (G3)', () => {
    const bench = new Bench();
    bench.isSubscribed = false;
    const ada = bench.sit(0.5, 0.5);
    bench.flush();
    expect(ada.outbox.take()).toEqual([]);
    bench.subscribe(bench.square(0, 0));
    bench.flush();
    expect(ada.outbox.take()).toEqual(['frame snapshot']);
  });

  it('a frame is built once for all who have joined the same squares, and is the same object for each (O3)', () => {
    const bench = new Bench();
    const here = [bench.sit(0.5, 0.5), bench.sit(0.4, 0.6), bench.sit(0.5, 0.4)];
    const elsewhere = bench.sit(9.5, 9.5);
    bench.flush();
    const before = bench.fanOut.framesBuilt;
    bench.enter(0, 0, 7);
    bench.flush();
    const [first, ...others] = here.map(({ outbox }) => outbox.shared.at(-1));
    expect(first).toBeInstanceOf(Frame);
    for (const other of others) expect(other).toBe(first);
    expect(elsewhere.outbox.shared.at(-1)).toBeUndefined();
    expect(bench.fanOut.framesBuilt - before).toBe(1);
    expect(bench.fanOut.groupCount).toBe(2);
  });

  it('without news there is no frame at all (P-ORDER-1)', () => {
    const bench = new Bench();
    const ada = bench.sit(0.5, 0.5);
    bench.flush();
    ada.outbox.take();
    for (let i = 0; i < 5; i++) bench.flush();
    expect(ada.outbox.take()).toEqual([]);
    expect(ada.outbox.shared.slice(-5)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it('all changes of a frame come before its motions, those before its checks, all of them before snapshots (P-ORDER-2, P-ORDER-3)', () => {
    const bench = new Bench();
    const ada = bench.sit(0.99, 0.5);
    bench.enter(0, 0, 1);
    bench.enter(1, 0, 2);
    bench.flush();
    ada.outbox.take();
    for (let rev = 2; rev < 60; rev++) {
      bench.move(0, 0, 1, rev);
      bench.move(1, 0, 2, rev);
      bench.enter(1, 0, 100 + rev);
      bench.enter(0, 0, 200 + rev);
      ada.viewer.stale.add('0,0');
      bench.flush();
    }
    const frames = ada.outbox.take();
    expect(frames).toContain('frame changes changes motions check snapshot');
    const order = /^frame( changes)*( motions)?( check)?( snapshot)*$/;
    for (const frame of frames) expect(frame).toMatch(order);
    expect(ada.outbox.checks).toBeGreaterThan(0);
    expect(ada.outbox.wrongChecks).toBe(0);
  });

  it('whoever walks on joins new squares and forgets old ones, and is regrouped (G1, G3)', () => {
    const bench = new Bench();
    const [ada, ben] = [bench.sit(0.5, 0.5), bench.sit(0.5, 0.5)];
    bench.enter(0, 0, 7);
    bench.enter(1, 0, 8);
    bench.flush();
    expect(ada.outbox.shown()).toEqual([7]);
    ada.x = 1.5;
    bench.flush();
    expect(ada.outbox.shown(), 'the old square lingers').toEqual([7, 8]);
    bench.tick += Math.max(LINGER_TICKS, CHECK_EVERY_TICKS);
    bench.flush();
    expect(ada.outbox.shown()).toEqual([8]);
    expect(ada.outbox.take()).toEqual(['frame snapshot', 'frame snapshot', 'frame check forget']);
    bench.enter(0, 0, 9);
    bench.flush();
    expect([ada.outbox.shown(), ben.outbox.shown()]).toEqual([[8], [7, 9]]);
  });

  it('a square that is to be told afresh comes as a snapshot, after the deltas of the same flush (P-ASK-1)', () => {
    const bench = new Bench();
    const [ada, ben] = [bench.sit(0.5, 0.5), bench.sit(0.5, 0.5)];
    bench.enter(0, 0, 7);
    bench.flush();
    ada.outbox.take();
    ben.outbox.take();
    bench.move(0, 0, 7, 2);
    ada.viewer.stale.add('0,0');
    bench.flush();
    bench.flush();
    expect([ada.outbox.take(), ben.outbox.take()]).toEqual([['frame motions snapshot'], ['frame motions']]);
    expect(ada.outbox.shared).toEqual(ben.outbox.shared);
  });

  it('an announcement reaches everybody, also those who have nothing else to hear', () => {
    const bench = new Bench();
    const [ada, ben] = [bench.sit(0.5, 0.5), bench.sit(5.5, 0.5)];
    bench.flush();
    ada.outbox.take();
    ben.outbox.take();
    bench.enter(0, 0, 7);
    bench.flush(encodeServerMessage({ type: 'players', count: 2 }));
    expect([ada.outbox.take(), ben.outbox.take()]).toEqual([['frame players changes'], ['frame players']]);
  });

  it('an announcement comes behind what is a session’s own as long as it shares no squares: its greeting may be older', () => {
    const bench = new Bench();
    const greeting = encodeServerMessage({ type: 'pace', nearMs: 100, farMs: 200 });
    const announcement = encodeServerMessage({ type: 'pace', nearMs: 100, farMs: 100 });
    const ada = bench.sit(0.5, 0.5);
    ada.outbox.normal(greeting);
    bench.flush(announcement);
    const paces = ada.outbox.frames.flat().filter(({ type }) => type === 'pace');
    expect(paces).toEqual([
      { type: 'pace', nearMs: 100, farMs: 200 },
      { type: 'pace', nearMs: 100, farMs: 100 },
    ]);
    ada.outbox.take();

    // Whoever is behind is told it alone.
    ada.outbox.isClientBehind = true;
    bench.enter(0, 0, 7);
    bench.flush(announcement);
    expect(ada.outbox.take()).toEqual(['frame pace']);
    bench.flush();
    expect(ada.outbox.take()).toEqual([]);
  });

  it('a motion is that of the square where it happened, also if the player’s leave from another is held (P-PICT-5)', () => {
    const bench = new Bench();
    // Square 0,0 is near, 1,0 is not; the player is known in both, and newer in the one further away.
    const ada = bench.sit(0.5, 0.5, 40, 40);
    bench.enter(0, 0, 7);
    bench.enter(1, 0, 7, 3);
    bench.flush();
    ada.outbox.take();
    bench.leave(1, 0, 7, 3);
    bench.move(0, 0, 7, 4);
    bench.flush(undefined, [...bench.squares.values()]);
    const known = (square: SquareKey) => ada.outbox.replica.squares.get(square)?.occupants.get(7)?.rev;
    expect([known('0,0'), known('1,0')]).toEqual([4, 3]);
    bench.flush();
    expect([known('0,0'), known('1,0')]).toEqual([4, undefined]);
    expect(ada.outbox.shown()).toEqual([7]);
    expect(ada.outbox.duplicated).toEqual([]);
  });

  it('who is gone holds no square, gets nothing, and leaves no group behind (G2)', () => {
    const bench = new Bench();
    const [ada, ben] = [bench.sit(0.5, 0.5), bench.sit(0.5, 0.5)];
    bench.flush();
    bench.fanOut.remove(ada.viewer);
    bench.fanOut.remove(ada.viewer);
    expect(bench.square(0, 0).viewers).toBe(1);
    ada.outbox.take();
    bench.enter(0, 0, 7);
    bench.flush();
    expect(ada.outbox.take()).toEqual([]);
    bench.fanOut.remove(ben.viewer);
    expect([bench.square(0, 0).viewers, bench.fanOut.groupCount]).toEqual([0, 0]);
  });

  it('who goes in the middle of a flush keeps nobody from their frame (O4)', () => {
    const bench = new Bench();
    const seats = [bench.sit(0.5, 0.5), bench.sit(0.5, 0.5), bench.sit(0.5, 0.5)] as const;
    bench.flush();
    for (const { outbox } of seats) outbox.take();
    // As a session does whose connection is too slow.
    const [first, slow, last] = seats;
    slow.outbox.send = () => bench.fanOut.remove(slow.viewer);
    bench.enter(0, 0, 7);
    bench.flush();
    expect([first.outbox.take(), last.outbox.take()]).toEqual([['frame changes'], ['frame changes']]);
    bench.enter(0, 0, 8);
    bench.flush();
    expect(last.outbox.take()).toEqual(['frame changes']);
  });

  it('whatever happens, everybody is shown exactly who is in the squares they have joined, told once (G3, G8)', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const random = seededRandom(seed);
      const bench = new Bench();
      const seats = Array.from({ length: 6 }, () => bench.sit(random() * 4, random() * 4, 20, 20));
      /** Where everybody is, and their rev. */
      const where = new Map<number, { at: [number, number]; rev: number }>();
      for (let i = 0; i < 400; i++) {
        for (let k = 0; k < 4; k++) {
          const id = 1 + Math.floor(random() * 30);
          const known = where.get(id);
          const at: [number, number] = [Math.floor(random() * 4), Math.floor(random() * 4)];
          if (known === undefined) {
            where.set(id, { at, rev: 1 });
            bench.enter(...at, id);
            continue;
          }
          const rev = ++known.rev;
          if (random() < 0.5) bench.move(...known.at, id, rev);
          else if (random() < 0.2) {
            bench.leave(...known.at, id, rev);
            // Ids are not used again.
            where.set(id, { at: [99, 99], rev });
          } else if (known.at[0] < 9 && (known.at[0] !== at[0] || known.at[1] !== at[1])) {
            bench.leave(...known.at, id, rev);
            bench.enter(...at, id, rev);
            known.at = at;
          }
        }
        for (const seat of seats) {
          seat.x = Math.max(0, Math.min(4, seat.x + (random() - 0.5) * 0.2));
          seat.y = Math.max(0, Math.min(4, seat.y + (random() - 0.5) * 0.2));
          if (random() < 0.02) seat.viewer.stale.add(squareKey(1, 1));
          if (random() < (seat.outbox.isClientBehind ? 0.2 : 0.02)) {
            seat.outbox.isClientBehind = !seat.outbox.isClientBehind;
          }
        }
        // Only every second flush holds anything back.
        const held = i % 2 === 0 ? [] : [...bench.squares.values()].filter(() => random() < 0.5);
        bench.flush(undefined, held);
      }
      for (const { outbox } of seats) outbox.isClientBehind = false;
      bench.flush();
      expect(bench.fanOut.behindCount).toBe(0);
      const { held, stalls, recoveries } = bench.fanOut.counters;
      expect(Math.min(held, stalls)).toBeGreaterThan(5);
      expect(recoveries).toBe(stalls);
      for (const { outbox } of seats) {
        expect(outbox.duplicated).toEqual([]);
        expect([outbox.checks > 0, outbox.wrongChecks]).toEqual([true, 0]);
        const expected = [...where].filter(([, { at }]) => outbox.replica.squares.has(squareKey(...at)));
        expect(outbox.shown()).toEqual(expected.map(([id]) => id).sort((a, b) => a - b));
      }
    }
  });
});

describe('fan-out: bytes', () => {
  it('a shared frame is a whole frame of its own: header first, and nothing of anybody’s own in it', () => {
    const bench = new Bench();
    const ada = bench.sit(0.5, 0.5);
    bench.flush();
    bench.enter(0, 0, 7);
    bench.flush();
    const messages = decodeServerFrame((ada.outbox.shared.at(-1) as Frame).payload);
    expect(messages.map(({ type }) => type)).toEqual(['frame', 'changes']);
    expect(messages[0]).toEqual({ type: 'frame', tick: bench.tick });
  });
});
