import { describe, expect, it } from 'vitest';
import { hopFigures } from '../../client/bots/hop-figures.ts';
import { hopTimesOf } from '../../client/bots/hop-times.ts';
import { HOPS, HopTally } from '../../client/bots/hops.ts';
import { createRandom } from '../../client/bots/random.ts';
import { hopRows } from '../../client/bots/report-words.ts';
import { TraceSampler } from '../../client/bots/trace-sampler.ts';
import type { Traced } from '../../shared/protocol.ts';

const TRACED: Traced = {
  type: 'traced',
  id: 1,
  player: 2,
  sentMs: 1000,
  readMs: 1002,
  flushedMs: 1050,
  arrivedMs: 1051,
  plannedMs: 1060,
  writtenMs: 1060.5,
};

const sum = (times: readonly (number | null)[]): number => times.reduce<number>((all, ms) => all + (ms ?? 0), 0);

describe('the hops of one change of direction', () => {
  it('add up to all the way, with the broker or without', () => {
    expect(hopTimesOf(TRACED, 1063)).toEqual([2, 48, 1, 9, 0.5, 2.5]);
    expect(hopTimesOf({ ...TRACED, arrivedMs: null }, 1063)).toEqual([2, 48, null, 10, 0.5, 2.5]);
    for (const arrivedMs of [null, 1051]) expect(sum(hopTimesOf({ ...TRACED, arrivedMs }, 1063))).toBe(63);
  });

  it('are as many as there are words for', () => {
    expect(hopTimesOf(TRACED, 1063)).toHaveLength(HOPS.length);
  });
});

describe('what hops took', () => {
  const tallyOf = (...times: (readonly (number | null)[])[]): HopTally => {
    const tally = new HopTally();
    for (const one of times) tally.record(one);
    return tally;
  };

  it('is nothing where nothing was followed', () => {
    expect(hopFigures(new HopTally())).toBeNull();
    expect(hopRows(null, null)).toEqual([]);
  });

  it('is joined without loss', () => {
    const [a, b] = [tallyOf([1, 50, null, 0.2, 0.3, 2]), tallyOf([3, 70, 1, 9, 0.5, 4], [5, 20, 2, 9, 0.5, 4])];
    const both = new HopTally();
    for (const tally of [a, b]) both.add(tally.encode());
    const together = tallyOf([1, 50, null, 0.2, 0.3, 2], [3, 70, 1, 9, 0.5, 4], [5, 20, 2, 9, 0.5, 4]);
    expect(hopFigures(both)).toEqual(hopFigures(together));
    expect(hopFigures(both)).toMatchObject({ count: 3, hops: { broker: { p50: 1, p99: 2 } } });
  });

  it('is written as a row for each hop, and a side for each kind of node that there is', () => {
    const alone = hopRows(hopFigures(tallyOf([1, 50, null, 0.2, 0.3, 2])), null);
    expect(alone[0]).toEqual(['hops, ms', 'same node p50', 'p99 of 1']);
    expect(alone).toHaveLength(HOPS.length + 2);
    expect(alone[3]).toEqual(['through the broker', '–', '–']);
    const both = hopRows(hopFigures(tallyOf([1, 50, null, 0.2, 0.3, 2])), hopFigures(tallyOf([1, 50, 1, 9, 0.3, 2])));
    expect(both.every((row) => row.length === 5)).toBe(true);
    expect(both.at(-1)?.[0]).toBe('all the way');
  });
});

describe('which turns are followed', () => {
  /** How many of so many turns, one every ms. */
  const followed = (perSecond: number, seconds: number): number => {
    const sampler = new TraceSampler(perSecond, createRandom(4));
    let count = 0;
    for (let ms = 0; ms < seconds * 1000; ms++) if (sampler.next(ms) !== undefined) count++;
    return count;
  };

  it('are as many as asked for, on average, or none', () => {
    expect(followed(10, 100)).toBeGreaterThan(900);
    expect(followed(10, 100)).toBeLessThan(1100);
    expect(followed(0, 100)).toBe(0);
    expect([new TraceSampler(0, createRandom(1)).isOn, new TraceSampler(1, createRandom(1)).isOn]).toEqual([
      false,
      true,
    ]);
  });

  it('are not made up for after a while in which nobody turned', () => {
    const sampler = new TraceSampler(10, createRandom(4));
    sampler.next(0);
    let count = 0;
    for (let ms = 60_000; ms < 61_000; ms++) if (sampler.next(ms) !== undefined) count++;
    expect(count).toBeLessThan(30);
  });
});
