import type { BrokerStatus } from './broker/broker.ts';
import type { HttpLogger } from './http/server.ts';

/** How often the broker is looked at, in ms. */
const LOOK_MS = 250;

/**
 * Says in the log when the broker goes away and when it is back: a line for each change, however long it lasts.
 * Returns how to stop.
 */
export function watchBroker(status: () => BrokerStatus, logger: HttpLogger | undefined): () => void {
  let away: { readonly sinceMs: number; readonly dropped: number } | undefined;
  const look = (): void => {
    const { lastError, dropped } = status();
    const now = performance.now();
    if (lastError !== undefined && away === undefined) {
      away = { sinceMs: now, dropped };
      logger?.warn(
        { why: lastError },
        'the broker is away: nothing is heard of players of other nodes until it is back',
      );
    } else if (lastError === undefined && away !== undefined) {
      const seconds = Math.round((now - away.sinceMs) / 100) / 10;
      logger?.info({ seconds, dropped: dropped - away.dropped }, 'the broker is back, and pictures are healing');
      away = undefined;
    }
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return () => clearInterval(timer);
}
