import type { BotsOptions } from '../../../client/bots/options.ts';
import type { Phase } from '../../../client/bots/progress.ts';
import type { Report } from '../../../client/bots/report.ts';

/** What the process that holds the players can be told to do. */
export interface LoadOrders {
  /** One run of bots; the news are the phases it enters. */
  readonly play: { readonly takes: BotsOptions; readonly gives: Report };
}

export type LoadNews = Phase;
