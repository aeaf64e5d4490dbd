import { rectContains, type SquareRect } from '../../shared/grid.ts';
import { encodeServerMessage } from '../../shared/server-codec.ts';
import type { Block, Frame } from './frame.ts';
import { FrameWriter } from './frame-writer.ts';
import type { GridSquare } from './grid-square.ts';
import type { Group, Split } from './group.ts';

/** One flush, as the fan-out is given it. The deltas are in the squares. */
export interface Flush {
  readonly tick: number;
  /** Messages for everybody. */
  readonly announcement: Uint8Array | undefined;
  /** Squares that those who are further away from them are told of with the next flush only. */
  readonly held: ReadonlySet<GridSquare>;
}

const NOTHING: ReadonlySet<GridSquare> = new Set();

/** The frames of the present flush (O3): each is built once, when the first session that gets it is sent it. */
export class FlushFrames {
  readonly #writer = new FrameWriter();
  #tick = -1;
  #bare: Uint8Array = new Uint8Array(0);
  #announcement: Uint8Array | undefined;
  #held: ReadonlySet<GridSquare> = NOTHING;
  built = 0;

  begin({ tick, announcement, held }: Flush): void {
    this.#tick = tick;
    this.#bare = encodeServerMessage({ type: 'frame', tick });
    this.#announcement = announcement;
    this.#held = held;
  }

  get tick(): number {
    return this.#tick;
  }

  /** Opens a frame of messages for one session alone. */
  get header(): Uint8Array {
    return this.#bare;
  }

  /** For everybody. */
  get announcement(): Uint8Array | undefined {
    return this.#announcement;
  }

  /** Whether something of a group's squares may be held back. */
  isHolding(group: Group): boolean {
    return this.#held.size > 0 && group.isHolding(this.#tick, this.#held);
  }

  /** Whether a square is held back from whoever has these near. */
  isHeld(square: GridSquare, near: SquareRect): boolean {
    return this.#held.has(square) && !rectContains(near, square.sx, square.sy);
  }

  /** All that a group is told, behind what was held back of the flush before. */
  whole(group: Group, held: Block | undefined): Frame | undefined {
    if (held === undefined) return group.whole(this.#tick, () => this.#write(group, undefined));
    return group.behind(this.#tick, held, () => this.#write(group, held) as Frame);
  }

  /** What a group is told now, where only some squares are near, and what it is told with the next flush. */
  split(group: Group, near: SquareRect): Split {
    return group.split(this.#tick, near, () => {
      const isHeld = (square: GridSquare): boolean => this.isHeld(square, near);
      const writer = this.#writer;
      writer.begin();
      writer.header(this.#bare);
      writer.squares(group.squares, isHeld);
      const held = writer.held();
      this.#begin();
      writer.squares(group.squares, (square) => !isHeld(square));
      return { near: this.#finish(), held };
    });
  }

  #write(group: Group, held: Block | undefined): Frame | undefined {
    this.#begin(held);
    this.#writer.squares(group.squares);
    return this.#finish();
  }

  #begin(held?: Block): void {
    const writer = this.#writer;
    writer.begin();
    if (held !== undefined) writer.block(held);
    writer.header(this.#bare);
    if (this.#announcement !== undefined) writer.message(this.#announcement);
  }

  #finish(): Frame | undefined {
    const frame = this.#writer.frame();
    if (frame !== undefined) this.built++;
    return frame;
  }
}
