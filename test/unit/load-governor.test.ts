import { describe, expect, it } from 'vitest';
import { LoadGovernor, MAX_LEVEL, RHYTHMS } from '../../server/load-governor.ts';
import { TICK_MS } from '../../shared/constants.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { type Conditions, LoadedNode, type ModelOptions } from './load-governor-model.ts';

/** Four thousand players on a core of their own: about 40 % of it. */
const NORMAL: Conditions = { flushCpuMs: 28, otherCpu: 0.12, coreShare: 1, wakeMs: 1 };
/** Three others want the same core all the time. */
const CROWDED: Partial<Conditions> = { coreShare: 0.25, wakeMs: 9 };
const SEEDS = [1, 2, 3, 4, 5];

function loadedNode(seed: number, conditions: Partial<Conditions> = {}, options: Partial<ModelOptions> = {}) {
  const random = seededRandom(seed);
  const node = new LoadedNode(
    new LoadGovernor(),
    { ...NORMAL, ...conditions },
    { random, growth: 1.25, near: 0.6, countsBetween: true, ...options },
  );
  return { node, random };
}

const p99 = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;

/** Lets ticks begin late for so long, whatever the rhythm is. */
function ticks(governor: LoadGovernor, fromMs: number, forMs: number, lateMs: number, everyMs = TICK_MS): number {
  let now = fromMs;
  for (; now < fromMs + forMs; now += everyMs) governor.ticked(lateMs, now);
  return now;
}

describe('the load governor at normal load', () => {
  it.each(SEEDS)('keeps the rhythm for five minutes with pauses to collect garbage (seed %i)', (seed) => {
    const { node, random } = loadedNode(seed);
    while (node.nowMs < 300_000) {
      node.run(4 * random());
      node.stall(random() < 0.1 ? 300 : 20 + 130 * random());
    }
    expect(node.history).toEqual([]);
  });

  it.each(SEEDS)('keeps it when waves of newcomers take the core for 400 ms (seed %i)', (seed) => {
    const { node, random } = loadedNode(seed);
    for (let wave = 0; wave < 30; wave++) {
      node.run(1.5 + 3 * random());
      Object.assign(node.conditions, { otherCpu: 0.9, flushCpuMs: 40 });
      node.run(0.4);
      Object.assign(node.conditions, NORMAL);
    }
    expect(node.history).toEqual([]);
  });

  it.each([300, 1000, 5000, 60_000, 3_600_000])('keeps it when the process stands still once for %i ms', (stallMs) => {
    const { node } = loadedNode(1);
    node.run(10);
    node.conditions.otherCpu = 0;
    node.stall(stallMs);
    node.conditions.otherCpu = NORMAL.otherCpu;
    node.run(10);
    expect(node.history).toEqual([]);
  });

  it('counts ticks that are made up for in one go as one', () => {
    const governor = new LoadGovernor();
    for (let now = 0; now < 20_000; now += TICK_MS) {
      const missed = now % 2000 === 0 ? 12 : 0;
      for (let back = missed; back >= 0; back--) governor.ticked(back * TICK_MS, now);
      if (now % 100 === 0) governor.flushed(40, now);
    }
    expect(governor.changes).toBe(0);
  });
});

describe('the load governor under overload', () => {
  it('takes the first step after half a second of flushes past their budget, not before', () => {
    const governor = new LoadGovernor();
    let now = 100;
    for (let n = 0; n < 4; n++, now += 100) governor.flushed(300, now);
    expect(governor.rhythm.level).toBe(0);
    governor.flushed(300, now);
    expect(governor.rhythm).toEqual(RHYTHMS[1]);
  });

  it('steps on within a second each while it is far from enough, to the slowest and no further', () => {
    const governor = new LoadGovernor();
    const reachedMs: number[] = [];
    for (let now = 0; now < 20_000; now += governor.pace.nearMs) {
      governor.flushed(900, now);
      reachedMs[governor.rhythm.level] ??= now;
    }
    expect(governor.rhythm.level).toBe(MAX_LEVEL);
    expect(governor.changes).toBe(MAX_LEVEL);
    for (let level = 2; level <= MAX_LEVEL; level++) {
      const tookMs = (reachedMs[level] as number) - (reachedMs[level - 1] as number);
      expect(tookMs).toBeGreaterThanOrEqual(100);
      expect(tookMs).toBeLessThanOrEqual(1000);
    }
  });

  it.each([
    ['twice what it can do', 0.15],
    ['a third more than it can do', 0.22],
  ])('comes to rest where the load fits, within five seconds: %s', (_case, coreShare) => {
    for (const seed of SEEDS) {
      // Everybody has news in every flush, so that half as many flushes are half the work.
      const { node } = loadedNode(seed, { flushCpuMs: 25, otherCpu: 0.05 }, { growth: 1 });
      node.run(5);
      node.conditions.coreShare = coreShare;
      node.run(5);
      const reached = node.level;
      expect(reached).toBeGreaterThanOrEqual(2);
      node.agesMs = [];
      node.run(15);
      expect(node.level).toBe(reached);
      expect(p99(node.agesMs)).toBeLessThan(reached === MAX_LEVEL ? 800 : 600);
    }
  });

  it('is at the slowest rhythm within five seconds when there is four times what it can do, and stays', () => {
    for (const seed of SEEDS) {
      const { node } = loadedNode(seed, { flushCpuMs: 35, otherCpu: 0.05 });
      node.run(5);
      node.conditions.coreShare = 0.1;
      node.run(5);
      const { length } = node.history;
      expect(node.level).toBe(MAX_LEVEL);
      node.run(60);
      expect(node.level).toBe(MAX_LEVEL);
      expect(node.history).toHaveLength(length);
    }
  });

  it('does not wait for the end of a flush that takes seconds, but does where flushes took next to nothing', () => {
    for (const [workMs, level] of [
      [40, 1],
      [1, 0],
    ] as const) {
      const governor = new LoadGovernor();
      let now = 0;
      for (; now < 2000; now += 100) governor.flushed(workMs, now);
      ticks(governor, now, 1000, 5);
      expect(governor.rhythm.level).toBe(level);
    }
  });

  it('turns newcomers away from the third rhythm on', () => {
    expect(RHYTHMS.map(({ isFull }) => isFull)).toEqual([false, false, true, true, true]);
  });

  it('says how often there is news now, of squares near by and further away', () => {
    const governor = new LoadGovernor(50);
    const paces = [governor.pace];
    for (let now = 0; now < 20_000; now += 50) {
      const { changes } = governor;
      governor.flushed(1000, now);
      if (governor.changes > changes) paces.push(governor.pace);
    }
    expect(paces.map(({ nearMs, farMs }) => [nearMs, farMs])).toEqual([
      [50, 50],
      [50, 100],
      [100, 100],
      [100, 200],
      [200, 200],
    ]);
  });
});

describe('the load governor after relief', () => {
  const WAYS = [1, 1.3].flatMap((growth) => [0.3, 0.9].map((near) => ({ growth, near })));

  it.each(WAYS)('is back within ten seconds, one step at a time, whenever it comes: %o', (way) => {
    for (const coreShare of [0.1, 0.2, 0.25, 0.35, 0.5]) {
      // Among these are moments shortly after a step back that failed.
      for (let seconds = 3; seconds < 40; seconds += 3.7) {
        const { node } = loadedNode(seconds, {}, way);
        node.run(3);
        Object.assign(node.conditions, CROWDED, { coreShare });
        node.run(seconds);
        const { length } = node.history;
        const from = node.level;
        Object.assign(node.conditions, NORMAL);
        node.run(10);
        expect(node.level, `${coreShare} of the core for ${seconds} s`).toBe(0);
        // What was under way may still call for one step more.
        const levels = node.history.slice(length).map(({ level }) => level);
        const highest = Math.max(from, ...levels);
        expect(highest).toBeLessThanOrEqual(from + 1);
        expect([from, ...levels].slice(highest - from)).toEqual(
          Array.from({ length: highest + 1 }, (_, n) => highest - n),
        );
      }
    }
  });

  it('is not kept waiting by a step back that failed five seconds before', () => {
    const governor = new LoadGovernor();
    let now = 0;
    const flush = (seconds: number, shareAt: readonly number[]): void => {
      for (const until = now + seconds * 1000; now < until; ) {
        now += governor.pace.nearMs;
        governor.ticked(0, now);
        governor.flushed((shareAt[governor.rhythm.level] as number) * governor.pace.nearMs, now);
      }
    };
    const between = [0.95, 0.9, 0.85, 0.45, 0.2];
    const flushUntil = (level: number): void => {
      while (governor.rhythm.level !== level && now < 30_000) flush(0.2, between);
    };
    flushUntil(3);
    flushUntil(2);
    flushUntil(3);
    expect(governor.changes).toBe(5);
    flush(5, between);
    expect(governor.rhythm.level).toBe(3);
    flush(10, [0.3, 0.25, 0.2, 0.15, 0.1]);
    expect(governor.rhythm.level).toBe(0);
  });

  it('is back within ten seconds each time when overload comes and goes', () => {
    const { node } = loadedNode(7);
    for (let n = 0; n < 6; n++) {
      node.run(10);
      expect(node.level).toBe(0);
      Object.assign(node.conditions, CROWDED);
      node.run(8);
      expect(node.level).toBeGreaterThanOrEqual(2);
      Object.assign(node.conditions, NORMAL);
    }
  });
});

describe('the load governor between two rhythms', () => {
  const WAYS = [1, 1.3].flatMap((growth) =>
    [true, false].map((countsBetween) => ({ growth, near: 0.6, countsBetween })),
  );

  it.each(WAYS)('changes the rhythm a few times a minute at most: %o', (way) => {
    for (let percent = 16; percent < 70; percent += 3) {
      const { node } = loadedNode(percent, { coreShare: percent / 100, wakeMs: 4 }, way);
      node.run(150);
      expect(node.changesPerMinute(0), `${percent} % of the core`).toBeLessThanOrEqual(12);
      expect(node.changesPerMinute(30_000), `${percent} % of the core`).toBeLessThanOrEqual(8);
      const settled = node.history.filter(({ atMs }) => atMs >= 30_000);
      expect(settled.length / 2, `${percent} % of the core`).toBeLessThanOrEqual(6);
    }
  });
});

describe('the load governor when others use the core', () => {
  it('leaves the rhythm alone while flushes take little: stretching them would give nothing back', () => {
    const { node } = loadedNode(1, { flushCpuMs: 1, otherCpu: 0.01, coreShare: 0.25, wakeMs: 120 });
    node.run(120);
    expect(node.history).toEqual([]);
  });

  it('stretches when ticks are late and flushes take a good part of the time', () => {
    const governor = new LoadGovernor();
    let now = 0;
    for (; governor.rhythm.level === 0 && now < 5000; now += TICK_MS) {
      governor.ticked(40, now);
      if (now % 100 === 0) governor.flushed(40, now);
    }
    expect(governor.rhythm.level).toBe(1);
    expect(now).toBeLessThanOrEqual(1000);
  });

  it('goes as far as turning newcomers away when ticks are later than anybody should have to wait, and comes back', () => {
    const governor = new LoadGovernor();
    let now = ticks(governor, 0, 20_000, 250, 250);
    expect(governor.rhythm).toMatchObject({ level: 2, isFull: true });
    for (const until = now + 5000; now < until; now += 100) {
      governor.ticked(0, now);
      governor.flushed(1, now);
    }
    expect(governor.rhythm.level).toBe(0);
  });
});
