import { beforeAll, describe, it } from 'vitest';
import { ensureServerBuilt } from '../helpers/server-process.ts';
import { FAULTS } from './scenes.ts';
import { tryFault } from './trial.ts';

beforeAll(ensureServerBuilt);

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
        const { dropped, wrongAtMost, updates } = report.inFault ?? {};
        expect({ dropped, wrongAtMost, ...updates }, why).toMatchObject({
          dropped: 0,
          wrongAtMost: 0,
          missed: 0,
          ghosts: 0,
          duplicated: 0,
        });
      }
      expect(trial.after).toEqual({ missed: 0, ghosts: 0, duplicated: 0, diverged: 0 });
      // The oracle had something to judge, before and after and meanwhile.
      expect(report.updates.expected).toBeGreaterThan(500);
      expect(report.inFault?.updates.expected).toBeGreaterThan(500);
      expect(report.latencyOtherNodeMs).not.toBeNull();
    });
  }
});
