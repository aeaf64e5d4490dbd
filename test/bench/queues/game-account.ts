import { Distribution } from '../../../client/bots/histogram.ts';
import type { Played } from './game-node.ts';

/** What became of all messages that somebody was subscribed for. */
export interface GameAccount {
  readonly expected: number;
  readonly received: number;
  readonly lost: number;
  readonly doubled: number;
  readonly lagMs: { readonly p50: number; readonly p99: number } | null;
}

/** Who subscribes at the moment, or no longer does, may have a message or not, in ms. */
const MARGIN_MS = 300;

/** Holds what each node heard against what all of them sent. */
export function accountOf(nodes: readonly Played[]): GameAccount {
  const lags = new Distribution();
  let [expected, received, lost, doubled] = [0, 0, 0, 0];
  for (const { subscribed, heard } of nodes) {
    const came = nodes.map(({ sent }) => new Uint8Array(sent.length));
    for (const [publisher, seq, lagMs] of heard) {
      const counts = came[publisher];
      if (counts === undefined) continue;
      counts[seq] = (counts[seq] ?? 0) + 1;
      lags.record(Math.max(0, lagMs));
    }
    const spans = new Map<number, (readonly [number, number])[]>();
    for (const [square, fromMs, toMs] of subscribed) {
      const list = spans.get(square) ?? [];
      spans.set(square, list);
      list.push([fromMs + MARGIN_MS, toMs - MARGIN_MS]);
    }
    for (const [publisher, { sent }] of nodes.entries()) {
      for (const [seq, [square, atMs]] of sent.entries()) {
        const count = came[publisher]?.[seq] ?? 0;
        if (count > 1) doubled += count - 1;
        const isExpected = spans.get(square)?.some(([fromMs, toMs]) => atMs > fromMs && atMs < toMs) === true;
        if (!isExpected) continue;
        expected++;
        if (count === 0) lost++;
        else received++;
      }
    }
  }
  const lagMs = lags.count === 0 ? null : { p50: lags.at(50), p99: lags.at(99) };
  return { expected, received, lost, doubled, lagMs };
}
