import { TICK_MS } from '../../../shared/constants.ts';
import { type Blocked, type Motion, step } from '../../../shared/motion.ts';

/** Motions remembered: at two a second, more than any question goes back. */
const MOTIONS = 64;

/** The way that the server says somebody has gone: the motions it made of their inputs, walked by the shared rule. */
export class TruePath {
  readonly #blocked: Blocked;
  readonly #motions: Motion[] = [];

  constructor(blocked: Blocked) {
    this.#blocked = blocked;
  }

  /** The server has applied an input as this motion; what was to come at or after its tick is void. */
  add(motion: Motion): void {
    while ((this.#motions.at(-1)?.tick ?? -1) >= motion.tick) this.#motions.pop();
    this.#motions.push(motion);
    if (this.#motions.length > MOTIONS) this.#motions.shift();
  }

  /** Where that puts them at a world time in ms; undefined before what is remembered. */
  at(worldMs: number): { x: number; y: number } | undefined {
    const worldTick = worldMs / TICK_MS;
    const tick = Math.floor(worldTick);
    const motion = this.#motions.findLast((each) => each.tick <= tick);
    if (motion === undefined) return undefined;
    const body = { x: motion.x, y: motion.y, heading: motion.heading };
    for (let next = motion.tick + 1; next <= tick; next++) step(body, this.#blocked, next);
    const { x, y } = body;
    step(body, this.#blocked, tick + 1);
    const share = worldTick - tick;
    return { x: x + (body.x - x) * share, y: y + (body.y - y) * share };
  }
}
