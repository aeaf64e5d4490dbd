import type { Rhythm } from '../core/client-options.ts';
import { type LinkConditions, PERFECT } from '../core/link-conditioner.ts';

export interface Preset {
  readonly name: string;
  readonly conditions: LinkConditions;
}

/** Connections that people have. */
export const PRESETS: readonly Preset[] = [
  { name: 'None', conditions: PERFECT },
  { name: 'Good Wi-Fi', conditions: { ...PERFECT, latencyMs: 20, jitterMs: 5 } },
  { name: 'Mobile', conditions: { ...PERFECT, latencyMs: 100, jitterMs: 30 } },
  {
    name: 'Bad mobile',
    conditions: { ...PERFECT, latencyMs: 200, jitterMs: 80, stallMs: 500, stallsPerMinute: 6 },
  },
  { name: 'Satellite', conditions: { ...PERFECT, latencyMs: 600, jitterMs: 50 } },
  { name: 'Modem', conditions: { ...PERFECT, latencyMs: 150, jitterMs: 10, bytesPerSecond: 2000 } },
];

const hasStalls = ({ stallMs, stallsPerMinute }: LinkConditions): boolean => stallMs > 0 && stallsPerMinute > 0;

/** Whether two conditions do the same to a connection. */
export function areAlike(a: LinkConditions, b: LinkConditions): boolean {
  if (a.latencyMs !== b.latencyMs || a.jitterMs !== b.jitterMs || a.bytesPerSecond !== b.bytesPerSecond) return false;
  if (!hasStalls(a) || !hasStalls(b)) return hasStalls(a) === hasStalls(b);
  return a.stallMs === b.stallMs && a.stallsPerMinute === b.stallsPerMinute;
}

/** Bytes per second in words; 0 for any amount. */
export function bandwidthWords(bytesPerSecond: number): string {
  if (bytesPerSecond === 0) return 'unlimited';
  if (bytesPerSecond >= 1e6) return `${short(bytesPerSecond / 1e6)} MB/s`;
  return bytesPerSecond >= 1000 ? `${short(bytesPerSecond / 1000)} kB/s` : `${Math.round(bytesPerSecond)} B/s`;
}

/** What is made worse, in a few words; empty for nothing. */
export function conditionWords(conditions: LinkConditions): string {
  const { latencyMs, jitterMs, stallMs, stallsPerMinute, bytesPerSecond } = conditions;
  const words: string[] = [];
  if (jitterMs > 0) words.push(`${latencyMs} ± ${jitterMs} ms`);
  else if (latencyMs > 0) words.push(`${latencyMs} ms`);
  if (hasStalls(conditions)) {
    words.push(`${stallsPerMinute} ${stallsPerMinute === 1 ? 'stall' : 'stalls'} of ${stallMs} ms a minute`);
  }
  if (bytesPerSecond > 0) words.push(bandwidthWords(bytesPerSecond));
  return words.join(', ');
}

/** How often a server tells news, in a few words: from what is near to what is further away where that differs. */
export const rhythmWords = ({ nearMs, farMs }: Rhythm): string =>
  nearMs === farMs ? `${nearMs} ms` : `${nearMs}–${farMs} ms`;

/** With two digits that count. */
const short = (value: number): string => (value < 9.95 ? String(Number(value.toFixed(1))) : value.toFixed(0));
