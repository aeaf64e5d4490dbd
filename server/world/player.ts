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
  /** Places of the last ticks, x before y; only of those who have walked of late, for most people stand. */
  #past: number[] | undefined;

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

  /** Notes where the player is at a tick; whoever has stood all the time need not be asked. */
  remember(tick: number): void {
    if (this.#past === undefined) {
      if (this.heading === STANDING) return;
      // Here, that is, until now.
      this.#past = Array.from({ length: 2 * HISTORY }, (_, i) => (i % 2 === 0 ? this.x : this.y));
    }
    const at = 2 * (tick % HISTORY);
    this.#past[at] = this.x;
    this.#past[at + 1] = this.y;
  }

  /** Goes back to where the player was at a tick of the rewind window, not before the last input. */
  rewind(tick: number): void {
    // Somebody who stands has been here since the last input.
    if (this.heading === STANDING) return;
    const x = this.xAt(tick);
    this.y = this.yAt(tick);
    this.x = x;
  }

  /** Where the player was along x at a tick of the rewind window. */
  xAt(tick: number): number {
    return this.#isHereAt(tick) ? this.x : (this.#past?.[2 * (tick % HISTORY)] ?? this.x);
  }

  /** … and along y. */
  yAt(tick: number): number {
    return this.#isHereAt(tick) ? this.y : (this.#past?.[2 * (tick % HISTORY) + 1] ?? this.y);
  }

  /** The player has stood for longer than the rewind window: what was before is not asked for any more. */
  rest(): void {
    if (this.heading === STANDING) this.#past = undefined;
  }

  #isHereAt(tick: number): boolean {
    return this.heading === STANDING && tick >= this.motion.tick;
  }

  /** Begins a new motion from where the player is now. */
  turn(tick: number, heading: number): void {
    // Nothing is noted of whoever stands: they have been here all the time.
    const since = this.heading === STANDING ? Math.max(this.motion.tick, tick - HISTORY + 1) : tick;
    this.heading = heading;
    for (let t = since; t < tick; t++) this.remember(t);
    this.motion = { tick, x: this.x, y: this.y, heading };
    this.rev = nextRev(this.rev);
    this.remember(tick);
  }
}
