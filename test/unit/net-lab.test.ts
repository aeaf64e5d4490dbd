import { describe, expect, test } from 'vitest';
import { PERFECT } from '../../client/core/link-conditioner.ts';
import { type LinkFigures, LinkMeter, SAMPLE_MS, SHOWN_MS } from '../../client/ui/net-lab-meter.ts';
import { areAlike, bandwidthWords, conditionWords, PRESETS, rhythmWords } from '../../client/ui/net-lab-presets.ts';

const figures = (some: Partial<LinkFigures['counters']> = {}): LinkFigures => ({
  pingMs: 20,
  playbackDelayMs: 200,
  counters: { corrections: 0, framesIn: 0, bytesIn: 0, bytesOut: 0, ...some },
});

describe('the net lab’s meter', () => {
  test('takes a sample four times a second, whenever it is asked in between', () => {
    const meter = new LinkMeter();
    const taken: number[] = [];
    for (let now = 1000; now <= 2000; now += 10) if (meter.sample(figures(), now)) taken.push(now);
    expect(taken).toEqual([1000, 1250, 1500, 1750, 2000]);
    expect(meter.times).toEqual([1, 1.25, 1.5, 1.75, 2]);
  });

  test('of the gaps between frames it tells the middle and the longest, and one that goes on', () => {
    const meter = new LinkMeter();
    meter.sample(figures(), 0);
    for (const at of [10, 110, 130, 240]) meter.frame(at);
    meter.sample(figures(), SAMPLE_MS);
    expect(meter.latest).toMatchObject({ gapMs: 100, longestGapMs: 110 });
    // The last frame came 260 ms before, and there has been none since.
    meter.sample(figures(), 500);
    expect(meter.latest).toMatchObject({ gapMs: 260, longestGapMs: 260 });
    meter.frame(740);
    meter.sample(figures(), 750);
    expect(meter.latest).toMatchObject({ gapMs: 500, longestGapMs: 500 });
    meter.sample(figures(), 1000 - 15);
    meter.sample(figures(), 1000);
    expect(meter.samples).toHaveLength(5);
    expect(meter.latest).toMatchObject({ gapMs: 260, longestGapMs: 260 });
  });

  test('what comes in and goes out is averaged over a second', () => {
    const meter = new LinkMeter();
    const sample = (now: number) =>
      meter.sample(figures({ bytesIn: now * 2, bytesOut: now / 2, framesIn: now / 100 }), now);
    sample(0);
    expect(meter.latest).toMatchObject({ inPerSecond: null, framesPerSecond: null });
    for (let now = 250; now <= 2000; now += 250) sample(now);
    expect(meter.latest).toMatchObject({ inPerSecond: 2000, outPerSecond: 500, framesPerSecond: 10 });
    meter.sample(figures({ bytesIn: 8000, bytesOut: 1000, framesIn: 20 }), 2250);
    expect(meter.latest?.inPerSecond).toBe((8000 - 2500) / 1);
  });

  test('corrections count from when it was started, and what is not known is null', () => {
    const meter = new LinkMeter();
    meter.sample({ ...figures({ corrections: 7 }), pingMs: undefined }, 0);
    expect(meter.latest).toMatchObject({ corrections: 0, pingMs: null });
    meter.sample(figures({ corrections: 9 }), 250);
    expect(meter.latest).toMatchObject({ corrections: 2, pingMs: 20 });
    meter.restart();
    expect(meter.latest).toBeUndefined();
    meter.sample(figures({ corrections: 9 }), 10_000);
    expect(meter.latest).toMatchObject({ corrections: 0, longestGapMs: null });
  });

  test('it keeps what is shown and one sample more, however long it runs', () => {
    const meter = new LinkMeter();
    for (let now = 0; now <= 10 * SHOWN_MS; now += SAMPLE_MS) {
      for (let i = 0; i < 2000; i++) meter.frame(now);
      meter.sample(figures(), now);
    }
    expect(meter.samples).toHaveLength(SHOWN_MS / SAMPLE_MS + 2);
    expect(meter.times).toHaveLength(meter.samples.length);
    expect(meter.times[0]).toBe((9 * SHOWN_MS - SAMPLE_MS) / 1000);
  });
});

describe('the net lab’s words', () => {
  test('say what is made worse, and nothing of what is not', () => {
    expect(PRESETS.map(({ conditions }) => conditionWords(conditions))).toEqual([
      '',
      '20 ± 5 ms',
      '100 ± 30 ms',
      '200 ± 80 ms, 6 stalls of 500 ms a minute',
      '600 ± 50 ms',
      '150 ± 10 ms, 2 kB/s',
    ]);
    expect(conditionWords({ ...PERFECT, latencyMs: 300, stallMs: 200, stallsPerMinute: 1 })).toBe(
      '300 ms, 1 stall of 200 ms a minute',
    );
    // A length without stalls, and stalls without a length, are none.
    expect(conditionWords({ ...PERFECT, stallMs: 500 })).toBe('');
    expect(conditionWords({ ...PERFECT, stallsPerMinute: 5 })).toBe('');
  });

  test('write a bandwidth as short as it can be read', () => {
    expect([0, 7, 999, 1000, 1300, 2000, 9940, 9960, 16_000, 250_000, 1e6, 2.5e6, 1e7].map(bandwidthWords)).toEqual([
      'unlimited',
      '7 B/s',
      '999 B/s',
      '1 kB/s',
      '1.3 kB/s',
      '2 kB/s',
      '9.9 kB/s',
      '10 kB/s',
      '16 kB/s',
      '250 kB/s',
      '1 MB/s',
      '2.5 MB/s',
      '10 MB/s',
    ]);
  });

  test('say how often a server tells news, from what is near to what is further away', () => {
    expect(rhythmWords({ nearMs: 100, farMs: 100 })).toBe('100 ms');
    expect(rhythmWords({ nearMs: 100, farMs: 200 })).toBe('100–200 ms');
  });

  test('two conditions are alike when they do the same', () => {
    const stalls = { ...PERFECT, stallMs: 500, stallsPerMinute: 6 };
    expect(areAlike(PERFECT, { ...PERFECT, stallMs: 800 })).toBe(true);
    expect(areAlike(stalls, { ...stalls })).toBe(true);
    expect(areAlike(stalls, { ...stalls, stallMs: 400 })).toBe(false);
    expect(areAlike(stalls, PERFECT)).toBe(false);
    expect(areAlike(PERFECT, { ...PERFECT, jitterMs: 5 })).toBe(false);
  });
});
