import type { SquareRect } from '../../shared/grid.ts';
import type { Block, Frame } from './frame.ts';
import type { GridSquare } from './grid-square.ts';

/** What sessions get in a flush that holds back squares further away: the near ones now, the others with the next. */
export interface Split {
  readonly near: Frame | undefined;
  readonly held: Block | undefined;
}

/** Sessions that get the same deltas: those that have joined the same squares. */
export class Group {
  readonly key: string;
  readonly squares: readonly GridSquare[];
  viewers = 0;
  /** Of which flush the frames are, in ticks. */
  #tick = -1;
  #whole: Frame | undefined;
  #isBuilt = false;
  #isHolding: boolean | undefined;
  /** Frames that begin with what the flush before has held back. */
  #behind: Map<Block, Frame> | undefined;
  #splits: Map<number, Split> | undefined;

  constructor(key: string, squares: readonly GridSquare[]) {
    this.key = key;
    this.squares = squares;
  }

  /** The frame of a flush, built when it is asked for the first time. */
  whole(tick: number, build: () => Frame | undefined): Frame | undefined {
    this.#renew(tick);
    if (!this.#isBuilt) {
      this.#whole = build();
      this.#isBuilt = true;
    }
    return this.#whole;
  }

  /** The same behind what was held back. */
  behind(tick: number, held: Block, build: () => Frame): Frame {
    this.#renew(tick);
    this.#behind ??= new Map();
    let frame = this.#behind.get(held);
    if (frame === undefined) {
      frame = build();
      this.#behind.set(held, frame);
    }
    return frame;
  }

  split(tick: number, near: SquareRect, build: () => Split): Split {
    this.#renew(tick);
    this.#splits ??= new Map();
    const key = this.#numberOf(near);
    let split = this.#splits.get(key);
    if (split === undefined) {
      split = build();
      this.#splits.set(key, split);
    }
    return split;
  }

  /** Whether anything of its squares is held back in a flush. */
  isHolding(tick: number, held: ReadonlySet<GridSquare>): boolean {
    this.#renew(tick);
    this.#isHolding ??= this.squares.some((square) => held.has(square));
    return this.#isHolding;
  }

  #renew(tick: number): void {
    if (this.#tick === tick) return;
    this.#tick = tick;
    this.#whole = undefined;
    this.#isBuilt = false;
    this.#isHolding = undefined;
    this.#behind = undefined;
    this.#splits = undefined;
  }

  /** Names a rectangle of squares among those of the group: all lie within a few squares of each other. */
  #numberOf({ left, top, right, bottom }: SquareRect): number {
    const { sx = 0, sy = 0 } = this.squares[0] ?? {};
    return (((left - sx) * SPAN + (top - sy)) * SPAN + (right - sx)) * SPAN + (bottom - sy);
  }
}

/** Beyond any distance between two squares of one interest. */
const SPAN = 256;
