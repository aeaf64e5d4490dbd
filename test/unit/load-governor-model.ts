import type { LoadGovernor } from '../../server/load-governor.ts';
import { TICK_MS } from '../../shared/constants.ts';

/** What a node has to do and what it may use, at a time. */
export interface Conditions {
  /** CPU time of a flush with everything that has come up in 100 ms, in ms. */
  flushCpuMs: number;
  /** CPU time of everything else, as a share of a whole core. */
  otherCpu: number;
  /** The part of the core that the node gets while it has something to do. */
  coreShare: number;
  /** How late it is woken at most from having nothing to do, in ms. */
  wakeMs: number;
}

export interface ModelOptions {
  readonly random: () => number;
  /** How much more a flush takes after twice the time: 1 if everybody has news each time, 2 if all is per event. */
  readonly growth: number;
  /** The part of a flush's work that squares near by are. */
  readonly near: number;
  /** Whether what runs between two slices of a flush counts as time of the flush. */
  readonly countsBetween: boolean;
}

const FLUSH_MS = 100;
const SLICES = 16;
/** A flush with everything there is takes so many times the usual at most: of each player the last news counts. */
const MAX_GROWN = 2.5;
/** Work is done by the clock this much faster or slower than on average, as others come and go. */
const UNEVEN = 0.3;

/** A node of one thread that shares its core: what a loop does in turns, and how long that takes by the clock. */
export class LoadedNode {
  readonly conditions: Conditions;
  nowMs = 0;
  /** How old news was when it was sent, in ms, of squares of all distances. */
  agesMs: number[] = [];
  /** When the level changed, and to what. */
  readonly history: { readonly atMs: number; readonly level: number }[] = [];
  readonly #governor: LoadGovernor;
  readonly #options: ModelOptions;
  #dueMs = TICK_MS;
  #tick = 0;
  #otherMs = 0;
  #flush:
    | { beganMs: number; workMs: number; slices: number; readonly sliceMs: number; readonly isWhole: boolean }
    | undefined;
  #flushes = 0;
  #toldMs = { near: 0, far: 0 };

  constructor(governor: LoadGovernor, conditions: Conditions, options: ModelOptions) {
    this.#governor = governor;
    this.#options = options;
    this.conditions = { ...conditions };
  }

  get level(): number {
    return this.#governor.rhythm.level;
  }

  run(seconds: number): void {
    const untilMs = this.nowMs + seconds * 1000;
    while (this.nowMs < untilMs) this.#turn();
  }

  /** Nothing happens at all for so long. */
  stall(ms: number): void {
    this.nowMs += ms;
    this.#otherMs += ms * this.conditions.otherCpu;
  }

  /** Most changes of level within a minute, from a time on. */
  changesPerMinute(fromMs: number): number {
    const times = this.history.map(({ atMs }) => atMs).filter((atMs) => atMs >= fromMs);
    return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
  }

  #turn(): void {
    if (this.nowMs >= this.#dueMs) this.#ticks();
    const isIdle = this.#flush === undefined && this.#otherMs < 0.01;
    if (isIdle) {
      const { wakeMs } = this.conditions;
      this.stall(Math.min(4, Math.max(0.1, this.#dueMs - this.nowMs)) + wakeMs * this.#options.random());
    }
    const otherMs = this.#otherMs;
    this.#otherMs = 0;
    const betweenMs = this.#work(otherMs);
    const flush = this.#flush;
    if (flush === undefined) return;
    const tookMs = this.#work(flush.sliceMs);
    flush.workMs += this.#options.countsBetween ? tookMs + betweenMs : tookMs;
    this.#send(flush.isWhole);
    if (++flush.slices < SLICES) return;
    this.#toldMs.near = flush.beganMs;
    if (flush.isWhole) this.#toldMs.far = flush.beganMs;
    this.#flush = undefined;
    this.#governor.flushed(flush.workMs, this.nowMs);
    this.#note();
  }

  /** Spends CPU time; returns how long that took by the clock. */
  #work(cpuMs: number): number {
    const tookMs = (cpuMs / this.conditions.coreShare) * (1 + UNEVEN * (2 * this.#options.random() - 1));
    this.stall(tookMs);
    return tookMs;
  }

  #ticks(): void {
    let isDue = false;
    for (; this.#dueMs <= this.nowMs; this.#dueMs += TICK_MS) {
      this.#governor.ticked(this.nowMs - this.#dueMs, this.nowMs);
      this.#tick++;
      isDue ||= this.#tick % ((FLUSH_MS / TICK_MS) * this.#governor.rhythm.flushesEach) === 0;
    }
    this.#note();
    // A flush that is due before the last one is through comes with the next.
    if (isDue && this.#flush === undefined) this.#begin();
  }

  #begin(): void {
    const { growth, near } = this.#options;
    const { isFarHalved } = this.#governor.rhythm;
    const isWhole = !isFarHalved || this.#flushes++ % 2 === 0;
    const grown = (sinceMs: number): number =>
      Math.min(MAX_GROWN, ((this.nowMs - sinceMs) / FLUSH_MS) ** Math.log2(growth));
    const cpu = near * grown(this.#toldMs.near) + (isWhole ? (1 - near) * grown(this.#toldMs.far) : 0);
    const sliceMs = (this.conditions.flushCpuMs * cpu) / SLICES;
    this.#flush = { beganMs: this.nowMs, workMs: 0, slices: 0, sliceMs, isWhole };
  }

  /** A slice of the sessions has its frame: with news from any time since the flush before. */
  #send(isWhole: boolean): void {
    const { random, near } = this.#options;
    const began = this.#flush?.beganMs ?? 0;
    for (const [told, share] of [
      [this.#toldMs.near, near],
      [this.#toldMs.far, isWhole ? 1 - near : 0],
    ] as const) {
      for (let i = 0; i < Math.round((share * (began - told)) / 25); i++) {
        this.agesMs.push(this.nowMs - told - random() * (began - told));
      }
    }
  }

  #note(): void {
    const last = this.history.at(-1)?.level ?? 0;
    if (this.level !== last) this.history.push({ atMs: this.nowMs, level: this.level });
  }
}
