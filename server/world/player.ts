import { squareIndexOf } from '../../shared/grid.ts';
import { type Motion, STANDING } from '../../shared/motion.ts';
import { nextRev } from '../../shared/pair.ts';

/** Positions remembered per player, in ticks; a power of two above REWIND_TICKS. */
const HISTORY = 8;

/** An input that waits for the tick it was stamped with. */
export interface WaitingInput {
  readonly n: number;
  readonly tick: number;
  readonly heading: number;
}

/** The server's word on an input, for its sender. */
export interface Answer {
  readonly n: number;
  readonly rev: number;
  readonly motion: Motion;
}

/** Who a player is, apart from where they are. */
export interface Who {
  readonly id: number;
  readonly generation: number;
  readonly name: string;
  readonly look: number;
  readonly profileVersion: number;
}

/** A local player as the world's rules know them: where they are now, and the few ticks that may be rewound. */
export class Player {
  readonly id: number;
  readonly generation: number;
  name: string;
  look: number;
  /** u16; raised with every change of name and look. */
  profileVersion: number;
  rev = 0;
  /** What others are told; leads to (x, y) at the world's tick. */
  motion: Motion;
  x: number;
  y: number;
  heading: number = STANDING;
  sx: number;
  sy: number;
  /** No input is applied before this tick. */
  lastInputTick: number;
  lastInput = 0;
  /** The tile that the final path has got to, as far as gems were looked for; NaN before the first look. */
  finalTileX = Number.NaN;
  finalTileY = Number.NaN;
  /** The tick since which the player is where their path has led, and not put there. */
  since: number;
  /** The tick of the last sign of life. */
  lastSign: number;
  waiting: WaitingInput[] = [];
  answer: Answer | undefined;
  readonly #pastX = new Float64Array(HISTORY);
  readonly #pastY = new Float64Array(HISTORY);

  constructor(who: Who, x: number, y: number, tick: number) {
    this.id = who.id;
    this.generation = who.generation;
    this.name = who.name;
    this.look = who.look;
    this.profileVersion = who.profileVersion;
    this.x = x;
    this.y = y;
    this.sx = squareIndexOf(x);
    this.sy = squareIndexOf(y);
    this.motion = { tick, x, y, heading: STANDING };
    this.lastInputTick = tick;
    this.since = tick;
    this.lastSign = tick;
  }

  /** Notes where the player is at a tick. */
  remember(tick: number): void {
    this.#pastX[tick % HISTORY] = this.x;
    this.#pastY[tick % HISTORY] = this.y;
  }

  /** Goes back to where the player was at a tick of the rewind window, not before the last input. */
  rewind(tick: number): void {
    // Somebody who stands has been here since the last input.
    if (this.heading === STANDING) return;
    this.x = this.#pastX[tick % HISTORY] as number;
    this.y = this.#pastY[tick % HISTORY] as number;
  }

  /** Where the player was at a tick of the rewind window. */
  placeAt(tick: number): { readonly x: number; readonly y: number } {
    if (this.heading === STANDING && tick >= this.motion.tick) return this;
    return { x: this.#pastX[tick % HISTORY] as number, y: this.#pastY[tick % HISTORY] as number };
  }

  /** Begins a new motion from where the player is now. */
  turn(tick: number, heading: number): void {
    // Nothing is noted of whoever stands: they have been here all the time.
    if (this.heading === STANDING) {
      for (let t = Math.max(this.motion.tick, tick - HISTORY + 1); t < tick; t++) this.remember(t);
    }
    this.heading = heading;
    this.motion = { tick, x: this.x, y: this.y, heading };
    this.rev = nextRev(this.rev);
    this.remember(tick);
  }
}
