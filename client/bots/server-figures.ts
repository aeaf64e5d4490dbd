import type { ServerFigures } from './report.ts';
import { rounded } from './report-figures.ts';
import type { Sample, ServerLoad, Timeline } from './timeline.ts';

/** What the samples of a run say of the servers, all told. */
export function serverFigures({ samples }: Timeline, silent: readonly string[]): ServerFigures {
  return {
    cpuShare: meanShare(samples),
    mostCpuShare: most(samples, 'cpuShare'),
    residentBytes: most(samples, 'residentBytes'),
    delayMs: most(samples, 'delayMs'),
    flushLevel: most(samples, 'flushLevel'),
    brokerBytes: most(samples, 'brokerBytes'),
    unreadSeconds: most(samples, 'unreadSeconds'),
    silent,
  };
}

/** By the length of the samples. */
function meanShare(samples: readonly Sample[]): number | null {
  let seconds = 0;
  let cpuSeconds = 0;
  for (const sample of samples) {
    const share = sample.server?.cpuShare ?? null;
    if (share === null) continue;
    seconds += sample.seconds;
    cpuSeconds += share * sample.seconds;
  }
  return seconds === 0 ? null : rounded(cpuSeconds / seconds, 3);
}

function most(samples: readonly Sample[], key: keyof ServerLoad): number | null {
  const known = samples.flatMap(({ server }) => server?.[key] ?? []);
  return known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b));
}
