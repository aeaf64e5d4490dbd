import { describe, expect, it } from 'vitest';
import { occupantHash } from '../../shared/checksum.ts';
import { TICK_MS, UNITS_PER_SQUARE } from '../../shared/constants.ts';
import type { SquareKey } from '../../shared/grid.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import { writeEdits } from '../../shared/tile-records.ts';
import { ScriptedServer } from '../helpers/scripted-server.ts';
import { changes, check, type Entering, motions, snapshot } from '../helpers/told.ts';

// Under load the server tells of squares further away with the next flush only: here 0,0 is near and 1,0 is far.

const EAST = 0;
const WEST = 128;
const SOUTH = 64;
/** Neighbour codes (P-UNIT-6). */
const EASTWARDS = 6;
const WESTWARDS = 4;
/** Steps of a tick along an axis, in units (M1). */
const STEP = 51;
const ADA = 5;
const BEN = 6;
const RED_WALL = 20;

/** A client with pictures of both squares, and what it was told of comings and goings. */
class Onlooker {
  readonly log: string[] = [];
  readonly server: ScriptedServer;

  constructor(near: readonly Entering[], far: readonly Entering[]) {
    this.server = new ScriptedServer({
      observer: {
        entered: (id) => this.log.push(`entered ${id}`),
        left: (id) => this.log.push(`left ${id}`),
        frame: (tick) => this.log.push(`frame ${tick}`),
      },
    }).join();
    this.server.frame(snapshot(0, 0, near), snapshot(1, 0, far));
    this.log.splice(0);
  }

  /** A flush of the present tick, in front of it what was held of an earlier one. */
  flush(now: readonly ServerMessage[], held?: { readonly tick: number; readonly messages: readonly ServerMessage[] }) {
    const { server } = this;
    const before = held === undefined ? [] : [{ type: 'frame' as const, tick: held.tick }, ...held.messages];
    server.send(...before, { type: 'frame', tick: server.tick }, ...now);
  }

  /** Two ticks, the usual time between two flushes. */
  wait(): void {
    this.server.pass(2 * TICK_MS, TICK_MS / 2, () => this.shown());
  }

  /** Everybody who is drawn now, by id. */
  shown(): number[] {
    return [...this.server.client.people()].map(({ id }) => id).sort();
  }

  motionOf(square: SquareKey, id: number) {
    return this.server.client.squares.get(square)?.occupants.get(id)?.motion;
  }

  truthOf(id: number): { x: number; y: number } | undefined {
    const truth = [...this.server.client.truths()].find((each) => each.id === id);
    return truth && { x: truth.x, y: truth.y };
  }

  comings(): string[] {
    return this.log.filter((line) => !line.startsWith('frame'));
  }
}

describe('a frame of several blocks', () => {
  it('tells in each of them what was at its tick: ages count from there (P-ORDER-1, P-REC-6)', () => {
    const onlooker = new Onlooker([{ id: ADA, rev: 1 }], [{ id: BEN, rev: 1 }]);
    onlooker.wait();
    const earlier = onlooker.server.tick;
    onlooker.flush([motions({ id: ADA, rev: 2, dx: 10, heading: EAST, ago: 1 })]);
    onlooker.wait();
    const now = onlooker.server.tick;
    onlooker.flush([motions({ id: ADA, rev: 3, dx: 112, heading: SOUTH, ago: 1 })], {
      tick: earlier,
      messages: [
        motions({ id: BEN, rev: 2, dx: 20, heading: EAST, ago: 1 }),
        changes(1, 0, [{ id: 7, rev: 4, dx: 30, ago: 2 }], []),
      ],
    });
    expect(onlooker.motionOf('0,0', ADA)).toMatchObject({ tick: now - 1, x: 112 });
    expect(onlooker.motionOf('1,0', BEN)).toMatchObject({ tick: earlier - 1, x: UNITS_PER_SQUARE + 20 });
    expect(onlooker.motionOf('1,0', 7)).toMatchObject({ tick: earlier - 2, x: UNITS_PER_SQUARE + 30 });
    expect(onlooker.truthOf(BEN)).toEqual({ x: UNITS_PER_SQUARE + 20 + 3 * STEP, y: 0 });
  });

  it('is one frame, whose number is that of its last header: so it is acknowledged (P-ORDER-1, P-ALIVE-2)', () => {
    const onlooker = new Onlooker([{ id: ADA, rev: 1 }], []);
    const { server } = onlooker;
    onlooker.wait();
    const { tick } = server;
    const { framesIn } = server.client.counters;
    onlooker.flush([motions({ id: ADA, rev: 2, heading: EAST })], {
      tick: tick - 2,
      messages: [changes(1, 0, [{ id: BEN, rev: 1 }], [])],
    });
    expect(onlooker.log.filter((line) => line.startsWith('frame'))).toEqual([`frame ${tick}`]);
    expect(server.client.counters.framesIn).toBe(framesIn + 1);
    server.take();
    server.client.walk(EAST);
    expect(server.took('input')).toMatchObject([{ frame: tick }]);
    server.pass(1100, 50);
    expect(server.took('alive').at(-1)).toMatchObject({ frame: tick });
  });

  it('has checks in each block, which hold where they stand (P-ORDER-2, P-CHECK-1)', () => {
    const onlooker = new Onlooker([{ id: ADA, rev: 1 }], []);
    onlooker.wait();
    const earlier = onlooker.server.tick;
    onlooker.wait();
    onlooker.flush(
      [
        changes(1, 0, [{ id: 7, rev: 1 }], [{ id: BEN, rev: 5 }]),
        motions({ id: ADA, rev: 2, heading: EAST }),
        check(0, 0, 1, occupantHash(ADA, 1, 2)),
        check(1, 0, 1, occupantHash(7, 1, 1)),
      ],
      {
        tick: earlier,
        messages: [changes(1, 0, [{ id: BEN, rev: 4 }], []), check(1, 0, 1, occupantHash(BEN, 1, 4))],
      },
    );
    expect(onlooker.server.client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
    expect(onlooker.comings()).toEqual([`entered ${BEN}`, `left ${BEN}`, 'entered 7']);
  });

  it('brings what was built, said and shown in squares that were held (P-ORDER-6, G9)', () => {
    const emoted: number[] = [];
    const server = new ScriptedServer({ observer: { emoted: (id) => emoted.push(id) } }).join();
    server.frame(snapshot(0, 0, []), snapshot(1, 0, [{ id: BEN, rev: 1 }]));
    server.ground(1, 0, 3);
    server.lines(1, 0, true, { id: 1 });
    server.pass(100, 50);
    const line = { id: 2, player: BEN, name: 'Ben', text: 'Hello!', atMs: 5000 };
    const edit = { revision: 4, tick: server.tick + 2, player: BEN, tile: 40, kind: RED_WALL };
    server.send(
      { type: 'frame', tick: server.tick - 2 },
      { type: 'edits', sx: 1, sy: 0, records: writeEdits([edit]) },
      { type: 'lines', sx: 1, sy: 0, isHistory: false, lines: [line] },
      { type: 'emotes', emotes: [{ player: BEN, emote: 2 }] },
      { type: 'frame', tick: server.tick },
      { type: 'edits', sx: 1, sy: 0, records: writeEdits([{ ...edit, revision: 5, tile: 41 }]) },
      { type: 'lines', sx: 1, sy: 0, isHistory: false, lines: [{ ...line, id: 3, text: 'There.' }] },
    );
    // The tick from which an edit counts is its own, whatever block it stands in. Tiles 40 and 41 are in the second row.
    const built = (tick: number) => [8, 9].map((column) => server.client.ground?.kindAt(32 + column, 1, tick));
    expect(built(edit.tick - 1)).toEqual([0, 0]);
    expect(built(edit.tick)).toEqual([RED_WALL, RED_WALL]);
    expect(server.client.chat.entries.map(({ text, isHistory }) => [text, isHistory])).toEqual([
      ['line 1', true],
      ['Hello!', false],
      ['There.', false],
    ]);
    expect(emoted).toEqual([BEN]);
  });
});

describe('whoever walks over the border of a square that is held', () => {
  it('away: is on the screen all the while, and goes on in their new square (G7, P-PICT-9)', () => {
    const x = UNITS_PER_SQUARE - 40;
    const onlooker = new Onlooker([{ id: ADA, rev: 1, dx: x, heading: EAST }], []);
    const begun = onlooker.server.tick;
    onlooker.wait();
    const crossed = onlooker.server.tick;
    const leave = changes(0, 0, [], [{ id: ADA, rev: 2, to: EASTWARDS }]);
    onlooker.flush([leave, check(0, 0, 0, 0)]);
    expect(onlooker.truthOf(ADA)).toEqual({ x: x + (crossed - begun) * STEP, y: 0 });
    onlooker.wait();
    expect(onlooker.shown()).toEqual([ADA]);
    const entry = { id: ADA, rev: 2, dx: -40, heading: EAST, ago: crossed - begun, from: WESTWARDS };
    onlooker.flush([motions({ id: ADA, rev: 3, dx: 164, heading: SOUTH })], {
      tick: crossed,
      messages: [changes(1, 0, [entry], []), check(1, 0, 1, occupantHash(ADA, 1, 2))],
    });
    onlooker.wait();
    expect(onlooker.truthOf(ADA)).toEqual({ x: UNITS_PER_SQUARE + 164, y: 2 * STEP });
    expect(onlooker.shown()).toEqual([ADA]);
    expect(onlooker.comings()).toEqual([]);
    expect(onlooker.server.client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
  });

  it('towards oneself: is shown here at once, and what was held of before changes nothing (G7, P-PICT-5, P-PICT-8)', () => {
    const onlooker = new Onlooker([], [{ id: ADA, rev: 4, dx: 40, heading: SOUTH }]);
    onlooker.wait();
    // They turned west, which is held, and crossed.
    const crossed = onlooker.server.tick;
    onlooker.flush([changes(0, 0, [{ id: ADA, rev: 6, dx: UNITS_PER_SQUARE + 40, heading: WEST, ago: 1 }], [])]);
    const truth = onlooker.truthOf(ADA);
    expect(truth?.x).toBe(UNITS_PER_SQUARE + 40 - STEP);
    onlooker.wait();
    onlooker.flush([check(0, 0, 1, occupantHash(ADA, 1, 6)), check(1, 0, 0, 0)], {
      tick: crossed,
      messages: [
        changes(1, 0, [], [{ id: ADA, rev: 6, to: WESTWARDS }]),
        motions({ id: ADA, rev: 5, dx: 40, heading: WEST, ago: 1 }),
        check(1, 0, 0, 0),
      ],
    });
    expect(onlooker.truthOf(ADA)).toEqual({ x: UNITS_PER_SQUARE + 40 - 3 * STEP, y: 0 });
    expect(onlooker.shown()).toEqual([ADA]);
    expect(onlooker.comings()).toEqual([]);
    expect(onlooker.server.client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
  });

  it('there and back again before the first half was told: is shown once, here (G7)', () => {
    const onlooker = new Onlooker([{ id: ADA, rev: 1, dx: UNITS_PER_SQUARE - 10, heading: EAST }], []);
    onlooker.wait();
    const away = onlooker.server.tick;
    onlooker.flush([changes(0, 0, [], [{ id: ADA, rev: 2, to: EASTWARDS }])]);
    onlooker.wait();
    onlooker.flush(
      [
        changes(0, 0, [{ id: ADA, rev: 4, dx: UNITS_PER_SQUARE + 40, heading: WEST, ago: 1, from: EASTWARDS }], []),
        changes(1, 0, [], [{ id: ADA, rev: 4, to: WESTWARDS }]),
        check(0, 0, 1, occupantHash(ADA, 1, 4)),
        check(1, 0, 0, 0),
      ],
      { tick: away, messages: [changes(1, 0, [{ id: ADA, rev: 2, dx: 0, heading: EAST, from: WESTWARDS }], [])] },
    );
    expect(onlooker.shown()).toEqual([ADA]);
    expect(onlooker.motionOf('0,0', ADA)).toMatchObject({ heading: WEST });
    expect(onlooker.comings()).toEqual([]);
    expect(onlooker.server.client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
  });
});
