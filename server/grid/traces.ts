import type { SquareKey } from '../../shared/grid.ts';
import type { Viewer } from './fan-out.ts';
import { MAX_TRACES } from './limits.ts';
import type { ShownTrace, Trace } from './trace.ts';

interface Waiting {
  readonly square: SquareKey;
  readonly trace: Trace;
  readonly arrivedMs: number | null;
}

/** Brings inputs that are followed to those who have asked for them and are told of the square. Costs others nothing. */
export class Traces {
  readonly #watchers = new Map<Viewer, (trace: ShownTrace) => void>();
  #waiting: Waiting[] = [];

  watch(viewer: Viewer, tell: (trace: ShownTrace) => void): void {
    this.#watchers.set(viewer, tell);
  }

  unwatch(viewer: Viewer): void {
    this.#watchers.delete(viewer);
  }

  /**
   * What the next flush tells of a square comes from this input. Of too many in a flush the later ones are not followed.
   * @param arrivedMs when the broker brought it; null for an input of this node's own player
   */
  add(square: SquareKey, trace: Trace, arrivedMs: number | null): void {
    if (this.#watchers.size > 0 && this.#waiting.length < MAX_TRACES) this.#waiting.push({ square, trace, arrivedMs });
  }

  /** A flush begins to make frames of what is known. */
  show(plannedMs: number): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [viewer, tell] of this.#watchers) {
      for (const { square, trace, arrivedMs } of waiting) {
        if (viewer.interest.entries.get(square)?.joined === true) tell({ ...trace, arrivedMs, plannedMs });
      }
    }
  }
}
