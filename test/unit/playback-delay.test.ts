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

  it('has higher bounds where news comes more seldom, whatever arrives (O1, P-PICT-12)', () => {
    for (const [everyMs, least, most] of [
      [50, 150, 350],
      [100, 150, 350],
      [200, 250, 450],
      [400, 450, 650],
    ] as const) {
      for (const age of [10, 2000]) {
        const delay = new PlaybackDelay(everyMs);
        expect(delay.ms).toBeGreaterThanOrEqual(least);
        play(delay, 1e6, 20_000, [age]);
        expect(delay.ms).toBe(age === 10 ? least : most);
      }
    }
  });

  it('grows by 15 % of the time that passes as soon as news is to come more seldom, before any is late (O1, M3)', () => {
    const delay = new PlaybackDelay();
    play(delay, 1e6, 10_000, [80, 180]);
    const before = delay.ms;
    delay.paced(200);
    let now = 1e6 + 10_000;
    delay.update(now);
    for (let last = delay.ms; delay.ms < before + 100; last = delay.ms) {
      now += 20;
      delay.update(now);
      expect(delay.ms - last).toBeLessThanOrEqual(20 * 0.15 + 1e-9);
    }
    expect(now - 1e6 - 10_000).toBeLessThan(100 / 0.15 + 20);
    // From where it has hurried to it follows as ever.
    delay.arrived((now - 400) / TICK_MS, now);
    const reached = delay.ms;
    delay.update(now + 20);
    expect(delay.ms - reached).toBeCloseTo(20 * 0.05, 9);
  });

  it('goes back below the new bound first, and to what is measured as it forgets the slower rhythm (O1)', () => {
    const delay = new PlaybackDelay(400);
    play(delay, 1e6, 10_000, [100, 480]);
    expect(delay.ms).toBeCloseTo(505, 0);
    delay.paced(100);
    play(delay, 1e6 + 10_000, 3200, [100, 180]);
    expect(delay.ms).toBe(350);
    play(delay, 1e6 + 13_200, 12_000, [100, 180]);
    expect(delay.ms).toBeCloseTo(205, 0);
  });

  it('is no higher for a rhythm that changes to and fro (O1)', () => {
    const delay = new PlaybackDelay();
    for (let now = 1e6, i = 0; i < 20; now += 500, i++) {
      delay.paced(i % 2 === 0 ? 200 : 100);
      play(delay, now, 500, [100, 180]);
      expect(delay.ms).toBeLessThan(180 + 100 + 25 + 1e-9);
    }
  });

  it('of a new session in a slower rhythm begins where that of the last one was, and hurries from there', () => {
    const delay = new PlaybackDelay(400, 200);
    expect(delay.ms).toBe(200);
    play(delay, 1e6, 16, []);
    play(delay, 1e6 + 16, 1000, []);
    expect(delay.ms - 200).toBeGreaterThan(140);
    expect(delay.ms - 200).toBeLessThanOrEqual(1016 * 0.15);
  });
});
