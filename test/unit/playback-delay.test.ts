import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlaybackDelay } from '../../client/core/playback-delay.ts';
import { TICK_MS } from '../../shared/constants.ts';

/** Frames of 16 ms in which motions of these ages arrive, one a frame, over and over. */
function play(delay: PlaybackDelay, fromMs: number, ms: number, ages: readonly number[]): void {
  for (let now = fromMs, i = 0; now < fromMs + ms; now += 16, i++) {
    const age = ages[i % ages.length];
    if (age !== undefined) delay.arrived((now - age) / TICK_MS, now);
    delay.update(now);
  }
}

describe('playback delay', () => {
  it('comes to lie just above the oldest age at which motions arrive (M3)', () => {
    const delay = new PlaybackDelay();
    play(delay, 50_000, 20_000, [120, 180, 235, 150]);
    expect(delay.ms).toBeGreaterThan(235);
    expect(delay.ms).toBeLessThan(285);
  });

  it('stays between 150 and 350 ms whatever arrives (M3, P-PICT-12)', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5000, max: 60_000, noNaN: true }), { maxLength: 50 }), (ages) => {
        const delay = new PlaybackDelay();
        play(delay, 1e6, 5000, ages);
        expect(delay.ms).toBeGreaterThanOrEqual(150);
        expect(delay.ms).toBeLessThanOrEqual(350);
      }),
      { numRuns: 50 },
    );
    const near = new PlaybackDelay();
    play(near, 1e6, 20_000, [10]);
    expect(near.ms).toBe(150);
    const far = new PlaybackDelay();
    play(far, 1e6, 20_000, [2000]);
    expect(far.ms).toBe(350);
  });

  it('follows by 5 % of the time that passes: nobody seems to run or to freeze (M3)', () => {
    const delay = new PlaybackDelay();
    let before = delay.ms;
    for (let now = 1e6; now < 1e6 + 30_000; now += 20) {
      delay.arrived((now - (now % 9000 < 3000 ? 320 : 100)) / TICK_MS, now);
      delay.update(now);
      expect(Math.abs(delay.ms - before)).toBeLessThanOrEqual(20 * 0.05 + 1e-9);
      before = delay.ms;
    }
  });

  it('forgets a bad second after about eight (M3)', () => {
    const delay = new PlaybackDelay();
    play(delay, 1e6, 1000, [330]);
    play(delay, 1e6 + 1000, 6000, [100]);
    expect(delay.ms).toBeGreaterThan(330);
    play(delay, 1e6 + 7000, 9000, [100]);
    expect(delay.ms).toBeLessThan(200);
  });

  it('stays as it is while nothing is known', () => {
    const delay = new PlaybackDelay();
    const before = delay.ms;
    play(delay, 1e6, 5000, []);
    expect(delay.ms).toBe(before);
  });

  it('does not move by what passed in a pause', () => {
    const delay = new PlaybackDelay();
    play(delay, 1e6, 100, [340]);
    const before = delay.ms;
    delay.update(1e6 + 60_000);
    expect(delay.ms).toBe(before);
  });
});
