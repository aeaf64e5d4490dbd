import { describe, expect, test } from 'vitest';
import { ToldScreen } from '../../client/input/told-screen.ts';
import { pinchedZoom, WheelSteps } from '../../client/input/zoom.ts';

describe('two fingers', () => {
  test('zoom in whole steps, and between two of them nothing flickers', () => {
    expect(pinchedZoom(2, 1.2, 2)).toBeUndefined();
    expect(pinchedZoom(2, 1.4, 2)).toBe(3);
    // Back a little: still what it was.
    expect(pinchedZoom(2, 1.3, 3)).toBeUndefined();
    expect(pinchedZoom(2, 1.19, 3)).toBe(2);
    expect(pinchedZoom(3, 0.1, 3)).toBe(1);
    expect(pinchedZoom(1.5, 2, 1.5)).toBe(3);
  });
});

describe('the wheel', () => {
  const turn = (deltaY: number, extra: { deltaMode?: number; ctrlKey?: boolean } = {}) => ({
    deltaY,
    deltaMode: 0,
    ctrlKey: false,
    ...extra,
  });

  test('makes one step for a notch, however far a browser says that it turned', () => {
    const wheel = new WheelSteps();
    expect(wheel.turn(turn(-100), 0)).toBe(1);
    expect(wheel.turn(turn(120), 1000)).toBe(-1);
    expect(wheel.turn(turn(-400), 2000)).toBe(1);
    expect(wheel.turn(turn(3, { deltaMode: 1 }), 3000)).toBe(-1);
    expect(wheel.turn(turn(-1, { deltaMode: 2 }), 4000)).toBe(1);
  });

  test('adds up the small turns of a trackpad, and forgets them after a pause or when they turn round', () => {
    const wheel = new WheelSteps();
    const steps = (count: number, deltaY: number, fromMs: number): number => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += wheel.turn(turn(deltaY), fromMs + i * 16);
      return sum;
    };
    expect(steps(20, -8, 0)).toBe(2);
    expect(steps(9, -8, 1000)).toBe(0);
    expect(steps(9, -8, 2000)).toBe(0);
    expect(wheel.turn(turn(79), 2150)).toBe(0);
  });

  test('takes a pinch on a trackpad, which is told in small numbers with the control key', () => {
    const wheel = new WheelSteps();
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += wheel.turn(turn(-4, { ctrlKey: true }), i * 16);
    expect(sum).toBe(2);
    // A notch of a real wheel with the key held is one step too.
    expect(wheel.turn(turn(100, { ctrlKey: true }), 1000)).toBe(-1);
  });

  test('that runs on by itself does not run through all zooms', () => {
    const wheel = new WheelSteps();
    let sum = 0;
    for (let i = 0; i < 60; i++) sum += wheel.turn(turn(-240), i * 4);
    expect(sum).toBeLessThanOrEqual(5);
  });
});

describe('the screen that the server knows', () => {
  const phone = { width: 13, height: 27 };
  const zoomed = (step: number) => ({ width: 13 + step, height: 27 + 2 * step });

  test('is the real one at once, but not every step of a pinch', () => {
    const told = new ToldScreen(phone);
    expect(told.update(zoomed(1), false, 1000)).toEqual(zoomed(1));
    let changes = 0;
    let before = told.current;
    for (let step = 2; step < 62; step++) {
      const now = told.update(zoomed(step), false, 1000 + step * 16);
      if (now !== before) changes++;
      before = now;
    }
    expect(changes).toBeLessThanOrEqual(4);
    expect(told.update(zoomed(61), false, 2400)).toEqual(zoomed(61));
  });

  test('stays while the keyboard of a touch screen covers half of it, and until that has gone', () => {
    const told = new ToldScreen(phone);
    const half = { width: 13, height: 14 };
    for (let nowMs = 0; nowMs < 5000; nowMs += 50) expect(told.update(half, true, nowMs)).toEqual(phone);
    // The field has lost the focus, and the keyboard is on its way out.
    expect(told.update(half, false, 5300)).toEqual(phone);
    expect(told.update(phone, false, 5400)).toEqual(phone);
    expect(told.update({ width: 27, height: 13 }, false, 9000)).toEqual({ width: 27, height: 13 });
  });
});
