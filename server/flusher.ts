import { concat } from '../shared/codec.ts';
import { TICK_MS } from '../shared/constants.ts';
import { encodeServerMessage } from '../shared/server-codec.ts';
import type { Grid, HeldBack } from './grid/grid.ts';
import { SLICE_SESSIONS } from './grid/limits.ts';
import { type LoadGovernor, type Pace, paceOf, type Rhythm } from './load-governor.ts';

export interface FlusherOptions {
  readonly flushMs: number;
  /**
   * How long a flush waits for the batches of other nodes, which flush at the same tick, before it goes to the
   * sessions, in ms: news from another node is then no later than a neighbour's.
   */
  readonly holdMs: number;
  readonly monotonic: () => number;
  /** Runs something soon, after what has come in meanwhile. */
  readonly defer: (run: () => void) => void;
  readonly governor: Pick<LoadGovernor, 'rhythm' | 'ticked' | 'flushed'>;
  /** Sessions that are sent theirs in one go, SLICE_SESSIONS by default. */
  readonly sliceSessions?: number;
}

export interface FlushSource {
  readonly grid: Pick<Grid, 'show' | 'sendSome' | 'membership'>;
  /** First half of a flush: what has happened goes to the grid and to the other nodes. */
  tell(tick: number): void;
  /** Messages for everybody. */
  announcement(tick: number): Uint8Array | undefined;
}

interface Held {
  readonly tick: number;
  readonly untilMs: number;
  /** For everybody who was there by then; whoever comes while it is held is greeted with the same. */
  readonly announcement: Uint8Array | undefined;
}

/** When a node flushes, in which rhythm, and in which portions. */
export class Flusher {
  readonly counters = { flushes: 0, flushMs: 0 };
  readonly #options: FlusherOptions;
  readonly #source: FlushSource;
  /** As clients were told last. */
  #rhythm: Rhythm;
  #pace: Pace;
  /** A flush that other nodes have been told and sessions have not. */
  #held: Held | undefined;
  /** What the last flush has left for the next one. */
  #heldBack: HeldBack = 'nothing';
  /** Whether the last flush has yet to reach everybody. */
  #isSending = false;
  /** When the last flush began, had it not waited for other nodes; in monotonic ms. */
  #beganMs = 0;

  constructor(options: FlusherOptions, source: FlushSource) {
    this.#options = options;
    this.#source = source;
    this.#rhythm = options.governor.rhythm;
    this.#pace = paceOf(this.#rhythm, options.flushMs);
  }

  /** Between two flushes now. */
  get ticks(): number {
    return this.#pace.nearMs / TICK_MS;
  }

  /** When what is held is due, in ms of world time. */
  get dueMs(): number {
    return this.#held?.untilMs ?? Number.POSITIVE_INFINITY;
  }

  /** How often there is news now, for clients; undefined when it is as configured. */
  get pace(): Uint8Array | undefined {
    return this.#rhythm.level === 0 ? undefined : encodeServerMessage({ type: 'pace', ...this.#pace });
  }

  /**
   * Flushes at a tick, if one is due; of several that are made up for only the last is. While the one before has not
   * reached everybody there is none: its turn comes, and takes along what this one would have told.
   */
  settle(tick: number, target: number, nowMs: number): void {
    if (tick % this.ticks === 0 && target - tick < this.ticks && !this.#isSending) this.flush(tick, nowMs);
  }

  flush(tick: number, nowMs: number): void {
    // Asked for out of turn: what is on its way goes first.
    this.showDue(Number.POSITIVE_INFINITY);
    const { holdMs, monotonic } = this.#options;
    this.#beganMs = monotonic();
    this.#source.tell(tick);
    this.counters.flushes++;
    const announcement = this.#announcement(tick);
    if (this.#source.grid.membership.size === 0 || holdMs === 0) this.#show(tick, announcement);
    else {
      this.#beganMs -= monotonic();
      this.#held = { tick, untilMs: nowMs + holdMs, announcement };
    }
  }

  /** Shows what is held, once it is due. */
  showDue(nowMs: number): void {
    if (this.#held === undefined || nowMs < this.#held.untilMs) return;
    const { tick, announcement } = this.#held;
    this.#held = undefined;
    // The wait for other nodes is no work.
    this.#beganMs += this.#options.monotonic();
    this.#show(tick, announcement);
  }

  /** What everybody is told besides; from here on the rhythm is the governor's. */
  #announcement(tick: number): Uint8Array | undefined {
    const before = this.#pace;
    const parts = [this.#source.announcement(tick), this.#follow()].filter((part) => part !== undefined);
    this.#heldBack = this.#holds(before);
    return parts.length === 0 ? undefined : concat(parts);
  }

  #show(tick: number, announcement: Uint8Array | undefined): void {
    this.#source.grid.show(tick, announcement, this.#heldBack);
    this.#isSending = true;
    this.#send();
  }

  /** Sends the frames of a flush, a slice of the sessions at a time. */
  #send(): void {
    const { sliceSessions = SLICE_SESSIONS, defer, monotonic, governor } = this.#options;
    if (this.#source.grid.sendSome(sliceSessions)) {
      defer(() => this.#send());
      return;
    }
    if (!this.#isSending) return;
    this.#isSending = false;
    const now = monotonic();
    this.counters.flushMs += now - this.#beganMs;
    governor.flushed(now - this.#beganMs, now);
  }

  /**
   * What this flush may leave for the next one, which comes at the new rhythm: only what both rhythms leave out, so that
   * nothing is kept waiting for longer than either says.
   */
  #holds(before: Pace): HeldBack {
    if (this.#pace !== before || this.#pace.nearMs > this.#options.flushMs) {
      const isHalved = (pace: Pace): boolean => pace.farMs > pace.nearMs;
      return isHalved(before) && isHalved(this.#pace) ? 'all' : 'nothing';
    }
    return this.#pace.farMs > this.#pace.nearMs ? 'all' : 'crowded';
  }

  /** Follows the governor; returns what clients are to be told of it. */
  #follow(): Uint8Array | undefined {
    const { rhythm } = this.#options.governor;
    if (rhythm === this.#rhythm) return undefined;
    this.#rhythm = rhythm;
    this.#pace = paceOf(rhythm, this.#options.flushMs);
    return encodeServerMessage({ type: 'pace', ...this.#pace });
  }
}
