import type { Metrics } from './http/metrics.ts';
import type { LoadGovernor } from './load-governor.ts';

/** Registers what a node's load governor does. Of several nodes the slowest counts: a level is nothing to add up. */
export function addGovernorMetrics(
  metrics: Metrics,
  governor: Pick<LoadGovernor, 'rhythm' | 'pace' | 'changes'>,
): void {
  metrics.gauge(
    'flatlands_flush_level',
    'How far flushes are stretched: 0 for as configured, from 2 on newcomers are turned away.',
    () => governor.rhythm.level,
    'max',
  );
  metrics.gauges(
    'flatlands_flush_interval_seconds',
    'Time between two flushes, of squares near by and further away.',
    'squares',
    () => {
      const { nearMs, farMs } = governor.pace;
      return [
        ['near', nearMs / 1000],
        ['far', farMs / 1000],
      ];
    },
    'max',
  );
  metrics.total(
    'flatlands_flush_level_changes_total',
    'How often flushes were stretched, or less so.',
    () => governor.changes,
  );
}
