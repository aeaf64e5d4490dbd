import { totalmem } from 'node:os';
import { CLOSE } from '../../shared/closing.ts';
import type { Report } from './report.ts';
import { megabytes, percent } from './report-words.ts';
import type { ServerLoad } from './timeline.ts';

/** From this share of a core on a node has no rest. */
const FULL_SHARE = 0.85;
/** So much that the broker has not confirmed means that it does not keep up, in bytes. */
const BROKER_BYTES = 1 << 20;
/** When a client's line is full, what it has not acknowledged is older than this, in s. */
const UNREAD_SECONDS = 2;
/** From this share of the machine's memory on it is short. */
const MEMORY_SHARE = 0.85;

/**
 * What a server had too little of when its service level broke, in one or two sentences: from what it says of itself,
 * what connections were closed with, and how the bots fared.
 * @param machineBytes the memory of this machine, for servers that run on it
 */
export function whatRanOut({ generator, closings, timeline, urls }: Report, machineBytes = totalmem()): string {
  const wasClosedWith = (code: number): boolean => closings.some((closing) => closing.code === code);
  if (wasClosedWith(CLOSE.full.code)) return 'Sessions: the server takes no more than --max-sessions.';
  const most = (key: keyof ServerLoad): number =>
    timeline.samples.reduce((highest, { server }) => Math.max(highest, server?.[key] ?? 0), 0);
  const share = most('cpuShare');
  if (share >= FULL_SHARE * nodesOf(urls)) return `The processor of the node: it took ${percent(share)} of a core.`;
  if (most('brokerBytes') >= BROKER_BYTES) {
    return `Redis: ${megabytes(most('brokerBytes'))} lay unconfirmed, which it had been sent and did not get to.`;
  }
  if (wasClosedWith(CLOSE.busy.code) || most('flushLevel') > 0) {
    return `The processor of the node: it stretched its flushes, at ${percent(share)} of a core.`;
  }
  const memory = most('residentBytes');
  if (urls.every(isHere) && memory > MEMORY_SHARE * machineBytes) {
    return `Memory: the server took ${megabytes(memory)} of ${megabytes(machineBytes)}.`;
  }
  if (generator.isLimited) {
    return 'This load generator: more machines, or more processes, would load the server further.';
  }
  if (most('unreadSeconds') > UNREAD_SECONDS) {
    const age = most('unreadSeconds').toFixed(1);
    return `Bandwidth: clients had what was ${age} s old still before them, though the node took ${percent(share)} of a core.`;
  }
  return timeline.samples.every(({ server }) => server === null)
    ? 'What it was cannot be told: the server gave no metrics.'
    : `Not the processor of the node, which took ${percent(share)} of a core: look at the disk and at the network.`;
}

/** Two addresses on one host and port are one node. */
const nodesOf = (urls: readonly string[]): number => new Set(urls.map((url) => new URL(url).host)).size;

const isHere = (url: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
