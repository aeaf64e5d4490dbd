/** A process that does nothing but keep its core busy. It ends with the one that started it, also in the middle of it. */
import { setImmediate as turn } from 'node:timers/promises';
import { obey } from '../fan-out/pinned-program.ts';
import { type BusyOrders, MOST_BUSY_MS } from './busy-orders.ts';

/** Between two looks at whether the process that started this one is still there, in ms. */
const LOOK_MS = 20;

obey<BusyOrders>({
  spin: async (ms) => {
    const deadline = performance.now() + Math.min(ms, MOST_BUSY_MS);
    while (performance.now() < deadline) {
      const until = Math.min(deadline, performance.now() + LOOK_MS);
      while (performance.now() < until);
      await turn();
    }
    return null;
  },
});
