import { MS_DIGITS, rounded } from './report-figures.ts';
import type { Sample, ServerLoad, Timeline } from './timeline.ts';

const SHARE_DIGITS = 3;
const SECONDS_DIGITS = 2;

/** To as many digits as say something: there are thousands of samples in a file. */
export const roundedTimeline = ({ stepSeconds, samples }: Timeline): Timeline => ({
  stepSeconds,
  samples: samples.map(roundedSample),
});

const roundedSample = (sample: Sample): Sample => ({
  ...sample,
  atSeconds: rounded(sample.atSeconds, SECONDS_DIGITS),
  seconds: rounded(sample.seconds, SECONDS_DIGITS),
  latencyMs: sample.latencyMs && {
    p50: rounded(sample.latencyMs.p50, MS_DIGITS),
    p99: rounded(sample.latencyMs.p99, MS_DIGITS),
  },
  frameGapMs: roundedOrNull(sample.frameGapMs, MS_DIGITS),
  bots: {
    delayMs: rounded(sample.bots.delayMs, MS_DIGITS),
    cpuShare: rounded(sample.bots.cpuShare, SHARE_DIGITS),
  },
  server: sample.server && roundedLoad(sample.server),
});

const roundedLoad = (load: ServerLoad): ServerLoad => ({
  ...load,
  cpuShare: roundedOrNull(load.cpuShare, SHARE_DIGITS),
  delayMs: roundedOrNull(load.delayMs, MS_DIGITS),
  unreadSeconds: roundedOrNull(load.unreadSeconds, SECONDS_DIGITS),
});

const roundedOrNull = (value: number | null, digits: number): number | null =>
  value === null ? null : rounded(value, digits);
