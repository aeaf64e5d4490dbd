import { describe, expect, test } from 'vitest';
import { Walker } from '../../client/input/walker.ts';
import { HEADING_DX, HEADING_DY, STANDING } from '../../shared/motion.ts';

const FRAME_MS = 50;

/** Walks as it says, a tick at a time, until it stands; returns the way and how often it turned. */
function walkOut(walker: Walker, from: { x: number; y: number }, canWalk = true) {
  const place = { ...from };
  let [turns, before, ticks] = [0, STANDING, 0];
  for (; ticks < 400; ticks++) {
    const heading = walker.headingAt(place, ticks * FRAME_MS);
    if (heading === STANDING) break;
    if (heading !== before) turns++;
    before = heading;
    if (!canWalk) continue;
    place.x += HEADING_DX[heading] as number;
    place.y += HEADING_DY[heading] as number;
  }
  return { place, turns, ticks };
}

describe('a walker', () => {
  test('goes to a place in a straight line with few turns, and stops there', () => {
    const walker = new Walker();
    walker.walkTo({ x: 2900, y: -1700 }, 0);
    const { place, turns, ticks } = walkOut(walker, { x: 0, y: 0 });
    expect(Math.hypot(place.x - 2900, place.y + 1700)).toBeLessThanOrEqual(30);
    expect(turns).toBeLessThanOrEqual(6);
    expect(ticks).toBeLessThan(70);
    expect(walker.target).toBeUndefined();
  });

  test('gives up where it comes no closer', () => {
    const walker = new Walker();
    walker.walkTo({ x: 2560, y: 0 }, 0);
    expect(walkOut(walker, { x: 0, y: 0 }, false).ticks).toBeLessThan(12);
    expect(walker.target).toBeUndefined();
  });

  test('is steered before all else, and a place is forgotten for it', () => {
    const walker = new Walker();
    walker.walkTo({ x: 2560, y: 0 }, 0);
    walker.steer(64);
    expect(walker.headingAt({ x: 0, y: 0 }, 0)).toBe(64);
    walker.walkTo({ x: 2560, y: 0 }, 0);
    walker.steer(STANDING);
    expect(walker.headingAt({ x: 0, y: 0 }, 50)).toBe(STANDING);
  });

  test('that a second finger stops forgets where it was going', () => {
    const walker = new Walker();
    walker.walkTo({ x: 2560, y: 0 }, 0);
    expect(walker.headingAt({ x: 0, y: 0 }, 0)).toBe(0);
    walker.forget();
    expect(walker.headingAt({ x: 51, y: 0 }, 50)).toBe(STANDING);
  });
});
