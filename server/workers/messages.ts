import type { MetricsSnapshot } from '../http/metrics.ts';

/** What a worker is to do, told by the primary in the worker's environment. */
export interface Assignment {
  /** From 1; a replacement takes that of the one it replaces. */
  readonly slot: number;
  /** Never 0, so that replacements come back to the same one. */
  readonly port: number;
  /** The private Redis' address, or null where the configuration names one. */
  readonly redis: string | null;
  /** What the shard's processes have in common, for the folder that they share. */
  readonly sharedBy: string;
}

export const ASSIGNMENT_VARIABLE = 'FLATLANDS_WORKER';

/** What a worker tells the primary. */
export type ToPrimary =
  /** Takes players. */
  | { readonly type: 'up' }
  /** Cannot start, and ends. */
  | { readonly type: 'failed'; readonly sentence: string }
  | { readonly type: 'wantMetrics' }
  | { readonly type: 'snapshot'; readonly round: number; readonly snapshot: MetricsSnapshot };

/** What the primary tells a worker. */
export type ToWorker =
  | { readonly type: 'wantSnapshot'; readonly round: number }
  /** Everybody's, as text. */
  | { readonly type: 'metrics'; readonly text: string };
