/** The packed records of what is built, as in records.ts: big-endian, a whole number of them in a `bin` field. */
export const TILE_BYTES = 3;
export const EDIT_BYTES = 15;

/** A tile that differs from the terrain. */
export interface TileRecord {
  /** In the square, row by row: 0 to 1023. */
  readonly tile: number;
  readonly kind: number;
}

/** A tile that has been set. */
export interface EditRecord extends TileRecord {
  /** The square's, u32: one more than that of the edit before. */
  readonly revision: number;
  /** From which tick on it counts. */
  readonly tick: number;
  /** Whose edit it is. */
  readonly player: number;
}

export function writeTiles(tiles: readonly TileRecord[]): Uint8Array {
  const bytes = new Uint8Array(tiles.length * TILE_BYTES);
  const view = new DataView(bytes.buffer);
  tiles.forEach(({ tile, kind }, index) => {
    view.setUint16(index * TILE_BYTES, tile);
    view.setUint8(index * TILE_BYTES + 2, kind);
  });
  return bytes;
}

/** @throws RangeError when the bytes are not whole records; so does its sibling. */
export function readTiles(bytes: Uint8Array): TileRecord[] {
  const view = viewOf(bytes, TILE_BYTES);
  return Array.from({ length: bytes.length / TILE_BYTES }, (_, index) => ({
    tile: view.getUint16(index * TILE_BYTES),
    kind: view.getUint8(index * TILE_BYTES + 2),
  }));
}

export function writeEdits(edits: readonly EditRecord[]): Uint8Array {
  const bytes = new Uint8Array(edits.length * EDIT_BYTES);
  const view = new DataView(bytes.buffer);
  edits.forEach(({ revision, tick, player, tile, kind }, index) => {
    const at = index * EDIT_BYTES;
    view.setUint32(at, revision);
    view.setUint32(at + 4, tick);
    view.setUint32(at + 8, player);
    view.setUint16(at + 12, tile);
    view.setUint8(at + 14, kind);
  });
  return bytes;
}

export function readEdits(bytes: Uint8Array): EditRecord[] {
  const view = viewOf(bytes, EDIT_BYTES);
  return Array.from({ length: bytes.length / EDIT_BYTES }, (_, index) => {
    const at = index * EDIT_BYTES;
    return {
      revision: view.getUint32(at),
      tick: view.getUint32(at + 4),
      player: view.getUint32(at + 8),
      tile: view.getUint16(at + 12),
      kind: view.getUint8(at + 14),
    };
  });
}

function viewOf(bytes: Uint8Array, size: number): DataView {
  if (bytes.length % size !== 0)
    throw new RangeError(`${bytes.length} bytes are no whole number of ${size}-byte records`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
