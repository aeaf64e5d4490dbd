import { MAX_LEVEL } from '../../server/load-governor.ts';
import { SteeredGovernor } from './steered-governor.ts';

/** Takes about so long for each step to where it wants to go, in ms. */
const STEP_MS = 700;
/** Wants to go back to normal so often: rhythms that turn newcomers away are not to last. */
const NORMAL_SHARE = 0.4;
/** However long there was no tick, no more than this counts, in ms. */
const TICK_AT_MOST_MS = 100;

/** A governor whose rhythm goes up and down by a seed, until it is to rest. */
export class WanderingGovernor extends SteeredGovernor {
  isResting = false;
  changes = 0;
  readonly #random: () => number;
  #goal = 0;
  #tickedMs: number | undefined;

  constructor(random: () => number) {
    super();
    this.#random = random;
  }

  override ticked(_lateMs: number, nowMs: number): void {
    const spanMs = Math.min(TICK_AT_MOST_MS, nowMs - (this.#tickedMs ?? nowMs));
    this.#tickedMs = nowMs;
    if (this.isResting) this.#change(0);
    else if (this.#random() < spanMs / STEP_MS) this.#wander();
  }

  #wander(): void {
    if (this.level === this.#goal) {
      this.#goal = this.#random() < NORMAL_SHARE ? 0 : Math.ceil(this.#random() * MAX_LEVEL);
    } else this.#change(this.level + Math.sign(this.#goal - this.level));
  }

  #change(level: number): void {
    if (level === this.level) return;
    this.level = level;
    this.changes++;
  }
}
