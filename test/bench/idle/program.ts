/**
 * The process of those who sit, so that what they use is not counted as the server's. It does what it is told on the
 * channel to the process that started it, and ends with it.
 */
import type { Answer, Order } from './orders.ts';
import { ALIVE_EVERY_MS, Sitters } from './sitters.ts';

const sitters = new Sitters();
setInterval(() => sitters.sayAlive(), ALIVE_EVERY_MS);

const answer = (said: Answer): void => {
  process.send?.(said);
};

process.on('message', (order: Order) => {
  sitters.obey(order).then(
    (gives) => answer({ kind: 'done', gives }),
    (error: unknown) => answer({ kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
// It may have gone while this one was loading.
if (!process.connected) process.exit();
// A Ctrl-C reaches the whole group; the process that started this one decides when it ends.
process.on('SIGINT', () => undefined);
