import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ControlMessage, readControl, writeControl } from '../../server/grid/control-wire.ts';
import { MAX_ORDER_LENGTH, MAX_STATE_LENGTH } from '../../server/grid/limits.ts';
import type { Occupant } from '../../server/grid/occupant.ts';
import { NodeWriter, readNodeMessage } from '../../server/grid/wire.ts';
import { pack } from '../../shared/codec.ts';
import { EMOTES, LOOKS, MAX_MOTION_AGE_TICKS, MAX_SQUARE, MIN_SQUARE } from '../../shared/constants.ts';
import { MAX_GEMS } from '../../shared/gems.ts';
import { squareOrigin } from '../../shared/grid.ts';
import { STANDING } from '../../shared/motion.ts';
import { writeEdits } from '../../shared/tile-records.ts';
import { TILE_KINDS } from '../../shared/tiles.ts';
import { occupant } from '../helpers/occupants.ts';

const square = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: MIN_SQUARE, max: MAX_SQUARE }));
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const u16 = fc.integer({ min: 0, max: 0xffff });
const code = fc.integer({ min: 0, max: 9 }).filter((each) => each !== 5);
const heading = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(STANDING));

/** Somebody near a square, with a motion as old as records can tell. */
const person = fc.record({
  id: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  generation: u32,
  rev: u16,
  look: fc.integer({ min: 0, max: LOOKS - 1 }),
  profileVersion: u16,
  name: fc.string({ maxLength: 24, unit: 'grapheme' }),
  from: code,
  to: code,
  dx: fc.integer({ min: -0x8000, max: 0x7fff }),
  dy: fc.integer({ min: -0x8000, max: 0x7fff }),
  heading,
  ago: fc.integer({ min: 0, max: MAX_MOTION_AGE_TICKS }),
});
type Person = typeof person extends fc.Arbitrary<infer P> ? P : never;
const people = fc.array(person, { maxLength: 20 });

const occupantAt = (who: Person, sx: number, sy: number, tick: number): Occupant => {
  const { id, generation, rev, look, profileVersion, name, from, dx, dy, heading, ago } = who;
  const motion = { tick: tick - ago, x: squareOrigin(sx) + dx, y: squareOrigin(sy) + dy, heading };
  return { id, generation, rev, look, profileVersion, name, from, motion };
};

const writer = new NodeWriter('a-node');
const TICK = 4_000_000_000;

describe('wire between nodes', () => {
  it('a batch comes back as it went, anywhere in the world (G4)', () => {
    fc.assert(
      fc.property(square, square, u32, u32, people, people, people, (sx, sy, epoch, seq, coming, moving, going) => {
        const enters = coming.map((who) => occupantAt(who, sx, sy, TICK));
        const bytes = writer.batch(sx, sy, epoch, seq, TICK, {
          enters,
          moves: moving.map((who) => occupantAt(who, sx, sy, TICK)),
          leaves: going,
        });
        expect(readNodeMessage(bytes)).toEqual({
          sx,
          sy,
          message: {
            type: 'batch',
            node: 'a-node',
            epoch,
            seq,
            tick: TICK,
            enters,
            moves: moving.map(({ id, rev, dx, dy, heading, ago }) => ({
              id,
              revLow: rev & 0xff,
              dx,
              dy,
              heading,
              ago,
            })),
            leaves: going.map(({ id, generation, rev, to }) => ({ id, generationLow: generation & 0xff, rev, to })),
          },
        });
      }),
    );
  });

  it('an answer comes back as it went, but for where people came from, which is nobody’s business (G5)', () => {
    fc.assert(
      fc.property(square, square, u32, u32, people, (sx, sy, epoch, seq, all) => {
        const occupants = all.map((who) => ({ ...occupantAt(who, sx, sy, TICK), from: 0 }));
        const told = all.map((who) => occupantAt(who, sx, sy, TICK));
        expect(readNodeMessage(writer.answer(sx, sy, epoch, seq, TICK, told))).toEqual({
          sx,
          sy,
          message: { type: 'answer', node: 'a-node', sx, sy, epoch, seq, tick: TICK, occupants },
        });
      }),
    );
  });

  it('announcements and questions come back as they went (G5)', () => {
    fc.assert(
      fc.property(square, square, u32, u32, u32, u32, (sx, sy, epoch, seq, count, checksum) => {
        expect(readNodeMessage(writer.announcement(sx, sy, epoch, seq, count, checksum))).toEqual({
          sx,
          sy,
          message: { type: 'announcement', node: 'a-node', epoch, seq, count, checksum },
        });
        expect(readNodeMessage(writer.question(sx, sy))).toEqual({
          sx,
          sy,
          message: { type: 'question', node: 'a-node', sx, sy },
        });
      }),
    );
  });

  it('an input that is followed comes back as it went', () => {
    const time = fc.double({ min: 0, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(square, square, u32, u32, time, time, time, (sx, sy, id, player, sentMs, readMs, flushedMs) => {
        const trace = { id, player, sentMs, readMs, flushedMs };
        const message = { type: 'followed', node: 'a-node', trace };
        expect(readNodeMessage(writer.followed(sx, sy, trace))).toEqual({ sx, sy, message });
      }),
    );
  });

  it('what people leave in a square comes back as it went (G9)', () => {
    const edit = fc.record({
      revision: u32,
      tick: u32,
      player: u32,
      tile: fc.integer({ min: 0, max: 1023 }),
      kind: fc.constantFrom(0, ...TILE_KINDS.map(({ number }) => number)),
    });
    const text = fc.string({ maxLength: 200, unit: 'grapheme' });
    const line = fc.record({ id: fc.maxSafeNat(), player: u32, name: text, text, atMs: fc.maxSafeNat() });
    const gem = fc.integer({ min: 0, max: MAX_GEMS - 1 });
    const emote = fc.integer({ min: 0, max: EMOTES - 1 });
    fc.assert(
      fc.property(
        square,
        square,
        fc.array(edit),
        line,
        u32,
        gem,
        u32,
        emote,
        (sx, sy, edits, said, period, index, player, shown) => {
          const node = 'a-node';
          const read = (bytes: Uint8Array): unknown => {
            const addressed = readNodeMessage(bytes);
            expect([addressed?.sx, addressed?.sy]).toEqual([sx, sy]);
            return addressed?.message;
          };
          expect(read(writer.edited(sx, sy, edits))).toEqual({ type: 'edited', node, edits });
          expect(read(writer.said(sx, sy, said))).toEqual({ type: 'said', node, line: said });
          expect(read(writer.claimed(sx, sy, period, index, player))).toEqual({
            type: 'claimed',
            node,
            period,
            index,
            player,
          });
          expect(read(writer.emoted(sx, sy, player, shown))).toEqual({ type: 'emoted', node, player, emote: shown });
          const marks = { revision: player, line: said.id, period, claimed: player };
          expect(read(writer.marked(sx, sy, marks))).toEqual({ type: 'marked', node, marks });
        },
      ),
    );
  });

  it('what is said to one person comes back as it went', () => {
    const text = fc.string({ maxLength: 200, unit: 'grapheme' });
    fc.assert(
      fc.property(u32, u32, u32, text, text, text, (n, from, toId, fromName, toName, words) => {
        const question: ControlMessage = {
          type: 'whisper',
          node: 'a-node',
          n,
          from,
          fromName,
          toId,
          toName,
          text: words,
        };
        const answer: ControlMessage = { type: 'heard', node: 'a-node', asker: 'another', n, toId, toName };
        for (const message of [question, answer]) {
          const bytes = writeControl(message);
          expect(readControl(bytes)).toEqual(message);
          expect(writer.wrote(bytes)).toBe(true);
          expect(readNodeMessage(bytes), 'and is nothing on another channel').toBeUndefined();
        }
      }),
    );
  });

  it('what those who run the world want, and what comes of it, comes back as it went', () => {
    const text = fc.string({ maxLength: 200, unit: 'grapheme' });
    fc.assert(
      fc.property(u32, text, text, (n, words, asker) => {
        for (const message of [
          { type: 'order', node: 'a-node', n, order: words },
          { type: 'obeyed', node: 'a-node', asker, n, obeyed: words },
        ] satisfies ControlMessage[]) {
          const bytes = writeControl(message);
          expect(readControl(bytes)).toEqual(message);
          expect(readNodeMessage(bytes), 'and is nothing on another channel').toBeUndefined();
        }
      }),
    );
    for (const [order, length] of [
      ['order', MAX_ORDER_LENGTH],
      ['obeyed', MAX_STATE_LENGTH],
    ] as const) {
      const long = {
        type: order,
        node: 'a-node',
        asker: 'b',
        n: 1,
        order: 'x',
        obeyed: 'x',
        [order]: 'x'.repeat(length + 1),
      };
      expect(readControl(writeControl(long as unknown as ControlMessage)), order).toBeUndefined();
    }
  });

  it('what is read does not change when the writer goes on: the bytes are its own no longer', () => {
    const one = writer.answer(0, 0, 1, 1, TICK, [occupant({ id: 1, motion: { tick: TICK, x: 0, y: 0, heading: 0 } })]);
    const copy = one.slice();
    for (let i = 0; i < 50; i++)
      writer.batch(0, 0, 1, i, TICK, { enters: [], moves: [], leaves: [{ id: 9, generation: 1, rev: 1, to: 0 }] });
    expect(one).toEqual(copy);
  });
});

describe('wire between nodes: echoes (G4)', () => {
  const messagesOf = (node: string): Uint8Array[] => {
    const its = new NodeWriter(node);
    const who = occupant({ id: 1, motion: { tick: TICK, x: 0, y: 0, heading: 0 } });
    return [
      its.batch(0, 0, 1, 2, TICK, { enters: [who], moves: [who], leaves: [] }),
      its.announcement(-9, MAX_SQUARE, 1, 2, 3, 4),
      its.question(1, 2),
      its.answer(1, 2, 3, 4, TICK, [who]),
      its.edited(1, 2, [{ revision: 1, tick: 2, player: 3, tile: 4, kind: 17 }]),
      its.said(1, 2, { id: 1, player: 2, name: 'Ada', text: 'hi', atMs: 3 }),
      its.claimed(1, 2, 3, 4, 5),
      its.emoted(1, 2, 3, 4),
      its.marked(1, 2, { revision: 1, line: 2, period: 3, claimed: 4 }),
    ];
  };

  it('a writer knows what it wrote from what any other node wrote, whatever their names are', () => {
    const name = fc.string({ maxLength: 40 });
    fc.assert(
      fc.property(name, name, (one, other) => {
        const its = new NodeWriter(one);
        for (const bytes of messagesOf(one)) expect(its.wrote(bytes)).toBe(true);
        for (const bytes of messagesOf(other)) expect(its.wrote(bytes)).toBe(one === other);
        expect(its.wrote(new Uint8Array(0))).toBe(false);
      }),
    );
  });
});

describe('wire between nodes: what is no message', () => {
  const bytes = fc.uint8Array({ maxLength: 200 });

  it('garbage is undefined, and never throws', () => {
    fc.assert(
      fc.property(bytes, (garbage) => {
        expect(readNodeMessage(garbage)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('a message cut short or with bytes behind it is undefined', () => {
    const whole = writer.batch(3, -4, 7, 8, TICK, {
      enters: [occupant({ id: 1, motion: { tick: TICK, x: 0, y: 0, heading: 0 } })],
      moves: [],
      leaves: [{ id: 9, generation: 1, rev: 1, to: 0 }],
    });
    for (let length = 0; length < whole.length; length++)
      expect(readNodeMessage(whole.slice(0, length))).toBeUndefined();
    expect(readNodeMessage(new Uint8Array([...whole, 0]))).toBeUndefined();
    expect(readNodeMessage(new Uint8Array([...whole, ...whole]))).toBeUndefined();
    expect(readNodeMessage(whole)).toBeDefined();
  });

  it('a message with one byte changed is undefined or still well-formed, and never throws', () => {
    const whole = writer.answer(3, -4, 7, 8, TICK, [
      occupant({ id: 1, motion: { tick: TICK, x: squareOrigin(3), y: squareOrigin(-4), heading: 0 } }),
    ]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const changed = whole.slice();
        changed[at] = value;
        const read = readNodeMessage(changed);
        if (read === undefined) return;
        expect(typeof read.message.node).toBe('string');
        for (const axis of [read.sx, read.sy]) {
          expect(Number.isInteger(axis) && axis >= MIN_SQUARE && axis <= MAX_SQUARE).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('fields of other types, in other numbers or out of range are undefined', () => {
    const none = new Uint8Array(0);
    for (const fields of [
      [],
      [1],
      [99, 'n', 0, 0],
      ['1', 'n', 0, 0],
      [3, 7, 0, 0],
      [3, 'n', 0.5, 0],
      [3, 'n', 0, 2 ** 31],
      [3, 'n', Number.NaN, 0],
      [3, 'n', null, 0],
      [2, 'n', 0, 0, 1, 1, 1],
      [2, 'n', 0, 0, 1, 1, 1, '1'],
      [2, 'n', 0, 0, 1, 1.5, 1, 1],
      [2, 'n', 0, 0, 1, -1, 1, 1],
      [4, 'n', 0, 0, 1, 1, 1, none],
      [4, 'n', 0, 0, 1, 1, 1, [], []],
      [4, 'n', 0, 0, 1, 1, 1, new Uint8Array(19), ['x']],
      [4, 'n', 0, 0, 1, 1, 1, new Uint8Array(20), []],
      [4, 'n', 0, 0, 1, 1, 1, new Uint8Array(20), [7]],
      [4, 'n', 0, 0, 1, 1, 1, none, ['one too many']],
      [1, 'n', 0, 0, 1, 1, 1, none, none, []],
      [1, 'n', 0, 0, 1, 1, 1, new Uint8Array(7), none, [], none],
      // Half an edit; a tile that no square has; a kind that none has; no bytes.
      [5, 'n', 0, 0, new Uint8Array(14)],
      [5, 'n', 0, 0, writeEdits([{ revision: 1, tick: 1, player: 1, tile: 1024, kind: 17 }])],
      [5, 'n', 0, 0, writeEdits([{ revision: 1, tick: 1, player: 1, tile: 0, kind: 9 }])],
      [5, 'n', 0, 0, []],
      [5, 'n', 0, 0],
      // A line without a text, or with a number for a name.
      [6, 'n', 0, 0, 1, 2, 3, 'Ada'],
      [6, 'n', 0, 0, 1, 2, 3, 4, 'hi'],
      [6, 'n', 0, 0, -1, 2, 3, 'Ada', 'hi'],
      [7, 'n', 0, 0, 1, MAX_GEMS, 1],
      [7, 'n', 0, 0, 1, 1],
      [8, 'n', 0, 0, 1, EMOTES],
      [8, 'n', 0, 0, null, 1],
      [9, 'n', 0, 0, 1, 1, 1],
      [9, 'n', 0, 0, 1, 1, 1, 0.5],
      // A followed input whose times are not numbers, or too few.
      [10, 'n', 0, 0, 1, 2, 3, 4],
      [10, 'n', 0, 0, 1, 2, 3, 4, '5'],
      [10, 'n', 0, 0, 1, 2, 3, 4, Number.NaN],
      [10, 'n', 0, 0, 1, 2, Number.POSITIVE_INFINITY, 4, 5],
      [10, 'n', 0, 0, -1, 2, 3, 4, 5],
      [10, 'n', 0, 0, 1, 2.5, 3, 4, 5],
    ]) {
      expect(readNodeMessage(pack(fields)), JSON.stringify(fields)).toBeUndefined();
    }
    expect(readNodeMessage(pack([1, 'n', 0, 0, 1, 1, 1, none, none, [], none]))).toBeDefined();
  });

  it('values beyond standard MessagePack’s plain ones are undefined: maps, extensions, huge claims', () => {
    const frames = [
      [0x81, 0x01, 0x02],
      [0xd4, 0x72, 0x40],
      [0xd6, 0xff, 0, 0, 0, 0],
      [0xc1],
      // An array that claims four billion items, and one of as many nested ones as there are bytes.
      [0xdd, 0xff, 0xff, 0xff, 0xff, 0x01],
      [0xdd, 0x01, 0xff, 0xff, 0xff, 0x01],
      Array.from({ length: 5000 }, () => 0x91),
    ];
    for (const frame of frames) expect(readNodeMessage(new Uint8Array(frame))).toBeUndefined();
  });
});
