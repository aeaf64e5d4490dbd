import { crc32 } from 'node:zlib';
import { type SquareEdits, StoreError, type TileEdit } from './store.ts';

/**
 * Values as they lie in LMDB, which checks nothing by itself: each begins with the CRC-32 of the rest (u32). The rest
 * is JSON, or for a square its revision (u48) and nine bytes for each of its tiles: tile (u16), kind (u8), revision
 * (u48), so that a square on which everything has been built is read in one piece.
 */
const CHECK_BYTES = 4;
const REVISION_BYTES = 6;
const TILE_BYTES = 9;
const FIRST_TILE = CHECK_BYTES + REVISION_BYTES;

const damaged = (): StoreError => new StoreError('corrupt', 'a value is damaged');

export const isIntact = (value: Buffer): boolean =>
  value.length >= CHECK_BYTES && value.readUInt32BE() === crc32(value.subarray(CHECK_BYTES));

function seal(value: Buffer): Buffer {
  value.writeUInt32BE(crc32(value.subarray(CHECK_BYTES)));
  return value;
}

export function packJson(value: unknown): Buffer {
  const text = JSON.stringify(value);
  const packed = Buffer.allocUnsafe(CHECK_BYTES + Buffer.byteLength(text));
  packed.write(text, CHECK_BYTES);
  return seal(packed);
}

/** @throws StoreError for what is damaged */
export function unpackJson(packed: Buffer): unknown {
  if (!isIntact(packed)) throw damaged();
  return JSON.parse(packed.toString('utf8', CHECK_BYTES));
}

/** A square's edits, packed; the buffer is never changed. */
export class PackedSquare {
  static readonly UNTOUCHED = PackedSquare.pack({ revision: 0, tiles: [] });
  readonly packed: Buffer;

  /** @throws StoreError for what is damaged */
  constructor(packed: Buffer) {
    const hasForm = packed.length >= FIRST_TILE && (packed.length - FIRST_TILE) % TILE_BYTES === 0;
    if (!hasForm || !isIntact(packed)) throw damaged();
    this.packed = packed;
  }

  static pack({ revision, tiles }: SquareEdits): PackedSquare {
    const packed = Buffer.allocUnsafe(FIRST_TILE + tiles.length * TILE_BYTES);
    packed.writeUIntBE(revision, CHECK_BYTES, REVISION_BYTES);
    for (const [i, tile] of tiles.entries()) writeTile(packed, FIRST_TILE + i * TILE_BYTES, tile);
    return new PackedSquare(seal(packed));
  }

  get revision(): number {
    return this.packed.readUIntBE(CHECK_BYTES, REVISION_BYTES);
  }

  unpack(): SquareEdits {
    const tiles: TileEdit[] = [];
    for (let at = FIRST_TILE; at < this.packed.length; at += TILE_BYTES) tiles.push(readTile(this.packed, at));
    return { revision: this.revision, tiles };
  }

  /** What stands on a tile; revision 0 for the terrain's own. */
  at(tile: number): TileEdit {
    const at = this.#find(tile);
    return at === undefined ? { tile, kind: 0, revision: 0 } : readTile(this.packed, at);
  }

  /** The square with one more edit. */
  with(edit: TileEdit): PackedSquare {
    const at = this.#find(edit.tile);
    const packed = Buffer.allocUnsafe(this.packed.length + (at === undefined ? TILE_BYTES : 0));
    this.packed.copy(packed);
    packed.writeUIntBE(edit.revision, CHECK_BYTES, REVISION_BYTES);
    writeTile(packed, at ?? this.packed.length, edit);
    return new PackedSquare(seal(packed));
  }

  /** How many tiles differ from the terrain. */
  get changed(): number {
    let count = 0;
    for (let at = FIRST_TILE; at < this.packed.length; at += TILE_BYTES) if (this.packed[at + 2] !== 0) count++;
    return count;
  }

  #find(tile: number): number | undefined {
    for (let at = FIRST_TILE; at < this.packed.length; at += TILE_BYTES) {
      if (this.packed.readUInt16BE(at) === tile) return at;
    }
    return undefined;
  }
}

function writeTile(packed: Buffer, at: number, { tile, kind, revision }: TileEdit): void {
  packed.writeUInt16BE(tile, at);
  packed.writeUInt8(kind, at + 2);
  packed.writeUIntBE(revision, at + 3, REVISION_BYTES);
}

const readTile = (packed: Buffer, at: number): TileEdit => ({
  tile: packed.readUInt16BE(at),
  kind: packed.readUInt8(at + 2),
  revision: packed.readUIntBE(at + 3, REVISION_BYTES),
});
