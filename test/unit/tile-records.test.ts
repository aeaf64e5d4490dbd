import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EDIT_BYTES,
  type EditRecord,
  readEdits,
  readTiles,
  TILE_BYTES,
  type TileRecord,
  writeEdits,
  writeTiles,
} from '../../shared/tile-records.ts';

const u8 = fc.integer({ min: 0, max: 0xff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const tile = fc.integer({ min: 0, max: 1023 });
const tiles: fc.Arbitrary<TileRecord[]> = fc.array(fc.record({ tile, kind: u8 }));
const edits: fc.Arbitrary<EditRecord[]> = fc.array(
  fc.record({ revision: u32, tick: u32, player: u32, tile, kind: u8 }),
);

describe('records of what is built', () => {
  it('tiles are read as they were written, in their order (P-REC-8)', () => {
    fc.assert(
      fc.property(tiles, (records) => {
        const bytes = writeTiles(records);
        expect(bytes.length).toBe(records.length * TILE_BYTES);
        expect(readTiles(bytes)).toEqual(records);
      }),
    );
  });

  it('edits are read as they were written, in their order (P-REC-9)', () => {
    fc.assert(
      fc.property(edits, (records) => {
        const bytes = writeEdits(records);
        expect(bytes.length).toBe(records.length * EDIT_BYTES);
        expect(readEdits(bytes)).toEqual(records);
      }),
    );
  });

  it('records are read from the middle of a larger buffer as well', () => {
    const within = (bytes: Uint8Array): Uint8Array => {
      const padded = new Uint8Array(bytes.length + 10).fill(0xff);
      padded.set(bytes, 5);
      return padded.subarray(5, 5 + bytes.length);
    };
    fc.assert(
      fc.property(tiles, edits, (some, others) => {
        expect(readTiles(within(writeTiles(some)))).toEqual(some);
        expect(readEdits(within(writeEdits(others)))).toEqual(others);
      }),
    );
  });

  it('bytes that are no whole number of records are refused, and no bytes are no records (P-REC-1)', () => {
    for (const [read, size] of [
      [readTiles, TILE_BYTES],
      [readEdits, EDIT_BYTES],
    ] as const) {
      expect(read(new Uint8Array(0))).toEqual([]);
      for (const length of [1, size - 1, size + 1, 2 * size - 1]) {
        expect(() => read(new Uint8Array(length))).toThrow(RangeError);
      }
    }
  });
});
