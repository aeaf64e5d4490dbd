import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MOTION_AGE_TICKS, MAX_SQUARE, MIN_SQUARE, UNITS_PER_SQUARE } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import {
  CHECK_BYTES,
  ENTER_BYTES,
  LEAVE_BYTES,
  MOTION_BYTES,
  RecordWriter,
  readChecks,
  readEnters,
  readLeaves,
  readMotions,
} from '../../shared/records.ts';

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const i16 = fc.integer({ min: -0x8000, max: 0x7fff });
const squareIndex = fc.integer({ min: MIN_SQUARE, max: MAX_SQUARE });
const heading = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(STANDING));
const neighbour = fc.constantFrom(0, 1, 2, 3, 4, 6, 7, 8, 9);

/** Where a record stands: the square, the frame's tick, and the motion seen from them. */
const place = fc.record({
  sx: squareIndex,
  sy: squareIndex,
  tick: fc.integer({ min: MAX_MOTION_AGE_TICKS, max: 0xffffffff }),
  dx: i16,
  dy: i16,
  heading,
  ago: fc.integer({ min: 0, max: MAX_MOTION_AGE_TICKS }),
});
type Place = typeof place extends fc.Arbitrary<infer P> ? P : never;

const motionOf = ({ sx, sy, tick, dx, dy, heading, ago }: Place) => ({
  tick: tick - ago,
  x: sx * UNITS_PER_SQUARE + dx,
  y: sy * UNITS_PER_SQUARE + dy,
  heading,
});

describe('records', () => {
  it('a motion record is read as it was written, anywhere in the world (P-REC-2)', () => {
    fc.assert(
      fc.property(place, u32, u16, (at, id, rev) => {
        const writer = new RecordWriter();
        writer.motion(id, rev, motionOf(at), at.sx, at.sy, at.tick);
        const bytes = writer.take();
        expect(bytes.length).toBe(MOTION_BYTES);
        const { dx, dy, heading, ago } = at;
        expect([...readMotions(bytes)]).toEqual([{ id, revLow: rev & 0xff, dx, dy, heading, ago }]);
      }),
    );
  });

  it('an enter record is read as it was written, anywhere in the world (P-REC-3)', () => {
    fc.assert(
      fc.property(place, u32, u32, u16, u8, u16, neighbour, (at, id, generation, rev, look, profileVersion, from) => {
        const writer = new RecordWriter();
        const record = { id, generation, rev, look, profileVersion, from };
        writer.enter(record, motionOf(at), at.sx, at.sy, at.tick);
        const bytes = writer.take();
        expect(bytes.length).toBe(ENTER_BYTES);
        const { dx, dy, heading, ago } = at;
        expect([...readEnters(bytes)]).toEqual([{ ...record, dx, dy, heading, ago }]);
      }),
    );
  });

  it('a leave record is read as it was written (P-REC-4)', () => {
    fc.assert(
      fc.property(u32, u32, u16, neighbour, (id, generation, rev, to) => {
        const writer = new RecordWriter();
        writer.leave({ id, generation, rev, to });
        const bytes = writer.take();
        expect(bytes.length).toBe(LEAVE_BYTES);
        expect([...readLeaves(bytes)]).toEqual([{ id, generationLow: generation % 256, rev, to }]);
      }),
    );
  });

  it('a check record is read as it was written, with counts beyond a u16 told as its largest (P-REC-5)', () => {
    fc.assert(
      fc.property(squareIndex, squareIndex, fc.nat(100_000), u32, (sx, sy, count, checksum) => {
        const writer = new RecordWriter();
        writer.check({ sx, sy, count, checksum });
        const bytes = writer.take();
        expect(bytes.length).toBe(CHECK_BYTES);
        expect([...readChecks(bytes)]).toEqual([{ sx, sy, count: Math.min(count, 65_535), checksum }]);
      }),
    );
  });

  it('the heading byte of somebody who stands is 0, and the top bit of the age tells (P-REC-6)', () => {
    const writer = new RecordWriter();
    writer.motion(1, 1, { tick: 95, x: 0, y: 0, heading: STANDING }, 0, 0, 100);
    expect([...writer.take().subarray(9)]).toEqual([0, 0x85]);
  });

  it('a motion too far from its square for 16 bits is told at the nearest place that fits, not across the world', () => {
    const writer = new RecordWriter();
    writer.motion(1, 1, { tick: 1, x: 1_000_000, y: -1_000_000, heading: 0 }, 0, 0, 1);
    expect([...readMotions(writer.take())]).toMatchObject([{ dx: 0x7fff, dy: -0x8000 }]);
  });

  it('a list of records is their concatenation, in the order written (P-REC-1)', () => {
    fc.assert(
      fc.property(fc.array(u32, { maxLength: 300 }), fc.integer({ min: 1, max: 64 }), (ids, capacity) => {
        const writer = new RecordWriter(capacity);
        for (const id of ids) writer.leave({ id, generation: id, rev: id & 0xffff, to: 0 });
        expect(writer.length).toBe(ids.length * LEAVE_BYTES);
        expect([...readLeaves(writer.take())].map(({ id }) => id)).toEqual(ids);
      }),
    );
  });

  it('what was taken from a writer stays as it is when the writer goes on', () => {
    const writer = new RecordWriter();
    writer.leave({ id: 1, generation: 1, rev: 1, to: 0 });
    const first = writer.take();
    expect(writer.length).toBe(0);
    writer.leave({ id: 2, generation: 2, rev: 2, to: 0 });
    expect([...readLeaves(first)].map(({ id }) => id)).toEqual([1]);
    expect([...readLeaves(writer.take())].map(({ id }) => id)).toEqual([2]);
  });

  it('records are read from the middle of a larger buffer as well', () => {
    const writer = new RecordWriter();
    writer.leave({ id: 7, generation: 1, rev: 2, to: 3 });
    const padded = new Uint8Array(LEAVE_BYTES + 10);
    padded.set(writer.take(), 5);
    expect([...readLeaves(padded.subarray(5, 5 + LEAVE_BYTES))]).toEqual([{ id: 7, generationLow: 1, rev: 2, to: 3 }]);
  });

  it('bytes that are no whole number of records are refused, and no bytes are no records (P-REC-1)', () => {
    for (const [read, size] of [
      [readMotions, MOTION_BYTES],
      [readEnters, ENTER_BYTES],
      [readLeaves, LEAVE_BYTES],
      [readChecks, CHECK_BYTES],
    ] as const) {
      expect([...read(new Uint8Array(0))]).toEqual([]);
      expect(() => [...read(new Uint8Array(size + 1))]).toThrow(RangeError);
      expect(() => [...read(new Uint8Array(size - 1))]).toThrow(RangeError);
    }
  });
});
