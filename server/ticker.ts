import type { WorldClock } from '../shared/clock.ts';

/** Shorter than any wait that `advance` asks for, in ms: a clock that is being slewed may still be a little early. */
const LEAST_WAIT_MS = 1;

/**
 * Calls `advance` whenever it asked to be called, in ms of world time; late rather than never. Returns how to stop.
 */
export function startTicker(clock: WorldClock, advance: () => number): () => void {
  let timer: NodeJS.Timeout;
  const run = (): void => {
    const dueMs = advance();
    timer = setTimeout(run, Math.max(LEAST_WAIT_MS, Math.ceil(dueMs - clock.nowMs())));
  };
  timer = setTimeout(run, LEAST_WAIT_MS);
  return () => clearTimeout(timer);
}
