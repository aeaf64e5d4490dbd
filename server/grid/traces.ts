import type { SquareKey } from '../../shared/grid.ts';
import type { Viewer } from './fan-out.ts';
import { MAX_TRACES } from './limits.ts';
import type { ShownTrace, Trace } from './trace.ts';

interface Waiting {
  readonly square: SquareKey;
  readonly trace: Trace;
  readonly arrivedMs: number | null;
}

interface Watcher {
  readonly tell: (trace: ShownTrace) => void;
  /** Of squares that were held back from it in the flush before. */
  held: ShownTrace[];
}

/** Brings inputs that are followed to those who have asked for them and are told of the square. Costs others nothing. */
export class Traces {
  readonly #watchers = new Map<Viewer, Watcher>();
  #waiting: Waiting[] = [];
  /** Told of all that sessions of this node are shown, once their frames are written. */
  #observer: ((trace: ShownTrace, writtenMs: number) => void) | undefined;
  #unwritten: ShownTrace[] = [];

  /** Tells somebody of all inputs that are followed to this node, or with undefined nobody any longer. */
  observe(tell: ((trace: ShownTrace, writtenMs: number) => void) | undefined): void {
    this.#observer = tell;
    this.#unwritten = [];
  }

  watch(viewer: Viewer, tell: (trace: ShownTrace) => void): void {
    this.#watchers.set(viewer, { tell, held: [] });
  }

  unwatch(viewer: Viewer): void {
    this.#watchers.delete(viewer);
  }

  /**
   * What the next flush tells of a square comes from this input. Of too many in a flush the later ones are not followed.
   * @param arrivedMs when the broker brought it; null for an input of this node's own player
   */
  add(square: SquareKey, trace: Trace, arrivedMs: number | null): void {
    const isWatched = this.#watchers.size > 0 || this.#observer !== undefined;
    if (isWatched && this.#waiting.length < MAX_TRACES) this.#waiting.push({ square, trace, arrivedMs });
  }

  /**
   * A flush has been planned that makes frames of what was known at `plannedMs`. Where it holds a square back from a
   * session, the trace comes with it in the next.
   */
  show(plannedMs: number, isHeldFrom: (viewer: Viewer, square: SquareKey) => boolean): void {
    const waiting = this.#waiting;
    if (waiting.length > 0) this.#waiting = [];
    if (this.#observer !== undefined) {
      for (const { trace, arrivedMs } of waiting) this.#unwritten.push({ ...trace, arrivedMs, plannedMs });
    }
    for (const [viewer, watcher] of this.#watchers) {
      for (const trace of watcher.held) watcher.tell(trace);
      watcher.held = [];
      for (const { square, trace, arrivedMs } of waiting) {
        if (viewer.interest.entries.get(square)?.joined !== true) continue;
        const shown = { ...trace, arrivedMs, plannedMs };
        if (isHeldFrom(viewer, square)) watcher.held.push(shown);
        else watcher.tell(shown);
      }
    }
  }

  /** All frames of the flush under way have been written. */
  written(writtenMs: () => number): void {
    if (this.#unwritten.length === 0) return;
    const atMs = writtenMs();
    for (const trace of this.#unwritten) this.#observer?.(trace, atMs);
    this.#unwritten = [];
  }
}
