/** A clock that stands still unless it is set: how far what several processes tell has been brought together. */
export class MergedClock {
  nowMs: number;
  readonly monotonic = (): number => this.nowMs;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }
}
