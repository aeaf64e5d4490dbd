import type { Store } from './store/store.ts';

const DAY_MS = 86_400_000;
/** How often old lines are looked for, in ms. */
const LOOK_MS = 3_600_000;

export interface OldLinesOptions {
  readonly store: Store;
  /** Lines that are older are forgotten. */
  readonly days: number;
  /** The time of day, in ms since 1970. */
  readonly wallMs: () => number;
  /** Called with what went wrong; it is tried again at the next look. */
  readonly failed: (error: unknown) => void;
  readonly lookMs?: number;
}

/** Forgets lines of chat that are too old, now and every hour. Returns how to stop. */
export function forgetOldLines({ store, days, wallMs, failed, lookMs = LOOK_MS }: OldLinesOptions): () => void {
  let isStopped = false;
  const look = async (): Promise<void> => {
    try {
      await store.forgetLines(wallMs() - days * DAY_MS);
    } catch (error) {
      // One that was under way when the store was closed has gone as far as it went.
      if (!isStopped) failed(error);
    }
  };
  void look();
  const timer = setInterval(() => void look(), lookMs).unref();
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}
