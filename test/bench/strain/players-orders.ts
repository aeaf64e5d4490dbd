import type { BotsOptions } from '../../../client/bots/options.ts';
import type { Phase } from '../../../client/bots/progress.ts';
import type { Report } from '../../../client/bots/report.ts';

/** What the process that holds the players can be told to do. */
export interface PlayersOrders {
  /** One run of bots, with a fault window or without; the news are a `PlayersNews`. */
  readonly play: { readonly takes: BotsOptions; readonly gives: Report };
  /** Ends the measured part of a run early; its report comes all the same. */
  readonly enough: { readonly takes: null; readonly gives: null };
}

export type PlayersNews =
  | { readonly kind: 'phase'; readonly phase: Phase }
  /** The fault window opens. */
  | { readonly kind: 'fault' }
  | { readonly kind: 'healed' }
  /** Comes about twice a second, and just before the fault window opens. */
  | {
      readonly kind: 'progress';
      /** Players in the world. */
      readonly joined: number;
      /** Of the updates measured so far, without those of the fault window; undefined when there were none. */
      readonly p99Ms?: number;
    };
