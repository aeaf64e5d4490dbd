import { describe, expect, test } from 'vitest';
import { DAY_MINUTES, darknessOf, lightAt, lit, NIGHT, NOON, timeOfDayAt } from '../../client/view/daylight.ts';
import { TICK_MS } from '../../shared/constants.ts';

const TICKS_PER_SECOND = 1000 / TICK_MS;
const TICKS_PER_DAY = DAY_MINUTES * 60 * TICKS_PER_SECOND;
/** The beginning of every second of a day, in ticks. */
const SECONDS = Array.from({ length: DAY_MINUTES * 60 }, (_, second) => second * TICKS_PER_SECOND);

const channels = (colour: number): readonly [number, number, number] => [
  colour >> 16,
  (colour >> 8) & 0xff,
  colour & 0xff,
];
const luminance = (colour: number): number => {
  const [red, green, blue] = channels(colour);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
};

describe('the light of the day', () => {
  test('is white from the first tick of a world on, and for most of the day', () => {
    expect(lightAt(0)).toBe(NOON);
    const white = SECONDS.filter((tick) => lightAt(tick) === NOON).length;
    expect(white / SECONDS.length).toBeGreaterThan(0.5);
  });

  test('is dark for a third of the day at most, and never too dark to see by', () => {
    const dark = SECONDS.filter((tick) => darknessOf(lightAt(tick)) > 0.5).length;
    expect(dark / SECONDS.length).toBeLessThanOrEqual(1 / 3);
    expect(dark / SECONDS.length).toBeGreaterThan(0.2);
    for (const tick of SECONDS) expect(luminance(lightAt(tick))).toBeGreaterThanOrEqual(0.55);
  });

  test('changes by three shades a second at most, over midnight and into the next day too', () => {
    for (const tick of SECONDS) {
      const before = channels(lightAt(tick));
      const after = channels(lightAt(tick + TICKS_PER_SECOND));
      for (const [at, value] of before.entries())
        expect(Math.abs(value - (after[at] as number))).toBeLessThanOrEqual(3);
    }
  });

  test('changes twice a second at most', () => {
    for (const second of SECONDS) {
      const lights = Array.from({ length: TICKS_PER_SECOND }, (_, tick) => lightAt(second + tick));
      expect(new Set(lights).size).toBeLessThanOrEqual(2);
    }
  });

  test('is the same every day, and at any part of a tick', () => {
    for (const tick of SECONDS.filter((_, at) => at % 7 === 0)) {
      expect(lightAt(tick + 1000 * TICKS_PER_DAY)).toBe(lightAt(tick));
      expect(lightAt(tick + 0.75)).toBe(lightAt(tick));
    }
  });

  test('is warm in the evening and bluish at night', () => {
    const at = (minute: number) => channels(lightAt(minute * 60 * TICKS_PER_SECOND));
    const [red, green, blue] = at(14.5);
    expect(red).toBeGreaterThan(green);
    expect(green).toBeGreaterThan(blue);
    const [nightRed, , nightBlue] = at(18);
    expect(nightBlue).toBeGreaterThan(nightRed);
  });

  test('is called by its name, each in its turn', () => {
    const names = SECONDS.map(timeOfDayAt).filter((name, at, all) => name !== all[at - 1]);
    expect(names).toEqual(['morning', 'day', 'evening', 'night', 'morning']);
    expect(timeOfDayAt(TICKS_PER_DAY * 3)).toBe('morning');
    for (const tick of SECONDS) {
      if (darknessOf(lightAt(tick)) === 1) expect(timeOfDayAt(tick)).toBe('night');
      if (timeOfDayAt(tick) === 'day') expect(lightAt(tick)).toBe(NOON);
    }
  });
});

test('darkness goes from none at noon to all at night', () => {
  expect(darknessOf(NOON)).toBe(0);
  expect(darknessOf(NIGHT)).toBe(1);
  expect(darknessOf(0x000000)).toBe(1);
});

test('what is lit loses what the light lacks', () => {
  expect(lit(0x7cab5d, NOON)).toBe(0x7cab5d);
  expect(lit(0x804020, 0xff8000)).toBe(0x802000);
});
