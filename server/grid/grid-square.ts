import { type SquareKey, squareKey } from '../../shared/grid.ts';
import type { LocalStream } from './local-stream.ts';
import type { Replica, SquareDelta } from './replica.ts';
import type { SquareThings } from './square-things.ts';

/** Along each side of a block: a few times as much as a screen touches. */
const BLOCK_SQUARES = 16;

/** One square as far as this node has to do with it: its players' stream, its viewers' replica, or both. */
export class GridSquare {
  readonly sx: number;
  readonly sy: number;
  readonly key: SquareKey;
  /** Spreads the periodic work of many squares over time; those of a block have the same, so that one frame tells it all. */
  readonly phase: number;
  /** The name of its channel, once it has been asked for. */
  channel: string | undefined;
  local: LocalStream | undefined;
  /** There while the square is subscribed at the broker. */
  replica: Replica | undefined;
  /** What people have left here; there as long as the replica. */
  things: SquareThings | undefined;
  /** What the last flush has to tell clients of it. */
  delta: SquareDelta | undefined;
  /** Until when this node says how far it knows the things although nobody of its own is here, in ticks. */
  marksUntil = 0;
  /** When it says so next. */
  marksAt = 0;
  /** How many local sessions have it in their interest. */
  viewers = 0;

  constructor(sx: number, sy: number) {
    this.sx = sx;
    this.sy = sy;
    this.key = squareKey(sx, sy);
    const [blockX, blockY] = [Math.floor(sx / BLOCK_SQUARES), Math.floor(sy / BLOCK_SQUARES)];
    this.phase = (Math.imul(blockX, 0x9e3779b1) ^ Math.imul(blockY, 0x85ebca77)) >>> 20;
  }
}
