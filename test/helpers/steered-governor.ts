import type { LoadGovernor, Rhythm } from '../../server/load-governor.ts';
import { RHYTHMS } from '../../server/load-governor.ts';

/** A governor that knows nothing of load: its rhythm is what a test says. */
export class SteeredGovernor implements Pick<LoadGovernor, 'rhythm' | 'ticked' | 'flushed'> {
  /** Index into RHYTHMS. */
  level = 0;
  /** Flushes that it was told of. */
  flushes = 0;

  get rhythm(): Rhythm {
    return RHYTHMS[this.level] as Rhythm;
  }

  ticked(_lateMs: number, _nowMs: number): void {}

  flushed(): void {
    this.flushes++;
  }
}
