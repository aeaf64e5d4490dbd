import { type Blocked, type Body, type Motion, STANDING, step } from '../../shared/motion.ts';

/**
 * Where what the server has told leads, without playback, prediction or blending. It goes on from where it was last
 * asked for, so that asking every frame costs a step a tick.
 */
export class ToldWalk {
  /** In units, as of the last call of `goTo`, fractional between ticks. */
  x = 0;
  y = 0;
  readonly #blocked: Blocked;
  #motion: Motion | undefined;
  #tick = 0;
  readonly #body: Body = { x: 0, y: 0, heading: STANDING };
  /** One step further, for the place between ticks. */
  readonly #ahead: Body = { x: 0, y: 0, heading: STANDING };

  constructor(blocked: Blocked) {
    this.#blocked = blocked;
  }

  /** Goes to where a motion has led at a world time in (fractional) ticks; before its tick, to where it begins. */
  goTo(motion: Motion, worldTick: number): void {
    if (motion !== this.#motion || worldTick < this.#tick) this.#begin(motion);
    const tick = Math.max(motion.tick, Math.floor(worldTick));
    if (motion.heading !== STANDING) {
      while (this.#tick < tick) {
        this.#body.x = this.#ahead.x;
        this.#body.y = this.#ahead.y;
        step(this.#ahead, this.#blocked, ++this.#tick + 1);
      }
    }
    const fraction = Math.max(0, worldTick - tick);
    this.x = this.#body.x + (this.#ahead.x - this.#body.x) * fraction;
    this.y = this.#body.y + (this.#ahead.y - this.#body.y) * fraction;
  }

  /** What is known of the ground is another: the way is gone again from its beginning. */
  restart(): void {
    this.#motion = undefined;
  }

  #begin(motion: Motion): void {
    this.#motion = motion;
    this.#tick = motion.tick;
    Object.assign(this.#body, { x: motion.x, y: motion.y, heading: motion.heading });
    Object.assign(this.#ahead, this.#body);
    step(this.#ahead, this.#blocked, motion.tick + 1);
  }
}
