import type { Report } from '../../../client/bots/report.ts';
import { ALONE } from '../fan-out/limits.ts';

/** In words, why the players' process did not keep up, so that what it measured is itself; undefined when it did. */
export function lagOf({ generator, seconds }: Pick<Report, 'generator' | 'seconds'>): string | undefined {
  const share = generator.cpuSeconds / seconds;
  if (share > ALONE.loadShare) return `their process used ${(share * 100).toFixed(0)} % of its core`;
  const { p99 } = generator.eventLoopDelayMs;
  return p99 > ALONE.loadDelayMs ? `their process was ${p99.toFixed(0)} ms late at p99` : undefined;
}
