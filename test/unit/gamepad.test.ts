import { describe, expect, test } from 'vitest';
import { GAMEPAD_HELP, GamepadInput, type Pad, type PadButton } from '../../client/input/gamepad.ts';
import { STANDING } from '../../shared/motion.ts';

/** A browser with gamepads: where events are told, what is asked, and a record of what came of it. */
class Desk {
  readonly target = new EventTarget();
  readonly told: string[] = [];
  pads: (Pad | null)[] = [null, null];
  asked = 0;
  readonly input = new GamepadInput({
    target: this.target,
    pads: () => {
      this.asked++;
      return this.pads;
    },
    events: {
      pressed: (button: PadButton) => this.told.push(`${button} down`),
      lifted: (button: PadButton) => this.told.push(`${button} up`),
    },
  });

  plugIn(pad: Pad, index = 0): void {
    this.pads[index] = pad;
    this.target.dispatchEvent(new Event('gamepadconnected'));
  }

  unplug(): void {
    this.pads = [null, null];
    this.target.dispatchEvent(new Event('gamepaddisconnected'));
  }

  /** Looks at a pad in this state, and says what to walk with. */
  look(pad: Pad, nowMs = 0): number {
    this.pads[0] = pad;
    this.input.update();
    return this.input.headingAt(nowMs, true);
  }
}

/** A pad in the standard layout, with these buttons held. */
const pad = (axes: readonly number[] = [0, 0, 0, 0], ...held: number[]): Pad => ({
  axes,
  buttons: Array.from({ length: 17 }, (_, index) => ({ pressed: held.includes(index) })),
});

describe('a gamepad', () => {
  test('is looked at only while one is connected', () => {
    const desk = new Desk();
    const before = desk.asked;
    desk.input.update();
    desk.input.update();
    expect(desk.asked).toBe(before);
    desk.plugIn(pad());
    expect(desk.input.isConnected).toBe(true);
    desk.unplug();
    expect(desk.input.isConnected).toBe(false);
    const after = desk.asked;
    desk.input.update();
    expect(desk.asked).toBe(after);
  });

  test('walks with its left stick, beyond a round dead zone', () => {
    const desk = new Desk();
    desk.plugIn(pad());
    expect(desk.look(pad([0.17, 0.17, 0, 0]))).toBe(STANDING);
    expect(desk.look(pad([0.6, 0.6, 0, 0]))).toBe(32);
    expect(desk.look(pad([0, 0, 0, 0]))).toBe(STANDING);
  });

  test('walks with its d-pad, aslant too, and turns without delay', () => {
    const desk = new Desk();
    desk.plugIn(pad());
    expect(desk.look(pad([], 12), 0)).toBe(192);
    expect(desk.look(pad([], 12, 14), 1)).toBe(160);
    expect(desk.look(pad([], 14), 2)).toBe(128);
    expect(desk.look(pad([], 14, 15), 3)).toBe(STANDING);
    expect(desk.input.headingAt(4, false)).toBe(STANDING);
  });

  test('tells of every press and lift once', () => {
    const desk = new Desk();
    desk.plugIn(pad());
    desk.look(pad([], 0, 9));
    desk.look(pad([], 0));
    desk.look(pad([], 0));
    desk.look(pad());
    expect(desk.told).toEqual(['a down', 'start down', 'start up', 'a up']);
  });

  test('lets go of everything when it is unplugged, or its player looks away', () => {
    const desk = new Desk();
    desk.plugIn(pad());
    expect(desk.look(pad([1, 0, 0, 0], 3))).toBe(0);
    desk.unplug();
    expect(desk.told).toEqual(['y down', 'y up']);
    expect(desk.input.headingAt(16, true)).toBe(STANDING);
  });

  test('of two, either does', () => {
    const desk = new Desk();
    desk.plugIn(pad());
    desk.plugIn(pad([0, 0.9, 0.5, 0], 2), 1);
    expect(desk.look(pad([0.3, 0, 0, 0], 0))).toBe(64);
    expect(desk.told).toEqual(['a down', 'x down']);
    expect(desk.input.pointing).toEqual({ x: 0.5, y: 0 });
  });

  test('with fewer buttons or axes than others does what it can', () => {
    const desk = new Desk();
    desk.plugIn({ axes: [], buttons: [] });
    expect(desk.look({ axes: [-1], buttons: [{ pressed: true }] })).toBe(128);
    expect(desk.told).toEqual(['a down']);
  });

  test('has a help that names no button twice', () => {
    expect(new Set(GAMEPAD_HELP.map(({ button }) => button)).size).toBe(GAMEPAD_HELP.length);
  });
});
