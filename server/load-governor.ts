import { TICK_MS } from '../shared/constants.ts';

/** How often a node flushes. */
export interface Rhythm {
  /** How far it is from normal: 0 for as configured, up to MAX_LEVEL. */
  readonly level: number;
  /** Of every so many flushes as configured one takes place. */
  readonly flushesEach: 1 | 2 | 4;
  /** Whether squares further away get every second one of those only. */
  readonly isFarHalved: boolean;
  /** Whether somebody new is to be turned away. */
  readonly isFull: boolean;
}

/** The rhythms from normal to the slowest: squares further away come first (O1). */
export const RHYTHMS: readonly Rhythm[] = [
  { level: 0, flushesEach: 1, isFarHalved: false, isFull: false },
  { level: 1, flushesEach: 1, isFarHalved: true, isFull: false },
  { level: 2, flushesEach: 2, isFarHalved: false, isFull: true },
  { level: 3, flushesEach: 2, isFarHalved: true, isFull: true },
  { level: 4, flushesEach: 4, isFarHalved: false, isFull: true },
];

export const MAX_LEVEL = RHYTHMS.length - 1;

/** Flushes are stretched up to this far apart, in ms; those that are configured to be further apart stay as they are. */
const MOST_MS = 400;

/** Times between two flushes, in ms. */
export interface Pace {
  readonly nearMs: number;
  /** Of squares further away. */
  readonly farMs: number;
}

/** What a rhythm comes to where flushes are configured to be `flushMs` apart. */
export function paceOf({ flushesEach, isFarHalved }: Rhythm, flushMs: number): Pace {
  const nearMs = Math.max(flushMs, Math.min(flushMs * flushesEach, MOST_MS));
  return { nearMs, farMs: isFarHalved && nearMs * 2 <= MOST_MS ? nearMs * 2 : nearMs };
}

/**
 * Budget of flushes, as a share of the time between two. Reading, ticks and the rest take about a quarter to a half of
 * what flushes take: past this the loop has no rest, and what comes next is a queue.
 */
const FLUSH_SHARE = 0.8;
/** A flush has to be through before the next one and the one after that are due: later, it is in trouble already. */
const OVERDUE = 2;
/**
 * Budget of a tick's lateness, in ms: half a tick. A loop that sends in slices is late by less than 10 ms, and a pause
 * to collect garbage is a single late tick.
 */
const LATE_MS = TICK_MS / 2;
/**
 * Late by so much, in ms, people notice, whatever it comes from: nothing is lost any more by the rhythm that turns
 * newcomers away, which keeps news waiting no longer than that.
 */
const VERY_LATE_MS = 4 * TICK_MS;
/**
 * A longer interval gives back up to half of what flushes take. Where they take less than this share of the time that
 * helps nobody: the core is used by something else, and news would only be later.
 */
const WORTHWHILE_SHARE = 0.25;

/** Trouble that has lasted so long is no burst, in ms: five flushes, ten ticks. */
const SUSTAINED_MS = 500;
/** Trouble of up to so long is none, in ms: one stall, one wave of newcomers. */
const BURST_MS = 250;
/** However long a tick or a flush kept us waiting, it counts as so much at most, in ms: one stall is not sustained. */
const MAX_TICK_SPAN_MS = 2 * TICK_MS;
const MAX_FLUSH_SPAN_MS = 200;

/** Calm before each step back, in ms: from the slowest rhythm it takes four of these, and 10 s are promised. */
const HOLD_MS = 1500;
/**
 * What flushes take becomes up to so many times as much by one step back. Two steps halve the interval, which is twice
 * as much where everybody has news in every flush, and 1.6 times where few have; sharing squares by distance does not
 * split that evenly.
 */
const GROWTH = 1.5;
/** The most that a step back can bring, if squares further away were all there is. */
const MAX_GROWTH = 2;
/** A rhythm that is left again within so long of the step back to it did not fit, in ms. */
const TRIAL_MS = 30_000;
/** How long it is not tried again, in ms, three times as long each time up to the most; unless there is relief. */
const BACK_OFF_MS = 4000;
const MAX_BACK_OFF_MS = 30_000;
/** Relief: flushes take no more than this part of what they took when the step back failed. */
const RELIEF = 0.75;
/** The share of the time that flushes take is the median of so many cycles: single stalls do not show in it. */
const REMEMBERED_CYCLES = 5;

/**
 * Overload by plan: stretches the flushes step by step when the node cannot keep up, and takes that back step by step.
 * Has no clock of its own. It has to be told of every tick and every flush, also of those that had nothing to do.
 *
 * The rule takes after CoDel (RFC 8289, section 3): not how bad it is counts, but whether it has been bad for an
 * interval; a burst is over before that, a standing queue is not. CoDel looks at the least delay of an interval. A tick
 * of a busy loop though is late by whatever happened to be left of a turn, often nothing: so bad samples add their time
 * and good ones take theirs away (a leaky bucket), and three bad ones in four are trouble too.
 *
 * - A step to a slower rhythm: flushes past their budget for SUSTAINED_MS, or one under way that should long be through;
 *   or ticks past theirs, if flushes take enough of the time for a longer interval to help; or very late ticks, as far
 *   as the first rhythm that turns newcomers away. After each step everything is measured afresh; if it cannot have
 *   been enough, one bad cycle leads to the next.
 * - A step back: HOLD_MS of calm, and flushes would still be within their budget if they took GROWTH times as much. So
 *   the two thresholds are a step apart, and a load between two rhythms stays at the slower.
 * - A step back that failed is repeated when flushes take clearly less than at that time, or after a wait that grows.
 *   So real relief, which shows at once in what flushes take, is never kept waiting for a failure before it.
 */
export class LoadGovernor {
  readonly #flushMs: number;
  #rhythm = RHYTHMS[0] as Rhythm;
  #changes = 0;
  readonly #late = new Strain();
  readonly #veryLate = new Strain();
  readonly #heavy = new Strain();
  #tickedMs: number | undefined;
  #calmMs = 0;
  #changedMs = 0;
  /** The flushes from one with everything to the next, so far. */
  readonly #cycle = { flushes: 0, workMs: 0 };
  /** When a flush was last through, or the rhythm changed. */
  #flushedMs: number | undefined;
  /** Whether the flush under way may still be one of the rhythm before. */
  #isNew = false;
  /** What flushes took of the time in the cycles of this rhythm, the latest last. */
  #shares: number[] = [];
  /** The same as one number; after a step what is expected, until there is something measured. */
  #share = 0;
  /** The last step back: to which level, when, and what flushes took before. */
  #trial: { readonly level: number; readonly atMs: number; readonly share: number } | undefined;
  /** Levels that did not fit when last tried, how often in a row, and what flushes took at the slower one then. */
  readonly #failed = new Map<number, { readonly times: number; readonly share: number }>();

  /** @param flushMs the interval between flushes as configured */
  constructor(flushMs = 100) {
    this.#flushMs = flushMs;
  }

  get rhythm(): Rhythm {
    return this.#rhythm;
  }

  get pace(): Pace {
    return paceOf(this.#rhythm, this.#flushMs);
  }

  /** How often the rhythm has changed. */
  get changes(): number {
    return this.#changes;
  }

  /** A tick has begun so much later than it was due, in ms. Of ticks made up for in one go the first one counts. */
  ticked(lateMs: number, nowMs: number): void {
    const spanMs = Math.min(MAX_TICK_SPAN_MS, nowMs - (this.#tickedMs ?? nowMs));
    this.#tickedMs = nowMs;
    if (spanMs <= 0) return;
    this.#late.note(lateMs > LATE_MS, spanMs);
    this.#veryLate.note(lateMs > VERY_LATE_MS, spanMs);
    const isOverdue = nowMs - (this.#flushedMs ?? nowMs) > OVERDUE * this.pace.nearMs;
    if (isOverdue && this.#share >= WORTHWHILE_SHARE) this.#heavy.note(true, spanMs);
    this.#calmMs = this.#isCalm ? this.#calmMs + spanMs : 0;
    this.#judge(nowMs);
  }

  /**
   * A flush has taken so much of the node's time in all, in ms, from the first session to the last: by the clock, for
   * time that others had the core is time as well, and best with what ran between its slices, for then it says how
   * close the loop is to having no rest.
   */
  flushed(workMs: number, nowMs: number): void {
    this.#flushedMs = nowMs;
    if (this.#isNew) {
      this.#isNew = false;
      return;
    }
    const cycle = this.#cycle;
    cycle.workMs += workMs;
    cycle.flushes++;
    const dueMs = this.pace.farMs;
    const share = cycle.workMs / dueMs;
    // One with the squares further away and one without belong together, unless one was too much for both.
    if (this.#rhythm.isFarHalved && cycle.flushes < 2 && share <= FLUSH_SHARE) return;
    this.#beginCycle();
    this.#shares = [...this.#shares.slice(1 - REMEMBERED_CYCLES), share];
    this.#share = median(this.#shares);
    this.#heavy.note(share > FLUSH_SHARE, Math.min(MAX_FLUSH_SPAN_MS, dueMs));
    this.#judge(nowMs);
  }

  #beginCycle(): void {
    this.#cycle.flushes = 0;
    this.#cycle.workMs = 0;
  }

  get #isStrained(): boolean {
    if (this.#heavy.isSustained) return true;
    if (this.#late.isSustained && this.#share >= WORTHWHILE_SHARE) return true;
    return this.#veryLate.isSustained && !this.#rhythm.isFull;
  }

  get #isCalm(): boolean {
    if (this.#heavy.isMoreThanBurst || this.#veryLate.isMoreThanBurst) return false;
    return !this.#late.isMoreThanBurst || this.#shareAfterReturn < WORTHWHILE_SHARE;
  }

  /** What flushes would take of the time one step back. */
  get #shareAfterReturn(): number {
    return this.#share * GROWTH;
  }

  #judge(nowMs: number): void {
    const { level } = this.#rhythm;
    if (level < MAX_LEVEL && this.#isStrained) this.#stretch(nowMs);
    else if (level > 0 && this.#calmMs >= HOLD_MS && nowMs - this.#changedMs >= this.#waitMs) this.#return(nowMs);
  }

  /** From one step to a step back, in ms. */
  get #waitMs(): number {
    if (this.#shares.length === 0) return Number.POSITIVE_INFINITY;
    // An expectation may be wrong: seldom, but some time, it is tried.
    if (this.#shareAfterReturn > FLUSH_SHARE) return MAX_BACK_OFF_MS;
    const failed = this.#failed.get(this.#rhythm.level - 1);
    if (failed === undefined || this.#share <= failed.share * RELIEF) return HOLD_MS;
    return Math.min(MAX_BACK_OFF_MS, BACK_OFF_MS * 3 ** (failed.times - 1));
  }

  #stretch(nowMs: number): void {
    const { level } = this.#rhythm;
    const trial = this.#trial;
    const latest = this.#shares.at(-1) ?? this.#share;
    if (trial?.level === level && nowMs - trial.atMs < TRIAL_MS) {
      // If more load has come since, it is that load which did not fit: its end will be relief.
      const share = Math.max(trial.share, latest / MAX_GROWTH);
      this.#failed.set(level, { times: (this.#failed.get(level)?.times ?? 0) + 1, share });
    } else this.#failed.delete(level);
    this.#trial = undefined;
    const isFarBeyond = this.#heavy.isSustained && latest / GROWTH > FLUSH_SHARE;
    this.#change(level + 1, this.#share / GROWTH, nowMs);
    // This step will not do: a single bad cycle is enough for the next.
    if (isFarBeyond) this.#heavy.note(true, SUSTAINED_MS - MAX_FLUSH_SPAN_MS);
  }

  #return(nowMs: number): void {
    const { level } = this.#rhythm;
    this.#failed.delete(level);
    this.#trial = { level: level - 1, atMs: nowMs, share: this.#share };
    this.#change(level - 1, this.#shareAfterReturn, nowMs);
  }

  #change(level: number, expectedShare: number, nowMs: number): void {
    this.#rhythm = RHYTHMS[level] as Rhythm;
    this.#changes++;
    this.#changedMs = nowMs;
    this.#calmMs = 0;
    this.#share = expectedShare;
    this.#shares = [];
    this.#isNew = true;
    this.#flushedMs = nowMs;
    this.#beginCycle();
    for (const strain of [this.#late, this.#veryLate, this.#heavy]) strain.clear();
  }
}

/** How long there has been trouble: bad samples add their time, good ones take theirs away. */
class Strain {
  #ms = 0;

  note(isBad: boolean, ms: number): void {
    this.#ms = isBad ? Math.min(SUSTAINED_MS, this.#ms + ms) : Math.max(0, this.#ms - ms);
  }

  get isSustained(): boolean {
    return this.#ms >= SUSTAINED_MS;
  }

  get isMoreThanBurst(): boolean {
    return this.#ms > BURST_MS;
  }

  clear(): void {
    this.#ms = 0;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
