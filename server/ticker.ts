import type { WorldClock } from '../shared/clock.ts';
import { TICK_MS } from '../shared/constants.ts';

/** Calls `advance` at the beginning of every tick of the clock, late rather than never. Returns how to stop. */
export function startTicker(clock: WorldClock, advance: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    timer = setTimeout(run, TICK_MS - (clock.nowMs() % TICK_MS));
  };
  const run = (): void => {
    advance();
    wait();
  };
  wait();
  return () => clearTimeout(timer);
}
