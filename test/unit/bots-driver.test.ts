import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Driver } from '../../client/bots/driver.ts';

describe('the driver of a run', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('visits everybody once a round, and says when that was due', () => {
    let now = 0;
    const visits: [index: number, lateMs: number][] = [];
    const driver = new Driver(
      () => now,
      (index, dueMs) => visits.push([index, now - dueMs]),
      () => undefined,
    );
    driver.size = 8;
    const turn = (ms: number): void => {
      now += ms;
      vi.advanceTimersByTime(12);
    };
    for (let i = 0; i < 4; i++) turn(12);
    expect(visits.map(([index]) => index).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(visits.every(([, lateMs]) => lateMs === 0)).toBe(true);
    visits.length = 0;
    // This process was held up: whoever is visited then had been due all the while.
    turn(312);
    expect(visits.map(([, lateMs]) => lateMs)).toEqual([300, 300]);
    visits.length = 0;
    turn(12);
    expect(visits.map(([, lateMs]) => lateMs)).toEqual([0, 0]);
    // A timer that comes early was due by then.
    visits.length = 0;
    turn(5);
    expect(visits.map(([, lateMs]) => lateMs)).toEqual([0, 0]);
    driver.stop();
  });
});
