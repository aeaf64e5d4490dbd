/** The process that holds the players, so that what they use of the processor is not the server's. */
import { runBots } from '../../../client/bots/run.ts';
import type { LoadOrders } from './load-orders.ts';
import { obey } from './pinned-program.ts';

obey<LoadOrders>({ play: (options, say) => runBots(options, { onPhase: say }) });
