import { beforeAll, describe, it } from 'vitest';
import type { Report, ThingCounts, UpdateCounts } from '../../client/bots/report.ts';
import { ensureServerBuilt } from '../helpers/server-process.ts';
import { FAULTS } from './scenes.ts';
import { tryFault } from './trial.ts';

beforeAll(ensureServerBuilt);

/** What went wrong in the fault's window. */
function meanwhile({ inFault }: Report) {
  const wrong = ({ missed, ghosts, duplicated }: UpdateCounts | ThingCounts): number => missed + ghosts + duplicated;
  if (inFault === undefined) return undefined;
  const { updates, edits, chat, dropped, wrongAtMost, requestsLost } = inFault;
  return { updates: wrong(updates), edits: wrong(edits), chat: wrong(chat), dropped, wrongAtMost, requestsLost };
}

const NOTHING_WRONG = { updates: 0, edits: 0, chat: 0, dropped: 0, wrongAtMost: 0, requestsLost: 0 };

// Mostly they wait: two at a time still leave most of the machine idle.
describe.concurrent('a world with players in it heals by itself, and nothing is wrong from then on', () => {
  for (const fault of FAULTS) {
    it(fault.what, { timeout: 120_000 }, async ({ expect }) => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const { report, ...trial } = await tryFault(fault, seed);
      console.log(`chaos ${JSON.stringify({ seed, ...trial })}`);
      const why = JSON.stringify({ faults: report.faults, inFault: report.inFault, worst: report.worst });
      expect(report.faults, why).toEqual([]);
      if (fault.isOrderly) {
        expect(meanwhile(report), why).toEqual(NOTHING_WRONG);
        // Everybody went over, and was not away for longer than one notices.
        expect(report.handovers.count).toBeGreaterThanOrEqual(report.players.joined);
        expect(report.handovers.awayMs?.max, why).toBeLessThan(3000);
      }
      expect(trial.after).toEqual({ missed: 0, ghosts: 0, duplicated: 0, diverged: 0 });
      // The oracle had something to judge, before and after and meanwhile.
      expect(report.updates.expected).toBeGreaterThan(500);
      expect(report.inFault?.updates.expected).toBeGreaterThan(500);
      expect(report.latencyOtherNodeMs).not.toBeNull();
    });
  }
});
