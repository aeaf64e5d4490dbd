import { describe, expect, it } from 'vitest';
import { Comings } from '../../client/bots/comings.ts';
import { createRandom } from '../../client/bots/random.ts';

/** When somebody left and came back within an hour, looked at every 50 ms. */
function hour(seed: number): { readonly leaves: number[]; readonly returns: number[]; readonly strangers: number } {
  const comings = new Comings(createRandom(seed), false);
  const leaves: number[] = [];
  const returns: number[] = [];
  let strangers = 0;
  for (let nowMs = 0; nowMs < 3_600_000; nowMs += 50) {
    const due = comings.due(nowMs);
    if (due === 'leave') leaves.push(nowMs);
    if (due === 'return') {
      returns.push(nowMs);
      if (comings.isSomebodyNew()) strangers++;
    }
    expect(comings.isAway).toBe(leaves.length > returns.length);
  }
  return { leaves, returns, strangers };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('somebody who comes and goes', () => {
  it.each([1, 2, 3])(
    'stays some ten seconds and is away for some three, half the time to be somebody new (seed %i)',
    (seed) => {
      const { leaves, returns, strangers } = hour(seed);
      const away = returns.map((atMs, i) => atMs - (leaves[i] as number));
      const stays = leaves.slice(1).map((atMs, i) => atMs - (returns[i] as number));
      expect(mean(away)).toBeGreaterThan(2400);
      expect(mean(away)).toBeLessThan(3700);
      expect(mean(stays)).toBeGreaterThan(8500);
      expect(mean(stays)).toBeLessThan(11_500);
      expect(Math.min(...stays)).toBeGreaterThanOrEqual(3000);
      expect(strangers / returns.length).toBeGreaterThan(0.4);
      expect(strangers / returns.length).toBeLessThan(0.6);
    },
  );

  it('never leaves by themselves where they stay on, and come back as who they were when they were sent away', () => {
    const comings = new Comings(createRandom(1), true);
    for (let nowMs = 0; nowMs < 3_600_000; nowMs += 1000) expect(comings.due(nowMs)).toBeUndefined();
    comings.sentAway(0);
    expect(comings.isAway).toBe(true);
    let backMs = 0;
    while (comings.due(backMs) !== 'return') backMs += 50;
    expect(backMs).toBeGreaterThanOrEqual(500);
    expect(comings.isSomebodyNew()).toBe(false);
    expect(comings.isAway).toBe(false);
  });
});
