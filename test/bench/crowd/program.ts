/**
 * The process of a benchmark's crowd, so that what the players take of the processor is not counted as anybody else's.
 * It does what it is told on the channel to the process that started it, and ends with it.
 */
import { Crowd } from './crowd.ts';
import type { Answer, Order } from './orders.ts';

const DRIVE_EVERY_MS = 20;
const crowd = new Crowd();
setInterval(() => crowd.drive(performance.now()), DRIVE_EVERY_MS);

const answer = (said: Answer): void => {
  process.send?.(said);
};

process.on('message', (order: Order) => {
  crowd.obey(order).then(
    (gives) => answer({ kind: 'done', gives }),
    (error: unknown) => answer({ kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
// It may have gone while this one was loading.
if (!process.connected) process.exit();
// A Ctrl-C reaches the whole group; the process that started this one decides when it ends.
process.on('SIGINT', () => undefined);
