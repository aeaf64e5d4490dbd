/** The process of the slow clients, so that what they use of the processor is not the server's. */
import { obey } from '../fan-out/pinned-program.ts';
import type { SlowOrders } from './orders.ts';
import { SlowCrowd } from './slow-crowd.ts';

const DRIVE_EVERY_MS = 20;

const crowd = new SlowCrowd(() => performance.now());
setInterval(() => crowd.drive(), DRIVE_EVERY_MS);

obey<SlowOrders>({
  join: (arrivals) => crowd.join(arrivals),
  drain: () => crowd.drain(),
  slacken: () => crowd.slacken(),
  leave: () => crowd.leave(),
});
