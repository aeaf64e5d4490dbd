import { describe, expect, it } from 'vitest';
import { type Frame, headroomOf } from '../../server/grid/frame.ts';
import { FrameWriter } from '../../server/grid/frame-writer.ts';
import type { GridSquare } from '../../server/grid/grid-square.ts';
import { readChecks, readMotions } from '../../shared/records.ts';
import { decodeServerFrame, encodeServerMessage } from '../../shared/server-codec.ts';
import { movesOf, squareWith } from '../helpers/square-deltas.ts';

const ALL = (): boolean => true;
const headerOf = (tick: number): Uint8Array => encodeServerMessage({ type: 'frame', tick });

function written(
  writer: FrameWriter,
  squares: readonly GridSquare[],
  isTold: (square: GridSquare) => boolean = ALL,
): Frame | undefined {
  writer.begin();
  writer.header(headerOf(1000));
  writer.squares(squares, isTold);
  return writer.frame();
}

const typesOf = (frame: Frame | undefined): string =>
  decodeServerFrame((frame as Frame).payload)
    .map(({ type }) => type)
    .join(' ');

describe('frame writer', () => {
  it('puts changes before motions before checks before the rest, whatever square they are of (P-ORDER-2)', () => {
    const squares = [
      squareWith(0, 0, { lines: ['one'], isChecked: true, moves: [{ id: 1, rev: 2 }], enters: [{ id: 2, rev: 1 }] }),
      squareWith(1, 0),
      squareWith(2, 0, { lines: ['two'], isChecked: true, moves: [{ id: 3, rev: 2 }], leaves: [{ id: 4, rev: 1 }] }),
    ];
    const frame = written(new FrameWriter(), squares);
    expect(typesOf(frame)).toBe('frame changes changes motions check lines lines');
    const messages = decodeServerFrame((frame as Frame).payload);
    const motions = messages.flatMap((one) => (one.type === 'motions' ? [...readMotions(one.records)] : []));
    expect(motions.map(({ id }) => id)).toEqual([1, 3]);
    const checks = messages.flatMap((one) => (one.type === 'check' ? [...readChecks(one.records)] : []));
    expect(checks.map(({ sx }) => sx)).toEqual([0, 2]);
    expect(frame?.updates).toBe(3);
  });

  it('writes the messages of records byte for byte as the codec does, at every length of theirs', () => {
    const writer = new FrameWriter();
    // Records are 13 bytes each: lengths in one byte, in two and in four, on both sides of the borders.
    for (const count of [1, 19, 20, 5041, 5042, 6000]) {
      const square = squareWith(0, 0, { moves: movesOf(1, count) });
      const records = square.delta?.motions as Uint8Array;
      const expected = [...headerOf(1000), ...encodeServerMessage({ type: 'motions', records })];
      const frame = written(writer, [square]) as Frame;
      expect(Buffer.compare(frame.payload, Uint8Array.from(expected)), `${count} motions`).toBe(0);
      expect(frame.updates).toBe(count);
    }
  });

  it('makes no frame of nothing but headers, and one of a single message', () => {
    const writer = new FrameWriter();
    expect(written(writer, [squareWith(0, 0)])).toBeUndefined();
    expect(written(writer, [squareWith(0, 0, { moves: [{ id: 1, rev: 2 }] })], () => false)).toBeUndefined();
    writer.begin();
    writer.header(headerOf(1000));
    expect([writer.frame(), writer.held()]).toEqual([undefined, undefined]);
    writer.message(encodeServerMessage({ type: 'players', count: 3 }));
    expect(typesOf(writer.frame())).toBe('frame players');
  });

  it('leaves out squares that are not told, of every kind of news', () => {
    const news = { lines: ['x'], isChecked: true, moves: [{ id: 1, rev: 2 }], enters: [{ id: 2, rev: 1 }] };
    const squares = [squareWith(0, 0, news), squareWith(1, 0, news)];
    const frame = written(new FrameWriter(), squares, ({ sx }) => sx === 1);
    expect(typesOf(frame)).toBe('frame changes motions check lines');
    expect(frame?.updates).toBe(2);
  });

  it('puts a block in front with its own header, and counts what is in it', () => {
    const writer = new FrameWriter();
    writer.begin();
    writer.header(headerOf(998));
    writer.squares([squareWith(0, 0, { moves: movesOf(1, 5) })], ALL);
    const held = writer.held();
    if (held === undefined) throw new Error('nothing was held');
    writer.begin();
    writer.block(held);
    writer.header(headerOf(1000));
    writer.squares([squareWith(1, 0, { enters: [{ id: 9, rev: 1 }] })], ALL);
    const frame = writer.frame();
    expect(typesOf(frame)).toBe('frame motions frame changes');
    expect(frame?.updates).toBe(6);
    // With nothing new there is still what was held.
    writer.begin();
    writer.block(held);
    writer.header(headerOf(1000));
    expect(typesOf(writer.frame())).toBe('frame motions frame');
  });

  it('never writes where a frame or a block is that it has given away, and goes on in another buffer where one is full', () => {
    const writer = new FrameWriter();
    const squares = [squareWith(0, 0, { moves: movesOf(1, 10) })];
    const first = written(writer, squares) as Frame;
    const held = writer.held();
    const copies = [Buffer.from(first.payload), Buffer.from(held?.bytes ?? [])];
    // Larger than its buffer is at first.
    const large = written(writer, [squareWith(0, 0, { moves: movesOf(1, 9000) })]) as Frame;
    const small = written(writer, squares) as Frame;
    expect([first.payload, held?.bytes].map((bytes) => Buffer.from(bytes ?? []))).toEqual(copies);
    expect(Buffer.from(small.payload)).toEqual(copies[0]);
    const [, motions] = decodeServerFrame(large.payload);
    expect(motions?.type === 'motions' && [...readMotions(motions.records)].length).toBe(9000);
    for (const { buffer, payload } of [first, large, small])
      expect(buffer.length).toBe(payload.length + headroomOf(payload.length));
  });
});
