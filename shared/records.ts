import { UNITS_PER_SQUARE } from './constants.ts';
import { type Motion, STANDING } from './motion.ts';

/**
 * The packed records inside MessagePack `bin` fields: what is sent most is sent smallest. Big-endian, as MessagePack.
 * Offsets of every field stand in PROTOCOL.md. Positions are relative to the corner of the square that the player is
 * in, signed, for a motion may have begun just outside it.
 */
export const MOTION_BYTES = 11;
export const ENTER_BYTES = 20;
export const LEAVE_BYTES = 8;
export const CHECK_BYTES = 14;

const STANDING_BIT = 0x80;

/**
 * A motion of a player in the picture, of the generation told last with an enter record: another one is never told
 * with a motion. Ticks count from the frame's tick into the past.
 */
export interface MotionRecord {
  readonly id: number;
  /** The low byte of the rev, which is at most MAX_REV_STEP after the one that was told before. */
  readonly revLow: number;
  /** Units from the corner of the player's square. */
  readonly dx: number;
  readonly dy: number;
  readonly heading: number;
  readonly ago: number;
}

export interface EnterRecord {
  readonly id: number;
  readonly generation: number;
  readonly rev: number;
  readonly dx: number;
  readonly dy: number;
  readonly heading: number;
  readonly ago: number;
  readonly look: number;
  readonly profileVersion: number;
  /** Neighbour code of the square the player came from, 0 for none. */
  readonly from: number;
}

export interface LeaveRecord {
  readonly id: number;
  /** The low byte of the generation. */
  readonly generationLow: number;
  readonly rev: number;
  /** Neighbour code of the square the player went to, 0 for none. */
  readonly to: number;
}

export interface CheckRecord {
  readonly sx: number;
  readonly sy: number;
  readonly count: number;
  readonly checksum: number;
}

const NOTHING = new Uint8Array(0);

/** A growing byte buffer for records; `take` returns a copy of what was written and starts anew. */
export class RecordWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#at;
  }

  take(): Uint8Array<ArrayBuffer> {
    if (this.#at === 0) return NOTHING;
    const taken = this.#bytes.slice(0, this.#at);
    this.#at = 0;
    return taken;
  }

  motion(id: number, rev: number, motion: Motion, sx: number, sy: number, tick: number): void {
    const at = this.#reserve(MOTION_BYTES);
    const view = this.#view;
    view.setUint32(at, id);
    view.setUint8(at + 4, rev & 0xff);
    this.#place(at + 5, motion, sx, sy, tick);
  }

  enter(
    record: Omit<EnterRecord, 'dx' | 'dy' | 'heading' | 'ago'>,
    motion: Motion,
    sx: number,
    sy: number,
    tick: number,
  ): void {
    const at = this.#reserve(ENTER_BYTES);
    const view = this.#view;
    view.setUint32(at, record.id);
    view.setUint32(at + 4, record.generation);
    view.setUint16(at + 8, record.rev);
    this.#place(at + 10, motion, sx, sy, tick);
    view.setUint8(at + 16, record.look);
    view.setUint16(at + 17, record.profileVersion);
    view.setUint8(at + 19, record.from);
  }

  leave(record: Omit<LeaveRecord, 'generationLow'> & { readonly generation: number }): void {
    const at = this.#reserve(LEAVE_BYTES);
    const view = this.#view;
    view.setUint32(at, record.id);
    view.setUint8(at + 4, record.generation & 0xff);
    view.setUint16(at + 5, record.rev);
    view.setUint8(at + 7, record.to);
  }

  check(record: CheckRecord): void {
    const at = this.#reserve(CHECK_BYTES);
    const view = this.#view;
    view.setInt32(at, record.sx);
    view.setInt32(at + 4, record.sy);
    view.setUint16(at + 8, Math.min(record.count, 0xffff));
    view.setUint32(at + 10, record.checksum);
  }

  /** Writes position, heading and age: 6 bytes. The caller has rebased what is too old or too far away. */
  #place(at: number, motion: Motion, sx: number, sy: number, tick: number): void {
    const view = this.#view;
    const standing = motion.heading === STANDING;
    view.setInt16(at, clampInt16(motion.x - sx * UNITS_PER_SQUARE));
    view.setInt16(at + 2, clampInt16(motion.y - sy * UNITS_PER_SQUARE));
    view.setUint8(at + 4, standing ? 0 : motion.heading);
    view.setUint8(at + 5, (tick - motion.tick) | (standing ? STANDING_BIT : 0));
  }

  #reserve(size: number): number {
    const at = this.#at;
    if (at + size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, at + size));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#at = at + size;
    return at;
  }
}

const clampInt16 = (value: number): number => Math.max(-0x8000, Math.min(0x7fff, value));

function* eachRecord(bytes: Uint8Array, size: number): Generator<[view: DataView, at: number]> {
  if (bytes.length % size !== 0)
    throw new RangeError(`${bytes.length} bytes are no whole number of ${size}-byte records`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += size) yield [view, at];
}

const headingAt = (view: DataView, at: number): number =>
  (view.getUint8(at + 1) & STANDING_BIT) !== 0 ? STANDING : view.getUint8(at);
const agoAt = (view: DataView, at: number): number => view.getUint8(at + 1) & ~STANDING_BIT;

/** @throws RangeError when the bytes are not whole records; so do its siblings. */
export function* readMotions(bytes: Uint8Array): Generator<MotionRecord> {
  for (const [view, at] of eachRecord(bytes, MOTION_BYTES)) {
    yield {
      id: view.getUint32(at),
      revLow: view.getUint8(at + 4),
      dx: view.getInt16(at + 5),
      dy: view.getInt16(at + 7),
      heading: headingAt(view, at + 9),
      ago: agoAt(view, at + 9),
    };
  }
}

/**
 * The same without an object per record, for clients that read thousands a second: `visit` gets one object that is
 * overwritten for the next record.
 */
export function eachMotion(bytes: Uint8Array, visit: (record: MotionRecord) => void): void {
  if (bytes.length % MOTION_BYTES !== 0) {
    throw new RangeError(`${bytes.length} bytes are no whole number of ${MOTION_BYTES}-byte records`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const record = { id: 0, revLow: 0, dx: 0, dy: 0, heading: 0, ago: 0 };
  for (let at = 0; at < bytes.length; at += MOTION_BYTES) {
    record.id = view.getUint32(at);
    record.revLow = view.getUint8(at + 4);
    record.dx = view.getInt16(at + 5);
    record.dy = view.getInt16(at + 7);
    record.heading = headingAt(view, at + 9);
    record.ago = agoAt(view, at + 9);
    visit(record);
  }
}

export function* readEnters(bytes: Uint8Array): Generator<EnterRecord> {
  for (const [view, at] of eachRecord(bytes, ENTER_BYTES)) {
    yield {
      id: view.getUint32(at),
      generation: view.getUint32(at + 4),
      rev: view.getUint16(at + 8),
      dx: view.getInt16(at + 10),
      dy: view.getInt16(at + 12),
      heading: headingAt(view, at + 14),
      ago: agoAt(view, at + 14),
      look: view.getUint8(at + 16),
      profileVersion: view.getUint16(at + 17),
      from: view.getUint8(at + 19),
    };
  }
}

export function* readLeaves(bytes: Uint8Array): Generator<LeaveRecord> {
  for (const [view, at] of eachRecord(bytes, LEAVE_BYTES)) {
    yield {
      id: view.getUint32(at),
      generationLow: view.getUint8(at + 4),
      rev: view.getUint16(at + 5),
      to: view.getUint8(at + 7),
    };
  }
}

export function* readChecks(bytes: Uint8Array): Generator<CheckRecord> {
  for (const [view, at] of eachRecord(bytes, CHECK_BYTES)) {
    yield {
      sx: view.getInt32(at),
      sy: view.getInt32(at + 4),
      count: view.getUint16(at + 8),
      checksum: view.getUint32(at + 10),
    };
  }
}
