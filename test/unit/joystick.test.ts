import { describe, expect, test } from 'vitest';
import { Stick, turnBetween } from '../../client/input/stick.ts';
import { STANDING } from '../../shared/motion.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

const FRAME_MS = 16;

describe('a stick', () => {
  test('gives all 256 headings, east first and turning clockwise', () => {
    for (let heading = 0; heading < 256; heading++) {
      const stick = new Stick(0.2);
      const angle = (heading / 128) * Math.PI;
      stick.lean(0.9 * Math.cos(angle), 0.9 * Math.sin(angle));
      expect(stick.headingAt(0)).toBe(heading);
    }
  });

  test('stands within the dead zone, and walks on in the wider part of it until it is almost back', () => {
    const stick = new Stick(0.25);
    stick.lean(0.24, 0);
    expect(stick.headingAt(0)).toBe(STANDING);
    stick.lean(0.26, 0);
    expect(stick.headingAt(16)).toBe(0);
    stick.lean(0.2, 0);
    expect(stick.headingAt(32)).toBe(0);
    stick.lean(0.17, 0);
    expect(stick.headingAt(48)).toBe(STANDING);
    stick.lean(0.2, 0);
    expect(stick.headingAt(64)).toBe(STANDING);
  });

  test('stops at once when it is let go, and walks at once when it leans again', () => {
    const stick = new Stick(0.2);
    stick.lean(0, 1);
    expect(stick.headingAt(0)).toBe(64);
    stick.release();
    expect(stick.headingAt(1)).toBe(STANDING);
    stick.lean(-1, 0);
    expect(stick.headingAt(2)).toBe(128);
  });

  test('a trembling thumb sends nothing', () => {
    const random = seededRandom(5);
    const stick = new Stick(0.2);
    const headings = new Set<number>();
    for (let nowMs = 0; nowMs < 10_000; nowMs += FRAME_MS) {
      stick.lean(0.8 + (random() - 0.5) * 0.05, 0.3 + (random() - 0.5) * 0.05);
      headings.add(stick.headingAt(nowMs));
    }
    expect(headings.size).toBe(1);
  });

  test('a thumb that goes round and round turns eight times a second at most, and never lags far behind', () => {
    const stick = new Stick(0.2);
    let [turns, before, furthest] = [0, STANDING, 0];
    for (let nowMs = 0; nowMs < 10_000; nowMs += FRAME_MS) {
      // Once round in four seconds.
      const angle = (nowMs / 4000) * 2 * Math.PI;
      stick.lean(Math.cos(angle), Math.sin(angle));
      const heading = stick.headingAt(nowMs);
      if (heading !== before) turns++;
      before = heading;
      furthest = Math.max(furthest, turnBetween(heading, ((nowMs / 4000) * 256) % 256));
    }
    expect(turns).toBeLessThanOrEqual(81);
    expect(turns).toBeGreaterThan(60);
    expect(furthest).toBeLessThan(12);
  });

  test('a turn that came too soon after the last is made up for when the thumb rests', () => {
    const stick = new Stick(0.2);
    stick.lean(1, 0);
    expect(stick.headingAt(0)).toBe(0);
    stick.lean(0, 1);
    expect(stick.headingAt(50)).toBe(0);
    expect(stick.headingAt(130)).toBe(64);
  });
});
