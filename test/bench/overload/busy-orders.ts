/** What a process that keeps a core busy can be told to do. */
export interface BusyOrders {
  /** Is busy for so many ms, at most MOST_BUSY_MS. With 0 it only says that it is up. */
  readonly spin: { readonly takes: number; readonly gives: null };
}

/** However long it is told to, it is busy no longer than this. */
export const MOST_BUSY_MS = 60_000;
