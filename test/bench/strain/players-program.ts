/** The process that holds the players, so that what they use of the processor is not the server's. */
import { runBots } from '../../../client/bots/run.ts';
import { obey } from '../fan-out/pinned-program.ts';
import type { PlayersNews, PlayersOrders } from './players-orders.ts';

/** Those whose measured part may be ended. */
const runs = new Set<AbortController>();

obey<PlayersOrders>({
  play: async (options, tell) => {
    const say = (news: PlayersNews): void => tell(news);
    const run = new AbortController();
    runs.add(run);
    try {
      return await runBots(options, {
        signal: run.signal,
        onPhase: (phase) => say({ kind: 'phase', phase }),
        onFault: () => say({ kind: 'fault' }),
        onHealed: () => say({ kind: 'healed' }),
        onProgress: ({ joined, p99Ms }) => say({ kind: 'progress', joined, ...(p99Ms === undefined ? {} : { p99Ms }) }),
      });
    } finally {
      runs.delete(run);
    }
  },
  enough: () => {
    for (const run of runs) run.abort();
    return null;
  },
});
